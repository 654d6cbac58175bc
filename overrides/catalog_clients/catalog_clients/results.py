"""Results of a run. Reading them performs it, chunk after chunk: they are streamed, counted, and written to a ledger."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Generic

from ._engine.interrupts import stopping
from ._engine.ledger import Earlier, Ledger, read_ledger
from ._engine.records import ChunkResult, Counts, OnProgress, Outcome, Progress, Status, T
from ._engine.run_state import RunState
from .errors import CatalogError

__all__ = ["AsyncResult", "AsyncStream", "Counts", "OnProgress", "Outcome", "Progress", "Result", "Status", "Stream", "confirmed"]


def confirmed(ledger: str | Path, path: str | Path) -> int:
    """Write the SKUs that a ledger shows as confirmed to a text file, one in a line, and return their number.

    They may be deleted elsewhere. An item of which a later line says something else is not confirmed.

    Raises:
        LedgerError: it is not a ledger.
        FileExistsError: the text file exists.
    """
    earlier, number = Earlier.read(ledger), 0
    with Path(path).open("x", encoding="utf-8", errors="backslashreplace") as file:
        for row in read_ledger(ledger):
            if row.status == "confirmed" and earlier.is_confirmed(row.item):
                file.write(f"{row.sku}\n")
                number += 1
    return number


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
        return (result for results in self._read() for result in results)

    def stop(self) -> None:
        """Read and send nothing more. What is under way is followed to its end, and its results are given."""
        self._state.stop(CatalogError("the run was stopped"))

    def _read(self) -> Generator[list[T]]:
        """Yield the results of each chunk."""
        with closing(self._chunks):
            for chunk in self._chunks:
                self._state.note(chunk)
                yield chunk.results
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
        return self._each()

    def stop(self) -> None:
        """Read and send nothing more; see `Stream.stop`."""
        self._state.stop(CatalogError("the run was stopped"))

    async def _each(self) -> AsyncGenerator[T]:
        async with aclosing(self._read()) as chunks:
            async for results in chunks:
                for each in results:
                    yield each

    async def _read(self) -> AsyncGenerator[list[T]]:
        """Yield the results of each chunk."""
        async with aclosing(self._chunks):
            async for chunk in self._chunks:
                self._state.note(chunk)
                yield chunk.results
                self._state.report()
        self._state.finish()


class Result(Stream[Outcome]):
    """The outcomes of a run, one for each SKU; iterating over it, once, performs the run."""

    @property
    def counts(self) -> Counts:
        """Numbers of the outcomes that were read; of a run that resumes an earlier one, with those of its ledger."""
        return self._state.counts

    def write(self, path: str | Path | None = None) -> Counts:
        """Perform the run and write its ledger, a CSV or, where the name ends in .jsonl, JSON Lines.

        Outcomes are written chunk by chunk. Before items are sent whose outcome comes later, the ledger says so, and before their
        outcome is known, it has a line for each of them with the id of its ingestion; the last line about an item counts. At the
        first Ctrl-C or SIGTERM nothing more is sent, and what is under way is followed for up to 30 seconds; the second one leaves
        at once. A run that has ended early can go on, see the argument `resume` of the facades.

        Args:
            path: of the file; default: the ledger that is resumed, to which lines are added.

        Raises:
            FileExistsError: the file exists, and is not the ledger that is resumed; nothing was sent.
            ValueError: its name has another suffix, or it is not given; nothing was sent.
            LedgerError: the ledger cannot be written; nothing more was sent.
        """
        with _ledger(path, self._state) as ledger, stopping(self._state.stop):
            self._begin()
            for outcomes in self._read():
                ledger.outcomes(outcomes)
        return self.counts

    def __repr__(self) -> str:
        return f"Result({self.counts})"


class AsyncResult(AsyncStream[Outcome]):
    """The outcomes of a run, one for each SKU; iterating over it with `async for`, once, performs the run."""

    @property
    def counts(self) -> Counts:
        """Numbers of the outcomes that were read; of a run that resumes an earlier one, with those of its ledger."""
        return self._state.counts

    async def awrite(self, path: str | Path | None = None) -> Counts:
        """Perform the run and write its ledger; see `Result.write`."""
        with _ledger(path, self._state) as ledger, stopping(self._state.stop):
            self._begin()
            async for outcomes in self._read():
                ledger.outcomes(outcomes)
        return self.counts

    def __repr__(self) -> str:
        return f"AsyncResult({self.counts})"


def _ledger(path: str | Path | None, state: RunState) -> Ledger:
    """Open the ledger of a run."""
    earlier = state.earlier.path if state.earlier else None
    if path is None and earlier is None:
        raise ValueError("give the path of the ledger")
    is_resumed = earlier is not None and (path is None or (Path(path).exists() and Path(path).samefile(earlier)))
    state.ledger = Ledger(Path(path or earlier or ""), resume=is_resumed)
    return state.ledger
