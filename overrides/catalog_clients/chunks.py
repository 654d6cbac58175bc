"""Split any number of items into chunks, each item once. What was seen is kept on disk, so that memory does not grow with it."""

from __future__ import annotations

import sqlite3
import string
from collections.abc import AsyncIterable, AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from weakref import finalize

import msgspec

from .outcomes import Outcome, Status

_IN_MEMORY = 20_000  # keys, before they are written to a file
_TABLE = "CREATE TABLE seen (sku BLOB, store BLOB, content BLOB, PRIMARY KEY (sku, store)) WITHOUT ROWID"


class Sent(msgspec.Struct):
    """An item to send, until it has been: its position in the input, from 1, how the vendor knows it, what is wrong with that."""

    item: Any
    position: int
    sku: str
    store: str = ""
    fault: str = ""
    chunk: int = 0

    def outcome(self, status: Status, reason: str = "") -> Outcome:
        """Return what became of it."""
        return Outcome(sku=self.sku, store=self.store, item=self.position, chunk=self.chunk, status=status, reason=reason)


@dataclass(slots=True)
class Chunk:
    """Items of one request. `after_all`: it replaces what an earlier chunk sends, so that that one has to end first."""

    number: int
    sent: list[Sent] = field(default_factory=list)
    after_all: bool = False


class Chunker:
    """Collects items into chunks.

    Args:
        size: most items of a chunk.
        table: `Chunking` of the operation: what identifies an item, and what becomes of several with the same key; without it, an
            item identifies itself. Where the last one counts and differs, it is sent after the earlier one has been done with.

    Attributes:
        duplicates: number of items that were not sent, as another one stands for them.
        failure: what the input has ended with, if it has failed.
    """

    def __init__(self, size: int, table: Any = None) -> None:
        self.size, self._key = size, table.key if table else ((),)
        self._trim, self._keep_last = table and table.normalize == "trim", table and table.keep == "last"
        self._chunk, self._here = Chunk(1), dict[tuple[str, str], int]()
        self._read = self.duplicates = 0
        self.failure: Exception | None = None
        self._latest: dict[tuple[str, str], bytes] = {}
        self._earlier: sqlite3.Connection | None = None

    def chunks(self, items: Iterable[Any], ended: Collection[Exception] = ()) -> Iterator[Chunk]:
        """Yield chunks of all items, or until something is in `ended`. Where the input fails, what was read before is a chunk."""
        with self._reading():
            for item in items:
                if ended:
                    return
                if chunk := self._add(item):
                    yield chunk
        if self._chunk.sent:
            yield self._cut()

    async def achunks(self, items: Iterable[Any] | AsyncIterable[Any], ended: Collection[Exception] = ()) -> AsyncIterator[Chunk]:
        """Do the same in an event loop, also with an asynchronous input."""
        if not isinstance(items, AsyncIterable):
            for each in self.chunks(items, ended):
                yield each
            return
        with self._reading():
            async for item in items:
                if ended:
                    return
                if chunk := self._add(item):
                    yield chunk
        if self._chunk.sent:
            yield self._cut()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it is raised when all is done
            self.failure = error

    def _add(self, item: Any) -> Chunk | None:
        """Take an item, and return the chunk that it completes."""
        self._read += 1
        if self._trim and isinstance(item, str):
            item = item.strip(string.whitespace)
        sku, store, fault = (item, "", "") if isinstance(item, str) and self._key == ((),) else self._identify(item)
        sent = Sent(item, self._read, sku, store, fault, self._chunk.number)
        if fault or self._is_new(sent):
            self._chunk.sent.append(sent)
            if len(self._chunk.sent) == self.size:
                return self._cut()
        return None

    def _identify(self, item: Any) -> tuple[str, str, str]:
        """Return SKU and store of an item, and what is wrong with them."""
        key, fault = [_at(item, path) for path in self._key], ""
        for path, each in zip(self._key, key, strict=True):
            if not (fault or isinstance(each, str)):
                fault = f"{'.'.join(('$', *path))}: {'it is missing' if path and each is None else f'{each!r} is no text'}"
        sku, store = ("" if each is None else str(each) for each in (*key, "")[:2])
        return sku, store, fault

    def _cut(self) -> Chunk:
        chunk, self._chunk = self._chunk, Chunk(self._chunk.number + 1)
        self._here.clear()
        return chunk

    def _is_new(self, sent: Sent) -> bool:
        key, content = (sent.sku, sent.store), _digest(sent.item) if self._keep_last else b""
        found = self._seen(key)
        if found is None or found != content:
            self._latest[key] = content
            if not self._keep_last:
                return True
            if key not in self._here:
                self._here[key] = len(self._chunk.sent)
                self._chunk.after_all |= found is not None
                return True
            self._chunk.sent[self._here[key]] = sent
        self.duplicates += 1
        return False

    def _seen(self, key: tuple[str, str]) -> bytes | None:
        """Return what was last seen under a key; when there are many keys, they go to a file."""
        if (found := self._latest.get(key)) is not None:
            return found
        if len(self._latest) == _IN_MEMORY:
            if self._earlier is None:
                self._earlier = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # a file that SQLite removes
                finalize(self, self._earlier.close)
                self._earlier.executescript(f"PRAGMA journal_mode = OFF; {_TABLE}; BEGIN")
            rows = ((*_stored(each), content) for each, content in self._latest.items())
            self._earlier.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", rows)
            self._latest.clear()
        if self._earlier is None:
            return None
        row = self._earlier.execute("SELECT content FROM seen WHERE sku = ? AND store = ?", _stored(key)).fetchone()
        return bytes(row[0]) if row else None


def _stored(key: tuple[str, str]) -> tuple[bytes, ...]:
    return tuple(each.encode(errors="surrogatepass") for each in key)


def _at(item: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        item = item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
    return item


def _digest(item: Any) -> bytes:
    try:
        return blake2b(msgspec.json.encode(item, order="sorted"), digest_size=16).digest()
    except (TypeError, ValueError, OverflowError):
        return b"?"  # it cannot be written as JSON, and will be rejected for that
