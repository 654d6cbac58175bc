"""Read jobs and their outcomes from the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, bindparam, case, func, select, true
from sqlalchemy import Table as Pages

from catalog_clients import Counts
from catalog_jobs.errors import NoSuchJob
from catalog_jobs.records import BadRow, Duplicate, Job, Moment, Options, RowOutcome, State, Table

from .database import Database
from .packing import Known, Outcomes, StagedChunk, extended, merged, numbers_in, unpacked
from .tables import BAD_ROWS, DUPLICATES, ENTRIES, GROUPS, JOBS
from .workers import Alive, is_read

T = TypeVar("T")
_MOMENTS = 300  # maximum points of a timeline
_UNKNOWN = Known("pending")
_STATUSES = ("confirmed", "rejected", "unknown")
# These run often, so they are built once.
_OF_GROUPS = (
    select(
        *(func.coalesce(func.sum(GROUPS.c[each]), 0).label(each) for each in _STATUSES), func.max(GROUPS.c.waits_for).label("wait")
    )
    .where(GROUPS.c.job == bindparam("of_job"))
    .subquery()
)
_SUBMITTED = case((ENTRIES.c.kind == "submitted", ENTRIES.c.size), (ENTRIES.c.kind == "outcomes", -ENTRIES.c.size), else_=0)
_OF_ENTRIES = (
    select(
        *(func.coalesce(func.sum(ENTRIES.c[each]), 0).label(each) for each in _STATUSES),
        func.coalesce(func.sum(_SUBMITTED), 0).label("submitted"),
    )
    .where(ENTRIES.c.job == bindparam("of_job"))
    .subquery()
)
_JOB = (
    select(
        JOBS,
        *((_OF_GROUPS.c[each] + _OF_ENTRIES.c[each]).label(each) for each in _STATUSES),
        _OF_ENTRIES.c.submitted,
        func.coalesce(_OF_GROUPS.c.wait, "").label("waits_for"),
    )
    .join_from(JOBS, _OF_GROUPS, true())
    .join(_OF_ENTRIES, true())
    .where(JOBS.c.id == bindparam("of_job"))
)
_OUTCOMES = (
    select(ENTRIES.c.content)
    .where(ENTRIES.c.job == bindparam("of_job"), ENTRIES.c.number == bindparam("of_number"), ENTRIES.c.kind == "outcomes")
    .order_by(ENTRIES.c.id)
)


def find_job(connection: Connection, job: str) -> str:
    """Return the id of the job with this id, or of the only job whose id begins like this.

    Raises:
        NoSuchJob: there is no such job, or there are several.
    """
    found = [*connection.execute(select(JOBS.c.id).where(JOBS.c.id.startswith(job, autoescape=True)).limit(3)).scalars()]
    if job in found:
        return job
    if len(found) != 1 or not job:
        what = f"several jobs begin with {job!r}" if found else f"there is no job {job!r}"
        raise NoSuchJob(f"{what}; `catalog jobs list` shows all")
    return str(found[0])


def read_job(connection: Connection, job: str) -> Job:
    """Return the current state of a job.

    Raises:
        NoSuchJob: there is no job with this id.
    """
    row = connection.execute(_JOB, {"of_job": job}).mappings().first()
    if row is None:
        raise NoSuchJob(f"there is no job {job!r}")
    return _job(connection, row, Alive(connection))


def read_jobs(connection: Connection, states: Iterable[State] = ()) -> list[Job]:
    """Return all jobs, or the jobs in the given states; the newest first."""
    query = select(JOBS.c.id).order_by(JOBS.c.created.desc())
    if wanted := [*states]:
        query = query.where(JOBS.c.state.in_(wanted))
    alive = Alive(connection)
    jobs = connection.execute(query).scalars().all()
    return [_job(connection, connection.execute(_JOB, {"of_job": each}).mappings().one(), alive) for each in jobs]


def _job(connection: Connection, row: RowMapping, alive: Alive) -> Job:
    is_running, is_staging = row["state"] == "running", row["state"] == "staging"
    return Job(
        id=row["id"],
        api=row["api"],
        operation=row["operation"],
        arguments=unpacked(row["arguments"], dict[str, Any]),
        options=unpacked(row["options"], Options),
        input=unpacked(row["input"], Table),
        state=row["state"],
        reason=row["reason"],
        has_worker=(is_running and alive.have(row["id"])) or (is_staging and is_read(connection, row["id"])),
        waits_for=row["waits_for"] if is_running else "",
        retires=bool(row["retires"]),
        rows=row["rows"],
        items=row["items"],
        requests=row["requests"],
        seconds=row["seconds"],
        bad_rows=row["bad_rows"],
        counts=Counts(
            confirmed=int(row["confirmed"]),
            rejected=int(row["rejected"]) + row["bad_rows"],
            unknown=int(row["unknown"]),
            duplicates=row["duplicates"],
            unexpected=row["unexpected"],
        ),
        submitted=max(0, int(row["submitted"])),
        created=row["created"],
        started=row["started"],
        ended=row["ended"],
        repeated=row["repeated"],
    )


def read_outcomes(database: Database, job: str) -> Iterator[RowOutcome]:
    """Yield the outcome of each row in the order of the input, reading one group at a time."""
    bad = _BadRows(database, job)
    number = 0
    while found := _group(database, job, number):
        number, chunks, known = found
        for chunk in chunks:
            for position, outcome in _of_chunk(chunk, known):
                yield from map(_of_bad_row, bad.before(position))
                yield outcome
    yield from map(_of_bad_row, bad.rest())


def read_bad_rows(database: Database, job: str) -> Iterator[BadRow]:
    """Yield the bad rows."""
    return _BadRows(database, job).rest()


def read_timeline(connection: Connection, job: str) -> list[Moment]:
    """Return the numbers of outcomes of a job over time."""
    started = connection.execute(select(JOBS.c.started).where(JOBS.c.id == job)).scalar() or 0
    columns = (GROUPS.c.ended, GROUPS.c.confirmed, GROUPS.c.rejected, GROUPS.c.unknown)
    query = select(*columns).where(GROUPS.c.job == job, GROUPS.c.state == "done").order_by(GROUPS.c.ended)
    rows = [*connection.execute(query)]
    last = max((row[0] - started for row in rows), default=0.0)
    step = last / _MOMENTS or 1.0
    sums = dict[int, list[int]]()
    for ended, *numbers in rows:
        place = sums.setdefault(min(_MOMENTS - 1, max(0, int((ended - started) / step))), [0, 0, 0])
        place[:] = [old + new for old, new in zip(place, numbers, strict=True)]
    return [
        Moment(seconds=min(last, (place + 1) * step), confirmed=confirmed, rejected=rejected, unknown=unknown)
        for place, (confirmed, rejected, unknown) in sorted(sums.items())
    ]


def _group(database: Database, job: str, after: int) -> tuple[int, list[StagedChunk], dict[int, Known]] | None:
    """Return number, chunks and outcomes of the next group; None after the last one."""
    with database.read() as connection:
        query = select(GROUPS.c.number, GROUPS.c.content, GROUPS.c.outcomes)
        query = query.where(GROUPS.c.job == job, GROUPS.c.number > after).order_by(GROUPS.c.number).limit(1)
        if (row := connection.execute(query).first()) is None:
            return None
        number, content, outcomes = row
        parts = [outcomes, *connection.execute(_OUTCOMES, {"of_job": job, "of_number": number}).scalars()]
    return number, unpacked(content, list[StagedChunk]), merged(unpacked(part, Outcomes) for part in parts if part)


def _of_chunk(chunk: StagedChunk, known: dict[int, Known]) -> Iterator[tuple[int, RowOutcome]]:
    """Yield position and outcome of each item of a chunk."""
    positions = numbers_in(chunk.positions)
    count = len(positions)
    columns = (extended(chunk.stores, count, ""), extended(chunk.files, count, ""), chunk.cells or [()] * count)
    lines = numbers_in(chunk.lines) or positions
    for position, sku, line, store, file, cells in zip(positions, chunk.skus, lines, *columns, strict=True):
        found = known.get(position, _UNKNOWN)
        yield (
            position,
            RowOutcome(
                line=line,
                cells=cells,
                file=file,
                sku=sku,
                store=store,
                status=found.status,
                reason=found.reason,
                ingestion_id=found.ingestion_id,
                attempt=found.attempt,
            ),
        )


def _of_bad_row(row: BadRow) -> RowOutcome:
    return RowOutcome(
        line=row.line,
        cells=row.cells,
        file=row.file,
        sku=row.sku,
        store=row.store,
        status="rejected",
        reason=row.rule,
        column=row.column,
    )


def read_duplicates(database: Database, job: str) -> Iterator[Duplicate]:
    """Yield the rows that are not sent, in the order of the input."""
    return _all_rows(database, job, DUPLICATES, list[Duplicate])


class _BadRows:
    """The bad rows of a job, read on demand."""

    def __init__(self, database: Database, job: str) -> None:
        self._rows = _all_rows(database, job, BAD_ROWS, list[tuple[int, BadRow]])
        self._next = next(self._rows, None)

    def before(self, position: int) -> Iterator[BadRow]:
        """Yield the rows before the item at a position."""
        while self._next and self._next[0] <= position:
            yield self._next[1]
            self._next = next(self._rows, None)

    def rest(self) -> Iterator[BadRow]:
        """Yield all remaining rows."""
        while self._next:
            yield self._next[1]
            self._next = next(self._rows, None)


def _all_rows(database: Database, job: str, table: Pages, kind: type[list[T]]) -> Iterator[T]:
    """Yield rows that were written into a table in batches."""
    number = 0
    while True:
        with database.read() as connection:
            query = select(table.c.number, table.c.content)
            query = query.where(table.c.job == job, table.c.number > number).order_by(table.c.number).limit(1)
            row = connection.execute(query).first()
        if row is None:
            return
        number = row[0]
        yield from unpacked(row[1], kind)
