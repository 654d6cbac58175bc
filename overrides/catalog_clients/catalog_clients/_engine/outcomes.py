"""Send the items of a chunk, and determine the outcome of each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import httpx2
import msgspec

from catalog_clients.errors import LONGEST_REASON, AccessError, InvalidItem, describe

from .chunking import Chunk, PendingItem
from .effects import Call, CallResult, Flow, find
from .headers import moment_of
from .limits import LOG
from .records import ChunkResult, Outcome, Status
from .run_state import RunState
from .tables import Behaviour, Request

# Any: items and results have the types of their operation, which only its facade knows.
_CLOCKS = timedelta(days=1)  # by which two clocks, one of them without a time zone, may differ
Build: TypeAlias = Callable[[list[Any]], Request[Any]]
Found: TypeAlias = ChunkResult[Outcome] | None
Collect: TypeAlias = Callable[[Sequence[PendingItem], str], Flow[ChunkResult[Outcome]]]
"""Gives the outcomes of an ingestion's items."""
Classify: TypeAlias = Callable[[Sequence[PendingItem], CallResult[Any]], Found | Flow[Found]]
"""Gives the outcomes of a request's items; None if they can be known only of fewer items, so that each half is sent again."""


def failed(items: Sequence[PendingItem], error: Exception | None, status: Status, reason: str = "") -> ChunkResult[Outcome]:
    """Return the outcomes of a request's items after an error, which is their reason by default."""
    reason, fatal = reason or describe(error), error if isinstance(error, AccessError) else None
    if len(reason) > LONGEST_REASON:
        LOG.warning("items from number %d on are %s: %s", items[0].position, status, reason)
    return ChunkResult(results=[each.outcome(status, reason) for each in items], fatal=fatal, failure=error)


def refused(items: Sequence[PendingItem], result: CallResult[object]) -> ChunkResult[Outcome]:
    """Return the outcomes of a request that was not accepted: rejected, if each attempt at it was refused."""
    return failed(items, result.error, "rejected" if result.refused and not result.lost else "unknown")


def unconfirmed(table: Behaviour, result: CallResult[object]) -> str:
    """Return why a success does not confirm the items of its request; empty if it can."""
    for each in table.confirmation.conditions if table.confirmation else ():
        value, name = result.find(each.value.path), ".".join(each.value.path)
        if value is None and (broken := result.breach(each.value.path)):
            return broken
        if each.time and not _is_past(value, result.response):
            return f"the response has {value!r} as {name}, which is not a time in the past: {result.text()}"
        if each.values and value not in each.values:
            return f"the response has {value!r} as {name}, and not {' or '.join(map(repr, each.values))}: {result.text()}"
    return ""


def _is_past(value: object, response: httpx2.Response | None) -> bool:
    """Return whether a value is a date and time that is not in the future by the vendor's clock, which may be off by a day."""
    now = (moment_of(response, "Date") if response is not None else None) or datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) <= now + _CLOCKS


_Part: TypeAlias = tuple[list[PendingItem], Request[object]]
"""Some items of a chunk, and the request that sends them."""


@dataclass(slots=True)
class _ChunkState:
    """How far a chunk is: what is known, what is still to be sent, and which attempt at which items was the last."""

    found: ChunkResult[Outcome]
    parts: list[_Part] = field(default_factory=list)
    sent: list[PendingItem] = field(default_factory=list)
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """How an operation is used for many items.

    Attributes:
        name: its operationId.
        table: what the spec says of its use.
        build: makes the request for some items.
        classify: gives the outcomes of a request that was accepted.
        refused: gives those of one that was not.
        collect: gives those of an ingestion by its id, where the operation starts ingestions.
        strict: whether an invalid item ends the run.
    """

    name: str
    table: Behaviour
    build: Build
    classify: Classify
    refused: Classify = refused
    collect: Collect | None = None
    strict: bool = False

    def run(self, chunk: Chunk, run: RunState) -> Flow[ChunkResult[Outcome]]:
        """Send a chunk unless the run is stopped, and return an outcome for each of its items, whatever happens."""
        state = _ChunkState(ChunkResult(fatal=run.stopped))
        try:
            if chunk.ingestion_id:
                state.sent = chunk.items
                if self.collect and not run.stopped:
                    state.found.add((yield from self.collect(chunk.items, chunk.ingestion_id)))
            elif not run.stopped:
                self._prepare(chunk, state)
            for each in chunk.items:
                each.item = None
            yield from self._send(state, run)
        except Exception as error:  # noqa: BLE001 - it ends the run, after the outcomes that are known
            state.found.fatal = error
        self._complete(chunk, state)
        return state.found

    def _prepare(self, chunk: Chunk, state: _ChunkState) -> None:
        """Reject the invalid items, and build the requests for all others."""
        for each in chunk.items:
            if each.fault:
                self._reject(each, ValueError(each.fault), state.found)
        state.parts = [*self._parts([each for each in chunk.items if not each.fault], state.found)]

    def _send(self, state: _ChunkState, run: RunState) -> Flow[None]:
        """Send the requests one after the other, in halves where that is needed to know the outcomes."""
        while state.parts and not state.found.fatal:
            items, request = state.parts.pop(0)
            if run.ledger and self.table.polling:
                run.ledger.sending(min(each.position for each in items), max(each.position for each in items), items[0].chunk)
            state.sent = items
            result: CallResult[object] = yield Call(request, len(items))
            state.attempt = result.attempts
            self._note_submitted(items, result, run)
            known = self._classify(items, result)
            del request, result  # they have all that was sent, and an ingestion can take an hour
            if isinstance(known, Generator):
                known = yield from known
            if known is None:
                state.parts[:0] = self._halves(items, state.found)
            else:
                known.results = [msgspec.structs.replace(each, attempt=state.attempt) for each in known.results]
                state.found.add(known)

    def _note_submitted(self, items: Sequence[PendingItem], result: CallResult[object], run: RunState) -> None:
        """Note the ingestion that has some items, before it ends."""
        polling = self.table.polling
        if run.ledger and polling and not result.error:
            ingestion = ", ".join(str(result.find(place.path)) for place in polling.body.values())
            run.ledger.submitted(((each.sku, each.store, each.position, each.chunk) for each in items), ingestion)

    def _classify(self, items: Sequence[PendingItem], result: CallResult[object]) -> Found | Flow[Found]:
        if result.error:
            return self.refused(items, result)
        if reason := unconfirmed(self.table, result):
            return failed(items, None, "unknown", reason)
        return self.classify(items, result)

    def _halves(self, items: list[PendingItem], found: ChunkResult[Outcome]) -> list[_Part]:
        for each in items:
            each.item = each.sku  # only items that are nothing but their keys are sent in halves
        half = len(items) // 2
        return [*self._parts(items[:half], found), *self._parts(items[half:], found)]

    def _complete(self, chunk: Chunk, state: _ChunkState) -> None:
        """Give the items without an outcome the outcome unknown, as the run was ended."""
        known, found = {each.item for each in state.found.results}, state.found
        reason = f"the run was ended by {type(found.fatal).__name__}"
        sent = {each.position for each in state.sent}
        for each in chunk.items:
            if each.position not in known:
                is_sent = each.position in sent
                found.results.append(
                    each.outcome("unknown", reason if is_sent else f"not sent: {reason}", state.attempt if is_sent else 0)
                )

    def _parts(self, items: list[PendingItem], found: ChunkResult[Outcome]) -> Iterator[_Part]:
        """Yield requests for all valid items, within the maximum size of a body. Invalid items are rejected."""
        if not items:
            return
        half, most = len(items) // 2, self.table.chunking.max_body_bytes if self.table.chunking else None
        try:
            request = self.build([each.item for each in items])
        except (ValueError, RecursionError) as error:
            if not self._is_of_items(error):
                raise
            if half:  # each item is checked alone, so that all valid ones are sent
                valid = [each for one in items for part, _ in self._parts([one], found) for each in part]
                yield from self._parts(valid, found)
            else:
                self._reject(items[0], error, found)
            return
        size = len(request.content or b"")
        if most is None or size <= most:
            yield items, request
        elif half:
            yield from self._parts(items[:half], found)
            yield from self._parts(items[half:], found)
        else:
            self._reject(items[0], ValueError(f"its request has {size} bytes, and the maximum is {most}"), found)

    def _is_of_items(self, error: Exception) -> bool:
        """Return whether the spec forbids an item, and not what all requests have in common."""
        path, location = getattr(error, "path", None), getattr(error, "location", "path")
        if path is None or self.table.chunking is None:
            return bool(location == "path")
        return bool(path.startswith(f"$.{'.'.join(self.table.chunking.array.path)}["))

    def _reject(self, pending: PendingItem, error: Exception, found: ChunkResult[Outcome]) -> None:
        found.results.append(pending.outcome("rejected", f"not sent: {error}"))
        if self.strict:
            raise InvalidItem(f"item {pending.position}: {error}") from error


def classify_by_failures(table: Behaviour) -> Classify:
    """Return what classifies by a response that lists the refused items: all others are confirmed.

    Where an item is listed that was not sent, the vendor reads keys in another way than this client, and nothing is confirmed; nor
    is it where a part of the list cannot be read.
    """
    if table.chunking is None or table.chunking.rejections is None:
        raise ValueError("the spec does not say where a response lists refused items")
    rejections = table.chunking.rejections

    def classify(items: Sequence[PendingItem], result: CallResult[object]) -> ChunkResult[Outcome]:
        listed, broken = result.find(rejections.items.path), result.breach(rejections.items.path)
        reasons = {find(each, rejections.key): each for each in (listed if isinstance(listed, list) else [])}
        unexpected = reasons.keys() - {each.sku for each in items}
        found = ChunkResult[Outcome](unexpected=len(unexpected))
        for each in items:
            if each.sku in reasons:
                reason = find(reasons[each.sku], rejections.reason) if rejections.reason else "listed as a failure"
                found.results.append(each.outcome("rejected", str(reason)))
            elif unexpected:
                found.results.append(
                    each.outcome("unknown", f"the response refuses {min(map(str, unexpected))!r}, which was not sent")
                )
            else:
                found.results.append(each.outcome("unknown", broken) if broken else each.outcome("confirmed"))
        return found

    return classify
