"""What became of each SKU. Reading the results of a run carries it out, chunk after chunk: they are streamed, counted, written."""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias

import httpx2
import msgspec

from .effects import T
from .errors import Unreachable, told

if TYPE_CHECKING:
    from .chunks import Chunker

Items: TypeAlias = Iterable[T] | AsyncIterable[T]
Status = Literal["confirmed", "rejected", "unknown"]
_UNREACHED, _MOST_UNREACHED = (httpx2.ConnectError, httpx2.ConnectTimeout), 10  # chunks one after the other, before a run ends


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of a SKU. Only `confirmed` says that the vendor has confirmed it, so that it may be deleted elsewhere.

    Attributes:
        sku: SKU, offer id or product id, as it was sent.
        status: `rejected`: the vendor refuses it, or the spec, before anything was sent. `unknown`: nobody has said.
        store: store of an uploaded item.
        reason: why it is not confirmed, in the vendor's words where there are some.
        item: its position in the input, from 1.
        chunk: number of the chunk that it was part of, from 1.
        ingestion_id: the vendor's id of the work that the chunk became, where there is one.
        attempt: which attempt at the request was the last, from 1; 0 if nothing was sent.
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
    """How many outcomes there are. `duplicates`: items that another one stands for; `strangers`: reported SKUs that nobody sent."""

    confirmed: int = 0
    rejected: int = 0
    unknown: int = 0
    duplicates: int = 0
    strangers: int = 0

    @property
    def total(self) -> int:
        """Number of outcomes."""
        return self.confirmed + self.rejected + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: outcomes so far, chunks done, seconds since the start, outcomes per second."""

    counts: Counts
    chunks: int
    seconds: float
    rate: float


@dataclass(slots=True, kw_only=True)
class Done(Generic[T]):
    """What a chunk has given.

    Attributes:
        results: one for each of its items.
        strangers: number of SKUs that were reported and not sent.
        fatal: why the run ends, if it does.
        failure: what its last request has ended with, if that was not accepted.
    """

    results: list[T] = field(default_factory=list)
    strangers: int = 0
    fatal: Exception | None = None
    failure: Exception | None = None


class Stream(Generic[T]):
    """Results as they become known; reading them is what carries the run out. To be read once, in one of two ways.

    Iterate over it, or use `async for` where it comes from an asynchronous client. Why a run ends early is raised after all that is
    known was given.

    Args:
        batches: what each chunk has given; a generator, synchronous or not.
        chunker: where the chunks come from.
        ended: where it is kept why the run ends early, if it does.
    """

    def __init__(self, batches: Any, chunker: Chunker, ended: list[Exception]) -> None:
        self._batches, self._chunker, self._ended = batches, chunker, ended
        self._unreached, self._is_read = 0, False

    def __iter__(self) -> Iterator[T]:
        return self._read(self._begun(Generator, "this comes from an asynchronous client: use async for"))

    def __aiter__(self) -> AsyncIterator[T]:
        return self._aread(self._begun(AsyncGenerator, "this comes from a synchronous client: use for"))

    def _begun(self, kind: type, otherwise: str) -> Any:
        if not isinstance(self._batches, kind):
            raise TypeError(otherwise)
        if self._is_read:
            raise RuntimeError("this was read before, and can be read once")
        self._is_read = True
        return self._batches

    def _read(self, batches: Generator[Done[T]]) -> Iterator[T]:
        with closing(batches):
            for done in batches:
                self._take(done)
                yield from done.results
                self._tell()
        self._finish()

    async def _aread(self, batches: AsyncGenerator[Done[T]]) -> AsyncIterator[T]:
        async with aclosing(batches):
            async for done in batches:
                self._take(done)
                for each in done.results:
                    yield each
                self._tell()
        self._finish()

    def _take(self, done: Done[T]) -> None:
        """Take note of what a chunk has given."""
        self._unreached = self._unreached + 1 if isinstance(done.failure, _UNREACHED) else 0
        if done.fatal:
            self._ended.append(done.fatal)
        elif self._unreached == _MOST_UNREACHED:
            self._ended.append(Unreachable(f"{_MOST_UNREACHED} chunks in a row did not reach the vendor: {told(done.failure)}"))

    def _tell(self) -> None:
        """Tell how far the run is, after the results of a chunk were read."""

    def _finish(self) -> None:
        """Raise what has ended the run, or its input."""
        if failure := next(iter(self._ended), self._chunker.failure):
            raise failure


class Result(Stream[Outcome]):
    """The outcomes of a run, one for each SKU."""

    def __init__(
        self, batches: Any, chunker: Chunker, ended: list[Exception], progress: Callable[[Progress], object] | None = None
    ) -> None:
        super().__init__(batches, chunker, ended)
        self._numbers, self._progress = Counter[str](), progress
        self._chunks, self._began = 0, time.monotonic()

    @property
    def counts(self) -> Counts:
        """How many outcomes of each kind were read."""
        return Counts(**self._numbers, duplicates=self._chunker.duplicates)

    def __repr__(self) -> str:
        return f"Result({self.counts})"

    def write(self, path: str | Path) -> Counts:
        """Carry the run out and write each outcome as it comes: CSV or, where the name ends in .jsonl, JSON Lines.

        Raises:
            FileExistsError: the file is there; nothing was sent.
        """
        outcomes = iter(self)
        with _writing(Path(path)) as write:
            for outcome in outcomes:
                write(outcome)
        return self.counts

    async def awrite(self, path: str | Path) -> Counts:
        """Do the same in an event loop."""
        outcomes = aiter(self)
        with _writing(Path(path)) as write:
            async for outcome in outcomes:
                write(outcome)
        return self.counts

    def _take(self, done: Done[Outcome]) -> None:
        super()._take(done)
        self._numbers.update(each.status for each in done.results)
        self._numbers["strangers"] += done.strangers
        self._chunks += 1

    def _tell(self) -> None:
        if self._progress:
            counts, seconds = self.counts, time.monotonic() - self._began
            rate = counts.total / max(seconds, 1e-9)
            try:
                self._progress(Progress(counts=counts, chunks=self._chunks, seconds=seconds, rate=rate))
            except Exception as error:  # noqa: BLE001 - it is raised when what is under way has ended
                self._progress = None
                self._ended.append(error)


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
