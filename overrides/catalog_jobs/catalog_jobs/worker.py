"""A process that sends the chunks of jobs."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy.exc import SQLAlchemyError

from catalog_clients import AccessError
from catalog_clients.errors import describe

from ._store import jobs as stored
from ._store.database import Database
from ._store.journal import GroupLost, Journal
from ._store.reading import read_job
from ._store.workers import Workers
from ._work.logs import Unrepeated
from ._work.planning import Plan, plan_to_send
from ._work.sending import GroupSender
from .errors import DatabaseError, JobError
from .records import Options

if TYPE_CHECKING:
    from ._work.queues import Queues

LOG = logging.getLogger("catalog_jobs")
_DRAIN = 30.0  # seconds for work in progress to end when a worker stops
_LOOK, _BEAT, _RECONCILE = 0.3, 3.0, 2.0  # seconds between two looks for work, two beats, and two looks for lost work
_TOGETHER = 20  # groups that are queued in one transaction


class Worker:
    """Sends the chunks of jobs, in threads. Use it as a context manager; a process can have one worker at a time.

    It also continues the work of workers that have died. Its environment must have the credentials of each API whose jobs it works
    on. A job without credentials is stopped.

    Args:
        database: see `Jobs`.
        width: maximum number of chunks of a job in progress at the same time.
        jobs: ids of the jobs to work on; default: all jobs.

    Raises:
        DatabaseError: the database cannot be used.
    """

    def __init__(self, database: str | Path, *, width: int = 8, jobs: tuple[str, ...] = ()) -> None:
        self._database, self._width, self._jobs = Database(database), width, jobs
        self._workers = Workers(self._database, str(uuid.uuid4()), jobs)
        self._stop, self._leaving, self._leave = threading.Event(), threading.Event(), Future[None]()
        self._plans = dict[str, list[tuple[Options, Plan]]]()  # of jobs, each with the options that it was made with
        self._active = dict[str, str]()  # jobs of the groups in progress
        self._lock = threading.Lock()
        self._listed, self._times = set[str](), dict[str, float]()
        self._missing = dict[str, list[tuple[int, int]]]()  # groups without a workflow, by their job
        self._queues: Queues | None = None
        self._unrepeated = Unrepeated()
        self._thread = threading.Thread(target=self._supervise, name="catalog-worker", daemon=True)

    def stop(self) -> None:
        """Begin no more work. `__exit__` then waits up to 30 seconds for work in progress. A signal handler may call this."""
        self._stop.set()

    def leave(self) -> None:
        """Leave at once. The database has a record of work in progress; the next worker continues it."""
        self._stop.set()
        self._leaving.set()
        with suppress(InvalidStateError):
            self._leave.set_result(None)

    def __enter__(self) -> Self:
        from ._work.queues import Queues  # noqa: PLC0415 - slow to import, and only workers need it

        with self._database.begin() as connection:
            self._workers.join(connection)
        try:
            self._queues = Queues(self._database, self._workers.me, self._width, self._jobs, self._send)
        except SQLAlchemyError as error:
            raise self._database.fault(error) from error
        except Exception as error:
            raise DatabaseError(f"the database {self._database.name} cannot be used: {describe(error)}") from error
        LOG.addFilter(self._unrepeated)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        try:
            end = time.monotonic() + _DRAIN
            while self._active and time.monotonic() < end and not self._leaving.is_set():
                time.sleep(0.05)
        finally:
            self.leave()
            self._thread.join(_BEAT)
            if self._queues:
                self._queues.close()
            for job in [*self._plans]:
                self._forget_plan(job)
            with suppress(DatabaseError), self._database.begin() as connection:
                self._workers.leave(connection)
            self._database.close()
            LOG.removeFilter(self._unrepeated)

    def _supervise(self) -> None:
        """Queue groups, and continue the work of dead workers, until this worker stops."""
        while not self._stop.is_set():
            try:
                self._look()
            except DatabaseError as error:
                LOG.warning("%s", error)
            except SQLAlchemyError as error:  # of DBOS
                LOG.warning("%s", self._database.fault(error))
            except Exception:
                LOG.exception("looking for work has failed; the worker tries again")
            self._stop.wait(_LOOK)

    def _look(self) -> None:
        """Do what is due."""
        queues = self._queues
        if queues is None:
            return
        if self._is_due("beat", _BEAT):
            self._take_over(queues)
        with self._database.read() as connection:
            known = {job: state for job, state in stored.open_jobs(connection) if not self._jobs or job in self._jobs}
            waiting = {job: stored.groups_to_queue(connection, job) for job, state in known.items() if state == "running"}
        is_reconciling = self._is_due("reconcile", _RECONCILE)
        for job, state in known.items():
            if state != "staged":  # DBOS takes a second to find a queue, so it is opened while the input is read
                queues.open(job)
            if state != "running":
                continue
            if is_reconciling:
                self._reconcile(queues, job)
            for start in range(0, len(waiting[job]), _TOGETHER):
                some = waiting[job][start : start + _TOGETHER]
                with self._database.begin() as connection:
                    stored.note_queued(connection, job, [number for number, _ in some])
                    queues.put(connection, job, some)
        over = self._listed - {*known} - {*self._active.copy().values()}  # work in progress is completed
        forgotten = {job for job in over if queues.forget(job)}
        for job in forgotten:
            self._missing.pop(job, None)
            self._forget_plan(job)
        self._listed = {*known} | (self._listed - forgotten)

    def _is_due(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        is_due = now - self._times.get(what, -seconds) >= seconds
        if is_due:
            self._times[what] = now
        return is_due

    def _take_over(self, queues: Queues) -> None:
        """Count a beat, and take over the work of workers that have died, or have left unfinished work."""
        given = queues.given()  # read before the live workers, so that no worker can begin in between
        with self._database.begin() as connection:
            alive, dead = self._workers.beat(connection)
        if groups := queues.take_over(given, alive):
            LOG.warning("groups of chunks taken over from workers that have died or left: %d", groups)
        if dead:
            with self._database.begin() as connection:
                self._workers.bury(connection, dead)
        if lost := queues.take_back(given):
            LOG.warning("groups of chunks assigned to this worker while the database was unavailable: %d", lost)

    def _reconcile(self, queues: Queues, job: str) -> None:
        """Queue groups again whose workflow has ended without ending the group.

        A group must be found twice, as it may end after it was read; or be queued only now, by a worker of an older version.
        """
        with self._database.read() as connection:
            groups = stored.unfinished_groups(connection, job)
        found, before = queues.without_workflow(job, groups), self._missing.get(job, [])
        self._missing[job] = found
        if lost := [each for each in found if each in before]:
            with self._database.begin() as connection:
                stored.queue_again(connection, job, lost)

    def _send(self, job: str, number: int) -> None:
        """Send a group, in a thread of its own."""
        attempt = str(uuid.uuid4())
        journal = Journal(self._database, job, number, owner=attempt, stop=self._stop, leave=self._leaving)
        self._active[attempt] = job
        try:
            if self._stop.is_set():
                journal.decline()
            else:
                self._send_group(job, journal)
        except GroupLost as error:
            LOG.info("%s", error)
        except DatabaseError as error:
            LOG.warning("%s", error)
        except Exception as error:
            LOG.exception("a group of the job %s could not be sent", job)
            with suppress(JobError):
                journal.stop_job(describe(error))
                journal.give_back()
        finally:
            del self._active[attempt]

    def _send_group(self, job: str, journal: Journal) -> None:
        group = journal.take()
        if group is None:
            return
        try:
            plan = self._plan(job, group.options)
        except (AccessError, ValueError, TypeError, ImportError) as error:
            journal.stop_job(describe(error))
            journal.give_back()
            return
        if not GroupSender(plan, journal, group.options.patience, self._stop, self._leave).send(group):
            journal.give_back()

    def _plan(self, job: str, options: Options) -> Plan:
        """Return the plan of a job with some options. All its groups with these options share the plan, and so its connections."""
        with self._lock:
            plans = self._plans.setdefault(job, [])
            for made_with, plan in plans:
                if made_with == options:
                    return plan
            with self._database.read() as connection:
                found = read_job(connection, job)
            plan = plan_to_send(found.api, found.operation, found.arguments, options, self._database.store)
            plans.append((options, plan))
            return plan

    def _forget_plan(self, job: str) -> None:
        with self._lock:
            for _, plan in self._plans.pop(job, []):
                plan.bulk.close()
