"""Split any number of items into chunks without duplicates."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, repeat
from operator import attrgetter
from typing import TypeAlias

import msgspec

from catalog_clients._engine.flows.effects import T
from catalog_clients._engine.items.inputs import check_first, explained, kept
from catalog_clients._engine.items.keys import KeyPart, Keys, written
from catalog_clients._engine.items.seen import SeenKeys
from catalog_clients._engine.ledger.ledger import SENT
from catalog_clients._engine.ledger.lines import Accepted
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.run.state import RunState
from catalog_clients._engine.tables.behaviour import Request
from catalog_clients._engine.tables.chunks import Chunking
from catalog_clients.errors import LedgerError

_MOST_FILLED = 2  # times the size of a chunk, which it may have with its invalid items
_MOST_WAITING = 10_000  # items that are compared with all earlier ones at a time
_ENCODER = msgspec.json.Encoder(order="sorted")
_UNWRITABLE = (TypeError, ValueError, OverflowError, RecursionError)  # errors of an item that cannot be written as JSON
Items: TypeAlias = Iterable[T] | AsyncIterable[T]


@dataclass(frozen=True, slots=True)
class Part:
    """Some items of a chunk, and the request that sends them.

    Attributes:
        items: at least one.
        request: has all of them.
        is_lost: whether the vendor may have executed an earlier request with them.
    """

    items: list[PendingItem]
    request: Request[object]
    is_lost: bool = False


Prepare: TypeAlias = Callable[[list[PendingItem]], list[Part] | None]
"""Builds the requests for some items. Items that the spec forbids are left out, and get a fault."""


@dataclass(slots=True)
class Chunk:
    """The items of one request, and the invalid items between them.

    Attributes:
        number: from 1.
        items: at least one.
        barrier: whether all earlier chunks must end first, as this chunk replaces an item of one of them.
        ingestion_id: id of an ingestion of an earlier run with these items; then their outcomes are only collected.
        parts: the requests for its valid items, one or more, if they were built when the chunk was filled.
    """

    number: int
    items: list[PendingItem] = field(default_factory=list)
    barrier: bool = False
    ingestion_id: str = ""
    parts: list[Part] | None = None


_FAULT = attrgetter("fault")


class Chunker:
    """Collects items into chunks.

    If the last of several items with the same key counts, and differs from an earlier one, it is sent in a later chunk.

    Args:
        size: maximum number of items of a chunk.
        table: what identifies an item, and which of several with the same key counts. If it is text, an item identifies itself;
            without a table, any other item is known by its position.
        state: keeps duplicates and the error of the input, and says when to stop.
        keys: how the parts of a key are given.
        takes_either: whether items with fields may also be given as texts, which are their SKUs, and have no more than an SKU.
        prepare: builds the requests of a chunk, so that invalid items are replaced by further ones; default: invalid items count.
    """

    def __init__(
        self,
        size: int,
        table: Chunking | None,
        state: RunState,
        keys: Sequence[KeyPart] = (),
        *,
        takes_either: bool = False,
        prepare: Prepare | None = None,
    ) -> None:
        self.size, self._state, self._takes_either = size, state, takes_either
        self._prepare = prepare if size > 1 else None  # one item that is invalid takes no request
        self._key: Sequence[KeyPart] = keys or [KeyPart(path, path) for path in (table.key if table else ())]
        self._trims = table is not None and table.normalize == "trim"
        self._keys = Keys(self._key, trims=self._trims, takes_either=takes_either)
        # What is nothing but its key is the same as any other item with that key.
        self._keeps_last = table is not None and table.keep == "last" and any(part.path for part in self._key)
        self._has_stores = len(self._key) > 1
        self._keeps_requests = state.earlier is not None and bool(state.key_seed)
        self._chunk, self._places = Chunk(state.earlier.chunk + 1 if state.earlier else 1), dict[str, int]()
        self._faulty = 0  # items of the chunk that do not count for its size
        self._read, self._seen, self._sent = 0, SeenKeys(), SeenKeys()
        self._waiting, self._room = list[object](), 1  # the first item is checked at once
        self._held: Chunk | None = None

    def chunks(self, items: Iterable[object]) -> Generator[Chunk]:
        """Yield chunks of all items, or until the run is stopped. If the input fails, the items read before it are the last chunk.

        If an earlier run is resumed, the items of its unfinished ingestions come first; an input that differs from its input stops
        the run.
        """
        yield from self._unfinished()
        state, waiting = self._state, self._waiting
        with self._noting_errors():
            for item in items:
                if state.stopped:
                    return
                waiting.append(item if isinstance(item, str) else kept(item))
                if len(waiting) == self._room:
                    chunk, waiting = self._take(), self._waiting
                    if chunk:
                        yield chunk
        if chunk := self._rest():
            yield chunk

    def chunks_of(self, batches: Iterable[Sequence[object]]) -> Generator[Chunk]:
        """Do the same, for a new run, with items that arrive in batches.

        While a chunk is used, a thread takes the items of the next one: looking up keys releases the interpreter lock.
        """
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only durable jobs need it

        with ThreadPoolExecutor(1) as thread, self._noting_errors():
            for batch in batches:
                start = 0
                while start < len(batch):
                    end = start + self._room - len(self._waiting)
                    self._waiting += batch[start:end]
                    start = end
                    if len(self._waiting) == self._room:
                        taking = thread.submit(self._take)
                        yield from self._take_held()
                        self._held = taking.result()
        yield from self._take_held()
        if chunk := self._rest():
            yield chunk

    async def achunks(self, items: AsyncIterable[object]) -> AsyncGenerator[Chunk]:
        """Do the same with an asynchronous iterable."""
        for unfinished in self._unfinished():
            yield unfinished
        with self._noting_errors():
            async for item in items:
                if self._state.stopped:
                    return
                self._waiting.append(item if isinstance(item, str) else kept(item))
                if len(self._waiting) == self._room and (chunk := self._take()):
                    yield chunk
        if chunk := self._rest():
            yield chunk

    @contextmanager
    def _noting_errors(self) -> Iterator[None]:
        """Keep an error of the input, and end the input."""
        try:
            yield
        except LedgerError as error:
            self._state.stop(error)
        except Exception as error:  # noqa: BLE001 - it is raised when all chunks have ended
            self._state.input_error = explained(error)

    def identity_of(self, item: object) -> tuple[str, str]:
        """Return SKU and store of an item."""
        _, sku, store, _ = self._keys.identify(item, 0)
        return sku, store

    def open_positions(self) -> set[int]:
        """Return the positions of the items whose chunk is not complete, or was not yielded yet."""
        items = [*self._chunk.items, *(self._held.items if self._held else ())]
        return {each.position for each in items} | {*range(self._read + 1, self._read + len(self._waiting) + 1)}

    def _take_held(self) -> Iterator[Chunk]:
        """Yield the chunk that is held until the next one is taken, if there is one."""
        held, self._held = self._held, None
        if held:
            yield held

    def _unfinished(self) -> Iterator[Chunk]:
        """Yield a chunk for each ingestion of an earlier run whose outcomes are not known."""
        for ingestion, accepted in self._state.earlier.pending() if self._state.earlier else ():
            items = [*map(_accepted, accepted)]
            yield Chunk(items[0].chunk, items, ingestion_id=ingestion)

    def _rest(self) -> Chunk | None:
        """Return a chunk of the last items, if there are any and the input is that of the run that is resumed."""
        if not self._state.stopped:
            with self._noting_errors():
                self._take()
                if self._state.earlier and not self._state.input_error:
                    self._state.earlier.check_end(self._read)
        return self._cut() if self._chunk.items and not self._state.stopped else None

    def _take(self) -> Chunk | None:
        """Take waiting items, as many as fit into the chunk, and return the chunk if it is complete.

        Raises:
            TypeError: the first item has a type that no item can have.
            LedgerError: the resumed run had another item at the same position.
        """
        items, self._waiting = self._waiting, []
        if items and not self._read and self._key and not self._key[0].is_number:
            check_first(items[0], is_text=not self._key[0].path, is_either=self._takes_either, trims=self._trims)
        taken = list[PendingItem]()
        try:
            taken.extend(self._pending(items))  # also what comes before an item that cannot be taken
        finally:
            self._append(taken)
        chunk = self._cut() if self._is_full() or self._is_apart(self._read + 1) else None
        self._room = 1 if self._keeps_requests else min(self.size - self._count, _MOST_WAITING)
        return chunk

    @property
    def _count(self) -> int:
        """Number of the items of the chunk that count for its size."""
        return len(self._chunk.items) - self._faulty

    def _is_full(self) -> bool:
        """Return whether the chunk has its maximum of valid items, or too many invalid ones to add more."""
        if self._count < self.size or self._prepare is None:
            return self._count >= self.size
        items = self._chunk.items
        parts = self._prepare([each for each in items if not each.fault])
        self._faulty = sum(map(bool, map(_FAULT, items)))
        is_full = self._count >= self.size or len(items) >= _MOST_FILLED * self.size
        self._chunk.parts = parts if is_full else None
        return is_full

    def _is_apart(self, position: int) -> bool:
        """Return whether the item at a position must not be in one request with those of the chunk.

        An earlier run has sent that item together with others. The same items alone make the same request, with the same key.
        """
        earlier, items = self._state.earlier, self._chunk.items
        if not (earlier and items and self._keeps_requests) or earlier.is_known(position):
            return False
        return earlier.request(items[0].position) != earlier.request(position)

    def _pending(self, items: Sequence[object]) -> Iterator[PendingItem]:
        """Return pending items for items: for all of them at once if they are alike, which is much faster."""
        alike = self._keys.identify_all(items) if items and not self._state.earlier else None
        if alike is None:
            return map(self._pending_one, items)
        positions = count(self._read + 1)
        self._read += len(items)
        return map(PendingItem, alike.items, positions, alike.skus, alike.stores, repeat(self._chunk.number))

    def _pending_one(self, item: object) -> PendingItem:
        self._read += 1
        item, sku, store, fault = self._keys.identify(item, self._read)
        pending = PendingItem(item, self._read, sku, store, self._chunk.number, fault)
        if self._state.earlier:
            self._state.earlier.check(pending.position, sku, store)
            pending.was_sent = self._state.earlier.state(pending.position) == SENT
            pending.is_held = pending.was_sent and self._state.holds_sent
        return pending

    def _cut(self) -> Chunk:
        chunk, self._chunk = self._chunk, Chunk(self._chunk.number + 1)
        self._places.clear()
        self._faulty = 0
        return chunk

    def _append(self, taken: list[PendingItem]) -> None:
        """Append items to the chunk, except duplicates and those that are known from the resumed run."""
        keys, contents = self._joined(taken), self._contents(taken)
        latest = dict(zip(keys, contents, strict=True))
        if any(map(_FAULT, taken)):
            latest = {key: content for key, content, each in zip(keys, contents, taken, strict=True) if not each.fault}
        known, earlier, items = self._seen.put(latest), self._state.earlier, self._chunk.items
        if not (known or earlier) and len(latest) == len(taken):  # so that none has a fault
            if self._keeps_last:
                self._places.update(zip(keys, count(len(items)), strict=False))
            items += taken
            return
        for each, key, content in zip(taken, keys, contents, strict=True):
            is_known = earlier is not None and earlier.is_known(each.position)
            if each.fault:
                is_new = not is_known
                self._faulty += is_new and self._prepare is not None
            elif known.get(key) == content:
                is_new = False
                self._state.duplicates += 1
            else:
                each.replaces, known[key] = key in known, content
                is_new = (not is_known or self._sent.has(key)) and self._is_new(each, key)
            if is_new:
                items.append(each)

    def _is_new(self, pending: PendingItem, key: str) -> bool:
        """Return whether to append an item to the chunk. If the last item counts, it can replace one in the chunk."""
        if not self._keeps_last:
            return True
        if self._state.earlier and not pending.is_held:
            self._sent.put({key: 0})
        place = self._places.setdefault(key, len(self._chunk.items))
        if place == len(self._chunk.items):
            self._chunk.barrier |= pending.replaces
            return True
        pending.replaces = self._chunk.items[place].replaces
        self._faulty -= bool(self._chunk.items[place].fault)
        self._chunk.items[place] = pending
        self._state.duplicates += 1
        return False

    def _joined(self, taken: Sequence[PendingItem]) -> list[str]:
        """Return what identifies each item as one text."""
        if not self._has_stores:
            return [each.sku for each in taken]
        return [f"{len(each.sku)}:{each.sku}{each.store}" for each in taken]

    def _contents(self, taken: Sequence[PendingItem]) -> list[int]:
        """Return what items with the same key are compared by; nothing if the first one counts.

        Two different items have the same digest with a probability of 2**-64.
        """
        if not self._keeps_last:
            return [0] * len(taken)
        items = [each.item for each in taken]
        try:
            lines = _ENCODER.encode_lines(items).splitlines()
        except _UNWRITABLE:
            lines = []
        return [*map(hash, lines)] if len(lines) == len(items) else [*map(_digest, items)]


def _accepted(each: Accepted) -> PendingItem:
    """Return the item of an ingestion that an earlier run has started."""
    row = each.row
    return PendingItem(
        None, row.item, row.sku, row.store, row.chunk, was_sent=not each.is_once, index=each.place, attempt=row.attempt
    )


def _digest(item: object) -> int:
    try:
        return hash(_ENCODER.encode(item))
    except _UNWRITABLE:
        return hash(written(item, repr))  # of one that has values of other classes than JSON has, or will be rejected for them
