"""Remember any number of keys with little memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from weakref import finalize

import msgspec

_IN_MEMORY = 20_000  # maximum keys in memory
_ESCAPED = "\x01"  # prefix of a key that is stored as hexadecimal digits; other keys are printable
_TABLE = "CREATE TABLE seen (key TEXT PRIMARY KEY, content INTEGER, time INTEGER) WITHOUT ROWID"
# Many keys are passed as one JSON object: one statement is four times as fast as one for each key.
_PUT = "INSERT OR IGNORE INTO seen SELECT key, value, ? FROM json_each(?)"
_REPLACE = "INSERT OR REPLACE INTO seen SELECT key, value, ? FROM json_each(?)"
_EARLIER = "SELECT seen.key, seen.content FROM json_each(?) AS given JOIN seen ON seen.key = given.key WHERE seen.time < ?"


class SeenKeys:
    """The last number stored under each key: in memory or, for many keys, in a temporary file."""

    def __init__(self) -> None:
        self._memory: dict[str, int] = {}
        self._file: _File | None = None

    def put(self, contents: Mapping[str, int]) -> dict[str, int]:
        """Store a number under each key, and return the previous numbers of known keys."""
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
        """Return whether a number was stored under a key."""
        return self._file.has(key) if self._file else key in self._memory


class _File:
    """A temporary file with the last number stored under each key; SQLite removes it."""

    def __init__(self) -> None:
        self._database, self._time = sqlite3.connect("", isolation_level=None, check_same_thread=False), 0
        finalize(self, self._database.close)
        self._database.executescript(f"PRAGMA journal_mode = OFF; {_TABLE}; BEGIN")

    def put(self, contents: Mapping[str, int]) -> dict[str, int]:
        """See `SeenKeys.put`. Keys are inserted in order, so that each part of the file is changed once."""
        self._time += 1
        stored = _stored(contents)
        before = self._database.total_changes
        self._database.execute(_PUT, (self._time, _json(stored)))
        if self._database.total_changes - before == len(stored):
            return {}
        found = dict(self._database.execute(_EARLIER, (_json(stored), self._time)))
        self._database.execute(_REPLACE, (self._time, _json({key: stored[key] for key in found})))
        return {key: found[each] for key, each in zip(contents, stored, strict=True) if each in found}

    def has(self, key: str) -> bool:
        """Return whether a number was stored under a key."""
        (stored,) = _stored({key: 0})
        return self._database.execute("SELECT 1 FROM seen WHERE key = ?", (stored,)).fetchone() is not None


def _stored(contents: Mapping[str, int]) -> Mapping[str, int]:
    """Return contents with keys that SQLite can read from JSON. For instance, it would cut off a text at a NUL."""
    if "".join(contents).isprintable():
        return contents
    return {
        key if key.isprintable() else f"{_ESCAPED}{key.encode(errors='surrogatepass').hex()}": content
        for key, content in contents.items()
    }


def _json(contents: Mapping[str, int]) -> str:
    return msgspec.json.encode(contents, order="sorted").decode()
