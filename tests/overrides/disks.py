"""Disks that are full."""

from __future__ import annotations

import errno
import io
import math
import os
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class FullDisk:
    """A disk that is full from one of its operations on: what is written to a folder fails then, be it half of it or its end.

    Attributes:
        operations: how many there were: files opened, written, synchronized, replaced and closed, folders, statements of SQLite.
        has_failed: whether one of them has failed.
    """

    def __init__(self, folder: Path, last: float) -> None:
        self.operations, self.has_failed = 0, False
        self._folder, self._last, self._lock = folder, last, threading.Lock()

    def use(self, path: object) -> None:
        """Count an operation on a file, and refuse it if the disk is full."""
        with self._lock:
            self.operations += 1
            if self.operations > self._last:
                self.has_failed = True
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    def _has(self, path: object) -> bool:
        return str(path).startswith(str(self._folder))

    @contextmanager
    def used(self) -> Iterator[None]:
        """Let this process have the disk; at the end it has room again, also for files that are left to the GC."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(io, "open", self._opening(io.open))
            for name in ("fsync", "replace", "mkdir"):
                patch.setattr(os, name, self._counting(getattr(os, name)))
            patch.setattr(sqlite3, "connect", self._connecting(sqlite3.connect))
            yield
        self._last = math.inf

    def _opening(self, opened: Callable[..., Any]) -> Callable[..., Any]:
        def opening(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            is_written = mode.strip("bt") != "r" and self._has(file)
            if is_written:
                self.use(file)
            found = opened(file, mode, *arguments, **options)
            return _Written(found, self) if is_written else found

        return opening

    def _counting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(path: Any, *arguments: Any, **options: Any) -> Any:
            if self._has(Path(f"/proc/self/fd/{path}").readlink() if isinstance(path, int) else path):
                self.use(path)
            return function(path, *arguments, **options)

        return counted

    def _connecting(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        database = self._database()

        def connecting(path: Path, **options: Any) -> Any:
            return connect(path, **options, **({"factory": database} if self._has(path) else {}))

        return connecting

    def _database(self) -> type[sqlite3.Connection]:
        disk = self

        class Database(sqlite3.Connection):
            def use(self) -> None:
                try:
                    disk.use("")
                except OSError as error:
                    full = sqlite3.OperationalError("database or disk is full")
                    full.sqlite_errorcode = sqlite3.SQLITE_FULL
                    raise full from error

            def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
                if not statement.startswith("SELECT"):
                    self.use()
                return super().execute(statement, *arguments)

            def __exit__(self, *arguments: Any) -> Any:  # noqa: PYI036 - the types of SQLite's are not to be repeated
                try:
                    self.use()
                except sqlite3.OperationalError:
                    self.rollback()
                    raise
                return super().__exit__(*arguments)

        return Database


class _Written:
    """A file on a full disk."""

    def __init__(self, file: Any, disk: FullDisk) -> None:
        self._file, self._disk = file, disk

    def write(self, data: Any) -> int:
        try:
            self._disk.use(self._file.name)
        except OSError:
            self._file.write(data[: len(data) // 2])
            raise
        written: int = self._file.write(data)
        return written

    def writelines(self, lines: Any) -> None:
        for each in lines:
            self.write(each)

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()
            self._disk.use(self._file.name)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
