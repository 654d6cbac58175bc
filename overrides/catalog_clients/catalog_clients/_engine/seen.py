"""Remember any number of keys with little memory."""

from __future__ import annotations

import sqlite3
from typing import TypeAlias
from weakref import finalize

Key: TypeAlias = tuple[str, str]
_IN_MEMORY = 20_000  # keys, before they are written to a file
_TABLE = "CREATE TABLE seen (sku BLOB, store BLOB, content BLOB, PRIMARY KEY (sku, store)) WITHOUT ROWID"


class SeenKeys:
    """What was last stored under each key: in memory, and in a temporary file where there are many keys."""

    def __init__(self) -> None:
        self._latest: dict[Key, bytes] = {}
        self._earlier: sqlite3.Connection | None = None

    def put(self, key: Key, content: bytes) -> None:
        """Store something under a key."""
        self._latest[key] = content
        if len(self._latest) >= _IN_MEMORY:
            self._spill()

    def get(self, key: Key) -> bytes | None:
        """Return what was last stored under a key."""
        found = self._latest.get(key)
        if found is not None or self._earlier is None:
            return found
        row = self._earlier.execute("SELECT content FROM seen WHERE sku = ? AND store = ?", _stored(key)).fetchone()
        return row[0] if row else None

    def _spill(self) -> None:
        if self._earlier is None:
            self._earlier = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # a file that SQLite removes
            finalize(self, self._earlier.close)
            self._earlier.executescript(f"PRAGMA journal_mode = OFF; {_TABLE}; BEGIN")
        rows = ((*_stored(each), content) for each, content in self._latest.items())
        self._earlier.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", rows)
        self._latest.clear()


def _stored(key: Key) -> tuple[bytes, ...]:
    return tuple(each.encode(errors="surrogatepass") for each in key)
