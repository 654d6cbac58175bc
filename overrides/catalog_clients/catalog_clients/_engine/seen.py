"""Remember any number of keys with little memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from weakref import finalize

_IN_MEMORY = 20_000  # keys, before they are written to a file
_TABLE = "CREATE TABLE seen (key BLOB PRIMARY KEY, content BLOB, time INTEGER) WITHOUT ROWID"


class SeenKeys:
    """What was last stored under each key: in memory, or in a temporary file where there are many keys."""

    def __init__(self) -> None:
        self._memory: dict[str, bytes] = {}
        self._file: _File | None = None

    def put(self, contents: Mapping[str, bytes]) -> dict[str, bytes]:
        """Store something under each of some keys, and return what was stored before under those that were known."""
        if self._file:
            return self._file.put(contents)
        known = {key: self._memory[key] for key in contents.keys() & self._memory.keys()}
        self._memory.update(contents)
        if len(self._memory) > _IN_MEMORY:
            self._file = _File()
            self._file.put(self._memory)
            self._memory.clear()
        return known

    def has(self, key: str) -> bool:
        """Return whether something was stored under a key."""
        return self._file.get(key) is not None if self._file else key in self._memory


class _File:
    """A temporary file with what was last stored under each key, which SQLite removes."""

    def __init__(self) -> None:
        self._database, self._time = sqlite3.connect("", isolation_level=None, check_same_thread=False), 0
        finalize(self, self._database.close)
        self._database.executescript(f"PRAGMA journal_mode = OFF; {_TABLE}; BEGIN")

    def put(self, contents: Mapping[str, bytes]) -> dict[str, bytes]:
        """See `SeenKeys.put`. The keys are inserted in their order, so that each part of the file is changed once."""
        self._time += 1
        before = self._database.total_changes
        rows = sorted((_stored(key), content, self._time) for key, content in contents.items())
        self._database.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", rows)
        if self._database.total_changes - before == len(rows):
            return {}
        known = dict(self._earlier(contents))
        changed = [(_stored(key), contents[key], self._time) for key in known]
        self._database.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", changed)
        return known

    def get(self, key: str) -> tuple[bytes, int] | None:
        """Return what was last stored under a key, and when it was stored there first."""
        found: tuple[bytes, int] | None = self._database.execute(
            "SELECT content, time FROM seen WHERE key = ?", (_stored(key),)
        ).fetchone()
        return found

    def _earlier(self, keys: Iterable[str]) -> Iterable[tuple[str, bytes]]:
        """Yield the keys that were not stored only now, and what is stored under them."""
        for key in keys:
            if (found := self.get(key)) and found[1] < self._time:
                yield key, found[0]


def _stored(key: str) -> bytes:
    return key.encode(errors="surrogatepass")
