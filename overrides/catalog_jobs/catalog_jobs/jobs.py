"""Durable jobs: an input is staged in a database, and any worker sends it. A crash loses no outcome."""

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
from ._store.staging import Stager, alive
from ._store.tables import JOBS
from ._store.workers import Alive
from ._work.planning import Plan, plan_to_stage
from ._work.staging import Staged, Staging
from .errors import DatabaseError, JobError
from .records import BadRow, Duplicate, Job, Moment, Options, RowOutcome, State, Table

_OVER: tuple[State, ...] = ("finished", "cancelled", "stopped")


class Submission(NamedTuple):
    """The result of `Jobs.submit`.

    Attributes:
        job: the new job; or, if a job with the same input and operation has not finished, that job.
        is_new: whether the job is new.
    """

    job: Job
    is_new: bool


class Jobs:
    """The jobs of a database.

    Args:
        database: path of a SQLite file, for one machine; or URL of a PostgreSQL database, such as
            `postgresql://user@host/database`, for many machines.

    Raises:
        DatabaseError: the database cannot be used, or was written by a newer version of this package. All methods raise this, too.
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
        """Read an input once, check it, and store it in the database. The job does not need the input afterwards.

        Args:
            api: name of the module of a generated client, such as `amazon_jwo_catalog`.
            operation: operationId or method.
            items: items as for `Bulk.run`; or `Row` and `BadRow` objects, whose lines and cells are then in the outcomes.
            table: name and columns of the input.
            arguments: arguments of the operation, the same for all requests.
            options: how requests are sent; default: `Options()`.
            start: whether workers may begin at once. If False, call `start` later.
            progress: called from time to time with the number of rows read so far.

        Raises:
            ValueError: there is no such operation, or it cannot send items.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: an argument is unknown, or the items are not an iterable of items.
            InputError: the input cannot be read to its end, or has no rows; no job is created.
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
            with alive(self._database, job):
                staged = Staging(plan, stager, progress).run(items)
            return self._staged(job, staged, _purpose(api, plan, options), start=start)
        except BaseException:
            self._discard(job)
            raise
        finally:
            plan.bulk.close()

    def start(self, job: str, *, options: Options | None = None) -> Job:
        """Let workers begin with a staged job.

        Args:
            job: id of the job, or the beginning of the id.
            options: how its requests are sent; default: as given to `submit`.

        Raises:
            NoSuchJob: there is no such job.
            JobError: the job is not staged.
        """
        with self._database.begin() as connection:
            found = reading.find_job(connection, job)
            self._set_options(connection, found, options)
            self._run(connection, found, ("staged",))
            return reading.read_job(connection, found)

    def status(self, job: str) -> Job:
        """Return the current state of a job.

        Args:
            job: id of the job, or the beginning of the id.

        Raises:
            NoSuchJob: there is no such job, or several ids begin like this.
        """
        with self._database.read() as connection:
            return reading.read_job(connection, reading.find_job(connection, job))

    def list(self, states: Iterable[State] = ()) -> List[Job]:
        """Return all jobs, or the jobs in the given states; the newest first."""
        with self._database.read() as connection:
            return reading.read_jobs(connection, states)

    def earlier(self, job: str) -> Job | None:
        """Return the last finished job with the same input and operation; None if there is none."""
        with self._database.read() as connection:
            found = stored.finished_with(connection, reading.find_job(connection, job))
            return reading.read_job(connection, found) if found else None

    def events(self, job: str, *, interval: float = 0.5) -> Iterator[Job]:
        """Yield a job now and after each change, until it has ended; see `Job.is_over`.

        Args:
            job: id of the job, or the beginning of the id.
            interval: seconds between two checks for a change.
        """
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
        """Yield the outcome of each row in the order of the input, including bad and pending rows, without duplicates."""
        return reading.read_outcomes(self._database, self.status(job).id)

    def bad_rows(self, job: str) -> Iterator[BadRow]:
        """Yield the rows that are not valid items, in the order of the input."""
        return reading.read_bad_rows(self._database, self.status(job).id)

    def duplicates(self, job: str) -> Iterator[Duplicate]:
        """Yield the rows that are not sent, as another row has the same key. Items that were not submitted as rows are left out."""
        return reading.read_duplicates(self._database, self.status(job).id)

    def timeline(self, job: str) -> List[Moment]:
        """Return the numbers of outcomes over time, as at most some hundred points."""
        with self._database.read() as connection:
            return reading.read_timeline(connection, reading.find_job(connection, job))

    def resume(self, job: str, *, unknown: bool = True, resend_unknown: bool = False, options: Options | None = None) -> Job:
        """Continue a job that was stopped, interrupted or cancelled; with `unknown`, also one that has finished with unknown items.

        An interrupted job continues without this call when a worker runs; call this only to change its options.

        Args:
            job: id of the job, or the beginning of the id.
            unknown: whether unknown items are sent again. Where the spec says `idempotent: false` and names no idempotency key,
                those that the vendor may have executed stay unknown.
            resend_unknown: whether these are sent again, too, including those of requests that were interrupted.
            options: how its requests are sent from now on; default: as before.

        Raises:
            NoSuchJob: there is no such job.
            JobError: a live worker works on the job, it is staged (see `start`), or its input was not read to its end.
        """
        with self._database.begin() as connection:
            found = reading.find_job(connection, job)
            self._set_options(connection, found, options)
            if unknown:
                is_once = self._is_once(reading.read_job(connection, found))
                stored.reopen_unknown(connection, found, is_once=is_once, resend_unknown=resend_unknown)
            if resend_unknown:
                stored.allow_again(connection, found)
            self._run(connection, found, _OVER if Alive(connection).have(found) else (*_OVER, "running"))
            return reading.read_job(connection, found)

    def cancel(self, job: str) -> Job:
        """Cancel a job: nothing more is sent. Work in progress is completed.

        Raises:
            NoSuchJob: there is no such job.
            JobError: the job has finished or was cancelled, or its input was not read to its end.
        """
        with self._database.begin() as connection:
            found = reading.find_job(connection, job)
            stored.set_state(connection, found, ("staged", "running", "stopped"), "cancelled", ended=self._database.now)
            return reading.read_job(connection, found)

    def delete(self, job: str) -> None:
        """Delete a job that is not running, with all outcomes. If its input is still being read, `submit` ends with an error.

        Raises:
            NoSuchJob: there is no such job.
            JobError: the job is running.
        """
        with self._database.begin() as connection:
            found = reading.find_job(connection, job)
            state = connection.execute(select(JOBS.c.state).where(JOBS.c.id == found)).scalar()
            if state == "running":
                raise JobError(f"the job {found} is running: cancel it first")
            stored.delete_job(connection, found)

    def delete_older(self, seconds: float) -> int:
        """Delete the jobs that were finished or cancelled more than `seconds` ago, and return their number."""
        with self._database.begin() as connection:
            old = select(JOBS.c.id).where(JOBS.c.state.in_(("finished", "cancelled")), JOBS.c.ended < self._database.now - seconds)
            found = [*connection.execute(old).scalars()]
            for job in found:
                stored.delete_job(connection, job)
        return len(found)

    def close(self) -> None:
        """Close the connections to the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _plan(self, api: str, operation: str, arguments: Mapping[str, object], options: Options) -> Plan:
        return plan_to_stage(api, operation, arguments, options)

    def _is_once(self, job: Job) -> bool:
        """Return whether no item of a job must be executed twice; False if its client is not installed here."""
        try:
            plan = self._plan(job.api, job.operation, job.arguments, job.options)
        except (ValueError, TypeError):  # the worker will report it
            return False
        plan.bulk.close()
        return plan.operation.is_once

    def _staged(self, job: str, staged: Staged, purpose: str, *, start: bool) -> Submission:
        """Store the totals of an input, and let workers begin; if an unfinished job has the same input, continue that one."""
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
        """Let workers continue a job. A job without remaining work is finished at once."""
        stored.set_state(connection, job, before, "running", reason="", ended=0)
        now = self._database.now
        connection.execute(update(JOBS).where(JOBS.c.id == job, JOBS.c.started == 0).values(started=now))
        if not stored.has_work(connection, job):
            connection.execute(update(JOBS).where(JOBS.c.id == job).values(state="finished", ended=now))

    def _discard(self, job: str) -> None:
        with suppress(DatabaseError), self._database.begin() as connection:
            stored.delete_job(connection, job)


def _purpose(api: str, plan: Plan, options: Options) -> str:
    """Return a text that differs for jobs which do different things with the same items."""
    what = [api, plan.operation.name, plan.operation.arguments, options.base_url, options.server]
    text = json.dumps(what, sort_keys=True, default=str)
    return blake2b(text.encode(errors="backslashreplace"), digest_size=16).hexdigest()
