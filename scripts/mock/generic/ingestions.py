"""Work that goes on after its response: it goes through the documented states by the vendor's clock, and ends in a report."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from scripts.mock.engine.catalog import draw
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.reports import Format, Reports
from scripts.mock.generic.requests import Sent
from scripts.runtime.behaviour import Expression, Polling, Report

_FAILURE: Final = "FAILURE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What has become of an item.

    Attributes:
        key: what identifies it.
        problem: why it was rejected; empty if it was not.
    """

    key: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Accepted work.

    Attributes:
        columns: names of the parts of a key.
        run: does it, and returns what has become of each item.
    """

    columns: Sequence[str]
    run: Callable[[], list[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How work goes on.

    Attributes:
        pending: vendor seconds in each of the pending states.
        failed: share of the work that fails.
        form: that of a report.
        link: vendor seconds for which a link to a report is valid; None for the documented time.
    """

    pending: float
    failed: float
    form: Format
    link: float | None


@dataclass(slots=True, kw_only=True)
class _Ingestion:
    polling: Polling
    status: str
    values: dict[str, Any] = field(default_factory=dict)


class Ingestions:
    """All work of a vendor.

    Args:
        clock: the vendor's time.
        reports: keeps the reports.
        spawn: runs a coroutine in the background.
        seed: from which it follows which work fails.
    """

    def __init__(self, clock: Clock, reports: Reports, spawn: Callable[[Coroutine[Any, Any, None]], None], *, seed: int) -> None:
        self._clock, self._reports, self._spawn, self._seed = clock, reports, spawn, seed
        self._found: dict[str, _Ingestion] = {}

    def accept(self, identifier: str, polling: Polling, work: Work, times: Times) -> None:
        """Begin some work, which is found by its identifier."""
        self._found[identifier] = _Ingestion(polling=polling, status=polling.pending[0] if polling.pending else "")
        self._spawn(self._process(identifier, work, times, begun=self._clock.now()))

    def finish(self, identifier: str, polling: Polling) -> None:
        """Keep work that had ended before the start, without any item."""
        self._found[identifier] = _Ingestion(polling=polling, status=polling.succeeded[0])
        if polling.report is not None:
            self._reports.put(identifier, _names(polling.report, ("item",)), (), "csv")

    def status(self, identifier: str) -> str | None:
        """Return the status of some work; None if there is no such work."""
        found = self._found.get(identifier)
        return found.status if found else None

    def link(self, identifier: str, times: Times) -> str | None:
        """Return a new link to the report of some work, once it has succeeded; None if there is none."""
        found = self._found[identifier]
        report = found.polling.report
        if report is None or found.status not in found.polling.succeeded:
            return None
        return self._reports.link(identifier, lifetime=report.lifetime if times.link is None else times.link)

    async def _process(self, identifier: str, work: Work, times: Times, *, begun: float) -> None:
        """Lead work through its states, by the time at which it was accepted; it takes effect at its end."""
        found = self._found[identifier]
        polling = found.polling
        for number, status in enumerate(polling.pending, 1):
            found.status = status
            await self._clock.sleep(begun + number * times.pending - self._clock.now())
        drawn = draw("end", self._seed, identifier)
        if drawn < times.failed and polling.failed:
            found.status = polling.failed[int(drawn / times.failed * len(polling.failed))]
            return
        rows = work.run()
        if polling.report is not None:
            words = (polling.report.success, next(iter(polling.report.failures), _FAILURE))
            written = [(*row.key, words[bool(row.problem)], row.problem) for row in rows]
            self._reports.put(identifier, _names(polling.report, work.columns), written, times.form)
        found.status = polling.succeeded[0]


def asked(polling: Polling, sent: Sent) -> str | None:
    """Return the identifier of the work that a request is about; None if it has none."""
    for name, expression in polling.body.items():
        if expression.message == "response" and (value := sent.at("body", (name,))) is not None:
            return str(value)
    for part, name, _ in identifying(polling):
        for where in (part,) if part else ("path", "query", "header"):
            if (value := sent.at(where, (name,))) is not None:
                return str(value)
    return None


def identifying(polling: Polling) -> Iterator[tuple[str, str, Expression]]:
    """Yield the parameters that identify work: where they are, if the link says it, their names, and where a response has them."""
    for name, expression in polling.arguments.items():
        if expression.message == "response":
            part, dot, bare = name.partition(".")
            is_qualified = bool(dot) and part in {"path", "query", "header"}
            yield (part, bare, expression) if is_qualified else ("", name, expression)


def _names(report: Report, columns: Sequence[str]) -> list[str]:
    """Return the names of the columns of a report: those of its table, and else those of the parts of a key."""
    named = report.columns
    keys = [named.get(part, column) for part, column in zip(("sku", "store", *columns), columns, strict=False)]
    return [*keys, named.get("status", "status"), named.get("message", "message")]
