"""Run the tasks of one vendor as durable jobs whose workers and database are killed, until so many were killed."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import httpx2

from catalog_jobs import DatabaseError
from catalog_jobs.records import Job
from scripts.chaos.facades import profile_of
from scripts.chaos.ledger import Comparison, compare
from scripts.chaos.results import Result, truth
from scripts.chaos.vendor import admin, exceeded
from scripts.chaos.vendor import usage as used
from scripts.mock.served import Served, spawned
from scripts.tools import postgresql
from scripts.torture.killing import Killing
from scripts.torture.planned import Planned, SmallJobs, entries, planned, submit
from scripts.torture.workers import Fork, Workers
from scripts.torture.working import WorkerTask

DATABASES = {"sqlite": 1, "postgresql": 3}
"""The databases, and how many workers each has."""
_PRODUCTS = 100_000  # that a mock holds at least
_SPEED = 10.0  # of a vendor, at least: a group waits for its ingestions one after the other
_LOOK, _AGAIN = 0.2, 0.5  # seconds between two looks at a job, and before one at a database that is gone
_RESUMES = 8  # of a job that was stopped, or has unknown outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The settings of a run.

    Attributes:
        skus: number of SKUs of each job.
        chaos: share of the responses that fail.
        seed: from which contents, faults and kills are derived.
        kills: number of kills of a run.
        speed: factor of all vendors' time; default: that of each vendor's profile, and at least 10.
        kill_after: seconds that pass before a kill, at most, from when the job goes on.
    """

    skus: int
    chaos: float
    seed: int
    kills: int
    speed: float | None = None
    kill_after: float = 1.5


@dataclass(slots=True, kw_only=True)
class Row(Result):
    """What has become of all jobs of an operation.

    Attributes:
        database: of the jobs.
        jobs: number of jobs.
        killed: number of kills, by what was killed.
        sent, least: requests that have submitted items, by the vendor's count; and the least number that they need.
        repeated: requests that were sent again as a kill had left open whether they had arrived, by the jobs' count.
        resumed: how often a job was resumed.
        faults: responses that chaos has broken.
    """

    database: str
    jobs: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    least: int = 0
    repeated: int = 0
    resumed: int = 0
    faults: int = 0

    @property
    def name(self) -> str:
        """The operation and the database for a reader."""
        return f"{self.api} {self.database} {self.operation}"

    def add(self, found: Comparison) -> None:
        """Add the comparison of a job."""
        self.found.statuses += found.statuses
        self.found.open += found.open
        self.found.differences += found.differences


class _Parts(NamedTuple):
    """What a round has: the jobs, what works on them, the server of their database if it has one, and the vendor."""

    jobs: SmallJobs
    workers: Workers
    server: postgresql.Server | None
    served: Served
    vendor: httpx2.Client


class Run:
    """The run of a vendor's tasks with one kind of database.

    Args:
        api: the vendor.
        database: `sqlite` or `postgresql`.
        plan: what to run.
        fork: starts a worker.
        until: moment of `time.monotonic` at which the run is ended.
        stop: ends the run when it is set.
    """

    def __init__(self, api: str, database: str, plan: Plan, fork: Fork, *, until: float, stop: threading.Event) -> None:
        self.api, self.database, self._plan, self._fork, self._until, self._stop = api, database, plan, fork, until, stop
        self._speed = plan.speed or max(_SPEED, profile_of(api).speed)
        self._tasks = planned(api, plan.skus)
        self._rows = [Row(api=api, database=database, operation=each.operation) for each in self._tasks]
        self._killing = Killing(plan.kills, plan.kill_after, (plan.seed, api, database))
        self._now = ""

    @property
    def progress(self) -> str:
        """What runs, and how often it was killed."""
        return f"{self.api} {self.database} {self._now} {self._killing.done}/{self._plan.kills} kills" if self._now else ""

    def finish(self) -> list[Row]:
        """Run all tasks, again with a new vendor until there were as many kills as planned, and return what was found.

        Raises:
            ValueError: the mock vendors or a worker do not start.
        """
        if not self._tasks:
            return []
        rounds = 0
        with self._opened() as (url, server):
            while not self._why_end() and (self._killing.left or not rounds):
                self._round(url, server, self._plan.seed + rounds)
                rounds += 1
        self._now = ""
        if self._killing.left or not rounds:
            self._rows[0].problems.append(f"{self._why_end()} after {self._killing.done} of {self._plan.kills} kills")
        return self._rows

    @contextmanager
    def _opened(self) -> Iterator[tuple[str, postgresql.Server | None]]:
        """Offer an empty database, and its server if it has one."""
        if self.database == "postgresql":
            with postgresql.running() as server:
                yield server.url, server
            return
        with tempfile.TemporaryDirectory(prefix="torture-", ignore_cleanup_errors=True) as folder:
            yield str(Path(folder, "jobs.sqlite")), None

    def _round(self, url: str, server: postgresql.Server | None, seed: int) -> None:
        plan, profile = self._plan, profile_of(self.api)
        given = {"--speed": self._speed, "--chaos": plan.chaos, "--seed": seed, "--size": max(_PRODUCTS, 2 * plan.skus)}
        with spawned([str(part) for pair in given.items() for part in pair]) as served, admin(served, self.api) as vendor:
            work = WorkerTask(
                database=url,
                api=self.api,
                credentials=served.credentials[self.api],
                speed=self._speed,
                max_wait=profile.max_wait,
            )
            with Workers(self._fork, work) as some, SmallJobs(url) as jobs:
                parts = _Parts(jobs, some, server, served, vendor)
                for task, row in zip(self._tasks, self._rows, strict=True):
                    if not self._why_end():
                        self._now = task.operation
                        self._job(task, row, parts)

    def _job(self, task: Planned, row: Row, parts: _Parts) -> None:
        """Run a job to its end, and compare its outcomes with the truth."""
        jobs, vendor = parts.jobs, parts.vendor
        started, before = time.monotonic(), truth(task.task.keys, task.task.held, vendor)
        earlier, sent = used(vendor), _sent(vendor, task.operation)
        job = submit(jobs, self.api, task, parts.served)
        while len(parts.workers.alive) < DATABASES[self.database]:
            parts.workers.start()
        most = -(-self._killing.left // (len(self._tasks) - self._tasks.index(task)))
        with self._killing.of(jobs, job.id, parts.workers, parts.server, most=most) as killed:
            done = self._follow(jobs, job.id, row)
        after, now = truth(task.task.keys, task.task.held, vendor), used(vendor)
        row.killed += killed
        row.jobs += 1
        row.skus += len(task.task.keys)
        row.sent += _sent(vendor, task.operation) - sent
        row.least += done.requests
        row.repeated += done.repeated
        row.faults += now.since(earlier).faults
        row.problems += [each for each in exceeded(self.api, now) if each not in row.problems]
        if not done.is_over:
            row.problems.append(f"{self._why_end()} after {done.counts.total} of {done.items} SKUs")
            return
        row.add(compare(entries(task.task, jobs.outcomes(job.id), repeated=done.repeated > 0), before, after))
        row.seconds += time.monotonic() - started

    def _follow(self, jobs: SmallJobs, job: str, row: Row) -> Job:
        """Wait until a job is done, and return it. It is resumed where it has stopped, and where that may make less unknown."""
        resumes, unknown = 0, -1
        while True:
            try:
                found = jobs.status(job)
                is_done = found.state == "finished" and found.counts.unknown in (0, unknown)
                if is_done or self._why_end():
                    return found
                if found.is_over:
                    if resumes == _RESUMES:
                        row.problems.append(f"the job was stopped {resumes + 1} times, at last as {found.reason}")
                        return found
                    unknown = found.counts.unknown if found.state == "finished" else -1
                    jobs.resume(job)
                    resumes += 1
                    row.resumed += 1
            except DatabaseError as error:
                if not error.is_temporary:
                    raise
                time.sleep(_AGAIN)
            time.sleep(_LOOK)

    def _why_end(self) -> str:
        if self._stop.is_set():
            return "interrupted"
        return "out of time" if time.monotonic() > self._until else ""


def _sent(vendor: httpx2.Client, operation: str) -> int:
    """Return how many requests the vendor has had for an operation."""
    counts = vendor.get("/usage").raise_for_status().json()["responses"]
    return sum(many for name, many in counts.items() if name.startswith(f"{operation} "))
