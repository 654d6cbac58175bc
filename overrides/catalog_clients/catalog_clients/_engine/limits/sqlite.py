"""Limits in a SQLite file, for the processes of one machine."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from catalog_clients.errors import LimitsError

from .store import Change, StoreUnavailable

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_PATIENCE = 5.0  # seconds that one change waits for other processes
_SET_UP = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "CREATE TABLE IF NOT EXISTS catalog_clients_limits (key TEXT PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID",
)
_READ = "SELECT record FROM catalog_clients_limits WHERE key = ?"
_WRITE = "INSERT INTO catalog_clients_limits VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET record = excluded.record"


class SqliteStore:
    """Limits in a SQLite file.

    Args:
        path: the file; it is created if it does not exist.
        clock: the system clock, in seconds.
        patience: maximum seconds that a change waits for other processes.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time, patience: float = _PATIENCE) -> None:
        self._path, self._clock, self._patience = path, clock, patience
        self._connection: sqlite3.Connection | None = None
        self._inherited = list[sqlite3.Connection]()  # of parents; closing them here would release their locks

    @property
    def name(self) -> str:
        """Its name in messages."""
        return str(self._path)

    def change(self, keys: Sequence[str], change: Change) -> None:
        """Replace some records together; see `Store.change`."""
        try:
            connection = self._connection = self._connection or self._connect()
            with connection:  # commits, or rolls back if an error is raised
                connection.execute("BEGIN IMMEDIATE")
                found = [connection.execute(_READ, (key,)).fetchone() for key in keys]
                for written in zip(keys, change([each[0] if each else b"" for each in found], self._clock()), strict=True):
                    connection.execute(_WRITE, written)
        except sqlite3.Error as error:
            self.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
                raise StoreUnavailable(f"{self._path}: {error}", is_busy=True) from error
            raise LimitsError(f"the store of limits {self._path} cannot be used: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=self._patience, isolation_level=None, check_same_thread=False)
        try:
            for statement in _SET_UP:
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(sqlite3.Error):
                connection.close()

    def before_fork(self) -> None:
        """Close the connection: a forked process must not inherit the locks of SQLite."""
        self.close()

    def after_fork(self) -> None:
        """Leave a connection that could not be closed before the fork to the parent."""
        if self._connection:
            self._inherited.append(self._connection)
            self._connection = None
