"""Write the chunks of a job into the database while its input is read."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from hashlib import blake2b

import msgspec
from sqlalchemy import insert, update

from catalog_jobs.errors import JobError
from catalog_jobs.records import BadRow

from .database import Database
from .packing import StagedChunk, compressed, packed
from .tables import BAD_ROWS, GROUPS, JOBS

_ITEMS, _CALLS = 5000, 200  # most items and most requests of a group, which one worker does one after the other
_PENDING_BYTES = 1 << 20  # that are written in one transaction
_BAD_ROWS = 1000  # that are written together


def this_process() -> str:
    """Return a text that names this process among those of all machines."""
    return f"{socket.gethostname()} {os.getpid()}"


class Stager:
    """Writes chunks and bad rows of a job.

    Args:
        database: where they are written.
        job: id of the job, which exists.
        size: maximum number of items of a chunk.
    """

    def __init__(self, database: Database, job: str, size: int) -> None:
        self._database, self._job = database, job
        self._most = max(1, min(_CALLS, _ITEMS // size))
        self._chunks, self._groups = list[StagedChunk](), list[dict[str, object]]()
        self._bad, self._bad_groups = list[tuple[int, BadRow]](), list[dict[str, object]]()
        self._number = self._bad_number = self._phase = self._bytes = 0
        self._digest = blake2b(digest_size=16)

    def chunk(self, chunk: StagedChunk, *, barrier: bool) -> None:
        """Add a chunk.

        Args:
            chunk: has at least one item.
            barrier: whether all earlier ones must end before it is sent.
        """
        if barrier:
            self._close_group()
            self._phase += bool(self._number)
        self._chunks.append(chunk)
        if len(self._chunks) == self._most:
            self._close_group()

    def bad_rows(self, rows: Iterable[tuple[int, BadRow]]) -> None:
        """Add rows that are not items, each with the position of the next item; none is before one that was added earlier."""
        for each in rows:
            self._bad.append(each)
            if len(self._bad) == _BAD_ROWS:
                self._close_bad()

    def finish(self) -> str:
        """Write what is left, and return a digest of all."""
        self._close_group()
        self._close_bad()
        self._write()
        return self._digest.hexdigest()

    def _close_group(self) -> None:
        if not self._chunks:
            return
        encoded = msgspec.msgpack.encode(self._chunks)
        self._digest.update(encoded)
        content = compressed(encoded)
        self._number += 1
        self._groups.append(
            {
                "job": self._job,
                "number": self._number,
                "phase": self._phase,
                "size": sum(len(each.positions) for each in self._chunks),
                "content": content,
                "state": "staged",
            }
        )
        self._chunks = []
        self._written(content)

    def _close_bad(self) -> None:
        if not self._bad:
            return
        content = packed(self._bad)
        self._bad_number += 1
        row = {"job": self._job, "number": self._bad_number, "size": len(self._bad), "content": content}
        self._bad_groups.append(row)
        self._bad = []
        self._written(content)

    def _written(self, content: bytes) -> None:
        self._bytes += len(content)
        if self._bytes >= _PENDING_BYTES:
            self._write()

    def _write(self) -> None:
        """Write what is collected.

        Raises:
            JobError: the job was deleted.
        """
        with self._database.begin() as connection:
            for table, rows in ((GROUPS, self._groups), (BAD_ROWS, self._bad_groups)):
                if rows:
                    connection.execute(insert(table), rows)
            if not connection.execute(update(JOBS).where(JOBS.c.id == self._job).values(seen=self._database.now)).rowcount:
                raise JobError(f"the job {self._job} was deleted while its input was read")
        self._groups, self._bad_groups, self._bytes = [], [], 0
