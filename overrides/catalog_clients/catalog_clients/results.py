"""Outcomes of SKUs. Reading the results of a run performs it, chunk after chunk: they are streamed, counted, written."""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

import httpx2
import msgspec

from .errors import Unreachable, describe

Status: TypeAlias = Literal["confirmed", "rejected", "unknown"]
_UNREACHED, _MOST_UNREACHED = (httpx2.ConnectError, httpx2.ConnectTimeout), 10  # chunks in a row, before a run is stopped


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The outcome of a SKU. Only `confirmed` says that the vendor has confirmed it, so that it may be deleted elsewhere.

    Attributes:
        sku: SKU, offer id or product id, as it was sent.
        status: `rejected`: refused by the vendor, or by the spec before it was sent. `unknown`: neither confirmed nor refused.
        store: store of an uploaded item.
        reason: why it is not confirmed, in the vendor's words where there are some.
        item: its position in the input, from 1.
        chunk: number of its chunk, from 1.
        ingestion_id: the vendor's id of the ingestion of its chunk, where there is one.
        attempt: number of the last attempt at its request, from 1; 0 if nothing was sent.
    """

    sku: str
    status: Status
    store: str = ""
    reason: str = ""
    item: int = 0
    chunk: int = 0
    ingestion_id: str = ""
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers of outcomes.

    Attributes:
        confirmed, rejected, unknown: outcomes with that status.
        duplicates: items that were not sent, as another one with the same key was.
        unexpected: SKUs that the vendor has reported although they were not sent.
    """

    confirmed: int = 0
    rejected: int = 0
    unknown: int = 0
    duplicates: int = 0
    unexpected: int = 0

    @property
    def total(self) -> int:
        """Number of outcomes."""
        return self.confirmed + self.rejected + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        counts: outcomes so far.
        chunks: number of chunks that have ended.
        seconds: since the start.
        rate: outcomes per second.
    """

    counts: Counts
    chunks: int
    seconds: float
    rate: float


OnProgress: TypeAlias = Callable[[Progress], object]


class _HasStatus(Protocol):
    @property
    def status(self) -> str: ...


T = TypeVar("T", bound=_HasStatus)


@dataclass(slots=True, kw_only=True)
class ChunkResult(Generic[T]):
    """The result of a chunk.

    Attributes:
        results: one for each of its items.
        unexpected: number of SKUs that were reported and not sent.
        fatal: why the run ends, if it does.
        failure: error of its last request, if that was not accepted.
    """

    results: list[T] = field(default_factory=list)
    unexpected: int = 0
    fatal: Exception | None = None
    failure: Exception | None = None

    def add(self, other: ChunkResult[T]) -> None:
        """Add the result of a further part of the chunk."""
        self.results += other.results
        self.unexpected += other.unexpected
        self.fatal, self.failure = other.fatal, other.failure


@dataclass(slots=True)
class RunState:
    """What the reader of a run's results, its chunks and the reader of its input share.

    Attributes:
        progress: called after each chunk, when its results were read.
        stopped: why nothing more is read and sent, if so.
        input_error: error with which the input has ended, if it has.
        duplicates: number of items that were not sent, as another one with the same key was.
    """

    progress: OnProgress | None = None
    stopped: Exception | None = None
    input_error: Exception | None = None
    duplicates: int = 0
    _statuses: Counter[str] = field(default_factory=Counter)
    _unexpected: int = 0
    _chunks: int = 0
    _unreached: int = 0
    _began: float = field(default_factory=time.monotonic)

    @property
    def counts(self) -> Counts:
        """Numbers of outcomes, of all chunks that have ended."""
        confirmed, rejected, unknown = (self._statuses[each] for each in ("confirmed", "rejected", "unknown"))
        return Counts(
            confirmed=confirmed, rejected=rejected, unknown=unknown, duplicates=self.duplicates, unexpected=self._unexpected
        )

    def stop(self, error: Exception) -> None:
        """Stop the run; the first reason counts."""
        self.stopped = self.stopped or error

    def note(self, chunk: ChunkResult[T]) -> None:
        """Count the results of a chunk, and stop the run where they say so."""
        self._chunks += 1
        self._statuses.update(each.status for each in chunk.results)
        self._unexpected += chunk.unexpected
        self._unreached = self._unreached + 1 if isinstance(chunk.failure, _UNREACHED) else 0
        if chunk.fatal:
            self.stop(chunk.fatal)
        elif self._unreached == _MOST_UNREACHED:
            self.stop(Unreachable(f"{_MOST_UNREACHED} chunks in a row could not connect to the vendor: {describe(chunk.failure)}"))

    def report(self) -> None:
        """Report progress, after the results of a chunk were read; stop the run where the caller's function fails."""
        if self.progress is None:
            return
        counts, seconds = self.counts, time.monotonic() - self._began
        try:
            self.progress(Progress(counts=counts, chunks=self._chunks, seconds=seconds, rate=counts.total / max(seconds, 1e-9)))
        except Exception as error:  # noqa: BLE001 - it is raised when the chunks under way have ended
            self.progress = None
            self.stop(error)

    def finish(self) -> None:
        """Raise what has ended the run or its input early, if anything has."""
        if error := self.stopped or self.input_error:
            raise error


class _ReadOnce:
    """What is read once."""

    _is_read = False

    def _begin(self) -> None:
        if self._is_read:
            raise RuntimeError("these results were read before, and can be read once")
        self._is_read = True


class Stream(_ReadOnce, Generic[T]):
    """Results as they become known; iterating over it, once, performs the run.

    Why a run ends early is raised after all results that are known.
    """

    def __init__(self, chunks: Generator[ChunkResult[T]], state: RunState) -> None:
        self._chunks, self._state = chunks, state

    def __iter__(self) -> Generator[T]:
        self._begin()
        return self._read()

    def _read(self) -> Generator[T]:
        with closing(self._chunks):
            for chunk in self._chunks:
                self._state.note(chunk)
                yield from chunk.results
                self._state.report()
        self._state.finish()


class AsyncStream(_ReadOnce, Generic[T]):
    """Results as they become known; iterating over it with `async for`, once, performs the run.

    Why a run ends early is raised after all results that are known.
    """

    def __init__(self, chunks: AsyncGenerator[ChunkResult[T]], state: RunState) -> None:
        self._chunks, self._state = chunks, state

    def __aiter__(self) -> AsyncGenerator[T]:
        self._begin()
        return self._read()

    async def _read(self) -> AsyncGenerator[T]:
        async with aclosing(self._chunks):
            async for chunk in self._chunks:
                self._state.note(chunk)
                for each in chunk.results:
                    yield each
                self._state.report()
        self._state.finish()


class Result(Stream[Outcome]):
    """The outcomes of a run, one for each SKU; iterating over it, once, performs the run."""

    @property
    def counts(self) -> Counts:
        """Numbers of the outcomes that were read."""
        return self._state.counts

    def write(self, path: str | Path) -> Counts:
        """Perform the run and write each outcome at once: as CSV or, where the name ends in .jsonl, as JSON Lines.

        Raises:
            FileExistsError: the file exists; nothing was sent.
        """
        outcomes = iter(self)
        with _writing(Path(path)) as write:
            for outcome in outcomes:
                write(outcome)
        return self.counts

    def __repr__(self) -> str:
        return f"Result({self.counts})"


class AsyncResult(AsyncStream[Outcome]):
    """The outcomes of a run, one for each SKU; iterating over it with `async for`, once, performs the run."""

    @property
    def counts(self) -> Counts:
        """Numbers of the outcomes that were read."""
        return self._state.counts

    async def awrite(self, path: str | Path) -> Counts:
        """Perform the run and write each outcome at once; see `Result.write`."""
        outcomes = aiter(self)
        with _writing(Path(path)) as write:
            async for outcome in outcomes:
                write(outcome)
        return self.counts

    def __repr__(self) -> str:
        return f"AsyncResult({self.counts})"


@contextmanager
def _writing(path: Path) -> Iterator[Callable[[Outcome], object]]:
    """Open a file for outcomes, line by line: an interruption loses none of those that were read."""
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="", buffering=1) as file:
        if path.suffix == ".jsonl":
            yield lambda outcome: file.write(json.dumps(msgspec.structs.asdict(outcome), ensure_ascii=False) + "\n")
        else:
            rows = csv.writer(file)
            rows.writerow(Outcome.__struct_fields__)
            yield lambda outcome: rows.writerow(msgspec.structs.astuple(outcome))
