"""Change jobs: create, start, stop, resume and delete them, and find what to send next."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, delete, func, insert, literal, or_, select, update

from catalog_jobs.errors import JobError
from catalog_jobs.records import Options, State, Table

from .database import Database
from .journal import Group
from .packing import Known, Outcomes, StagedChunk, extended, merged, numbers_in, numbers_of, packed, repacked, spans_of, unpacked
from .tables import BAD_ROWS, DUPLICATES, ENTRIES, GROUPS, INGESTIONS, JOBS, UNFINISHED
from .workers import is_here, stager_has_ended, this_process

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without letters that are easily confused
_ABANDONED = 3600  # seconds without a write, after which an input is no longer being read
_QUEUED = 200  # maximum number of queued groups of a job
# These run a few times a second, so they are built once.
_OPEN = select(JOBS.c.id, JOBS.c.state).where(JOBS.c.state.in_(("staging", "staged", "running"))).order_by(JOBS.c.started)
_WAITING = select(func.min(GROUPS.c.phase), func.sum(case((GROUPS.c.state == "queued", 1), else_=0))).where(
    GROUPS.c.job == bindparam("of_job"), GROUPS.c.state.in_(UNFINISHED)
)
_STAGED = (
    select(GROUPS.c.number, GROUPS.c.run)
    .where(GROUPS.c.job == bindparam("of_job"), GROUPS.c.state == "staged", GROUPS.c.phase == bindparam("phase"))
    .order_by(GROUPS.c.number)
    .limit(bindparam("room"))
)


def new_job(
    connection: Connection,
    now: Any,  # Any: an expression of SQL
    *,
    api: str,
    operation: str,
    arguments: Mapping[str, object],
    options: Options,
    table: Table,
    retires: bool,
) -> str:
    """Create a job whose input is being read, and return its id."""
    job = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    values = {
        "id": job,
        "api": api,
        "operation": operation,
        "arguments": packed(arguments),
        "options": packed(options),
        "input": packed(table),
        "state": "staging",
        "retires": int(retires),
        "created": now,
        "seen": now,
        "stager": this_process(),
    }
    connection.execute(insert(JOBS).values(**values))
    return job


def unfinished_with(connection: Connection, digest: str, job: str) -> str | None:
    """Return another job with the same digest that has not finished; None if there is none."""
    states = ("staged", "running", "stopped")
    same = select(JOBS.c.id).where(JOBS.c.digest == digest, JOBS.c.id != job, JOBS.c.state.in_(states))
    found = connection.execute(same.order_by(JOBS.c.created)).scalar()
    return None if found is None else str(found)


def finished_with(connection: Connection, job: str) -> str | None:
    """Return the last finished job with the same digest as this one; None if there is none."""
    digest = select(JOBS.c.digest).where(JOBS.c.id == job).scalar_subquery()
    same = select(JOBS.c.id).where(JOBS.c.digest == digest, JOBS.c.digest != "", JOBS.c.id != job, JOBS.c.state == "finished")
    found = connection.execute(same.order_by(JOBS.c.ended.desc())).scalar()
    return None if found is None else str(found)


def set_state(connection: Connection, job: str, before: tuple[State, ...], after: State, **values: Any) -> None:
    """Change the state of a job.

    Raises:
        JobError: the current state is not one of `before`.
    """
    if not connection.execute(
        update(JOBS).where(JOBS.c.id == job, JOBS.c.state.in_(before)).values(state=after, **values)
    ).rowcount:
        state = connection.execute(select(JOBS.c.state).where(JOBS.c.id == job)).scalar()
        advice = ": its input was not read to its end; it can be deleted" if state == "staging" else ""
        raise JobError(f"the job {job} is {state}, and not {' or '.join(before)}{advice}")


def reopen_unknown(connection: Connection, job: str, *, is_once: bool, resend_unknown: bool = False) -> int:
    """Let unknown items of finished groups be sent again, followed by the items that replace them. Return their number.

    Earlier requests have ended by now, as for a run that is resumed with its ledger. If no item must be executed twice (`is_once`),
    those that the vendor may have executed are sent only with `resend_unknown`.
    """
    holds_sent = is_once and not resend_unknown
    connection.execute(update(JOBS).where(JOBS.c.id == job).values(is_open=0))
    of_job = and_(GROUPS.c.job == job, GROUPS.c.state == "done")
    reopened, keys = 0, set[tuple[str, str]]()
    groups = select(GROUPS.c.number, GROUPS.c.phase, GROUPS.c.unknown).where(of_job, or_(GROUPS.c.unknown > 0, GROUPS.c.phase > 0))
    for number, phase, unknown in connection.execute(groups.order_by(GROUPS.c.phase, GROUPS.c.number)).all():
        if unknown or (phase and keys):
            again = _reopen(connection, and_(of_job, GROUPS.c.number == number), keys, holds_sent=holds_sent)
            reopened += len(again)
            if again and resend_unknown:
                entry = {"kind": "again", "size": len(again), "content": packed(spans_of(again))}
                connection.execute(insert(ENTRIES).values(job=job, number=number, **entry))
    return reopened


def allow_again(connection: Connection, job: str) -> None:
    """Let items be sent again that were being sent when their worker has ended, and that must not be executed twice."""
    names = ("job", "number", "size", "content")
    sending = select(*(ENTRIES.c[name] for name in names), literal("again")).where(
        ENTRIES.c.job == job, ENTRIES.c.kind == "sending"
    )
    connection.execute(insert(ENTRIES).from_select([*names, "kind"], sending))


def _reopen(connection: Connection, group: ColumnElement[bool], keys: set[tuple[str, str]], *, holds_sent: bool) -> list[int]:
    """Let the unknown items of a group be sent again, and items that replace one of `keys`; add their keys to `keys`.

    With `holds_sent`, unknown items that the vendor may have executed will not be sent; so what replaces them need not be, either.
    Return the positions of all of them.
    """
    job, number, content, outcomes = connection.execute(
        select(GROUPS.c.job, GROUPS.c.number, GROUPS.c.content, GROUPS.c.outcomes).where(group)
    ).one()
    known, again = merged([unpacked(outcomes, Outcomes)]), dict[int, Known]()
    before = Group(job, number, [], known)
    for chunk in unpacked(content, list[StagedChunk]):
        stores, replaces = extended(chunk.stores, len(chunk.skus), ""), {*chunk.replaces}
        for position, *key in zip(numbers_in(chunk.positions), chunk.skus, stores, strict=True):
            each = known[position]
            if each.status == "unknown":
                again[position] = Known("pending", each.reason, each.ingestion_id, each.attempt)
            elif position in replaces and tuple(key) in keys:
                again[position] = Known("pending", each.reason, "", each.attempt)
            else:
                continue
            if not (holds_sent and before.may_be_executed(position)):
                keys.add((key[0], key[1]))
    if again:
        left = repacked(known | again)
        changed = {"state": "staged", "outcomes": packed(left), "ended": 0, **numbers_of(left)}
        connection.execute(update(GROUPS).where(group).values(**changed))
    return [*again]


def delete_job(connection: Connection, job: str) -> None:
    """Delete all records of a job."""
    for table in (ENTRIES, INGESTIONS, BAD_ROWS, DUPLICATES, GROUPS):
        connection.execute(delete(table).where(table.c.job == job))
    connection.execute(delete(JOBS).where(JOBS.c.id == job))


def delete_abandoned(database: Database, connection: Connection) -> None:
    """Delete the jobs whose input is no longer being read."""
    is_old = JOBS.c.seen < database.now - _ABANDONED
    for job, stager, old in connection.execute(select(JOBS.c.id, JOBS.c.stager, is_old).where(JOBS.c.state == "staging")).all():
        if stager_has_ended(stager) or (old and not is_here(stager)):  # here, a process may be stopped for longer
            delete_job(connection, job)


def open_jobs(connection: Connection) -> list[tuple[str, State]]:
    """Return the ids and states of jobs that are running or not started, the oldest first."""
    return [(job, state) for job, state in connection.execute(_OPEN)]


def groups_to_queue(connection: Connection, job: str) -> list[tuple[int, int]]:
    """Return number and run of the groups of a job that may be queued now. A phase begins after all earlier phases have ended."""
    phase, waiting = connection.execute(_WAITING, {"of_job": job}).one()
    room = _QUEUED - (waiting or 0)
    if phase is None or room <= 0:
        return []
    return [(number, run) for number, run in connection.execute(_STAGED, {"of_job": job, "phase": phase, "room": room})]


def note_queued(connection: Connection, job: str, numbers: list[int]) -> None:
    """Record that groups were queued."""
    staged = update(GROUPS).where(GROUPS.c.job == job, GROUPS.c.number.in_(numbers), GROUPS.c.state == "staged")
    connection.execute(staged.values(state="queued", run=GROUPS.c.run + 1))


def unfinished_groups(connection: Connection, job: str) -> list[tuple[int, int]]:
    """Return number and run of the groups of a job that were queued and are not done."""
    query = select(GROUPS.c.number, GROUPS.c.run).where(GROUPS.c.job == job, GROUPS.c.state.in_(("queued", "running")))
    return [(number, run) for number, run in connection.execute(query)]


def queue_again(connection: Connection, job: str, groups: list[tuple[int, int]]) -> None:
    """Let groups be queued again that are no longer in the queue."""
    for number, run in groups:
        group = update(GROUPS).where(GROUPS.c.job == job, GROUPS.c.number == number, GROUPS.c.run == run)
        left = group.where(GROUPS.c.state.in_(("queued", "running")))
        connection.execute(left.values(state="staged", owner="", waits_for=""))


def has_work(connection: Connection, job: str) -> bool:
    """Return whether a group of a job is not done."""
    left = select(GROUPS.c.number).where(GROUPS.c.job == job, GROUPS.c.state.in_(UNFINISHED)).limit(1)
    return connection.execute(left).first() is not None
