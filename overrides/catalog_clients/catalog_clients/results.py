"""Results of a run. Reading them performs the run, chunk after chunk; they can be streamed, counted, and written to a ledger."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import aclosing, closing
from functools import partial
from pathlib import Path
from typing import Generic, cast

from ._engine.ledger.exports import export, ledger_of, table_of
from ._engine.ledger.file import whole_file
from ._engine.ledger.ledger import Ledger, check_retires, last_rows
from ._engine.ledger.records import Breach, ChunkResult, Counts, OnProgress, Outcome, Progress, Status, T, Validation
from ._engine.limits import LOG
from ._engine.run.interrupts import stopping
from ._engine.run.state import RunState
from .errors import CatalogError, Interrupted

__all__ = ["AsyncResult", "AsyncStream", "Breach", "Counts", "OnProgress", "Outcome", "Progress", "Result", "Status", "Stream"]
__all__ += ["Validation", "confirmed"]


def confirmed(ledger: str | Path, path: str | Path) -> int:
    """Write the SKUs that are confirmed in the ledger of an archiving to a text file, one per line, and return their number.

    These SKUs may be deleted elsewhere. A SKU is written, once, if the last line of each of its items in the ledger is `confirmed`.
    A SKU that contains a line break is left out. The ledger of `collect` or `read_report` does not say which operation was run:
    pass it only if that was an archiving.

    Args:
        ledger: ledger of a run, or the Parquet file or Excel workbook that was written with it.
        path: text file to write.

    Raises:
        LedgerError: the file is not a ledger, or is the ledger of a run that did not archive, such as an upload.
        FileExistsError: the text file exists.
        OSError: it cannot be written, and is not there.
    """
    ledger = ledger_of(Path(ledger))
    check_retires(ledger)
    others = {row.sku for row in last_rows(ledger) if row.status != "confirmed"}
    listed = dict.fromkeys(row.sku for row in last_rows(ledger) if row.sku not in others and row.sku.splitlines() == [row.sku])
    _refuse_existing(Path(path))
    with whole_file(Path(path)) as part, part.open("w", encoding="utf-8") as file:  # half a line would be another SKU
        file.writelines(f"{sku}\n" for sku in listed)
    return len(listed)


class _ReadOnce:
    """Results that can be read once only."""

    _is_read = False

    def _check_unread(self) -> None:
        if self._is_read:
            raise RuntimeError("these results have been read already, and can be read only once")

    def _begin(self) -> None:
        self._check_unread()
        self._is_read = True


class Stream(_ReadOnce, Generic[T]):
    """Results as they become known. Iterating over it performs the run, and is possible once only.

    If the run ends early, its error is raised after all known results.
    """

    def __init__(self, chunks: Generator[ChunkResult[T]], state: RunState) -> None:
        self._chunks, self._state = chunks, state

    def __iter__(self) -> Generator[T]:
        self._begin()
        return self._each()

    def stop(self) -> None:
        """End the run: no more items are read or sent. Work in progress is completed, and its results are yielded.

        After these results, iterating raises a `CatalogError`.
        """
        self._state.stop(CatalogError("the run was stopped"))

    def _each(self) -> Generator[T]:
        with closing(self._read()) as chunks:
            for results in chunks:
                yield from results

    def _read(self) -> Generator[Sequence[T]]:
        """Yield the results of each chunk."""
        with closing(self._chunks):
            for chunk in self._chunks:
                self._state.note(chunk)
                yield chunk.results
                self._state.report()
        self._state.finish()


class AsyncStream(_ReadOnce, Generic[T]):
    """Results as they become known. Iterating over it with `async for` performs the run, and is possible once only.

    If the run ends early, its error is raised after all known results.
    """

    def __init__(self, chunks: AsyncGenerator[ChunkResult[T]], state: RunState) -> None:
        self._chunks, self._state = chunks, state

    def __aiter__(self) -> AsyncGenerator[T]:
        self._begin()
        return self._each()

    def stop(self) -> None:
        """End the run; see `Stream.stop`."""
        self._state.stop(CatalogError("the run was stopped"))

    async def _each(self) -> AsyncGenerator[T]:
        async with aclosing(self._read()) as chunks:
            async for results in chunks:
                for each in results:
                    yield each

    async def _read(self) -> AsyncGenerator[Sequence[T]]:
        """Yield the results of each chunk."""
        async with aclosing(self._chunks):
            async for chunk in self._chunks:
                self._state.note(chunk)
                yield chunk.results
                self._state.report()
        self._state.finish()


class Result(Stream[Outcome]):
    """The outcomes of a run, one for each item. Iterating over it performs the run, and is possible once only."""

    @property
    def counts(self) -> Counts:
        """Numbers of outcomes that were read so far; a resumed run includes those in its ledger."""
        return self._state.counts

    def __iter__(self) -> Generator[Outcome]:
        return self._resumed() if self._state.earlier else super().__iter__()

    def _resumed(self) -> Generator[Outcome]:
        """Yield the outcomes of a resumed run, and append them to its ledger."""
        self._check_unread()
        with _Output(None, self._state) as ledger:
            self._begin()
            for outcomes in self._read():
                ledger.outcomes(outcomes)
                yield from outcomes

    def write(self, path: str | Path | None = None) -> Counts:
        """Perform the run, and write its ledger to a .csv or .jsonl file, or its outcomes to a .parquet or .xlsx file.

        Parquet and Excel need `catalog-clients[parquet]` and `catalog-clients[xlsx]`. Lines cannot be appended to these formats, so
        the ledger of `outcomes.xlsx` is a separate file, `outcomes.xlsx.jsonl`. When the run ends, also with an error,
        `outcomes.xlsx` is made from that ledger: the last line of each item, with SKUs as text.

        The ledger is written chunk by chunk: a line before items are sent, a line for each item with the id of its ingestion, and a
        line for each outcome. The last line of an item counts.

        At the first Ctrl-C or SIGTERM, nothing more is sent, and work in progress is completed for up to 30 seconds. A second one
        stops at once. Then the signal has its usual effect: KeyboardInterrupt, whose text has the counts, or the end of the
        process. To continue a run that has ended early, use the argument `resume` of the facades.

        Args:
            path: file to write; default: the ledger that is resumed, to which lines are appended.

        Raises:
            FileExistsError: the file or its ledger exists, and is not the resumed one; nothing was sent.
            ValueError: the file name has another suffix, or no path is given; nothing was sent.
            ImportError: the library that the format needs is not installed; nothing was sent.
            LedgerError: the ledger cannot be written; nothing more was sent.
        """
        self._check_unread()
        with stopping(self._state.stop, self._state.summary), _Output(path, self._state) as ledger:
            self._begin()
            for outcomes in self._read():
                ledger.outcomes(outcomes)
        return self.counts

    def confirmed(self, path: str | Path) -> int:
        """Write the SKUs that an archiving has confirmed to a text file, one per line, and return their number.

        These SKUs may be deleted elsewhere. An upload and an unarchiving have no such list.

        This performs the run, unless `write` has done so. Its ledger is the resumed one; otherwise, for `may-be-deleted.txt`, it is
        `may-be-deleted.ledger.csv`. If the run ends with an error, the list is not written: call this again to write what was
        confirmed. A SKU is written if all its items in the ledger are confirmed; see the function `confirmed`.

        Raises:
            FileExistsError: the text file or the ledger exists; nothing was sent.
            ValueError: the run does not archive; nothing was sent.
        """
        _check_retires(self._state)
        if not self._state.ledger:
            self.write(_ledger_beside(path, self._state))
        return confirmed(cast("Ledger", self._state.ledger).path, path)

    def __repr__(self) -> str:
        return f"Result({self.counts})"


class AsyncResult(AsyncStream[Outcome]):
    """The outcomes of a run, one for each item. Iterating with `async for` performs the run, and is possible once only."""

    @property
    def counts(self) -> Counts:
        """Numbers of outcomes that were read so far; a resumed run includes those in its ledger."""
        return self._state.counts

    def __aiter__(self) -> AsyncGenerator[Outcome]:
        return self._resumed() if self._state.earlier else super().__aiter__()

    async def _resumed(self) -> AsyncGenerator[Outcome]:
        """Yield the outcomes of a resumed run, and append them to its ledger."""
        self._check_unread()
        async with _Output(None, self._state) as ledger:
            self._begin()
            async for outcomes in self._read():
                ledger.outcomes(outcomes)
                for each in outcomes:
                    yield each

    async def awrite(self, path: str | Path | None = None) -> Counts:
        """Perform the run and write its ledger or its outcomes; see `Result.write`.

        Raises:
            CancelledError: Ctrl-C has ended the run in `asyncio.run`, which then raises KeyboardInterrupt.
            Interrupted: SIGTERM has ended the run, and a signal handler of the caller has kept the process alive.
        """
        self._check_unread()
        interrupted: Interrupted | None = None
        try:
            with stopping(self._state.stop, self._state.summary):
                async with _Output(path, self._state) as ledger:
                    self._begin()
                    async for outcomes in self._read():
                        ledger.outcomes(outcomes)
        except Interrupted as error:
            interrupted = error
        if interrupted:
            await asyncio.sleep(0)  # where Ctrl-C cancels this task, as in `asyncio.run`, it is cancelled here and not later
            raise interrupted
        return self.counts

    async def aconfirmed(self, path: str | Path) -> int:
        """Write the SKUs that an archiving has confirmed to a text file, and return their number; see `Result.confirmed`."""
        _check_retires(self._state)
        if not self._state.ledger:
            await self.awrite(_ledger_beside(path, self._state))
        return await asyncio.to_thread(confirmed, cast("Ledger", self._state.ledger).path, path)

    def __repr__(self) -> str:
        return f"AsyncResult({self.counts})"


class _Output:
    """The output file of a run; a context manager that gives the ledger, and makes the file from it at the end."""

    def __init__(self, path: str | Path | None, state: RunState) -> None:
        earlier = state.earlier.path if state.earlier else None
        if path is None and earlier is None:
            raise ValueError("give the path of the ledger")
        self._path = Path(path) if path is not None else table_of(cast("Path", earlier))
        ledger = ledger_of(self._path)
        is_resumed = earlier is not None and ledger.exists() and ledger.samefile(earlier)
        if earlier and not is_resumed:
            raise ValueError(f"a resumed run appends to its own ledger, {earlier}: give that path or none, not {path}")
        if not is_resumed:
            for each in (self._path, ledger):
                _refuse_existing(each, "; continue its run with `resume=`, or give another name")
        self._ledger = Ledger(ledger, resume=is_resumed, purpose=state.purpose, retires=state.retires, key_seed=state.key_seed)
        state.ledger = state.journal = self._ledger

    def _finish(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> Callable[[], object] | None:
        """Close the ledger, and return what makes the output file from it; None if the ledger is the output."""
        self._ledger.__exit__(kind, error, trace)
        if self._path == self._ledger.path or not self._ledger.path.exists() or not isinstance(error, Exception | None):
            return None
        return partial(self._export, error)

    def _export(self, error: Exception | None) -> None:
        try:
            export(self._ledger.path, self._path)
        except Exception as failure:
            if error is None:
                raise
            LOG.warning("%s cannot be written: %s", self._path, failure)

    def __enter__(self) -> Ledger:
        return self._ledger

    async def __aenter__(self) -> Ledger:
        return self._ledger

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if work := self._finish(kind, error, trace):
            work()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if work := self._finish(kind, error, trace):
            await asyncio.to_thread(work)


def _check_retires(state: RunState) -> None:
    if state.purpose and not state.retires:
        raise ValueError("the run does not archive its items: no list is written, as confirmed SKUs must not be deleted elsewhere")


def _refuse_existing(path: Path, advice: str = "") -> None:
    if path.exists():
        raise FileExistsError(errno.EEXIST, f"{os.strerror(errno.EEXIST)}{advice}", str(path))


def _ledger_beside(path: str | Path, state: RunState) -> Path | None:
    """Return the ledger to write for a run whose caller asks only for the list; None for the resumed ledger."""
    _refuse_existing(Path(path))
    return None if state.earlier else Path(path).with_suffix(".ledger.csv")
