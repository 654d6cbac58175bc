"""The shared state of a run: its counts, its ledger, and why it ends early."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Collection
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import httpx2

from catalog_clients._engine.ledger.joint import statuses_of
from catalog_clients._engine.ledger.ledger import Earlier, Ledger
from catalog_clients._engine.ledger.records import ChunkResult, Counts, OnProgress, PendingItem, Progress, T
from catalog_clients._engine.limits import LOG
from catalog_clients.errors import Interrupted, Unreachable, describe, shortened

_UNREACHED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError)
_PROXY_REFUSES = 407  # statuses that only a proxy sends
_MOST_UNREACHED = 10  # chunks in a row, before a run is stopped
_MOST_TEXTS = 100  # maximum number of full reasons in the log of a run
_DRAIN = 30.0  # seconds for work in progress to end after an interrupt


class Journal(Protocol):
    """Records items before they are sent; see `Ledger`."""

    def sending(self, items: Collection[PendingItem], /) -> None: ...
    def submitted(self, items: Collection[PendingItem], chunk: int, ingestion_id: str, /, *, is_lost: bool) -> None: ...


@dataclass(slots=True)
class RunState:
    """The state that the results of a run, its chunks and the reader of its input share.

    Attributes:
        progress: called after each chunk, when its results were read.
        total: number of items; None if it is not known.
        is_short: whether its items are in memory, and fit into one chunk.
        purpose: purpose of the run, for its ledger; empty if it only collects outcomes of another run.
        retires: whether confirmed items may be deleted elsewhere.
        key_seed: secret seed of the keys of its requests, also when it is resumed; empty if requests have no keys.
        earlier: the ledger of the earlier run that this one resumes.
        holds_sent: whether items are not sent again that the earlier run may have sent.
        ledger: the ledger that is written.
        journal: records items before they are sent: the ledger, or the journal of a durable engine.
        stopped: why no more items are read and sent.
        halted: done when no more items are read and sent.
        input_error: error that has ended the input.
        duplicates: number of items that were not sent, as another item has the same key.
        ingestions: ids of the ingestions that it has started.
        is_open: whether the vendor may still execute a request of a chunk that has ended.
    """

    progress: OnProgress | None = None
    total: int | None = None
    is_short: bool = False
    purpose: str = ""
    retires: bool = False
    key_seed: str = ""
    earlier: Earlier | None = None
    holds_sent: bool = False
    ledger: Ledger | None = None
    journal: Journal | None = None
    stopped: Exception | None = None
    halted: Future[None] = field(default_factory=Future)
    input_error: Exception | None = None
    duplicates: int = 0
    ingestions: set[str] = field(default_factory=set)
    is_open: bool = False
    _statuses: Counter[str] = field(default_factory=Counter)
    _unexpected: int = 0
    _chunks: int = 0
    _unreached: int = 0
    _texts: set[str] = field(default_factory=set)
    _read: int = 0
    _began: float = field(default_factory=time.monotonic)
    _interrupted: float | None = None
    _keyboard: KeyboardInterrupt | None = None

    @property
    def is_in_line(self) -> bool:
        """Whether it needs no threads: its input does not block, it has one chunk, and no ledger.

        A run with a ledger needs threads: after an interrupt, it waits for work in progress for a limited time.
        """
        return self.is_short and self.journal is None

    @property
    def counts(self) -> Counts:
        """Numbers of outcomes of all ended chunks and of the earlier run."""
        found = self._statuses + (self.earlier.statuses if self.earlier else Counter())
        return Counts(
            confirmed=found["confirmed"],
            rejected=found["rejected"],
            unknown=found["unknown"],
            duplicates=self.duplicates,
            unexpected=self._unexpected,
        )

    def stop(self, error: Exception) -> None:
        """Stop the run. Only the first reason counts."""
        self.stopped = self.stopped or error
        if isinstance(error, Interrupted) and self._interrupted is None:
            self._interrupted = time.monotonic()
        with suppress(InvalidStateError):  # it was stopped before
            self.halted.set_result(None)

    def patience(self) -> float | None:
        """Return the maximum seconds to wait for work in progress; None for no maximum."""
        return None if self._interrupted is None else max(0.0, self._interrupted + _DRAIN - time.monotonic())

    def note(self, chunk: ChunkResult[T]) -> None:
        """Count the results of a chunk, and stop the run after a fatal one."""
        self._chunks += 1
        self._read += len(chunk.results)
        self._statuses.update(statuses_of(chunk.results))
        self._unexpected += chunk.unexpected
        self._unreached = self._unreached + 1 if is_unreached(chunk.failure) else 0
        if chunk.text:
            self._log(chunk.text)
        if chunk.fatal:
            self.stop(chunk.fatal)
        elif self._unreached == _MOST_UNREACHED:
            self.stop(Unreachable(f"{_MOST_UNREACHED} chunks in a row could not connect to the vendor: {describe(chunk.failure)}"))

    def _log(self, text: str) -> None:
        """Log the full text of a shortened reason, once for all chunks."""
        if (beginning := shortened(text)) not in self._texts and len(self._texts) < _MOST_TEXTS:
            self._texts.add(beginning)
            LOG.warning("the whole of a reason that is shortened in outcomes: %s", text)

    def report(self) -> None:
        """Report progress after the results of a chunk were read. Stop the run if the caller's function fails, or interrupts it.

        What interrupts a run with a ledger is not called again, as it might do so a second time.
        """
        if self.progress is None:
            return
        was_interrupted = self._interrupted is not None
        counts, seconds = self.counts, time.monotonic() - self._began
        rate = self._read / max(seconds, 1e-9)
        left = None if self.total is None or not rate else max(0, self.total - counts.total - counts.duplicates) / rate
        try:
            self.progress(
                Progress(counts=counts, chunks=self._chunks, seconds=seconds, rate=rate, total=self.total, left=left),
            )
        except KeyboardInterrupt as error:
            if was_interrupted or self.journal is None:
                raise
            self._keyboard = error
            self.stop(Interrupted(signal.SIGINT))
        except Exception as error:  # noqa: BLE001 - it is raised when the chunks in progress have ended
            self.progress = None
            self.stop(error)
        if self._interrupted is not None and not was_interrupted:
            self.progress = None

    def summary(self) -> str:
        """Return the counts of an interrupted run, and how to resume it."""
        counts, path = self.counts, str(self.ledger.path) if self.ledger else ""
        known = f"{counts.confirmed} items are confirmed, {counts.rejected} rejected, {counts.unknown} unknown"
        return f"the run was interrupted: {known}, and nothing more is sent; resume it with resume={path!r}"

    def finish(self) -> None:
        """Raise the error that has ended the run or its input early, if any."""
        if error := self._keyboard or self.stopped or self.input_error:
            raise error


def is_unreached(failure: Exception | None) -> bool:
    """Return whether a request has failed without a connection to the vendor, so that nothing was sent."""
    return isinstance(failure, _UNREACHED) or getattr(failure, "status", None) == _PROXY_REFUSES
