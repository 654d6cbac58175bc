"""The journal of a group of chunks: it records items before they are sent, and outcomes as they become known.

Only the worker that owns the group may write to it. A worker that was stopped, and continues after another one has taken over its
work, gets an error before it sends anything more.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Update, and_, bindparam, delete, insert, select, update

from catalog_clients import Outcome
from catalog_clients._engine.ledger.records import PendingItem
from catalog_jobs.errors import JobError
from catalog_jobs.records import Options

from .database import Database
from .packing import (
    Known,
    Outcomes,
    Span,
    StagedChunk,
    joined,
    merged,
    numbers_in,
    numbers_of,
    outcomes_of,
    packed,
    spans_of,
    unpacked,
)
from .tables import ENTRIES, GROUPS, INGESTIONS, JOBS, UNFINISHED

LOG = logging.getLogger("catalog_jobs")
T = TypeVar("T")
# These run for each chunk, so they are built once.
_GROUP = and_(GROUPS.c.job == bindparam("of_job"), GROUPS.c.number == bindparam("of_number"))
_ENTRIES = and_(ENTRIES.c.job == bindparam("of_job"), ENTRIES.c.number == bindparam("of_number"))
_JOB = (
    select(JOBS.c.state, JOBS.c.is_open, JOBS.c.created, JOBS.c.options).where(JOBS.c.id == bindparam("of_job")).with_for_update()
)
_OWNER = select(GROUPS.c.owner).where(_GROUP)
_NOTE, _FORGET = insert(ENTRIES), delete(ENTRIES).where(_ENTRIES)
# What was accepted of a group with unknown items is kept: results that name items by their index need it when the job is resumed.
_KEEP = update(ENTRIES).where(_ENTRIES, ENTRIES.c.kind == "submitted").values(kind="ended")
_FORGET_OTHERS = _FORGET.where(ENTRIES.c.kind != "ended")
_CONTENT = select(GROUPS.c.content, GROUPS.c.outcomes).where(_GROUP)
_RECORDED = select(ENTRIES.c.kind, ENTRIES.c.content, ENTRIES.c.ingestion).where(_ENTRIES).order_by(ENTRIES.c.id)
_INGESTIONS = select(INGESTIONS.c.ingestion).where(INGESTIONS.c.job == bindparam("of_job"))
_INGESTION = _INGESTIONS.where(INGESTIONS.c.ingestion == bindparam("of_ingestion"))
_BEGUN = insert(INGESTIONS)
# For `state != 'done'`, SQLite would read all groups of the job.
_LEFT = select(GROUPS.c.number).where(GROUPS.c.job == bindparam("of_job"), GROUPS.c.state.in_(UNFINISHED)).limit(1)
_Record: TypeAlias = Sequence[Any]  # Any: the columns of a row
_Taken: TypeAlias = tuple[_Record, _Record, Sequence[_Record], set[str]]
"""The records of a group: of its job; contents and outcomes; what was noted of it; and the ingestions of its job."""


class GroupLost(JobError):
    """Another worker owns the group now, or its job was deleted."""


class SendingEnded(JobError):
    """No more items of the job are sent: it was cancelled or has stopped, or the worker stops."""


@dataclass(slots=True)
class Group:
    """A group of chunks, and what is known of its items.

    Attributes:
        job, number: id of its job, and its number in the job.
        chunks: its chunks.
        known: known outcomes of items, by position.
        sent: positions of items that may have been sent, each with the number of its last request.
        again: positions of these that may be sent again: nothing was executed, or the job was resumed with `resend_unknown`.
        accepted: positions of items, by the id of their ingestion.
        ended: the same for ingestions from before the job had ended and was resumed; the last outcome of an item has its ingestion.
        once: positions of accepted items that no earlier request can have brought to the vendor.
        is_open: whether the vendor may still execute requests of earlier chunks of the job.
        ingestions: ids of the ingestions that the job has started.
        key_seed: what the keys of its requests are made from, if they have keys.
        options: those of its job, which may be resumed with others.
    """

    job: str
    number: int
    chunks: list[StagedChunk]
    known: dict[int, Known]
    sent: dict[int, int] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)
    accepted: dict[str, list[int]] = field(default_factory=dict)
    ended: dict[str, list[int]] = field(default_factory=dict)
    once: set[int] = field(default_factory=set)
    is_open: bool = False
    ingestions: set[str] = field(default_factory=set)
    key_seed: str = ""
    options: Options = field(default_factory=Options)

    def may_be_executed(self, position: int) -> bool:
        """Return whether the vendor may have executed a request with the item at a position, which may not be sent again."""
        known = self.known.get(position)
        return position not in self.again and (position in self.sent or (known is not None and known.attempt > 0))


class Journal:
    """The journal of a group that is being sent.

    Args:
        database: the database of jobs.
        job, number: job and number of the group.
        owner: unique name of this attempt at the group.
        stop: set when the worker must begin no more work.
        leave: set when the worker must leave without waiting, also for the database.
    """

    def __init__(
        self, database: Database, job: str, number: int, *, owner: str, stop: threading.Event, leave: threading.Event
    ) -> None:
        self._database, self._job, self._number, self._owner = database, job, number, owner
        self._stop, self._leave = stop, leave
        self._of_group = and_(GROUPS.c.job == job, GROUPS.c.number == number)
        self._names = {"of_job": job, "of_number": number}
        self._parts = list[Outcomes]()  # the outcomes that the database has
        self._sending: tuple[Collection[PendingItem], dict[str, object]] = (), {}  # the items sent last, and their entry

    def take(self) -> Group | None:
        """Make this worker the owner of the group, and return it; None if there is nothing to do."""
        taken = self._persist(self._take)
        return self._group(*taken) if taken else None

    def _take(self, connection: Connection) -> _Taken | None:
        # The lock makes all records of the previous owner visible here, and lets it write no more.
        job = connection.execute(_JOB, self._names).first()
        if job is None or job[0] != "running":
            return None
        taken = update(GROUPS).where(self._of_group, GROUPS.c.state.in_(("queued", "running")))
        if not connection.execute(taken.values(state="running", owner=self._owner)).rowcount:
            return None
        group = connection.execute(_CONTENT, self._names).one()
        entries = connection.execute(_RECORDED, self._names).all()
        return job, group, entries, set(connection.execute(_INGESTIONS, self._names).scalars())

    def _group(self, job: _Record, group: _Record, entries: Sequence[_Record], ingestions: set[str]) -> Group:
        """Return the group from its records, which are decoded after the transaction, so that others wait less."""
        parts = [group[1], *(data for kind, data, _ in entries if kind == "outcomes")]
        self._parts = [unpacked(part, Outcomes) for part in parts if part]
        found = Group(
            self._job,
            self._number,
            unpacked(group[0], list[StagedChunk]),
            merged(self._parts),
            is_open=bool(job[1]),
            ingestions=ingestions,
            key_seed=f"{self._job} {job[2]}",
            options=unpacked(job[3], Options),
        )
        requests = [each for each in entries if each[0] != "outcomes"]
        for number, (kind, data, ingestion) in enumerate(requests, 1):
            positions = numbers_in(unpacked(data, list[Span]))
            if kind == "once":
                found.once.update(positions)
                continue
            if kind == "ended":
                found.ended.setdefault(ingestion, []).extend(positions)
                continue
            if kind == "again":
                found.again.update(positions)
                continue
            found.sent.update(dict.fromkeys(positions, number))
            found.again.difference_update(positions)
            if kind == "submitted":
                found.accepted.setdefault(ingestion, []).extend(positions)
        return found

    def sending(self, items: Collection[PendingItem]) -> None:
        """Record that items are sent now; see the ledger of `catalog_clients`.

        Raises:
            SendingEnded, GroupLost: the items must not be sent.
        """
        if self._stop.is_set():
            raise SendingEnded("the worker stops")
        entry = entry_of("sending", items)
        self._sending = items, entry
        self._persist(lambda connection: self._note(connection, entry))

    def again(self, items: Collection[PendingItem]) -> None:
        """Record that items may be sent again, as the vendor has executed no request with them.

        Raises:
            GroupLost: another worker owns them now.
        """
        entry = entry_of("again", items)
        self._persist(lambda connection: self._note(connection, entry, is_final=True))

    def submitted(self, items: Collection[PendingItem], _: int, ingestion_id: str, *, is_lost: bool = False) -> None:
        """Record that the vendor has accepted items; see the ledger of `catalog_clients`.

        Raises:
            GroupLost: another worker owns them now.
        """
        before, entry = self._sending
        entry = {**(entry if items is before else entry_of("submitted", items)), "ingestion": ingestion_id}
        entries = [{**entry, "kind": "submitted"}]
        if once := [each for each in items if not (is_lost or each.was_sent)]:
            entries.append({**entry, **({} if len(once) == len(items) else entry_of("once", once)), "kind": "once"})

        def work(connection: Connection) -> None:
            self._note(connection, *entries, is_final=True)
            if connection.execute(_INGESTION, {"of_job": self._job, "of_ingestion": ingestion_id}).first() is None:
                connection.execute(_BEGUN, {"job": self._job, "ingestion": ingestion_id})

        self._persist(work)

    def outcomes(
        self,
        outcomes: Sequence[Outcome],
        *,
        is_open: bool = False,
        unexpected: int = 0,
        repeated: int = 0,
        is_last: bool = False,
    ) -> None:
        """Record outcomes.

        Args:
            outcomes: the outcomes.
            is_open: whether the vendor may still execute what was sent.
            unexpected: number of SKUs that the vendor has reported and that were not sent.
            repeated: number of requests that were sent again, as an earlier one may have arrived before a crash.
            is_last: whether these are the last outcomes of the group; then it is finished in the same transaction.

        Raises:
            GroupLost: another worker owns these items now.
        """
        found = outcomes_of(outcomes)
        written = joined([*self._parts, found]) if is_last else found
        content, numbers = packed(written), numbers_of(written)

        def work(connection: Connection) -> None:
            self._check(connection, is_final=True)
            if is_open or unexpected or repeated:
                connection.execute(_added(self._job, is_open=is_open, unexpected=unexpected, repeated=repeated))
            if is_last:
                self._finish(connection, content, numbers)
            else:
                entry = {"kind": "outcomes", "size": len(outcomes), "content": content, **numbers}
                connection.execute(_NOTE, {"job": self._job, "number": self._number, **entry})

        self._persist(work)
        self._parts.append(found)

    def wait_for(self, what: str) -> None:
        """Record what the group waits for; empty if it does not wait."""
        self._persist(lambda connection: connection.execute(update(GROUPS).where(self._of_group).values(waits_for=what)))

    def finish(self) -> None:
        """Record that all items of the group have an outcome.

        Raises:
            GroupLost: another worker owns the group now.
        """
        found = joined(self._parts)
        content, numbers = packed(found), numbers_of(found)

        def work(connection: Connection) -> None:
            self._check(connection, is_final=True)
            self._finish(connection, content, numbers)

        self._persist(work)

    def _finish(self, connection: Connection, outcomes: bytes, numbers: Mapping[str, int]) -> None:
        """Record that the group is done, with all of its outcomes; and that its job is finished, if this was its last group."""
        done = {"state": "done", "outcomes": outcomes, "ended": self._database.now, "waits_for": "", "owner": "", **numbers}
        connection.execute(update(GROUPS).where(self._of_group).values(**done))
        if numbers["unknown"]:
            connection.execute(_KEEP, self._names)
        connection.execute(_FORGET_OTHERS if numbers["unknown"] else _FORGET, self._names)
        if connection.execute(_LEFT, self._names).first() is None:
            finished = update(JOBS).where(JOBS.c.id == self._job, JOBS.c.state == "running")
            connection.execute(finished.values(state="finished", reason="", ended=self._database.now))

    def give_back(self) -> None:
        """Leave the group to other workers."""
        mine = and_(self._of_group, GROUPS.c.owner == self._owner, GROUPS.c.state == "running")
        self._persist(
            lambda connection: connection.execute(update(GROUPS).where(mine).values(state="staged", owner="", waits_for=""))
        )

    def decline(self) -> None:
        """Leave the group to other workers before anything was sent."""
        queued = update(GROUPS).where(self._of_group, GROUPS.c.state == "queued")
        self._persist(lambda connection: connection.execute(queued.values(state="staged")))

    def stop_job(self, reason: str) -> None:
        """Stop the job, for a reason that concerns all of its items."""
        running = update(JOBS).where(JOBS.c.id == self._job, JOBS.c.state == "running")
        stopped = running.values(state="stopped", reason=reason, ended=self._database.now)
        self._persist(lambda connection: connection.execute(stopped))

    def _note(self, connection: Connection, *entries: Mapping[str, object], is_final: bool = False) -> None:
        self._check(connection, is_final=is_final)
        connection.execute(_NOTE, [{"job": self._job, "number": self._number, **each} for each in entries])

    def _check(self, connection: Connection, *, is_final: bool) -> None:
        """Raise an error if another worker owns the group or, before items are sent, if the job is no longer running.

        This locks the row of the job, so that groups of a job end one by one.
        """
        state = connection.execute(_JOB, self._names).scalar()
        owner = connection.execute(_OWNER, self._names).scalar()
        if owner != self._owner:
            raise GroupLost(f"group {self._number} of job {self._job} belongs to another worker")
        if not is_final and state != "running":
            raise SendingEnded(f"the job {self._job} is {state}")

    def _persist(self, work: Callable[[Connection], T]) -> T:
        return self._database.persist(work, self._leave, LOG.warning)


def entry_of(kind: str, items: Collection[PendingItem]) -> dict[str, object]:
    """Return a journal entry about items. It is built before the transaction, so that others wait less."""
    return {"kind": kind, "size": len(items), "content": packed(spans_of([each.position for each in items]))}


def _added(job: str, *, is_open: bool, unexpected: int, repeated: int) -> Update:
    changed = {"unexpected": JOBS.c.unexpected + unexpected, "repeated": JOBS.c.repeated + repeated}
    return update(JOBS).where(JOBS.c.id == job).values(**changed, **({"is_open": 1} if is_open else {}))
