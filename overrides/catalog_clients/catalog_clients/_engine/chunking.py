"""Split any number of items into chunks in which each item is once."""

from __future__ import annotations

import io
import reprlib
import string
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

import msgspec

from catalog_clients.errors import LONGEST_REASON, shortened

from .effects import T, find
from .ledger import SENT
from .records import Outcome, Status
from .run_state import RunState
from .seen import SeenKeys
from .tables import Chunking

EMPTY = "is empty"  # what is wrong with a SKU of white space
_REPR = reprlib.Repr()  # of what may be large, or contain itself
_REPR.maxstring = _REPR.maxother = LONGEST_REASON
Items: TypeAlias = Iterable[T] | AsyncIterable[T]


def check_items(items: object) -> None:
    """Refuse an input whose elements are not items: a text, a mapping, a table or a file.

    Raises:
        TypeError: it is refused.
    """
    name, advice = type(items).__name__, ""
    if hasattr(items, "__dataframe__") or hasattr(items, "columns"):
        advice = "; its elements are its columns: give one of them, or its rows"
    elif isinstance(items, io.IOBase):
        advice = "; its lines have line ends: give (line.rstrip('\\n') for line in file)"
    elif isinstance(items, Iterable | AsyncIterable) and not isinstance(items, str | bytes | bytearray | memoryview | Mapping):
        return
    raise TypeError(f"items must be an iterable of items, such as a list, and not {name}{advice}")


class PendingItem(msgspec.Struct):
    """An item that has no outcome yet.

    Attributes:
        item: the item; None once its request is built, so that it takes no memory while the vendor works.
        position: its position in the input, from 1.
        sku, store: what identifies it at the vendor's.
        chunk: number of its chunk, from 1.
        fault: what is wrong with its key, if anything.
        was_sent: whether an earlier run may have sent it.
        replaces: whether it replaces an item of an earlier chunk, or of an earlier run.
    """

    item: object
    position: int
    sku: str
    store: str = ""
    chunk: int = 0
    fault: str = ""
    was_sent: bool = False
    replaces: bool = False

    def outcome(self, status: Status, reason: str = "", attempt: int = 0) -> Outcome:
        """Return its outcome."""
        return Outcome(
            sku=self.sku,
            status=status,
            store=self.store,
            reason=shortened(reason),
            item=self.position,
            chunk=self.chunk,
            attempt=attempt,
        )


class KeyPart(NamedTuple):
    """A part of what identifies an item.

    Attributes:
        path: where it is in the item, by the names of the spec.
        alias: the same by the names of Python, which a mapping may have instead.
        is_number: whether it is a whole number.
    """

    path: tuple[str, ...]
    alias: tuple[str, ...]
    is_number: bool = False

    @property
    def wanted(self) -> str:
        """What it has to be."""
        return "a whole number" if self.is_number else "text"

    def value(self, item: object) -> object:
        """Return it; None if the item does not have it."""
        found = item.get(self.path[0]) if len(self.path) == 1 and type(item) is dict else find(item, self.path)
        return find(item, self.alias) if found is None and self.alias != self.path else found


@dataclass(slots=True)
class Chunk:
    """Items of one request.

    Attributes:
        number: from 1.
        items: at least one.
        barrier: whether all earlier chunks must end first, since it replaces an item of one of them.
        ingestion_id: ingestion of an earlier run that has its items, whose outcomes are only collected.
    """

    number: int
    items: list[PendingItem] = field(default_factory=list)
    barrier: bool = False
    ingestion_id: str = ""


class Chunker:
    """Collects items into chunks.

    Where the last one of several items with the same key counts, and differs, it is sent in a chunk after the earlier one's.

    Args:
        size: maximum number of items of a chunk.
        table: what identifies an item, and which of several with the same key counts. If it is text, an item identifies itself;
            without a table, any other item is known by its position.
        state: where duplicates and the error of the input are noted, and which says when to stop.
        keys: how the parts of a key are given.
    """

    def __init__(self, size: int, table: Chunking | None, state: RunState, keys: Sequence[KeyPart] = ()) -> None:
        self.size, self._state = size, state
        self._key: Sequence[KeyPart] = keys or [KeyPart(path, path) for path in (table.key if table else ())]
        self._trims = table is not None and table.normalize == "trim"
        self._keeps_last = table is not None and table.keep == "last"
        self._chunk, self._places = Chunk(state.earlier.chunk + 1 if state.earlier else 1), dict[tuple[str, str], int]()
        self._read, self._seen, self._sent = 0, SeenKeys(), SeenKeys()

    def chunks(self, items: Iterable[object]) -> Generator[Chunk]:
        """Yield chunks of all items, or until the run is stopped. Where the input fails, what was read before is a chunk.

        Where an earlier run is resumed, the items of its unfinished ingestions come first.
        """
        yield from self._unfinished()
        try:
            for item in items:
                if self._state.stopped:
                    return
                if chunk := self._add(item):
                    yield chunk
        except Exception as error:  # noqa: BLE001 - it is raised when all chunks have ended
            self._state.input_error = error
        if self._chunk.items:
            yield self._cut()

    async def achunks(self, items: AsyncIterable[object]) -> AsyncGenerator[Chunk]:
        """Do the same with an asynchronous iterable."""
        for unfinished in self._unfinished():
            yield unfinished
        try:
            async for item in items:
                if self._state.stopped:
                    return
                if chunk := self._add(item):
                    yield chunk
        except Exception as error:  # noqa: BLE001 - it is raised when all chunks have ended
            self._state.input_error = error
        if self._chunk.items:
            yield self._cut()

    def _unfinished(self) -> Iterator[Chunk]:
        """Yield a chunk for each ingestion of an earlier run whose outcomes are not known."""
        for ingestion, rows in self._state.earlier.pending() if self._state.earlier else ():
            items = [PendingItem(None, row.item, row.sku, row.store, row.chunk, was_sent=True) for row in rows]
            yield Chunk(rows[0].chunk, items, ingestion_id=ingestion)

    def _add(self, item: object) -> Chunk | None:
        """Take an item, and return the chunk that it completes."""
        self._read += 1
        if isinstance(item, str):
            item = str.__str__(item)  # a plain one, where it is of a subclass
            if self._trims:
                item = item.strip(string.whitespace)
        sku, store, fault = (item, "", "") if isinstance(item, str) else self._identify(item)
        if not (fault or sku.strip()):
            fault = f"{'.'.join(('$', *(self._key[0].path if self._key else ())))}: {EMPTY}"
        pending = PendingItem(item, self._read, sku, store, self._chunk.number, fault)
        is_known = self._is_known_earlier(pending)
        if not is_known if fault else self._is_new(pending, is_known=is_known):
            self._chunk.items.append(pending)
            if len(self._chunk.items) == self.size:
                return self._cut()
        return None

    def _is_known_earlier(self, pending: PendingItem) -> bool:
        """Return whether the run that is resumed has sent an item, and need not send it again."""
        earlier = self._state.earlier
        if earlier is None:
            return False
        if not earlier.is_same(pending.position, pending.sku, pending.store):
            raise ValueError(
                f"item {pending.position} is {pending.sku!r}, and {earlier.path} has another one there; resume with the same input"
            )
        pending.was_sent = earlier.state(pending.position) == SENT
        return earlier.is_known(pending.position)

    def _identify(self, item: object) -> tuple[str, str, str]:
        """Return SKU and store of an item, and what is wrong with them."""
        if not self._key:
            return str(self._read), "", ""
        key, fault = [each.value(item) for each in self._key], ""
        for part, each in zip(self._key, key, strict=True):
            if not (fault or isinstance(each, str) or (part.is_number and type(each) is int)):
                what = "is missing" if part.path and each is None else f"{_written(each, _REPR.repr)} is not {part.wanted}"
                fault = f"{'.'.join(('$', *part.path))}: {what}"
        sku, store = ("" if each is None else _written(each, str) for each in (*key, "")[:2])
        return sku, store, fault

    def _cut(self) -> Chunk:
        chunk, self._chunk = self._chunk, Chunk(self._chunk.number + 1)
        self._places.clear()
        return chunk

    def _is_new(self, pending: PendingItem, *, is_known: bool) -> bool:
        """Return whether an item is to be appended to the chunk; where the last one counts, it may replace one that is there.

        What the earlier run has sent is not sent again, unless this one has sent what it replaces.
        """
        key, content = (pending.sku, pending.store), _digest(pending.item) if self._keeps_last else b""
        known = self._seen.get(key)
        if known is None or known != content:
            self._seen.put(key, content)
            if is_known and self._sent.get(key) is None:
                return False
            if not self._keeps_last:
                return True
            if self._state.earlier:
                self._sent.put(key, b"")
            pending.replaces = known is not None
            if key not in self._places:
                self._places[key] = len(self._chunk.items)
                self._chunk.barrier |= pending.replaces
                return True
            pending.replaces = self._chunk.items[self._places[key]].replaces
            self._chunk.items[self._places[key]] = pending
        self._state.duplicates += 1
        return False


def _written(value: object, write: Callable[[object], str]) -> str:
    """Return a value as text; its type where it has none, as it is nested too deeply or has too many digits."""
    try:
        return write(value)
    except Exception:  # noqa: BLE001 - the repr of a caller's type may raise anything
        return f"<{type(value).__name__}>"


def _digest(item: object) -> bytes:
    try:
        return blake2b(msgspec.json.encode(item, order="sorted"), digest_size=16).digest()
    except (TypeError, ValueError, OverflowError, RecursionError):
        return b"?"  # it cannot be written as JSON, and will be rejected for that
