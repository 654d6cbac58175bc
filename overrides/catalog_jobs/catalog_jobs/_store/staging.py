"""Write the chunks of a job into the database while its input is read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

from sqlalchemy import insert, update

from catalog_jobs.errors import DatabaseError, JobError
from catalog_jobs.records import BadRow, Duplicate

from .database import Database
from .packing import StagedChunk, packed
from .tables import BAD_ROWS, DUPLICATES, GROUPS, JOBS

_PENDING_BYTES = 1 << 20  # maximum bytes of a transaction
_PAGE = 1000  # bad rows or duplicates of a batch
_BEAT = 5.0  # seconds between two signs of life
T = TypeVar("T")


@contextmanager
def alive(database: Database, job: str) -> Iterator[None]:
    """Let others see that this process reads the input of a job, also while no rows come."""
    ended, seen = threading.Event(), update(JOBS).where(JOBS.c.id == job).values(seen=database.now)

    def beat() -> None:
        while not ended.wait(_BEAT):
            with suppress(DatabaseError), database.begin() as connection:
                connection.execute(seen)

    beating = threading.Thread(target=beat, name="catalog-staging", daemon=True)
    beating.start()
    try:
        yield
    finally:
        ended.set()
        beating.join()


class Stager:
    """Writes chunks, bad rows and duplicates of a job.

    Args:
        database: the database of jobs.
        job: id of an existing job.
        group_size: returns the maximum number of chunks of a group, given the number of earlier chunks in its phase.
    """

    def __init__(self, database: Database, job: str, group_size: Callable[[int], int]) -> None:
        self._database, self._job = database, job
        self._group_size, self._before = group_size, 0
        self._chunks, self._groups = list[StagedChunk](), list[dict[str, object]]()
        self._bad, self._duplicates = _Pages[tuple[int, BadRow]](job), _Pages[Duplicate](job)
        self._number = self._phase = self._bytes = 0

    def chunk(self, chunk: StagedChunk, *, barrier: bool) -> None:
        """Add a chunk.

        Args:
            chunk: has at least one item.
            barrier: whether all earlier chunks must end before this one is sent.
        """
        if barrier:
            self._close_group()
            self._phase += bool(self._number)
            self._before = 0
        self._chunks.append(chunk)
        if len(self._chunks) == self._group_size(self._before):
            self._close_group()

    def bad_rows(self, rows: Iterable[tuple[int, BadRow]]) -> None:
        """Add bad rows in the order of the input, each with the position of the next item."""
        for each in rows:
            self._written(self._bad.add(each))

    def duplicates(self, rows: Iterable[Duplicate]) -> None:
        """Add rows that are not sent, in the order of the input."""
        for each in rows:
            self._written(self._duplicates.add(each))

    def finish(self) -> None:
        """Write the rest."""
        self._close_group()
        self._bad.close()
        self._duplicates.close()
        self._write()

    def _close_group(self) -> None:
        if not self._chunks:
            return
        content = packed(self._chunks)
        self._number += 1
        self._groups.append(
            {
                "job": self._job,
                "number": self._number,
                "phase": self._phase,
                "size": sum(len(each.skus) for each in self._chunks),
                "content": content,
                "state": "staged",
            }
        )
        self._before += len(self._chunks)
        self._chunks = []
        self._written(len(content))

    def _written(self, size: int) -> None:
        """Write the collected data if it is large enough; `size` bytes were added."""
        self._bytes += size
        if self._bytes >= _PENDING_BYTES:
            self._write()

    def _write(self) -> None:
        """Write the collected data.

        Raises:
            JobError: the job was deleted.
        """
        with self._database.begin() as connection:
            for table, rows in ((GROUPS, self._groups), (BAD_ROWS, self._bad.take()), (DUPLICATES, self._duplicates.take())):
                if rows:
                    connection.execute(insert(table), rows)
            if not connection.execute(update(JOBS).where(JOBS.c.id == self._job).values(seen=self._database.now)).rowcount:
                raise JobError(f"the job {self._job} was deleted while its input was read")
        self._groups, self._bytes = [], 0


class _Pages(Generic[T]):
    """Rows that are written into the database in batches."""

    def __init__(self, job: str) -> None:
        self._job, self._number = job, 0
        self._rows, self._pages = list[T](), list[dict[str, object]]()

    def add(self, row: T) -> int:
        """Add a row, and return the size of the page that it completes; 0 if it completes none."""
        self._rows.append(row)
        return self.close() if len(self._rows) == _PAGE else 0

    def close(self) -> int:
        """Complete the page, and return its size."""
        if not self._rows:
            return 0
        content = packed(self._rows)
        self._number += 1
        self._pages.append({"job": self._job, "number": self._number, "size": len(self._rows), "content": content})
        self._rows = []
        return len(content)

    def take(self) -> list[dict[str, object]]:
        """Return the pages that are complete, and forget them."""
        taken, self._pages = self._pages, []
        return taken
