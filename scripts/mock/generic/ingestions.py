"""Work that goes on after its response: it goes through the documented states by the vendor's clock, and ends in a report."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from scripts.mock.engine.catalog import draw
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.reports import Reports
from scripts.mock.generic.requests import SentRequest
from scripts.mock.generic.store import Key
from scripts.runtime.behaviour import Expression, Polling, Report

_FAILURE: Final = "FAILURE"


Run = Callable[[], Mapping[Key, str]]
"""Does some work, and returns for each of its items, by what identifies it, why it was rejected; an empty text if it was not."""


@dataclass(slots=True, kw_only=True)
class _Ingestion:
    polling: Polling
    status: str
    problems: Mapping[Key, str] = field(default_factory=dict)


class Ingestions:
    """All work of a vendor.

    Args:
        clock: the vendor's time.
        reports: keeps the reports.
        spawn: runs a coroutine in the background.
        option: gives an option by its name.
        seed: from which it follows which work fails.
    """

    def __init__(
        self,
        clock: Clock,
        reports: Reports,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        *,
        option: Callable[[str], Any],
        seed: int,
    ) -> None:
        self._clock, self._reports, self._spawn, self._option, self._seed = clock, reports, spawn, option, seed
        self._found: dict[str, _Ingestion] = {}

    def accept(self, identifier: str, polling: Polling, columns: Sequence[str], run: Run) -> None:
        """Begin some work, which is found by its identifier, and goes on by the options of now.

        Args:
            identifier: of the work.
            polling: how it is polled.
            columns: names of the parts of what identifies an item, for its report.
            run: does it.
        """
        self._found[identifier] = _Ingestion(polling=polling, status=polling.pending[0] if polling.pending else "")
        options = {name: self._option(name) for name in ("pending_seconds", "failed", "report_format")}
        self._spawn(self._process(identifier, columns, run, options, begun=self._clock.now()))

    def finish(self, identifier: str, polling: Polling) -> None:
        """Keep work that had ended before the start, without any item."""
        self._found[identifier] = _Ingestion(polling=polling, status=polling.succeeded[0])
        if polling.report is not None:
            self._reports.put(identifier, _names(polling.report, ("item",)), (), "csv")

    def status(self, identifier: str) -> str | None:
        """Return the status of some work; None if there is no such work."""
        found = self._found.get(identifier)
        return found.status if found else None

    def problems(self, identifier: str) -> Mapping[Key, str] | None:
        """Return why the items of some work were rejected, once it has succeeded; None before that, and after a failure."""
        found = self._found[identifier]
        return found.problems if found.status in found.polling.succeeded else None

    def wait(self, identifier: str) -> str | None:
        """Return the whole seconds until the next state of some work; None once it has ended."""
        found = self._found[identifier]
        if found.status not in found.polling.pending:
            return None
        return str(round(self._clock.real(self._option("pending_seconds"))))

    def link(self, identifier: str) -> str | None:
        """Return a new link to the report of some work, once it has succeeded; None if there is none."""
        found = self._found[identifier]
        report = found.polling.report
        if report is None or found.status not in found.polling.succeeded:
            return None
        lifetime = self._option("link_lifetime")
        return self._reports.link(identifier, lifetime=report.lifetime if lifetime is None else lifetime)

    async def _process(
        self, identifier: str, columns: Sequence[str], run: Run, options: Mapping[str, Any], *, begun: float
    ) -> None:
        """Lead work through its states, by the time at which it was accepted; it takes effect at its end."""
        found = self._found[identifier]
        polling = found.polling
        for number, status in enumerate(polling.pending, 1):
            found.status = status
            await self._clock.sleep(begun + number * options["pending_seconds"] - self._clock.now())
        drawn = draw("end", self._seed, identifier)
        if drawn < options["failed"] and polling.failed:
            found.status = polling.failed[int(drawn / options["failed"] * len(polling.failed))]
            return
        found.problems = problems = run()
        if polling.report is not None:
            words = (polling.report.success, next(iter(polling.report.failures), _FAILURE))
            rows = [(*key, words[bool(problem)], problem) for key, problem in problems.items()]
            self._reports.put(identifier, _names(polling.report, columns), rows, options["report_format"])
        found.status = polling.succeeded[0]


def asked(polling: Polling, sent: SentRequest) -> str | None:
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
