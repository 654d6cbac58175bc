"""Split any number of items into chunks, each item once. What was seen is kept on disk, so that memory does not grow with it."""

from __future__ import annotations

import sqlite3
import string
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple
from weakref import finalize

import msgspec

from .outcomes import Outcome, Status

_SEEN = "PRAGMA journal_mode = OFF; CREATE TABLE seen (key BLOB PRIMARY KEY, content BLOB) WITHOUT ROWID; BEGIN"


class Sent(NamedTuple):
    """An item to send: its position in the input, from 1, SKU and store that the vendor knows it by, what is wrong with these."""

    item: Any
    position: int
    sku: str
    store: str = ""
    fault: str = ""

    def outcome(self, status: Status, reason: str = "") -> Outcome:
        """Return what became of it."""
        return Outcome(sku=self.sku, store=self.store, item=self.position, status=status, reason=reason)


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
    """

    def __init__(self, size: int, table: Any = None) -> None:
        self._size, self._key = size, table.key if table else ((),)
        self._trim, self._keep_last = table and table.normalize == "trim", table and table.keep == "last"
        self._chunk, self._here = Chunk(1), dict[bytes, int]()
        self._read = self.duplicates = 0
        # Without a name, SQLite has a file of its own, which it removes.
        self._seen = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        finalize(self, self._seen.close)
        self._seen.executescript(_SEEN)

    def chunks(self, items: Iterable[Any], failures: list[Exception]) -> Iterator[Chunk]:
        """Yield chunks of all items, until there is a failure; one of the input joins them after what was read before."""
        try:
            for item in items:
                if failures:
                    return
                if chunk := self._add(item):
                    yield chunk
        except Exception as error:  # noqa: BLE001 - it is kept
            failures.append(error)
        if self._chunk.sent:
            yield self._cut()

    async def achunks(self, items: AsyncIterable[Any], failures: list[Exception]) -> AsyncIterator[Chunk]:
        """Do the same with an asynchronous input."""
        try:
            async for item in items:
                if failures:
                    return
                if chunk := self._add(item):
                    yield chunk
        except Exception as error:  # noqa: BLE001 - it is kept
            failures.append(error)
        if self._chunk.sent:
            yield self._cut()

    def _add(self, item: Any) -> Chunk | None:
        """Take an item, and return the chunk that it completes."""
        self._read += 1
        if self._trim and isinstance(item, str):
            item = item.strip(string.whitespace)
        key = [_at(item, path) for path in self._key]
        fault = next((f"{each!r} is no text" for each in key if not isinstance(each, str)), "")
        sent = Sent(item, self._read, *("" if each is None else str(each) for each in key))._replace(fault=fault)
        if fault or self._is_new(sent):
            self._chunk.sent.append(sent)
        return self._cut() if len(self._chunk.sent) == self._size else None

    def _cut(self) -> Chunk:
        chunk, self._chunk = self._chunk, Chunk(self._chunk.number + 1)
        self._here.clear()
        return chunk

    def _is_new(self, sent: Sent) -> bool:
        name = msgspec.msgpack.encode([each.encode(errors="surrogatepass") for each in (sent.sku, sent.store)])
        content = _digest(sent.item) if self._keep_last else b""
        found = self._seen.execute("SELECT content FROM seen WHERE key = ?", (name,)).fetchone()
        if found is None or found[0] != content:
            self._seen.execute("INSERT OR REPLACE INTO seen VALUES (?, ?)", (name, content))
        elif found:
            self.duplicates += 1
            return False
        if name in self._here:
            self.duplicates += 1
            self._chunk.sent[self._here[name]] = sent
            return False
        if self._keep_last:
            self._here[name] = len(self._chunk.sent)
        self._chunk.after_all |= found is not None
        return True


def _at(item: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        item = item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
    return item


def _digest(item: Any) -> bytes:
    try:
        return blake2b(msgspec.json.encode(item, order="sorted"), digest_size=16).digest()
    except (TypeError, ValueError, OverflowError):
        return b"?"  # it cannot be written as JSON, and will be rejected for that
