"""Send the chunks of a group one by one, and record outcomes at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import repeat

import msgspec

from catalog_clients import LimitsError, Outcome, ReportRefused
from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.ledger.records import ChunkResult, PendingItem
from catalog_clients._engine.run.state import RunState, is_unreached
from catalog_clients.errors import describe
from catalog_jobs._store.journal import Group, GroupLost, Journal, SendingEnded
from catalog_jobs._store.packing import StagedChunk, extended, numbers_in
from catalog_jobs.errors import DatabaseError

from .planning import Plan

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0  # seconds between two attempts to reach a vendor
_FINAL = ("confirmed", "rejected", "unknown")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What has come of sending a part of a chunk once.

    Attributes:
        found: what the engine has found.
        settled: the outcomes that will not change.
        is_waiting: whether the other items are sent when the vendor, or the database of limits, can be reached again.
        is_complete: whether all items have such an outcome.
    """

    found: ChunkResult[Outcome]
    settled: Sequence[Outcome]
    is_waiting: bool
    is_complete: bool


@dataclass(slots=True)
class _Outage:
    """The time for which a vendor cannot be reached.

    Attributes:
        patience: seconds to wait for it.
    """

    patience: float
    _since: float | None = None
    _pause: float = _FIRST_PAUSE

    def next_pause(self, *, is_new: bool) -> tuple[float, float]:
        """Return the seconds since it began, and those until the next attempt; the latter are 0 or less if patience has run out.

        Args:
            is_new: whether something was reached at the last attempt, so that it begins now.
        """
        now = time.monotonic()
        if is_new or self._since is None:
            self._since = now
        waited = now - self._since
        pause = min(self._pause, self.patience - waited)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        return waited, pause


class GroupSender:
    """Sends a group.

    Args:
        plan: how the items are sent.
        journal: journal of the group.
        patience: seconds to wait for a vendor that cannot be reached.
        stop: set when the worker must begin no more work.
        leave: done when the worker must leave without waiting.
    """

    def __init__(self, plan: Plan, journal: Journal, patience: float, stop: threading.Event, leave: Future[None]) -> None:
        self._plan, self._journal, self._patience, self._stop, self._leave = plan, journal, patience, stop, leave

    def send(self, group: Group) -> bool:
        """Send all items without an outcome. Return whether the group is done, which is then recorded."""
        operation = self._plan.operation
        parts = [
            (part, chunk)
            for chunk in group.chunks
            for part in _parts(chunk, group, keeps_requests=operation.has_key, holds_sent=operation.is_once)
        ]
        for place, (part, chunk) in enumerate(parts, 1):
            if not self._send_part(part, chunk, group, is_last=place == len(parts)):
                return False
        if not parts:
            self._journal.finish()
        return True

    def _send_part(self, part: Chunk, chunk: StagedChunk, group: Group, *, is_last: bool) -> bool:
        """Send the rest of a chunk, again until the vendor can be reached. Return whether all of its items have an outcome."""
        parts, outage = [part], _Outage(self._patience)
        was_sent = bool(group.known or group.sent) and any(each.was_sent and not each.is_held for each in part.items)
        while parts:
            part = parts[0]
            if self._stop.is_set() and not part.ingestion_id:
                return False
            attempt = self._attempt(part, group)
            if attempt.settled:
                again = was_sent and not part.ingestion_id and any(each.attempt for each in attempt.settled)
                is_end = is_last and len(parts) == 1 and attempt.is_complete
                self._record(attempt, is_repeated=again, is_last=is_end)
            if attempt.is_complete:
                del parts[0]
            elif not attempt.is_waiting:
                self._end(attempt.found)
                return False
            elif not self._wait(attempt, outage):
                return False
            else:
                parts[:1] = _rest(part, chunk, attempt.found, attempt.settled, holds_sent=self._plan.operation.is_once)
        return True

    def _attempt(self, part: Chunk, group: Group) -> _Attempt:
        """Send a part of a chunk once. An unknown outcome is no outcome yet if the part will be sent again."""
        state = RunState(journal=self._journal, is_open=group.is_open, ingestions={*group.ingestions}, key_seed=group.key_seed)
        found = self._plan.bulk.run_chunk(self._plan.operation, part, state, self._leave)
        group.is_open |= found.is_open
        is_waiting = isinstance(found.fatal, LimitsError) or (found.fatal is None and is_unreached(found.failure))
        settled = found.results
        if is_waiting or found.fatal is not None or self._leave.done():
            settled = [each for each in settled if each.status != "unknown"]
            self._note_unexecuted(part.items, found)
        if part.ingestion_id:  # the process that started the ingestion has sent them
            settled = [msgspec.structs.replace(each, attempt=max(1, each.attempt)) for each in settled]
        return _Attempt(found, settled, is_waiting=is_waiting, is_complete=len(settled) == len(part.items))

    def _record(self, attempt: _Attempt, *, is_repeated: bool, is_last: bool) -> None:
        """Record the outcomes of an attempt."""
        self._journal.outcomes(
            attempt.settled,
            is_open=attempt.found.is_open,
            unexpected=attempt.found.unexpected,
            repeated=int(is_repeated),
            is_last=is_last,
        )

    def _wait(self, attempt: _Attempt, outage: _Outage) -> bool:
        """Wait for the vendor or the database. Return whether to try again; if patience has run out, the job is stopped."""
        found = attempt.found
        what = "the vendor, which cannot be reached" if found.fatal is None else "the database"
        self._journal.wait_for(f"{what}: {describe(found.fatal or found.failure)}")
        waited, pause = outage.next_pause(is_new=bool(attempt.settled))
        if pause <= 0 and not self._stop.is_set():
            self._journal.stop_job(f"the vendor could not be reached for {waited:.0f} s: {describe(found.failure)}")
        if pause <= 0 or self._stop.wait(pause):
            return False
        self._journal.wait_for("")
        return True

    def _note_unexecuted(self, items: Sequence[PendingItem], found: ChunkResult[Outcome]) -> None:
        """Record which unknown items have not been executed, where no others may be sent again."""
        left = {each.item for each in found.results if each.status == "unknown" and not each.attempt}
        if left and self._plan.operation.is_once and not isinstance(found.fatal, GroupLost | DatabaseError):
            self._journal.again([each for each in items if each.position in left])

    def _end(self, found: ChunkResult[Outcome]) -> None:
        """Stop the job after an error that concerns all of its items."""
        if isinstance(found.fatal, GroupLost | DatabaseError):
            raise found.fatal
        if found.fatal is not None and not isinstance(found.fatal, SendingEnded) and not self._leave.done():
            advice = "; allow it with `Options.origins` or --origin" if isinstance(found.fatal, ReportRefused) else ""
            self._journal.stop_job(f"{describe(found.fatal)}{advice}")


def _parts(chunk: StagedChunk, group: Group, *, keeps_requests: bool, holds_sent: bool = False) -> Iterator[Chunk]:
    """Yield the remaining parts of a chunk: first ingestions whose outcomes are collected, then items to send.

    Args:
        chunk: the chunk.
        group: the group, with what is known of its items.
        keeps_requests: whether items that were sent in one request are sent in the same request again, with the same key.
        holds_sent: whether items are not sent again that the vendor may have executed.
    """
    if not (group.known or group.sent):
        yield Chunk(chunk.number, _all_items(chunk))
        return
    listed = numbers_in(chunk.positions)
    positions = {*listed}
    done = {each for each in positions if each in group.known and group.known[each].status in _FINAL}
    accepted = {
        ingestion: [*dict.fromkeys(each for each in some if each in positions)] for ingestion, some in group.accepted.items()
    }
    for position in listed:
        known = group.known.get(position)
        if known and position not in done and known.ingestion_id:
            accepted.setdefault(known.ingestion_id, []).append(position)
    for ingestion, some in accepted.items():
        if left := [each for each in some if each not in done]:
            done.update(left)
            places = group.accepted.get(ingestion) or group.ended.get(ingestion, [])
            indexes = {position: index for index, position in enumerate(places)}
            items = _items(chunk, {*left}, group)
            for each in items:
                each.index = indexes.get(each.position)
                each.was_sent = each.position not in group.once
            yield Chunk(chunk.number, items, ingestion_id=ingestion)
    requests = dict[int, set[int]]()
    for position in sorted(positions - done):
        requests.setdefault(group.sent.get(position, 0) if keeps_requests else 0, set()).add(position)
    for together in requests.values():
        items = _items(chunk, together, group)
        for each in items if holds_sent else ():
            each.is_held = group.may_be_executed(each.position)
        yield Chunk(chunk.number, items)


def _items(chunk: StagedChunk, wanted: set[int], group: Group) -> list[PendingItem]:
    """Return some items of a chunk."""
    if not wanted:
        return []
    known, sent, found = group.known, group.sent, [each for each in _all_items(chunk) if each.position in wanted]
    for each in found:
        each.was_sent = each.position in sent or (each.position in known and known[each.position].attempt > 0)
    return found


def _all_items(chunk: StagedChunk) -> list[PendingItem]:
    """Return the items of a chunk, as if none had been sent."""
    stores = extended(chunk.stores, len(chunk.skus), "")
    found = [*map(PendingItem, chunk.contents or chunk.skus, numbers_in(chunk.positions), chunk.skus, stores, repeat(chunk.number))]
    if replaces := {*chunk.replaces}:
        for each in found:
            each.replaces = each.position in replaces
    return found


def _rest(
    part: Chunk, chunk: StagedChunk, found: ChunkResult[Outcome], settled: Sequence[Outcome], *, holds_sent: bool
) -> list[Chunk]:
    """Return the rest of a part of a chunk: ingestions that the vendor has accepted meanwhile, and then what is sent.

    Items get their contents again, which were dropped when they were sent.
    """
    done = {each.item for each in settled}
    contents = dict(zip(numbers_in(chunk.positions), chunk.contents or chunk.skus, strict=True))
    for each in part.items:
        each.item = contents[each.position]
        each.was_sent |= each.attempt > 0
        each.is_held |= holds_sent and each.attempt > 0
    items = [each for each in part.items if each.position not in done]
    if part.ingestion_id:
        return [Chunk(part.number, items, ingestion_id=part.ingestion_id)]
    accepted, together = dict[str, list[int]](), dict[str, list[PendingItem]]()
    for outcome in found.results:
        if outcome.ingestion_id:
            accepted.setdefault(outcome.ingestion_id, []).append(outcome.item)
    places = {item: (ingestion, index) for ingestion, some in accepted.items() for index, item in enumerate(some)}
    for each in items:
        ingestion, each.index = places.get(each.position, ("", None))
        together.setdefault(ingestion, []).append(each)
    return [Chunk(part.number, some, ingestion_id=ingestion) for ingestion, some in sorted(together.items(), reverse=True)]
