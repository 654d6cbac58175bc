"""Durable jobs: an input is staged in a database, any worker sends it, and nothing is lost whatever is killed."""

from __future__ import annotations

import json
import time
from builtins import list as List  # noqa: N812 - a method is called list
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Self

from sqlalchemy import Connection, select, update

from ._store import jobs as stored
from ._store import reading
from ._store.database import Database
from ._store.packing import packed
from ._store.staging import Stager
from ._store.tables import JOBS
from ._store.workers import Alive
from ._work.planning import Plan, plan_to_stage
from ._work.staging import Staged, Staging
from .errors import DatabaseError, JobError
from .records import BadRow, Duplicate, Job, Moment, Options, RowOutcome, State, Table

_OVER: tuple[State, ...] = ("finished", "cancelled", "stopped")


class Submission(NamedTuple):
    """A job, and whether it is new: where the same input is still being worked on, it is that job."""

    job: Job
    is_new: bool


class Jobs:
    """The jobs of a database.

    Args:
        database: path of a SQLite file, for one machine; or the URL of a PostgreSQL database, such as
            `postgresql://user@host/database`, for many.

    Raises:
        DatabaseError: it cannot be used, or is of a newer version.
    """

    def __init__(self, database: str | Path) -> None:
        self._database = Database(database)

    def submit(
        self,
        api: str,
        operation: str,
        items: Iterable[object],
        *,
        table: Table | None = None,
        arguments: Mapping[str, object] | None = None,
        options: Options | None = None,
        start: bool = True,
        progress: Callable[[int], object] | None = None,
    ) -> Submission:
        """Read an input once, check it, and keep it in the database, so that the job does not need it any more.

        Args:
            api: name of the module of a generated client, such as `amazon_jwo_catalog`.
            operation: operationId or method.
            items: items as `Bulk.run` takes them; or `Row` and `BadRow` objects, whose lines and cells outcomes then have.
            table: what the input is.
            arguments: arguments of the operation that all requests have in common.
            options: how requests are made.
            start: whether workers may begin at once; default. Otherwise `start` lets them.
            progress: called with the number of rows that were read, from time to time.

        Raises:
            ValueError: there is no such operation, or it cannot be run for items.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: an argument is unknown, or the items are not an iterable of items.
            InputError: the input cannot be read to its end, or has no rows; the job is not kept.
            DatabaseError: the database cannot be used.
        """
        options, given = options or Options(), {**(arguments or {})}
        plan = self._plan(api, operation, given, options)
        name = plan.operation.name
        with self._database.begin() as connection:
            stored.delete_abandoned(self._database, connection)
            job = stored.new_job(
                connection,
                self._database.now,
                api=api,
                operation=name,
                arguments=given,
                options=options,
                table=table or Table("the items"),
                retires=plan.operation.retires,
            )
        try:
            stager = Stager(self._database, job, plan.group_size)
            staged = Staging(plan, stager, progress).run(items)
            return self._staged(job, staged, _purpose(api, plan, options), start=start)
        except BaseException:
            self._discard(job)
            raise
        finally:
            plan.bulk.close()

    def start(self, job: str, *, options: Options | None = None) -> Job:
        """Let workers begin with a job that was staged; `options` are as those of `resume`."""
        with self._database.begin() as connection:
            found = reading.find_job(connection, job)
            self._set_options(connection, found, options)
            self._run(connection, found, ("staged",))
            return reading.read_job(connection, found)

    def status(self, job: str) -> Job:
        """Return a job as it is now; it is known by its id, or by the beginning of it."""
        with self._database.read() as connection:
            return reading.read_job(connection, reading.find_job(connection, job))

    def list(self, states: Iterable[State] = ()) -> List[Job]:
        """Return all jobs, or those in some states, the newest first."""
        with self._database.read() as connection:
            return reading.read_jobs(connection, states)

    def earlier(self, job: str) -> Job | None:
        """Return the last finished job that has done the same with the same input; None if there is none."""
        with self._database.read() as connection:
            found = stored.finished_with(connection, reading.find_job(connection, job))
            return reading.read_job(connection, found) if found else None

    def events(self, job: str, *, interval: float = 0.5) -> Iterator[Job]:
        """Yield a job whenever it has changed, until it is over; the first time at once. `interval` is in seconds."""
        before, name = None, self.status(job).id
        while True:
            with self._database.read() as connection:
                found = reading.read_job(connection, name)
            if found != before:
                yield found
                before = found
            if found.is_over:
                return
            time.sleep(interval)

    def outcomes(self, job: str) -> Iterator[RowOutcome]:
        """Yield the outcome of each row in the order of the input, also of bad and pending ones; not of duplicates."""
        return reading.read_outcomes(self._database, self.status(job).id)

    def bad_rows(self, job: str) -> Iterator[BadRow]:
        """Yield the rows that are not items."""
        return reading.read_bad_rows(self._database, self.status(job).id)

    def duplicates(self, job: str) -> Iterator[Duplicate]:
        """Yield the rows that are not sent, as another one identifies the same item; items that were given without rows are not."""
        return reading.read_duplicates(self._database, self.status(job).id)

    def timeline(self, job: str) -> List[Moment]:
        """Return what was done when, at most some hundred moments."""
        with self._database.read() as connection:
            return reading.read_timeline(connection, reading.find_job(connection, job))

    def resume(self, job: str, *, unknown: bool = True, options: Options | None = None) -> Job:
        """Go on with a job that was stopped, interrupted or cancelled; or, with `unknown`, send again what is unknown of one.

        A job that was interrupted goes on by itself when there is a worker; for it, this is needed only for other options.

        Args:
            job: id of the job.
            unknown: whether unknown items are sent again.
            options: how its requests are made from now on; default: as before.

        Raises:
            JobError: the job is running and a live worker has it, or its input was not read to its end.
        """
        with self._database.begin() as connection:
            found = reading.find_job(connection, job)
            self._set_options(connection, found, options)
            if unknown:
                stored.reopen_unknown(connection, found)
            self._run(connection, found, _OVER if Alive(connection).have(found) else (*_OVER, "running"))
            return reading.read_job(connection, found)

    def cancel(self, job: str) -> Job:
        """Send nothing more of a job. What is under way is followed to its end.

        Raises:
            JobError: it is over, or its input was not read to its end.
        """
        with self._database.begin() as connection:
            found = reading.find_job(connection, job)
            stored.set_state(connection, found, ("staged", "running", "stopped"), "cancelled", ended=self._database.now)
            return reading.read_job(connection, found)

    def delete(self, job: str) -> None:
        """Delete a job that is not running, with all that is known of its items; what still reads its input ends with an error.

        Raises:
            JobError: it is running.
        """
        with self._database.begin() as connection:
            found = reading.find_job(connection, job)
            state = connection.execute(select(JOBS.c.state).where(JOBS.c.id == found)).scalar()
            if state == "running":
                raise JobError(f"the job {found} is running: cancel it first")
            stored.delete_job(connection, found)

    def delete_older(self, seconds: float) -> int:
        """Delete the jobs that are over for some time, and return their number."""
        with self._database.begin() as connection:
            old = select(JOBS.c.id).where(JOBS.c.state.in_(("finished", "cancelled")), JOBS.c.ended < self._database.now - seconds)
            found = [*connection.execute(old).scalars()]
            for job in found:
                stored.delete_job(connection, job)
        return len(found)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _plan(self, api: str, operation: str, arguments: Mapping[str, object], options: Options) -> Plan:
        return plan_to_stage(api, operation, arguments, options)

    def _staged(self, job: str, staged: Staged, purpose: str, *, start: bool) -> Submission:
        """Note what was found of an input, and let workers begin; where another job has the same one, that goes on instead."""
        digest = f"{staged.digest}{purpose}"
        with self._database.begin() as connection:
            if other := stored.unfinished_with(connection, digest, job):
                stored.delete_job(connection, job)
                if start:
                    self._go_on(connection, other)
                return Submission(reading.read_job(connection, other), is_new=False)
            numbers = {
                "rows": staged.rows,
                "items": staged.items,
                "duplicates": staged.duplicates,
                "bad_rows": staged.bad_rows,
                "requests": staged.requests,
                "seconds": staged.seconds,
            }
            connection.execute(update(JOBS).where(JOBS.c.id == job).values(state="staged", digest=digest, **numbers))
            if start:
                self._run(connection, job, ("staged",))
            return Submission(reading.read_job(connection, job), is_new=True)

    def _go_on(self, connection: Connection, job: str) -> None:
        state = connection.execute(select(JOBS.c.state).where(JOBS.c.id == job)).scalar()
        if state in ("staged", "stopped"):
            self._run(connection, job, ("staged", "stopped"))

    def _set_options(self, connection: Connection, job: str, options: Options | None) -> None:
        if options:
            connection.execute(update(JOBS).where(JOBS.c.id == job).values(options=packed(options)))

    def _run(self, connection: Connection, job: str, before: tuple[State, ...]) -> None:
        """Let workers go on with a job; one of which nothing is left is finished at once."""
        stored.set_state(connection, job, before, "running", reason="", ended=0)
        now = self._database.now
        connection.execute(update(JOBS).where(JOBS.c.id == job, JOBS.c.started == 0).values(started=now))
        if not stored.has_work(connection, job):
            connection.execute(update(JOBS).where(JOBS.c.id == job).values(state="finished", ended=now))

    def _discard(self, job: str) -> None:
        with suppress(DatabaseError), self._database.begin() as connection:
            stored.delete_job(connection, job)


def _purpose(api: str, plan: Plan, options: Options) -> str:
    """Return a text by which jobs differ that do different things with the same items."""
    what = [api, plan.operation.name, plan.operation.arguments, options.base_url, options.server]
    text = json.dumps(what, sort_keys=True, default=str)
    return blake2b(text.encode(errors="backslashreplace"), digest_size=16).hexdigest()
