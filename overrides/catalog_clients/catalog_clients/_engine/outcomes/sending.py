"""Send the items of a chunk, and determine the outcome of each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

import msgspec

from catalog_clients._engine.calls.polling import key_of, missing_key, places_of
from catalog_clients._engine.calls.retries import reached_nobody
from catalog_clients._engine.chunks.chunking import Chunk, Part
from catalog_clients._engine.chunks.dividing import MOST_DIVISIONS, affordable, divided
from catalog_clients._engine.flows.effects import Call, CallResult, Flow, Halted
from catalog_clients._engine.items.idempotency import origin_of
from catalog_clients._engine.items.keys import KeyPart
from catalog_clients._engine.items.places import path_in_errors
from catalog_clients._engine.ledger.joint import JointOutcomes, Said
from catalog_clients._engine.ledger.records import ChunkResult, Outcome, PendingItem, Status, T
from catalog_clients._engine.responses.json_paths import is_within
from catalog_clients._engine.run.state import RunState
from catalog_clients._engine.tables.behaviour import Behaviour, Request
from catalog_clients.errors import LONGEST_REASON, AccessError, InvalidItem, LimitsError, WaitTooLong, describe, shortened

from .again import HELD, once_more, said_done, unexecuted
from .confirming import refuses, rejects, said_before, unconfirmed
from .unexpected import said_unless_named

_NOT_SENT = "not sent: "
_LONGEST_ID = 1000  # characters of an ingestion's id, which is written beside each of its items
Found: TypeAlias = ChunkResult[Outcome] | None
Collect: TypeAlias = Callable[[Sequence[PendingItem], str], Flow[ChunkResult[Outcome]]]
"""Finds the outcomes of an ingestion's items."""
RunChunk: TypeAlias = Callable[[Chunk, RunState], Flow[ChunkResult[T]]]
"""Finds the results of a chunk's items."""
Breaches: TypeAlias = Callable[[object], Iterable[tuple[str, str]]]
Classify: TypeAlias = Callable[[Sequence[PendingItem], CallResult[object]], Found | Flow[Found]]
"""Finds the outcomes of a request's items; None if fewer items must be sent to know them: then each half is sent again."""


class Build(Protocol):
    """Builds the request for some items; see `Requests`."""

    def __call__(self, items: list[object], origin: str = "", /) -> Request[object]: ...


def failed(items: Sequence[PendingItem], error: Exception | None, status: Status, reason: str = "") -> ChunkResult[Outcome]:
    """Return the outcomes of a request's items after an error. Default reason: the error."""
    reason, fatal = reason or describe(error), error if isinstance(error, AccessError | LimitsError) else None
    text = reason if len(reason) > LONGEST_REASON else ""
    return ChunkResult(results=[each.outcome(status, reason) for each in items], text=text, fatal=fatal, failure=error)


@dataclass(slots=True)
class _ChunkState:
    """The state of a chunk: known results, items to send, the last attempt with its items, and the number of divisions.

    Attributes:
        key_seed: seed of the run, if its requests have keys.
    """

    found: ChunkResult[Outcome]
    key_seed: str = ""
    parts: list[Part] = field(default_factory=list)
    sent: list[PendingItem] = field(default_factory=list)
    attempt: int = 0
    divisions: int = 0


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """How an operation is used for many items.

    Attributes:
        name: its operationId.
        table: what the spec says of its use.
        build: builds the request for some items.
        classify: finds the outcomes of an accepted request.
        collect: finds the outcomes of an ingestion by its id, if the operation starts ingestions.
        breaches: yields path and rule of each breach of an item, if it has fields.
        strict: whether an invalid item ends the run.
        arguments: arguments of all requests, such as stores; a run can be resumed only with the same ones.
        keys: how the parts of an item's key are given; default: as the table says.
    """

    name: str
    table: Behaviour
    build: Build
    classify: Classify
    collect: Collect | None = None
    breaches: Breaches | None = None
    strict: bool = False
    arguments: Mapping[str, object] = field(default_factory=dict)
    keys: Sequence[KeyPart] = ()

    @property
    def retires(self) -> bool:
        """Whether confirmed items may be deleted elsewhere."""
        return self.table.confirmation is not None and self.table.confirmation.retires

    @property
    def has_key(self) -> bool:
        """Whether each request has an idempotency key."""
        return self.table.retry is not None and self.table.retry.idempotency_key is not None

    @property
    def is_once(self) -> bool:
        """Whether a second execution of a request could do harm, and nothing prevents it."""
        return self.table.retry is not None and not (self.table.retry.idempotent or self.has_key)

    def prepare(self, items: list[PendingItem], seed: str) -> list[Part] | None:
        """Return the requests for items, as `checked` does; None if they cannot be built: then `run` raises the error."""
        try:
            return self.checked(items, seed)
        except Exception:  # noqa: BLE001 - the run builds them again, and reports the error
            return None

    def checked(self, items: list[PendingItem], seed: str = "") -> list[Part]:
        """Return the requests for the items that the spec allows, and set the fault of the others.

        Args:
            items: items without faults.
            seed: seed of the keys of requests, if they have keys; see `RunState`.
        """
        found = ChunkResult[Outcome]()
        parts = [*self._parts(items, found, seed if self.has_key else "")]
        reasons = {each.item: each.reason for each in found.results}
        for each in items if reasons else ():
            each.fault = reasons.get(each.position, "").removeprefix(_NOT_SENT)
        return parts

    def run(self, chunk: Chunk, run: RunState) -> Flow[ChunkResult[Outcome]]:
        """Send a chunk unless the run is stopped. In any case, return an outcome for each of its items."""
        state = _ChunkState(ChunkResult(fatal=run.stopped), run.key_seed if self.has_key else "")
        try:
            if chunk.ingestion_id:
                state.sent, state.attempt = chunk.items, chunk.items[0].attempt
                if self.collect and not run.stopped:
                    state.found.add((yield from self.collect(chunk.items, chunk.ingestion_id)))
            elif not run.stopped:
                state.parts = self._prepare(chunk, state, is_open=run.is_open)
            _drop_contents(chunk.items)
            yield from self._send(state, run)
        except Exception as error:  # noqa: BLE001 - it ends the run, after the outcomes that are known
            state.found.fatal = error
            state.found.is_open |= bool(state.sent)
        self._complete(chunk, state)
        run.is_open |= state.found.is_open
        return state.found

    def _prepare(self, chunk: Chunk, state: _ChunkState, *, is_open: bool) -> list[Part]:
        """Reject the invalid items, and return the requests for all others that may be sent.

        A replacing item is not sent while the vendor may still execute an earlier request, which would undo the replacement.
        """
        found = state.found
        valid = [each for each in chunk.items if not (each.fault or each.is_held or (is_open and each.replaces))]
        for each in chunk.items if len(valid) < len(chunk.items) else ():
            if each.is_held:
                found.append(each.outcome("unknown", HELD))
            elif each.fault:
                self._reject(each, ValueError(each.fault), found)
            elif is_open and each.replaces:
                reason = "not sent: it replaces an item, and the vendor may still be processing an earlier request"
                found.append(each.outcome("unknown", reason))
        if chunk.parts is not None and sum(len(each.items) for each in chunk.parts) == len(valid):
            return chunk.parts
        return [*self._parts(valid, found, state.key_seed)]

    def _send(self, state: _ChunkState, run: RunState) -> Flow[None]:
        """Send the requests one by one, and divide their items if that is needed to know the outcomes.

        If the run is stopped, only what the vendor may have executed is sent again.
        """
        while state.parts and not state.found.fatal:
            part = state.parts.pop(0)
            items = part.items
            result = yield from self._call(part, state, run)
            if result is None:
                continue
            if isinstance(result.error, Halted):
                state.sent, state.found.fatal = [], run.stopped
                return
            state.attempt, is_lost = result.attempts, result.lost
            for each in items:
                each.attempt = result.attempts
            doubt = "" if result.error else unconfirmed(self.table, items, result)
            repeated = None if doubt else self._note_submitted(items, result, run)
            groups = divided(items, part.request, result, self.table.chunking, self._of_key)
            known = repeated or (_undivided(items, result, state) if groups else self._classify(items, result, doubt))
            if isinstance(known, ChunkResult) and result.unexecuted:
                known.results = unexecuted(items, known.results)
            del part, result  # they refer to all sent items, and an ingestion can take an hour
            if isinstance(known, Generator):
                known = yield from known
            if known is None:
                state.divisions += 1
                state.parts[:0] = self._parts_of(groups or self._halves(items), state, is_lost=is_lost)
            else:
                state.found.add(known)
            if groups or known is None:  # their contents were restored
                _drop_contents(items)

    def _call(self, part: Part, state: _ChunkState, run: RunState) -> Flow[CallResult[object] | None]:
        """Record and send a request when its limits admit it; None if one admits it only in parts, which are sent next.

        Raises:
            WaitTooLong, LimitsError: a limit does not admit it, and nothing was sent.
        """

        def begin() -> None:
            if run.journal:
                run.journal.sending(part.items)
            state.sent = part.items

        halted = None if part.is_lost else run.halted
        try:
            result: CallResult[object] = yield Call(part.request, len(part.items), halted=halted, before=begin)
        except (WaitTooLong, LimitsError) as error:
            state.sent = []
            has_same_key = self.has_key and any(each.was_sent for each in part.items)  # as a request that may have been executed
            groups = affordable(part.items, part.request, error, self.table.chunking, self._of_key)
            if has_same_key or not groups:
                raise
            state.parts[:0] = self._parts_of(groups, state, is_lost=part.is_lost)
            _drop_contents(part.items)
            return None
        return replace(result, lost=True, unexecuted=False) if part.is_lost else result

    def _parts_of(self, groups: Sequence[list[PendingItem]], state: _ChunkState, *, is_lost: bool) -> list[Part]:
        """Return the requests for groups of items."""
        parts = [each for some in groups for each in self._parts(some, state.found, state.key_seed)]
        return [replace(each, is_lost=is_lost) for each in parts]

    def _note_submitted(self, items: Sequence[PendingItem], result: CallResult[object], run: RunState) -> Found:
        """Record the ingestion of items before it ends. If another request has the same one, its report may not be about these."""
        ingestion = self._ingestion(result)
        if ingestion and ingestion in run.ingestions:
            found = failed(items, None, "unknown", f"the vendor has given another request the same ingestion id, {ingestion}")
            found.is_open = True
            return found
        run.ingestions.add(ingestion)
        if run.journal and 0 < len(ingestion) <= _LONGEST_ID:
            run.journal.submitted(items, items[0].chunk, ingestion, is_lost=result.lost)
        return None

    def _ingestion(self, result: CallResult[object]) -> str:
        """Return the id of the ingestion that a request has started; empty if there is none, or it is not in the response."""
        key = key_of(self.table.polling, result) if self.table.polling and not result.error else {}
        return ", ".join(key.values()) if all(key.values()) else ""

    def _classify(self, items: Sequence[PendingItem], result: CallResult[object], doubt: str) -> Found | Flow[Found]:
        """Return the outcomes of a request; `doubt` is why its success confirms nothing, if it does not."""
        if result.error:
            return self._of_error(items, result)
        if doubt:
            is_refused = refuses(self.table, result)
            found = failed(items, None, "rejected" if is_refused else "unknown", doubt)
            found.is_open = self.table.polling is not None and not is_refused
            return found
        ingestion, polling = self._ingestion(result), self.table.polling
        if polling and places_of(polling) and not 0 < len(ingestion) <= _LONGEST_ID:
            what = f"its id has {len(ingestion)} characters: {ingestion}" if ingestion else missing_key(polling, result)
            found = failed(items, None, "unknown", result.hidden(f"its ingestion cannot be followed, as {what}"))
            found.is_open = True
            return found
        return self.classify(items, result)

    def _of_error(self, items: Sequence[PendingItem], result: CallResult[object]) -> ChunkResult[Outcome]:
        """Return the outcomes of a request that was not accepted. A refusal rejects no items that may have been sent before."""
        reason, body = describe(result.error), ""
        if result.response is not None and result.response.is_success:  # it may have the id of an accepted ingestion
            body = " ".join(getattr(result.error, "body", b"").decode(errors="replace").split())
        whole = f"{reason}: {body}" if body not in reason else ""
        reason = whole if whole and self.table.polling else reason
        known = failed(items, result.error, "rejected" if rejects(self.table, result) else "unknown", reason)
        known.text = known.text or whole
        known.is_open = result.lost or not (result.refused or reached_nobody(result.error))
        if result.refused:
            done = said_done(self.table, result) if len(items) == 1 else None
            status, reason = once_more(shortened(reason), done)
            known.results = [
                msgspec.structs.replace(each, status=status, reason=reason) if item.was_sent or (result.lost and done) else each
                for each, item in zip(known.results, items, strict=True)
            ]
        return known

    def _complete(self, chunk: Chunk, state: _ChunkState) -> None:
        """Set the outcome of all other items to unknown, as the run has ended."""
        found = state.found
        if len(found.results) == len(chunk.items):
            return
        known = {each.item for each in found.results}
        reason = f"the run was ended by {type(found.fatal).__name__}" if found.fatal else "its spec does not say how to follow it"
        sent = {each.position for each in state.sent}
        for each in chunk.items:
            if each.position not in known:
                is_sent = each.position in sent
                each.attempt = max(1, state.attempt) if is_sent else 0
                found.append(each.outcome("unknown", reason if is_sent else f"not sent: {reason}"))

    def _parts(self, items: list[PendingItem], found: ChunkResult[Outcome], seed: str) -> Iterator[Part]:
        """Yield requests for all valid items, within the maximum size of a body. Invalid items are rejected."""
        separator = self.table.chunking.alone if self.table.chunking else None
        alone = [each for each in items if separator and separator in each.sku]
        others = [each for each in items if separator not in each.sku] if separator else items
        for some in (others, *([each] for each in alone)):
            yield from self._part(some, found, seed)

    def _part(self, items: list[PendingItem], found: ChunkResult[Outcome], seed: str) -> Iterator[Part]:
        """Yield one request for items, if it is valid and not too large; otherwise requests for parts of them."""
        if not items:
            return
        half, most = len(items) // 2, self.table.chunking.max_body_bytes if self.table.chunking else None
        try:
            request = self.build([each.item for each in items], origin_of(seed, items))
        except (ValueError, RecursionError) as error:
            if not self._is_of_items(error):
                raise
            if half:
                yield from self._valid_parts(items, found, seed)
            else:
                self._reject(items[0], error, found)
            return
        size = len(request.content or b"")
        if most is None or size <= most:
            yield Part(items, request)
        elif half:
            yield from self._part(items[:half], found, seed)
            yield from self._part(items[half:], found, seed)
        else:
            self._reject(items[0], ValueError(f"its request has {size} bytes, and the maximum is {most}"), found)

    def _valid_parts(self, items: list[PendingItem], found: ChunkResult[Outcome], seed: str) -> Iterator[Part]:
        """Yield requests for the items that are valid alone: one for all, if others were invalid; otherwise one for each."""
        parts = [part for each in items for part in self._part([each], found, seed)]
        valid = [each for part in parts for each in part.items]
        yield from self._part(valid, found, seed) if len(valid) < len(items) else parts

    def _halves(self, items: list[PendingItem]) -> list[list[PendingItem]]:
        """Return the halves of items that consist only of their keys."""
        for each in items:
            each.item = self._of_key(each)
        half = len(items) // 2
        return [items[:half], items[half:]]

    def _of_key(self, item: PendingItem) -> object:
        """Return the content of an item that consists only of its key."""
        return int(item.sku) if self.keys and self.keys[0].is_number else item.sku

    def _is_of_items(self, error: Exception) -> bool:
        """Return whether the spec forbids an item, and not the arguments of all requests."""
        path, part = getattr(error, "path", None), getattr(error, "location", None)
        place = (self.table.chunking.array or self.table.chunking.item) if self.table.chunking else None
        if path is None or place is None:
            return part in (None, "body")
        if part == "path" and self.table.chunking and path.removeprefix("$.") in self.table.chunking.parameters:
            return True
        if isinstance(error.__cause__, RecursionError):  # the message does not say where it was
            return True
        start = path_in_errors(place)
        is_whole_list = path == start and self.table.chunking is not None and self.table.chunking.array is not None
        return part == place.part and is_within(path, start) and not is_whole_list

    def _reject(self, pending: PendingItem, error: Exception, found: ChunkResult[Outcome]) -> None:
        found.append(pending.outcome("rejected", f"{_NOT_SENT}{error}"))
        if self.strict:
            raise InvalidItem(f"item {pending.position}: {error}") from error


def _undivided(items: Sequence[PendingItem], result: CallResult[object], state: _ChunkState) -> Found:
    """Return the outcomes of items that were refused together, if they are not divided further; None if they are."""
    if state.divisions < MOST_DIVISIONS:
        return None
    return failed(items, result.error, "unknown", f"refused together with others: {describe(result.error)}")


def _drop_contents(items: Sequence[PendingItem]) -> None:
    for each in items:
        each.item = None


def classify_by_success(table: Behaviour) -> Classify:
    """Return what classifies by a success response without a list. Of several items, it does not confirm those that it names."""

    def classify(items: Sequence[PendingItem], result: CallResult[object]) -> ChunkResult[Outcome]:
        confirmed: Said = "confirmed", said_before(table, result)
        if table.chunking and table.chunking.array:
            return ChunkResult(results=JointOutcomes(items, said_unless_named(items, [result], confirmed)))
        return ChunkResult(results=[each.outcome(*confirmed) for each in items])

    return classify
