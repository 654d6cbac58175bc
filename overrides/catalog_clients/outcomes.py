"""What became of each SKU: outcomes, how many there are of each kind, and results that stream them and write them to files."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, Literal, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")
Status = Literal["confirmed", "rejected", "unknown"]


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


@dataclass(slots=True, kw_only=True)
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
    """What a chunk has given: results, number of SKUs that were reported and not sent, and why the run ends, if it does."""

    results: list[T] = field(default_factory=list)
    strangers: int = 0
    fatal: Exception | None = None


Batches: TypeAlias = Generator[Done[T]] | AsyncGenerator[Done[T]]


class Stream(Generic[T]):
    """Results as they become known; reading them is what carries the run out. To be read once, in one of two ways.

    Iterate over it, or use `async for` where it comes from an asynchronous client. Why a run ends early is raised after all that is
    known was given.
    """

    def __init__(self, batches: Batches[T]) -> None:
        self._batches, self._is_read = batches, False

    def __iter__(self) -> Iterator[T]:
        if not isinstance(self._batches, Generator):
            raise TypeError("this comes from an asynchronous client: use async for")
        self._begin()
        return self._read(self._batches)

    def __aiter__(self) -> AsyncIterator[T]:
        if not isinstance(self._batches, AsyncGenerator):
            raise TypeError("this comes from a synchronous client: use for")
        self._begin()
        return self._aread(self._batches)

    def _begin(self) -> None:
        if self._is_read:
            raise RuntimeError("this was read before, and can be read once")
        self._is_read = True

    def _read(self, batches: Generator[Done[T]]) -> Iterator[T]:
        with closing(batches):
            for done in batches:
                yield from self._counted(done)
        self._ended()

    async def _aread(self, batches: AsyncGenerator[Done[T]]) -> AsyncIterator[T]:
        async with aclosing(batches):
            async for done in batches:
                for each in self._counted(done):
                    yield each
        self._ended()

    def _counted(self, done: Done[T]) -> list[T]:
        return done.results

    def _ended(self) -> None:
        """Take note that all was read."""


class Result(Stream[Outcome]):
    """The outcomes of a run, one for each SKU. `counts` is of those that were read."""

    def __init__(
        self, batches: Batches[Outcome], duplicates: Callable[[], int], progress: Callable[[Progress], object] | None
    ) -> None:
        super().__init__(batches)
        self.counts = Counts()
        self._duplicates, self._progress = duplicates, progress
        self._chunks, self._began = 0, time.monotonic()

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

    def _ended(self) -> None:
        self.counts.duplicates = self._duplicates()

    def _counted(self, done: Done[Outcome]) -> list[Outcome]:
        counts, seconds = self.counts, time.monotonic() - self._began
        for each in done.results:
            setattr(counts, each.status, getattr(counts, each.status) + 1)
        counts.duplicates, counts.strangers = self._duplicates(), counts.strangers + done.strangers
        self._chunks += 1
        if self._progress:
            rate = counts.total / max(seconds, 1e-9)
            self._progress(Progress(counts=replace(counts), chunks=self._chunks, seconds=seconds, rate=rate))
        return done.results


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
