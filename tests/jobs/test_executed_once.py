"""Where the spec says `idempotent: false`, a job sends nothing again that the vendor may have executed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients import Outcome
from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.ledger.records import ChunkResult, PendingItem
from catalog_clients._engine.outcomes.sending import BulkOperation
from catalog_clients.errors import describe
from catalog_jobs import Job, Jobs, Options, Worker
from catalog_jobs._store.journal import Group
from catalog_jobs._store.packing import Known, StagedChunk
from catalog_jobs._work import sending
from tests.clients.access import JWO
from tests.clients.causes import UPLOAD
from tests.generate.packages import Package
from tests.jobs.desk import Desk
from tests.overrides.ledger.test_executed_once import FIRST_TWICE, ONCE
from tests.overrides.ways import product
from tests.support.harbour import API, DISCARD, NUMBERS, SHOP, SIZE, Harbour, client, served

REST = len(NUMBERS) - SIZE
_RUN = """\
import sys
from catalog_jobs import Jobs, Options, Worker
database, url, shop, *numbers = sys.argv[1:]
with Jobs(database) as jobs:
    given = {"arguments": {"shop_code": shop}, "options": Options(base_url=url)}
    job = jobs.submit("harbour_returns", "discardReturns", numbers, **given).job
    with Worker(database, width=1, jobs=(job.id,)):
        *_, job = jobs.events(job.id)
"""


class Depot:
    """A database of jobs, and the vendor."""

    def __init__(self, harbour: Harbour, database: Path) -> None:
        self.harbour, self.database, self.jobs = harbour, database, Jobs(database)

    def submit(self) -> None:
        self.jobs.submit(API, DISCARD, NUMBERS, arguments={"shop_code": SHOP}, options=Options(base_url=self.harbour.url))

    @property
    def job(self) -> Job:
        """The only job."""
        (found,) = self.jobs.list()
        return found

    def work(self) -> Counter[str]:
        """Work on the job until it ends, and return the number of its outcomes by status."""
        with Worker(self.database, width=1, jobs=(self.job.id,)):
            *_, job = self.jobs.events(self.job.id, interval=0.05)
        return Counter(each.status for each in self.jobs.outcomes(job.id))


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return client(tmp_path_factory.mktemp(API))


@pytest.fixture
def depot(returns: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Depot]:
    with served(returns) as harbour:
        for name, value in harbour.credentials.items():
            monkeypatch.setenv(name, value)
        depot = Depot(harbour, tmp_path / "jobs.sqlite")
        yield depot
        depot.jobs.close()


def _continued(_: Depot) -> None:
    """Leave it to the next worker."""


def _resumed(depot: Depot) -> None:
    depot.jobs.resume(depot.job.id, unknown=False, resend_unknown=True)


@pytest.mark.parametrize(("how", "is_sent_again"), [(_continued, False), (_resumed, True)])
def test_what_was_in_flight_when_its_worker_was_killed_is_sent_again_only_if_that_is_said(
    depot: Depot, how: Callable[[Depot], Any], is_sent_again: bool
) -> None:
    depot.harbour.kill_in_flight(_RUN, str(depot.database), depot.harbour.url, SHOP, *NUMBERS)
    how(depot)
    assert depot.work() == ({"confirmed": len(NUMBERS)} if is_sent_again else {"unknown": SIZE, "confirmed": REST})
    assert depot.harbour.executed() == (FIRST_TWICE if is_sent_again else ONCE)
    if is_sent_again:
        return
    depot.jobs.resume(depot.job.id)
    assert depot.work() == {"unknown": SIZE, "confirmed": REST}
    assert depot.harbour.executed() == ONCE
    assert depot.job.repeated == 0
    (reason,) = {each.reason for each in depot.jobs.outcomes(depot.job.id) if each.status == "unknown"}
    assert "--resend-unknown" in reason
    depot.jobs.resume(depot.job.id, resend_unknown=True)
    assert depot.work() == {"confirmed": len(NUMBERS)}
    assert depot.harbour.executed() == FIRST_TWICE


def test_what_waited_for_a_limit_when_its_worker_was_killed_is_sent_by_the_next_one(depot: Depot, tmp_path: Path) -> None:
    harbour = depot.harbour
    harbour.kill_waiting(tmp_path / "worker.log", _RUN, str(depot.database), harbour.url, SHOP, *NUMBERS)
    assert harbour.executed() == Counter(NUMBERS[:SIZE])
    assert depot.work() == {"confirmed": len(NUMBERS)}
    assert harbour.executed() == ONCE
    assert depot.job.repeated == 0


@pytest.mark.parametrize(("fault", "may_be_executed"), [("html", True), ("throttled", False), ("", False)])
def test_what_was_certainly_not_executed_is_sent_when_its_job_is_resumed_and_nothing_else(
    depot: Depot, monkeypatch: pytest.MonkeyPatch, fault: str, may_be_executed: bool
) -> None:
    depot.submit()
    if fault:
        with depot.harbour.failing(fault):
            assert depot.work() == {"unknown": len(NUMBERS)}
    else:
        (name,) = depot.harbour.credentials
        with monkeypatch.context() as patch:
            patch.setenv(name, "wrong")
            assert depot.work() == {"pending": len(NUMBERS)}
    assert depot.harbour.executed() == (ONCE if may_be_executed else {})
    depot.jobs.resume(depot.job.id)
    assert depot.work() == {"unknown" if may_be_executed else "confirmed": len(NUMBERS)}
    assert depot.harbour.executed() == ONCE


@pytest.mark.parametrize("attempt", [0, 1])
def test_what_a_vendor_says_in_a_reason_does_not_let_an_item_be_sent_again(attempt: int) -> None:
    known = {1: Known("pending", "not executed: in the words of the vendor", attempt=attempt)}
    assert Group("job", 1, [], known).may_be_executed(1) is bool(attempt)


@pytest.mark.parametrize("holds_sent", [False, True])
def test_while_a_vendor_cannot_be_reached_only_what_did_not_reach_it_is_tried_again(holds_sent: bool) -> None:
    failure = httpx2.ConnectError("refused")
    lost, unsent = PendingItem(None, 1, "R-1", attempt=1), PendingItem(None, 2, "R-2")
    results = [lost.outcome("unknown", "ReadTimeout: lost"), unsent.outcome("unknown", describe(failure))]
    found = ChunkResult[Outcome](results=results, failure=failure)
    chunk = StagedChunk(number=1, positions=[(1, 2)], skus=["R-1", "R-2"])
    (rest,) = sending._rest(Chunk(1, [lost, unsent]), chunk, found, [], holds_sent=holds_sent)
    assert [(each.was_sent, each.is_held) for each in rest.items] == [(True, holds_sent), (False, False)]


@pytest.mark.parametrize(
    ("is_once", "resend_unknown", "is_sent_again"), [(True, False, False), (True, True, True), (False, False, True)]
)
def test_a_confirmed_item_that_replaces_an_unknown_one_is_sent_again_only_if_that_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, is_once: bool, resend_unknown: bool, is_sent_again: bool
) -> None:
    monkeypatch.setattr(BulkOperation, "is_once", is_once)
    desk.size = 1
    job = desk.submit(JWO, UPLOAD, [product("A", item_name="first"), product("A", item_name="last")])
    lost = Outcome(sku="A", status="unknown", reason="lost", item=1, attempt=1)
    for outcome in (lost, Outcome(sku="A", status="confirmed", item=2, attempt=1)):
        (number,) = desk.queue(job)
        journal = desk.journal(job, number)
        assert journal.take()
        journal.outcomes([outcome], is_open=False, unexpected=0, repeated=0, is_last=True)
    assert desk.jobs.status(job).state == "finished"
    desk.jobs.resume(job, resend_unknown=resend_unknown)
    assert [each.status for each in desk.outcomes(job)] == ["pending", "pending" if is_sent_again else "confirmed"]
