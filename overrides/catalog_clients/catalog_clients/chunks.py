"""Split any number of items into chunks, carry out one after the other, and say of each item what became of it."""

from __future__ import annotations

import sqlite3
import string
from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeAlias
from weakref import finalize

import msgspec

from .effects import Call, CallResult, Flow, Request, find
from .errors import AccessError, InvalidItem, told
from .results import Done, Outcome, Status

_IN_MEMORY = 20_000  # keys, before they are written to a file
_TABLE = "CREATE TABLE seen (sku BLOB, store BLOB, content BLOB, PRIMARY KEY (sku, store)) WITHOUT ROWID"


class Sent(msgspec.Struct):
    """An item to send, until it has been: its position in the input, from 1, how the vendor knows it, what is wrong with that."""

    item: Any
    position: int
    sku: str
    store: str = ""
    chunk: int = 0
    fault: str = ""

    def outcome(self, status: Status, reason: str = "", attempt: int = 0) -> Outcome:
        """Return what became of it."""
        return Outcome(
            sku=self.sku, status=status, store=self.store, reason=reason, item=self.position, chunk=self.chunk, attempt=attempt
        )


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
        try:
            for item in items:
                if ended:
                    return
                if chunk := self._add(item):
                    yield chunk
        except Exception as error:  # noqa: BLE001 - it is raised when all is done
            self.failure = error
        if self._chunk.sent:
            yield self._cut()

    async def achunks(self, items: Iterable[Any] | AsyncIterable[Any], ended: Collection[Exception] = ()) -> AsyncIterator[Chunk]:
        """Do the same in an event loop, also with an asynchronous input."""
        if not isinstance(items, AsyncIterable):
            for each in self.chunks(items, ended):
                yield each
            return
        try:
            async for item in items:
                if ended:
                    return
                if chunk := self._add(item):
                    yield chunk
        except Exception as error:  # noqa: BLE001 - as above
            self.failure = error
        if self._chunk.sent:
            yield self._cut()

    def _add(self, item: Any) -> Chunk | None:
        """Take an item, and return the chunk that it completes."""
        self._read += 1
        if self._trim and isinstance(item, str):
            item = item.strip(string.whitespace)
        sku, store, fault = (item, "", "") if isinstance(item, str) and self._key == ((),) else self._identify(item)
        sent = Sent(item, self._read, sku, store, self._chunk.number, fault)
        if fault or self._is_new(sent):
            self._chunk.sent.append(sent)
            if len(self._chunk.sent) == self.size:
                return self._cut()
        return None

    def _identify(self, item: Any) -> tuple[str, str, str]:
        """Return SKU and store of an item, and what is wrong with them."""
        key, fault = [find(item, path) for path in self._key], ""
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
        found = self._latest.get(key)
        if found is not None or self._read <= _IN_MEMORY:
            return found
        if self._earlier is None:
            self._earlier = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # a file that SQLite removes
            finalize(self, self._earlier.close)
            self._earlier.executescript(f"PRAGMA journal_mode = OFF; {_TABLE}; BEGIN")
        if len(self._latest) >= _IN_MEMORY:
            rows = ((*_stored(each), content) for each, content in self._latest.items())
            self._earlier.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", rows)
            self._latest.clear()
        row = self._earlier.execute("SELECT content FROM seen WHERE sku = ? AND store = ?", _stored(key)).fetchone()
        return row[0] if row else None


def _stored(key: tuple[str, str]) -> tuple[bytes, ...]:
    return tuple(each.encode(errors="surrogatepass") for each in key)


def _digest(item: Any) -> bytes:
    try:
        return blake2b(msgspec.json.encode(item, order="sorted"), digest_size=16).digest()
    except (TypeError, ValueError, OverflowError):
        return b"?"  # it cannot be written as JSON, and will be rejected for that


Judge: TypeAlias = Callable[[Sequence[Sent], CallResult[Any]], Done[Outcome] | Flow[Done[Outcome] | None] | None]
"""Says what became of the items of a request; None if that can only be known of fewer, so that each half is sent anew."""


def failed(sent: Sequence[Sent], error: Exception | None, status: Status, reason: str = "") -> Done[Outcome]:
    """Return what an error says of the items of a request."""
    reason, fatal = reason or told(error), error if isinstance(error, AccessError) else None
    return Done(results=[each.outcome(status, reason) for each in sent], fatal=fatal, failure=error)


def refused(sent: Sequence[Sent], response: CallResult[Any]) -> Done[Outcome]:
    """Return what became of the items of a request that was not accepted: nothing, if each attempt at it was refused."""
    return failed(sent, response.error, "rejected" if response.refused and not response.lost else "unknown")


@dataclass(frozen=True, slots=True)
class Work:
    """How an operation is used for many items.

    Attributes:
        chunking: its `Chunking`, if it takes several items.
        build: makes the request for some items, or raises what the spec forbids.
        judge: says what became of the items of a request that was accepted.
        refused: says so of one that was not.
        strict: whether an invalid item ends the run.
    """

    chunking: Any
    build: Callable[[list[Any]], Request]
    judge: Judge
    refused: Judge = refused
    strict: bool = False

    def carry_out(self, chunk: Chunk, ended: Sequence[Exception] = ()) -> Flow[Done[Outcome]]:
        """Send a chunk unless the run has ended, and return an outcome for each of its items, whatever happens."""
        done: Done[Outcome] = Done(fatal=next(iter(ended), None))
        asked, attempt = set[int](), 0
        try:
            for each in chunk.sent:
                if each.fault:
                    self._reject(each, ValueError(each.fault), done)
            requests = [*self._requests([each for each in chunk.sent if not (each.fault or ended)], done)]
            for each in chunk.sent:
                each.item = None  # while the vendor works, nothing is kept but what the items are called
            while requests and not done.fatal:
                sent, request = requests.pop(0)
                asked = {each.position for each in sent}
                response: CallResult[Any] = yield Call(request, len(sent))
                del request
                attempt = response.attempts
                part = (self.refused if response.error else self.judge)(sent, response)
                del response
                if isinstance(part, Generator):
                    part = yield from part
                if part is None:
                    for each in sent:
                        each.item = each.sku  # as what can be sent in halves is no more than its name
                    half = len(sent) // 2
                    requests = [*self._requests(sent[:half], done), *self._requests(sent[half:], done), *requests]
                    continue
                done.results += [msgspec.structs.replace(each, attempt=attempt) for each in part.results]
                done.strangers, done.fatal, done.failure = done.strangers + part.strangers, part.fatal, part.failure
        except Exception as error:  # noqa: BLE001 - it ends the run, after what is known was told
            done.fatal = error
        known, reason = {each.item for each in done.results}, f"the run was ended by {type(done.fatal).__name__}"
        for each in chunk.sent:
            if each.position not in known:
                why = (reason, attempt) if each.position in asked else (f"not sent: {reason}", 0)
                done.results.append(each.outcome("unknown", *why))
        return done

    def _requests(self, sent: list[Sent], done: Done[Outcome]) -> Iterator[tuple[list[Sent], Request]]:
        """Yield requests for all valid items, within the largest body. Invalid items are rejected."""
        if not sent:
            return
        half, most = len(sent) // 2, self.chunking and self.chunking.max_body_bytes
        try:
            request = self.build([each.item for each in sent])
        except ValueError as error:
            if not self._is_of_items(error):
                raise
            if half:  # each is checked alone, so that all others are sent
                yield from self._requests([each for one in sent for (each,), _ in self._requests([one], done)], done)
            else:
                self._reject(sent[0], error, done)
            return
        size = len(request.content or b"")
        if most is None or size <= most:
            yield sent, request
        elif half:
            yield from self._requests(sent[:half], done)
            yield from self._requests(sent[half:], done)
        else:
            self._reject(sent[0], ValueError(f"its request has {size} bytes, and the most are {most}"), done)

    def _is_of_items(self, error: Exception) -> bool:
        """Tell whether it is an item that the spec forbids, and not what all requests have in common."""
        path, location = getattr(error, "path", None), getattr(error, "location", "path")
        if path is None or self.chunking is None:
            return bool(location == "path")
        return bool(path.startswith(f"$.{'.'.join(self.chunking.array.path)}["))

    def _reject(self, sent: Sent, error: Exception, done: Done[Outcome]) -> None:
        done.results.append(sent.outcome("rejected", f"not sent: {error}"))
        if self.strict:
            raise InvalidItem(f"item {sent.position}: {error}") from error


def judge_by_failures(chunking: Any) -> Judge:
    """Return a judge for responses that list the items that were refused: all others are confirmed.

    Where an item is listed that was not sent, the vendor reads keys in another way than we, and nothing is confirmed.
    """
    rejections = chunking.rejections

    def judge(sent: Sequence[Sent], response: CallResult[Any]) -> Done[Outcome]:
        listed = response.find(rejections.items.path) or []
        reasons = {find(each, rejections.key) if rejections.key else each: each for each in listed}
        strangers = reasons.keys() - {each.sku for each in sent}
        done = Done[Outcome](strangers=len(strangers))
        for each in sent:
            if each.sku in reasons:
                reason = find(reasons[each.sku], rejections.reason) if rejections.reason else "listed as a failure"
                done.results.append(each.outcome("rejected", str(reason)))
            elif strangers:
                done.results.append(each.outcome("unknown", f"the response refuses {min(strangers)!r}, which was not sent"))
            else:
                done.results.append(each.outcome("confirmed"))
        return done

    return judge
