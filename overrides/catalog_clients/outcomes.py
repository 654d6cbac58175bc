"""What became of each SKU: outcomes, how many there are of each kind, and results that stream them and write them to files."""

from __future__ import annotations

import csv
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Literal, TypeVar

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


class Stream(Generic[T]):
    """Results as they become known; reading them is what carries the run out. To be read once, in one of two ways.

    Iterate over it, or use `async for` where it comes from an asynchronous client. Why a run ends early is raised after all that is
    known was given.
    """

    def __init__(self, batches: Iterator[Done[T]] | AsyncIterator[Done[T]]) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[T]:
        if not isinstance(self._batches, Iterator):
            raise TypeError("this comes from an asynchronous client: use async for")
        for done in self._batches:
            self._count(done)
            yield from done.results

    async def __aiter__(self) -> AsyncIterator[T]:
        if not isinstance(self._batches, AsyncIterator):
            raise TypeError("this comes from a synchronous client: use for")
        async for done in self._batches:
            self._count(done)
            for each in done.results:
                yield each

    def _count(self, done: Done[T]) -> None:
        """Take note of what a chunk has given."""


class Result(Stream[Outcome]):
    """The outcomes of a run, one for each SKU. `counts` is of those that were read."""

    def __init__(
        self,
        batches: Iterator[Done[Outcome]] | AsyncIterator[Done[Outcome]],
        duplicates: Callable[[], int],
        progress: Callable[[Progress], object] | None,
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
        with _writing(Path(path)) as write:
            for outcome in self:
                write(outcome)
        return self.counts

    async def awrite(self, path: str | Path) -> Counts:
        """Do the same in an event loop."""
        with _writing(Path(path)) as write:
            async for outcome in self:
                write(outcome)
        return self.counts

    def _count(self, done: Done[Outcome]) -> None:
        counts, seconds = self.counts, time.monotonic() - self._began
        for each in done.results:
            setattr(counts, each.status, getattr(counts, each.status) + 1)
        counts.duplicates, counts.strangers = self._duplicates(), counts.strangers + done.strangers
        self._chunks += 1
        if self._progress:
            rate = counts.total / max(seconds, 1e-9)
            self._progress(Progress(counts=counts, chunks=self._chunks, seconds=seconds, rate=rate))


@contextmanager
def _writing(path: Path) -> Iterator[Callable[[Outcome], object]]:
    """Open a file for outcomes, line by line: an interruption loses none of those that were read."""
    with path.open("x", encoding="utf-8", newline="", buffering=1) as file:
        if path.suffix == ".jsonl":
            yield lambda outcome: file.write(msgspec.json.encode(outcome).decode() + "\n")
        else:
            rows = csv.writer(file)
            rows.writerow(Outcome.__struct_fields__)
            yield lambda outcome: rows.writerow(msgspec.structs.astuple(outcome))
