"""Follow ingestions: wait for the end, download the report, and read the outcomes of the items."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from catalog_clients._engine.calls.polling import Key, StatusRequest, key_by_id, key_of, other_key, polling_of
from catalog_clients._engine.calls.retries import is_unexplained
from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.flows.effects import Call, CallResult, Compute, Flow, Receive, Sleep
from catalog_clients._engine.ledger.joint import statuses_of
from catalog_clients._engine.ledger.records import ChunkResult, Outcome, PendingItem
from catalog_clients._engine.limits import LOG
from catalog_clients._engine.reports.classifying import Words, classify_by_report
from catalog_clients._engine.reports.download import JITTER, download, file_name, link_of
from catalog_clients._engine.responses.headers import seconds_until
from catalog_clients._engine.run.state import RunState
from catalog_clients._engine.tables.behaviour import Behaviour, Polling, Report
from catalog_clients._engine.tables.chunks import Rejections
from catalog_clients.errors import (
    AccessError,
    CatalogError,
    DeadlineExceeded,
    InvalidArgument,
    LimitsError,
    ReportError,
    ReportRefused,
    checking_arguments,
    describe,
    shortened,
)
from catalog_clients.options import Reports

from .begun import doubts_of
from .following import Following
from .listed import classify_by_failures, doubted
from .result_pages import ReadResults
from .row_status import listed
from .sending import RunChunk, failed
from .unexpected import error_beside, miscounts

_GROWTH, _INSTANT = 1.5, 0.001
_LAST = 10.0  # seconds that the last request for a status may take


@dataclass(frozen=True, slots=True)
class _Sent:
    """An ingestion to wait for.

    Attributes:
        key: what identifies it.
        is_lost: whether the vendor may have executed an earlier attempt at its request.
        is_collected: whether another run has sent its items.
        wait: seconds to wait before the first poll, as requested by the vendor; None if it does not say.
    """

    key: Key
    is_lost: bool = False
    is_collected: bool = False
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Ingestions:
    """Follows the ingestions of an operation.

    Attributes:
        operation: its operationId.
        table: what the spec says of its use.
        status_request: builds the request for the status, from the key of an ingestion.
        following: how they are followed.
        stores: the stores that all items are meant for; None if they are not known, see `classify_by_report`.
        read_results: reads the results that another operation lists, if one does.
    """

    operation: str
    table: Behaviour
    status_request: StatusRequest
    following: Following
    stores: Collection[str] | None = ()
    read_results: ReadResults | None = None

    @property
    def polling(self) -> Polling:
        """How their end is detected."""
        return polling_of(self.operation, self.table)

    def classify(self, items: Sequence[PendingItem], result: CallResult[object]) -> Flow[ChunkResult[Outcome]]:
        """Wait for the end of an accepted ingestion, and return the outcomes of its items."""
        sent = _Sent(key_of(self.polling, result), is_lost=result.lost, wait=self._requested_wait(result))
        doubts = doubts_of(self.table, items, result)
        del result  # it refers to the request, and so to all items that were sent
        doubts.log(", ".join(sent.key.values()))
        return doubts.left(self.table, (yield from self._classify(items, sent)))

    def collect(self, items: Sequence[PendingItem], ingestion: str) -> Flow[ChunkResult[Outcome]]:
        """Return the outcomes of the items of an ingestion, given its id."""
        key = key_by_id(self.operation, self.polling, ingestion)
        return (yield from self._classify(items, _Sent(key, is_collected=True)))

    def collecting(self, ingestion: str) -> RunChunk[Outcome]:
        """Return a function that finds the outcomes of a chunk with all items of an ingestion.

        Raises:
            InvalidArgument: the spec forbids the id.
            ValueError: the results name items by their index in the request, which the caller does not know.
        """
        if self.polling.results is not None and self.polling.results.index is not None:
            raise ValueError(
                f"the results of {self.operation} name items by their index in the request, and not by their key: "
                "only the run that has sent them, or one that resumes its ledger, can read them"
            )
        if not ingestion:
            raise InvalidArgument("ingestion_id: must not be empty")
        with checking_arguments():
            self.status_request(key_by_id(self.operation, self.polling, ingestion))
        return _without_sending(lambda items: self.collect(items, ingestion))

    def reading(self, path: Path, reports: Reports | None) -> RunChunk[Outcome]:
        """Return a function that reads the outcomes of a chunk from a report that was kept. It raises `ReportError` on failure."""
        if not isinstance(reports, Reports | None):
            raise TypeError("reports must be Reports(...)")
        report, options = _report(self.operation, self.polling), reports or self.following.reports
        return _without_sending(lambda items: self._read(path, items, report, options))

    def status(self, ingestion: str) -> Flow[object]:
        """Return the current status of an ingestion: the typed response."""
        result: CallResult[object] = yield Call(self.status_request(key_by_id(self.operation, self.polling, ingestion)))
        return result.get()

    def last_status(self, ingestion: str) -> Flow[object]:
        """Wait for the end of an ingestion, and return its last status; see `wait`."""
        result = yield from self.wait(key_by_id(self.operation, self.polling, ingestion))
        return result.get()

    def wait(self, key: Key, first: float | None = None) -> Flow[CallResult[object]]:
        """Poll until the status is final. Return that response, or a refusal of the request for the status.

        Args:
            key: key of the ingestion.
            first: seconds to wait before the first poll, as requested by the vendor; None if it does not say.

        A status of which the table says nothing is logged once, and asked for again.

        Raises:
            DeadlineExceeded: the status was not final in time.
            CatalogError: the response is about another ingestion.
        """
        polling, following = self.polling, self.following
        began, status, notified = (yield Sleep(0)), "unknown", False
        noted: list[object] = []
        interval, deadline = following.first_interval(polling), following.longest(polling)
        queue, requested = following.queue if following.queue and following.queue.exclusive else None, first
        pause = following.silence if queue else interval if requested is None else requested
        while (left := deadline - ((yield Sleep(0)) - began)) > _INSTANT:
            if queue and not notified:
                notified = yield Receive(queue, ", ".join(key.values()), min(pause, left))
            else:
                yield Sleep(min(pause, left), JITTER if requested is None else 0)
            pause, interval = interval, min(max(interval, _INSTANT) * _GROWTH, max(interval, polling.max_interval))
            left = deadline - ((yield Sleep(0)) - began)
            result: CallResult[object] = yield Call(self.status_request(key), seconds=max(left, min(deadline, _LAST)))
            if (result.refused and not is_unexplained(result.error)) or isinstance(result.error, AccessError):
                return result
            if other := other_key(key, result):
                raise CatalogError(f"its status is not available: the response is about ingestion {other}")
            found = result.find(polling.status.path)
            status = str(found or status)
            if status in (*polling.succeeded, *polling.failed):
                return result
            is_read = result.response is not None and result.response.is_success
            if is_read and found not in (*polling.pending, *noted):
                noted.append(found)
                self._warn(key, found)
            requested = self._requested_wait(result)
            pause = pause if requested is None else requested
        raise DeadlineExceeded(f"ingestion {', '.join(key.values())} is {status} after {deadline:g} s")

    def _warn(self, key: Key, status: object) -> None:
        """Log a status that the table does not name, or that cannot be read, so that work is not waited for without a word."""
        place = ".".join(self.polling.status.path)
        what = f"{status!r}, which is in none of pending, succeeded and failed in x-client-polling"
        if status is None:
            what = f"not at {place}, where x-client-polling says that it is"
        LOG.warning("%s: the status of ingestion %s is %s; it is asked for again", self.operation, ", ".join(key.values()), what)

    def _requested_wait(self, result: CallResult[object]) -> float | None:
        """Return the seconds to wait that a response requests, at least the interval; None if it does not."""
        header, response = self.polling.wait, result.response
        found = seconds_until(response, header) if header is not None and response is not None else None
        return None if found is None else max(found, self.following.first_interval(self.polling))

    def _classify(self, items: Sequence[PendingItem], sent: _Sent) -> Flow[ChunkResult[Outcome]]:
        """Return the outcomes of an ingestion's items; they are unknown if its report cannot be read."""
        ingestion = ", ".join(sent.key.values())
        for each in items:
            each.ingestion_id = ingestion
        LOG.info("ingestion %s has %d items, from number %d on", ingestion, len(items), items[0].position)
        try:
            found = yield from self._outcomes(items, sent)
        except CancelledError:
            found = failed(items, None, "unknown", "the run was abandoned before the ingestion ended; resume it with its ledger")
            found.is_open = True
        except (CatalogError, ValueError) as error:  # an id that the spec forbids is a ValueError
            LOG.warning("ingestion %s: %s", ingestion, shortened(str(error)))
            found = failed(items, error, "unknown", str(error))
            found.is_open = not isinstance(error, ReportError)
            if isinstance(error, ReportRefused | LimitsError):
                found.fatal = error  # all other reports would end like this, too
        except Exception as error:  # noqa: BLE001 - it ends the run, after the outcomes that are known
            found = failed(items, error, "unknown")
            found.fatal = error
        return found

    def _outcomes(self, items: Sequence[PendingItem], sent: _Sent) -> Flow[ChunkResult[Outcome]]:
        polling, key = self.polling, sent.key
        result = yield from self.wait(key, sent.wait)
        if isinstance(result.error, AccessError):
            raise result.error
        if result.error:
            raise CatalogError(f"its status is not available: {describe(result.error)}")
        if (status := result.find(polling.status.path)) in polling.failed:
            raise ReportError(f"it has ended {status}")
        if polling.results is not None:
            return (yield from self._by_results(items, sent, polling.results, result))
        if polling.report is not None:
            return (yield from self._by_report(items, sent, polling.report, result))
        if error := error_beside(self.table, items, result):
            raise ReportError(self._contradiction(result, error))
        if not polling.confirms:
            return failed(items, None, "unknown", f"it has ended {status}, and something else says which items were done")
        return ChunkResult(results=[each.outcome("confirmed") for each in items])

    def _by_results(
        self, items: Sequence[PendingItem], sent: _Sent, listing: Rejections, result: CallResult[object]
    ) -> Flow[ChunkResult[Outcome]]:
        """Return the outcomes from the list of the last status, or from the pages of the operation that lists them."""
        pages: list[CallResult[object]] = []
        if self.read_results is not None:
            pages = yield from self.read_results(sent.key, result, self.following.longest(self.polling))
        first, *others = pages or [result]
        count = listed(listing, (first, *others))
        errors = [(result, miscounts(listing, result, count.failures))]
        errors += [(each, error_beside(self.table, items, each, listing, count)) for each in (result, *pages)]
        reason = next((self._contradiction(*each) for each in errors if each[1]), "")
        if reason:
            LOG.warning("ingestion %s: %s", ", ".join(sent.key.values()), shortened(reason))
        classify = classify_by_failures(self.table, listing, is_collected=sent.is_collected)
        return doubted(classify(items, replace(first, lost=sent.is_lost), *others), reason)

    def _contradiction(self, result: CallResult[object], error: str) -> str:
        """Return how the status or the results of work that has ended contradict its success; see `error_beside`."""
        status = result.find(self.polling.status.path)
        said = f"it has ended {status}, and its status" if status is not None else "it has ended, and a page of its results"
        return result.hidden(f"{said} has {error}: {result.text()}")

    def _by_report(
        self, items: Sequence[PendingItem], sent: _Sent, report: Report, result: CallResult[object]
    ) -> Flow[ChunkResult[Outcome]]:
        """Return the outcomes from the report; the last status has its link."""
        key, following, reports = sent.key, self.following, self.following.reports
        folder = Path(reports.folder or tempfile.mkdtemp(prefix="catalog-report-"))
        path = folder / file_name(key)
        with ExitStack() as cleaning:
            if not reports.folder:
                cleaning.callback(shutil.rmtree, folder)
            yield from download(
                link_of(result, report),
                path,
                table=report,
                origins=reports.origins or report.origins,
                most_bytes=reports.most_bytes,
                pause=following.first_interval(self.polling),
                seconds=following.longest(self.polling),
                status_request=lambda: self.status_request(key),
            )
            kept = cleaning.pop_all()  # a report that cannot be read, or leaves items unknown, is kept
            found = yield from self._read(path, items, report, reports, sent=sent, hide=result.hidden)
            found = self._doubted(items, result, found)
            if statuses_of(found.results)["unknown"]:
                LOG.warning("ingestion %s: its report leaves items unknown, and is kept: %s", ", ".join(key.values()), path)
            else:
                kept.close()
        return found

    def _doubted(
        self, items: Sequence[PendingItem], result: CallResult[object], found: ChunkResult[Outcome]
    ) -> ChunkResult[Outcome]:
        """Return the outcomes of a report; unknown if it confirms all items although the last status has an error or a warning."""
        if {*statuses_of(found.results)} != {"confirmed"} or not (name := error_beside(self.table, items, result)):
            return found
        reason = f"the report confirms all items, and the status of the ingestion has {name}: {result.text()}"
        return replace(failed(items, None, "unknown", result.hidden(reason)), unexpected=found.unexpected)

    def _read(
        self,
        path: Path,
        items: Sequence[PendingItem],
        report: Report,
        reports: Reports,
        *,
        sent: _Sent | None = None,
        hide: Callable[[str], str] = str,
    ) -> Flow[ChunkResult[Outcome]]:
        """Return the outcomes of items by a report."""
        confirmation, chunking, retry = self.table.confirmation, self.table.chunking, self.table.retry
        words = Words(
            report.success,
            report.failures,
            retry.done if retry is not None else None,
            retires=confirmation is not None and confirmation.retires,
            ignored=chunking.ignore if chunking is not None else (),
        )
        found: ChunkResult[Outcome] = yield Compute(
            lambda: classify_by_report(
                path,
                items,
                words=words,
                options=_named(reports, report),
                stores=self.stores,
                key=sent.key if sent else None,
                is_lost=sent is not None and sent.is_lost,
                hide=hide,
            )
        )
        return found


def _without_sending(outcomes: Callable[[Sequence[PendingItem]], Flow[ChunkResult[Outcome]]]) -> RunChunk[Outcome]:
    """Return a function that finds the outcomes of items which another run has sent. An item with a faulty key is unknown."""

    def run(chunk: Chunk, _: RunState) -> Flow[ChunkResult[Outcome]]:
        found = ChunkResult(results=[each.outcome("unknown", f"not looked up: {each.fault}") for each in chunk.items if each.fault])
        if items := [each for each in chunk.items if not each.fault]:
            found.add((yield from outcomes(items)))
        return found

    return run


def _report(operation: str, polling: Polling) -> Report:
    if polling.report is None:
        raise ValueError(f"the ingestions of {operation} have no report: its spec has none in x-client-polling")
    return polling.report


def _named(options: Reports, report: Report) -> Reports:
    """Return how a report is read; the spec names the columns that the caller does not name."""
    columns = report.columns
    return replace(
        options,
        sku=options.sku or columns.get("sku"),
        status=options.status or columns.get("status"),
        store=options.store or columns.get("store"),
        message=columns.get("message") if options.message is None else options.message,
    )
