"""Follow work that a vendor does later: wait for its end, download its report, and read the outcomes of its items from it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack
from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path

import msgspec

from catalog_clients.errors import AccessError, CatalogError, DeadlineExceeded, ReportError, ReportRefused, describe, shortened
from catalog_clients.options import Reports

from .chunking import Chunk, PendingItem
from .download import JITTER, download, file_name, link_of
from .effects import Call, CallResult, Compute, Flow, Queue, Receive, Sleep
from .limits import LOG
from .outcomes import Classify, Collect, RunChunk, failed
from .records import ChunkResult, Outcome
from .report import Words, classify_by_report
from .run_state import RunState
from .tables import Behaviour, Polling, Report, Request

_GROWTH, _INSTANT = 1.5, 0.001
_LAST = 10.0  # seconds that the last request for a status may take


@dataclass(frozen=True, slots=True)
class Ingestions:
    """How ingestions are followed.

    Attributes:
        status_request: makes the request for the status, from what identifies an ingestion.
        queue: where notifications arrive, if they do; one that is not exclusive is not used.
        reports: how reports are fetched and read.
        interval, deadline: seconds; default: the spec's.
        silence: seconds without a notification, after which the status is polled.
    """

    status_request: Callable[[Mapping[str, str]], Request[object]]
    queue: Queue | None
    reports: Reports
    _: KW_ONLY
    interval: float | None
    deadline: float | None
    silence: float

    def classify(self, table: Behaviour) -> Classify:
        """Return what waits for the end of an accepted ingestion and gives the outcomes of its items.

        Args:
            table: of the operation that starts it.
        """
        polling = polling_of(table)

        def classify(items: Sequence[PendingItem], result: CallResult[object]) -> Flow[ChunkResult[Outcome]]:
            key = {name: str(result.find(place.path)) for name, place in polling.body.items()}
            is_lost = result.lost
            del result  # it has the request, and with it all that was sent
            return (yield from self._classify(table, items, key, is_lost=is_lost))

        return classify

    def collect(self, table: Behaviour) -> Collect:
        """Return what gives the outcomes of the items of an ingestion that is known by its id."""
        (name,) = polling_of(table).body

        def collect(items: Sequence[PendingItem], ingestion: str) -> Flow[ChunkResult[Outcome]]:
            return (yield from self._classify(table, items, {name: ingestion}, is_lost=False))

        return collect

    def collecting(self, table: Behaviour, ingestion: str) -> RunChunk[Outcome]:
        """Return what gives the outcomes of a chunk that has all items of an ingestion."""
        collect = self.collect(table)
        return _without_sending(lambda items: collect(items, ingestion))

    def reading(self, table: Behaviour, path: Path, reports: Reports | None) -> RunChunk[Outcome]:
        """Return what gives the outcomes of a chunk by a report that was kept; it raises `ReportError` if that cannot be read."""
        report, options = _report(polling_of(table)), reports or self.reports

        def read(items: Sequence[PendingItem]) -> Flow[ChunkResult[Outcome]]:
            found: ChunkResult[Outcome] = yield Compute(
                lambda: classify_by_report(path, items, words=_words(table, report), options=_named(options, report))
            )
            return found

        return _without_sending(read)

    def wait(self, polling: Polling, key: Mapping[str, str]) -> Flow[CallResult[object]]:
        """Poll until the status is final, and return that response, or a refusal of the request for it.

        Raises:
            DeadlineExceeded: the status was not final in time.
        """
        (ingestion,) = key.values()
        began, status, notified = (yield Sleep(0)), "unknown", False
        interval, deadline = self.interval or polling.interval, self.deadline or polling.deadline
        queue = self.queue if self.queue and self.queue.exclusive else None
        pause = self.silence if queue else interval
        while (left := deadline - ((yield Sleep(0)) - began)) > _INSTANT:
            if queue and not notified:
                notified = yield Receive(queue, ingestion, min(pause, left))
            else:
                yield Sleep(min(pause, left), JITTER)
            pause, interval = interval, min(interval * _GROWTH, max(interval, polling.max_interval))
            left = deadline - ((yield Sleep(0)) - began)
            result: CallResult[object] = yield Call(self.status_request(key), seconds=max(left, min(deadline, _LAST)))
            if result.refused or isinstance(result.error, AccessError):
                return result
            status = str(result.find(polling.status.path) or status)
            if status in (*polling.succeeded, *polling.failed):
                return result
        raise DeadlineExceeded(f"ingestion {ingestion} is {status} after {deadline:g} s")

    def _classify(
        self, table: Behaviour, items: Sequence[PendingItem], key: Mapping[str, str], *, is_lost: bool
    ) -> Flow[ChunkResult[Outcome]]:
        """Return the outcomes of an ingestion's items, unknown where its report cannot be read."""
        ingestion = ", ".join(key.values())
        LOG.info("ingestion %s has %d items, from number %d on", ingestion, len(items), items[0].position)
        try:
            found = yield from self._outcomes(table, items, key, is_lost=is_lost)
        except CancelledError:
            found = failed(items, None, "unknown", "the run was left before the ingestion ended; resume it with its ledger")
            found.is_open = True
        except (CatalogError, ValueError) as error:  # an id that the spec forbids is a ValueError
            LOG.warning("ingestion %s: %s", ingestion, shortened(str(error)))
            found = failed(items, error, "unknown", str(error))
            found.is_open = not isinstance(error, ReportError)
            if isinstance(error, ReportRefused):
                found.fatal = error  # so would all others be
        except Exception as error:  # noqa: BLE001 - it ends the run, after the outcomes that are known
            found = failed(items, error, "unknown")
            found.fatal = error
        found.results = [msgspec.structs.replace(each, ingestion_id=ingestion) for each in found.results]
        return found

    def _outcomes(
        self, table: Behaviour, items: Sequence[PendingItem], key: Mapping[str, str], *, is_lost: bool
    ) -> Flow[ChunkResult[Outcome]]:
        polling = polling_of(table)
        result = yield from self.wait(polling, key)
        if isinstance(result.error, AccessError):
            raise result.error
        if result.error:
            raise CatalogError(f"its status is not available: {describe(result.error)}")
        if (status := result.find(polling.status.path)) in polling.failed:
            raise ReportError(f"it has ended {status}")
        report = _report(polling)
        folder = Path(self.reports.folder or tempfile.mkdtemp(prefix="catalog-report-"))
        path = folder / file_name(key)
        with ExitStack() as cleaning:
            if not self.reports.folder:
                cleaning.callback(shutil.rmtree, folder)
            yield from download(
                link_of(result, report),
                path,
                table=report,
                origins=self.reports.origins or report.origins,
                most_bytes=self.reports.most_bytes,
                pause=self.interval or polling.interval,
                seconds=self.deadline or polling.deadline,
                status_request=lambda: self.status_request(key),
            )
            kept = cleaning.pop_all()  # a report that cannot be read is kept
            options = _named(self.reports, report)
            found: ChunkResult[Outcome] = yield Compute(
                lambda: classify_by_report(path, items, words=_words(table, report), options=options, is_lost=is_lost)
            )
            kept.close()
        return found


def _without_sending(outcomes: Callable[[Sequence[PendingItem]], Flow[ChunkResult[Outcome]]]) -> RunChunk[Outcome]:
    """Return what gives the outcomes of a chunk whose valid items were sent by another run."""

    def run(chunk: Chunk, _: RunState) -> Flow[ChunkResult[Outcome]]:
        found = ChunkResult(results=[each.outcome("rejected", f"not sent: {each.fault}") for each in chunk.items if each.fault])
        if items := [each for each in chunk.items if not each.fault]:
            found.add((yield from outcomes(items)))
        return found

    return run


def polling_of(table: Behaviour) -> Polling:
    """Return how the end of an operation's ingestions is detected.

    Raises:
        ValueError: the spec does not say it.
    """
    if table.polling is None:
        raise ValueError("the spec has no x-client-polling for this operation")
    return table.polling


def _report(polling: Polling) -> Report:
    if polling.report is None:
        raise ReportError("the spec does not say where its report is")
    return polling.report


def _named(options: Reports, report: Report) -> Reports:
    """Return how a report is read, with the names of its columns that the spec gives and the caller does not."""
    if (columns := report.columns) is None:
        return options
    names = {name: getattr(columns, name) for name in ("sku", "status", "store", "message") if getattr(options, name) is None}
    return replace(options, **names)


def _words(table: Behaviour, report: Report) -> Words:
    return Words(report.success, report.failures, table.retry.done if table.retry else None)
