"""The results of a run: reading them carries it out, chunk after chunk. They are streamed, counted and written to files."""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from contextlib import aclosing, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, TypeAlias

import httpx2
import msgspec

from .chunks import Chunk, Chunker, told
from .drivers import AsyncDriver, Driver
from .effects import Flow, T
from .errors import Unreachable
from .outcomes import Counts, Done, Outcome, Progress

Items: TypeAlias = Iterable[T] | AsyncIterable[T]
_UNREACHED, _MOST_UNREACHED = (httpx2.ConnectError, httpx2.ConnectTimeout), 10  # chunks one after the other, before a run ends


class Stream(Generic[T]):
    """Results as they become known; reading them is what carries the run out. To be read once, in one of two ways.

    Iterate over it, or use `async for` where it comes from an asynchronous client. Why a run ends early is raised after all that is
    known was given.

    Args:
        driver: runs the flows.
        chunker: splits the items.
        items: what the run is over.
        flow: carries out a chunk; it is told why the run has ended, if it has.
        width: most chunks under way at the same time.
    """

    def __init__(
        self,
        driver: Driver | AsyncDriver,
        chunker: Chunker,
        items: Items[object],
        flow: Callable[[Chunk, Exception | None], Flow[Done[T]]],
        width: int,
    ) -> None:
        if isinstance(items, str | bytes | Mapping) or not isinstance(items, Iterable | AsyncIterable):
            raise TypeError(f"give an iterable of items, such as a list, and not {type(items).__name__}")
        self._chunker, self._ended, self._unreached, self._is_read = chunker, list[Exception](), 0, False
        ended = self._ended

        def carry_out(chunk: Chunk) -> Flow[Done[T]]:
            return flow(chunk, next(iter(ended), None))

        self._batches: Generator[Done[T]] | AsyncGenerator[Done[T]]
        if isinstance(driver, AsyncDriver):
            self._batches = driver.map(chunker.achunks(items, ended), carry_out, width)
        elif isinstance(items, Iterable):
            self._batches = driver.map(chunker.chunks(items, ended), carry_out, width)
        else:
            raise TypeError("an asynchronous iterable needs an asynchronous client")

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
    """The outcomes of a run, one for each SKU. `counts` is of those that were read."""

    def __init__(self, *run: Any, progress: Callable[[Progress], object] | None = None) -> None:
        super().__init__(*run)
        self.counts, self._progress = Counts(), progress
        self._chunks, self._began = 0, time.monotonic()

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
        for status, number in Counter(each.status for each in done.results).items():
            setattr(self.counts, status, getattr(self.counts, status) + number)
        self.counts.duplicates = self._chunker.duplicates
        self.counts.strangers += done.strangers
        self._chunks += 1

    def _tell(self) -> None:
        if self._progress:
            seconds = time.monotonic() - self._began
            rate = self.counts.total / max(seconds, 1e-9)
            self._progress(Progress(counts=replace(self.counts), chunks=self._chunks, seconds=seconds, rate=rate))

    def _finish(self) -> None:
        self.counts.duplicates = self._chunker.duplicates
        super()._finish()


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
