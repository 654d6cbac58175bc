"""Jobs that are sent without workers: in this thread, group by group, to mock vendors of this process."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from catalog_clients import Limits, Reports
from catalog_clients._engine.durable import DurableBulk
from catalog_jobs import Options, RowOutcome
from catalog_jobs._store import jobs as stored
from catalog_jobs._store.database import Database
from catalog_jobs._store.journal import Journal
from catalog_jobs._work.planning import Plan, client_of
from catalog_jobs._work.sending import GroupSender
from scripts.apis import tables
from scripts.mock.serving import Mocks
from scripts.torture.planned import SmallJobs
from tests.clients.access import USER, auth_of
from tests.clients.causes import BUSINESS, STORES

ARGUMENTS: dict[str, dict[str, Any]] = {
    "archiveCatalog": {"all_applicable_stores": STORES},
    "uploadCatalog": {},
    "addOffersToArchive": {"business_id": BUSINESS},
    "deleteOffersFromArchive": {"business_id": BUSINESS},
    "archiveProduct": {},
}


class Crash(BaseException):
    """The end of a process, which nothing of it can react to."""


@dataclass
class Desk:
    """A database of jobs, and the mock vendors that they are sent to.

    Attributes:
        store: path or URL of the database.
        mocks: the vendors.
        jobs, database: of the store.
        size: maximum number of items of a chunk.
        stop, leave: as those of a worker.
    """

    store: str | Path
    mocks: Mocks
    size: int = 5
    stop: threading.Event = field(default_factory=threading.Event)
    leave: Future[None] = field(default_factory=Future)

    def __post_init__(self) -> None:
        self.jobs, self.database = SmallJobs(self.store, size=self.size, group=2), Database(self.store)
        self._plans = dict[str, Plan]()

    def close(self) -> None:
        for each in self._plans.values():
            each.bulk.close()
        self.jobs.close()
        self.database.close()

    def submit(self, api: str, operation: str, items: Iterable[object], **given: Any) -> str:
        """Submit a job, whose chunks are small, and return its id."""
        given = {"arguments": ARGUMENTS.get(operation, {}), "options": Options(base_url=self.mocks.served.urls[api]), **given}
        self.jobs.size = self.size
        return self.jobs.submit(api, operation, items, **given).job.id

    def queue(self, job: str) -> list[int]:
        """Note that all groups of a job that may be sent now are queued, and return their numbers."""
        with self.database.begin() as connection:
            if (job, "running") not in stored.open_jobs(connection):
                return []
            groups = stored.groups_to_queue(connection, job)
            stored.note_queued(connection, job, [number for number, _ in groups])
            left = stored.unfinished_groups(connection, job)
        return [number for number, _ in left]

    def journal(self, job: str, number: int) -> Journal:
        """Return the journal of a group for a new owner."""
        leave = threading.Event()
        return Journal(self.database, job, number, owner=str(uuid.uuid4()), stop=self.stop, leave=leave)

    def sender(self, job: str, journal: Any, **changes: Any) -> GroupSender:
        """Return what sends a group."""
        given = {"patience": 0.0, "stop": self.stop, "leave": self.leave, **changes}
        return GroupSender(self._plan(job), journal, **given)

    def send(self, job: str, number: int, *, spy: Callable[[Journal], Any] = lambda journal: journal) -> bool:
        """Send a group as a worker does, and return whether it is done."""
        journal = self.journal(job, number)
        group = journal.take()
        if group is None:
            return False
        is_done = self.sender(job, spy(journal)).send(group)
        if not is_done:
            journal.give_back()
        return is_done

    def send_all(self, job: str) -> str:
        """Send all groups of a job, and return its state; groups that a crash has left are sent again."""
        is_done = True
        while is_done and (numbers := self.queue(job)):
            for number in numbers:
                is_done &= self.send(job, number)
        return self.jobs.status(job).state

    def outcomes(self, job: str) -> list[RowOutcome]:
        return [*self.jobs.outcomes(job)]

    def statuses(self, job: str) -> Counter[str]:
        return Counter(each.status for each in self.jobs.outcomes(job))

    def auth(self, api: str) -> httpx2.Auth | None:
        """Return the credentials of an API; None if it needs none."""
        return auth_of(self.mocks, api, USER)

    def _plan(self, job: str) -> Plan:
        if job not in self._plans:
            found = self.jobs.status(job)
            bulk = DurableBulk(
                client_of(found.api),
                base_url=self.mocks.served.urls[found.api],
                auth=self.auth(found.api),
                limits=Limits(dict.fromkeys(tables(found.api))),
                reports=Reports(origins=["http://127.0.0.1:*"]),
                interval=0.001,
                deadline=found.options.deadline,
            )
            self._plans[job] = Plan(bulk, bulk.plan(found.operation, found.arguments))
        return self._plans[job]


class Crashing:
    """A journal whose process ends before or after something is noted.

    Args:
        journal: the journal.
        name: of the method.
        after: whether it ends after that.
        times: which call it is, from 1.
    """

    def __init__(self, journal: Journal, name: str, *, after: bool, times: int) -> None:
        self._journal, self._name, self._after, self._times = journal, name, after, times

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._journal, name)
        if name != self._name:
            return found
        self._times -= 1
        if self._times:
            return found

        def crash(*given: Any, **options: Any) -> None:
            if self._after:
                found(*given, **options)
            raise Crash

        return crash


def crashing(name: str, *, after: bool, times: int = 1) -> Callable[[Journal], Any]:
    """Return what makes a journal of a process that ends."""
    return lambda journal: Crashing(journal, name, after=after, times=times)
