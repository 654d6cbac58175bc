"""Workers with their queues, in this process; several processes are in tests/torture."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from dbos import DBOS
from dbos._sys_db import SystemDatabase
from msgspec.structs import replace

from catalog_clients import CredentialsError
from catalog_jobs import AsyncJobs, Job, Jobs, Options, Worker
from catalog_jobs import worker as module
from catalog_jobs._store import jobs as stored
from catalog_jobs._work import queues
from catalog_jobs._work.planning import plan_to_send
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from scripts.torture.planned import SmallJobs
from tests.clients.access import JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import ADD, ARCHIVE, BUSINESS, STORES
from tests.clients.products import untouched
from tests.overrides.vendors import intercepting, responses, setting
from tests.overrides.ways import eventually

GIVEN: dict[str, tuple[str, dict[str, Any]]] = {
    JWO: (ARCHIVE, {"all_applicable_stores": list(STORES)}),
    YANDEX: (ADD, {"business_id": BUSINESS}),
    SHIPSIDEKICK: ("archiveProduct", {}),
}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for work more often."""
    for name, seconds in (("_LOOK", 0.05), ("_RECONCILE", 0.2)):
        monkeypatch.setattr(module, name, seconds)


@pytest.fixture
def _credentials(mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> None:
    for given in mocks.served.credentials.values():
        for name, value in given.items():
            monkeypatch.setenv(name, value)


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[SmallJobs]:
    with SmallJobs(tmp_path / "jobs.sqlite", group=None) as found:
        yield found


def submit(jobs: SmallJobs, mocks: Mocks, api: str, items: list[str], *, size: int = 1000) -> str:
    operation, arguments = GIVEN[api]
    options = Options(base_url=mocks.served.urls[api], origins=["http://127.0.0.1:*"], interval=0.01, patience=0)
    jobs.size = size
    return jobs.submit(api, operation, items, arguments=arguments, options=options).job.id


def given() -> list[str]:
    """Return the workflows that workers were given and that have not ended."""
    return [each.workflow_id for each in DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)]


def followed(jobs: Jobs, job: str) -> list[Job]:
    return [*jobs.events(job, interval=0.02)]


@pytest.mark.usefixtures("_credentials")
def test_a_worker_sends_the_jobs_of_all_vendors(jobs: SmallJobs, mocks: Mocks, tmp_path: Path) -> None:
    skus = {api: [untouched(mocks.vendors[api]) for _ in range(7)] for api in GIVEN}
    ids = {api: submit(jobs, mocks, api, skus[api], size=3) for api in GIVEN}
    with Worker(tmp_path / "jobs.sqlite"):
        for api, job in ids.items():
            *_, last = followed(jobs, job)
            assert (last.state, last.counts.confirmed, last.left, last.repeated) == ("finished", 7, 0, 0)
            assert [(each.sku, each.line) for each in jobs.outcomes(job)] == [*zip(skus[api], range(1, 8), strict=True)]
        again = submit(jobs, mocks, YANDEX, skus[YANDEX])
        assert followed(jobs, again)[-1].state == "finished"


@pytest.mark.usefixtures("_credentials")
def test_groups_that_a_worker_was_given_without_learning_of_it_are_sent_all_the_same(
    jobs: SmallJobs, mocks: Mocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, lost = SystemDatabase.start_queued_workflows, list[object]()

    def losing(*given: Any, **options: Any) -> Any:
        found = take(*given, **options)
        if found[0] and not lost:  # it is committed, and then the server goes away
            lost.append(found)
            raise ConnectionError("the server has closed the connection")
        return found

    monkeypatch.setattr(SystemDatabase, "start_queued_workflows", losing)
    monkeypatch.setattr(queues, "_LOST", 0.5)
    monkeypatch.setattr(module, "_BEAT", 0.1)
    skus = [untouched(mocks.vendors[YANDEX]) for _ in range(6)]
    job = submit(jobs, mocks, YANDEX, skus, size=3)
    with Worker(tmp_path / "jobs.sqlite"):
        assert eventually(lambda: jobs.status(job).state == "finished")
    found = jobs.status(job)
    assert (len(lost), found.counts.confirmed, found.repeated) == (1, 6, 0)


def test_a_group_that_a_worker_is_given_again_while_it_is_sent_is_sent_once(
    jobs: SmallJobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        found = await respond(call)
        await asyncio.sleep(0.4)
        return found

    def all_of_them(_: object, given: list[Any]) -> int:
        queues._queue_again(given)
        again.update(each.workflow_id for each in given)
        return len(given)

    again, before = Counter[str](), {*threading.enumerate()}
    monkeypatch.setattr(queues.Queues, "take_back", all_of_them)
    monkeypatch.setattr(module, "_BEAT", 0.1)
    with intercepting(slow) as mocks:
        for name, value in mocks.served.credentials[YANDEX].items():
            monkeypatch.setenv(name, value)
        job = submit(jobs, mocks, YANDEX, [untouched(mocks.vendors[YANDEX]) for _ in range(6)], size=3)
        with Worker(tmp_path / "jobs.sqlite"):
            assert eventually(lambda: jobs.status(job).state == "finished")
        found = jobs.status(job)
        assert (found.counts.confirmed, found.repeated, responses(mocks.vendors[YANDEX]).total()) == (6, 0, 2)
    assert again
    assert eventually(lambda: not [each for each in {*threading.enumerate()} - before if not each.daemon])  # so the process exits


@pytest.mark.usefixtures("_credentials")
def test_a_worker_of_one_job_takes_over_no_groups_of_others(
    jobs: SmallJobs, mocks: Mocks, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vendor = mocks.vendors[JWO]
    left, job = (submit(jobs, mocks, JWO, [untouched(vendor)]) for _ in range(2))
    with setting(vendor, processing_seconds=3000), Worker(tmp_path / "jobs.sqlite", jobs=(left,)) as worker:
        assert eventually(lambda: jobs.status(left).submitted == 1)
        worker.leave()
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite")) as connection, connection:  # as if it had died
        connection.execute("UPDATE workflow_status SET status = 'PENDING', executor_id = 'dead'")
    for works_on, taken in ((job, 0), (left, 1)):
        caplog.clear()
        with Worker(tmp_path / "jobs.sqlite", jobs=(works_on,)):
            assert followed(jobs, works_on)[-1].state == "finished"
        assert sum("taken over" in each.message for each in caplog.records) == taken


def test_groups_that_another_worker_is_about_to_queue_are_not_taken_for_lost(jobs: SmallJobs, mocks: Mocks, tmp_path: Path) -> None:
    class Empty:
        def without_workflow(self, _: str, groups: list[tuple[int, int]]) -> list[tuple[int, int]]:
            return groups

    def waiting() -> list[tuple[int, int]]:
        with worker._database.read() as connection:
            return stored.groups_to_queue(connection, job)

    job = submit(jobs, mocks, YANDEX, ["A", "B"])
    worker, empty = Worker(tmp_path / "jobs.sqlite"), cast("queues.Queues", Empty())
    with worker._database.begin() as connection:
        stored.note_queued(connection, job, [1])
    worker._reconcile(empty, job)
    assert waiting() == []
    worker._reconcile(empty, job)
    assert waiting() == [(1, 1)]  # it was lost, as a worker has died that was about to queue it
    worker._database.close()


@pytest.mark.usefixtures("_credentials")
def test_what_is_under_way_when_a_job_is_cancelled_is_followed_to_its_end(jobs: SmallJobs, mocks: Mocks, tmp_path: Path) -> None:
    vendor = mocks.vendors[JWO]
    skus, before = [untouched(vendor) for _ in range(4)], responses(vendor)
    with setting(vendor, processing_seconds=5000), Worker(tmp_path / "jobs.sqlite", width=1):
        job = submit(jobs, mocks, JWO, skus, size=2)
        assert eventually(lambda: jobs.status(job).submitted == 2)
        assert jobs.cancel(job).state == "cancelled"
        assert eventually(lambda: jobs.status(job).counts.total == 2)
        assert Counter(each.status for each in jobs.outcomes(job)) == {"confirmed": 2, "pending": 2}
        assert jobs.resume(job).state == "running"
        assert followed(jobs, job)[-1].counts.confirmed == 4
    assert (responses(vendor) - before)[f"{ARCHIVE} 201"] == 2


@pytest.mark.usefixtures("_credentials")
def test_a_job_that_is_resumed_before_its_last_group_has_ended_has_its_new_options(
    jobs: SmallJobs, mocks: Mocks, tmp_path: Path
) -> None:
    vendor = mocks.vendors[JWO]
    with setting(vendor, processing_seconds=5000), Worker(tmp_path / "jobs.sqlite", width=1):
        job = submit(jobs, mocks, JWO, [untouched(vendor) for _ in range(4)], size=2)
        assert eventually(lambda: jobs.status(job).submitted == 2)
        jobs.cancel(job)
        jobs.resume(job, options=replace(jobs.status(job).options, origins=["https://reports.example.com"]))
        last = followed(jobs, job)[-1]
    assert (last.state, last.counts.confirmed) == ("stopped", 2)
    assert "allow it with `Options.origins` or --origin" in last.reason


@pytest.mark.usefixtures("_credentials")
def test_as_many_ingestions_are_under_way_as_a_worker_is_wide(jobs: SmallJobs, mocks: Mocks, tmp_path: Path) -> None:
    vendor = mocks.vendors[JWO]
    skus = [untouched(vendor) for _ in range(8)]
    with setting(vendor, processing_seconds=20_000), Worker(tmp_path / "jobs.sqlite", width=3) as worker:
        job = submit(jobs, mocks, JWO, skus, size=2)
        assert eventually(lambda: jobs.status(job).submitted == 6)
        worker.leave()


@pytest.mark.usefixtures("_credentials")
def test_a_job_goes_on_with_the_width_of_the_worker_that_resumes_it(jobs: SmallJobs, mocks: Mocks, tmp_path: Path) -> None:
    def has_width(width: int) -> bool:
        queue = DBOS.retrieve_queue(f"catalog-{job}")
        return queue is not None and queue.worker_concurrency == 2 * width  # as many again wait for their turn

    vendor = mocks.vendors[JWO]
    with setting(vendor, processing_seconds=5000):
        job = submit(jobs, mocks, JWO, [untouched(vendor)])
        for width in (2, 5):
            with Worker(tmp_path / "jobs.sqlite", width=width, jobs=(job,)) as worker:
                assert eventually(partial(has_width, width))
                worker.leave()
        assert not jobs.status(job).is_over


@pytest.mark.usefixtures("_credentials")
def test_what_a_worker_that_leaves_was_given_is_sent_by_another_one_at_once(
    mocks: Mocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RECONCILE", 1e9)  # nothing is looked for that was lost
    vendor = mocks.vendors[JWO]
    with SmallJobs(tmp_path / "jobs.sqlite") as jobs:
        job = submit(jobs, mocks, JWO, [untouched(vendor) for _ in range(12)], size=1)
        with setting(vendor, processing_seconds=5000), Worker(tmp_path / "jobs.sqlite", width=1) as worker:
            assert eventually(lambda: bool(jobs.status(job).submitted) and len(given()) == 2), "one waits for its turn"
            worker.stop()
        with Worker(tmp_path / "jobs.sqlite"):
            assert eventually(lambda: jobs.status(job).is_over)
        found = jobs.status(job)
    assert (found.counts.confirmed, found.repeated) == (12, 0)


@pytest.mark.usefixtures("_credentials")
def test_the_work_of_a_worker_that_has_left_without_ending_it_is_taken_over(
    jobs: SmallJobs, mocks: Mocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RECONCILE", 1e9)  # nothing is looked for that was lost
    job = submit(jobs, mocks, YANDEX, [untouched(mocks.vendors[YANDEX])])
    with monkeypatch.context() as lost:  # as if its process had ended when it had just left
        lost.setattr(SystemDatabase, "update_workflow_outcome", lambda *_, **__: None)
        lost.setattr(Worker, "_send", lambda *_: None)
        with Worker(tmp_path / "jobs.sqlite"):
            assert eventually(lambda: bool(given()))
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite")) as connection:
        add = "INSERT INTO workflow_status (workflow_uuid, status, name, executor_id) VALUES ('i-1', 'PENDING', 'pay_invoice', 'x')"
        with connection:
            connection.execute(add)  # of another program that uses DBOS
        with Worker(tmp_path / "jobs.sqlite"):
            assert eventually(lambda: jobs.status(job).is_over)
        found = connection.execute("SELECT status, executor_id FROM workflow_status WHERE name = 'pay_invoice'")
        assert found.fetchall() == [("PENDING", "x")]
    assert jobs.status(job).counts.confirmed == 1


@pytest.mark.usefixtures("_credentials")
def test_a_worker_opens_the_queue_of_a_job_while_its_input_is_read(jobs: SmallJobs, mocks: Mocks, tmp_path: Path) -> None:
    found = list[object]()

    def items() -> Iterator[str]:
        yield untouched(mocks.vendors[YANDEX])
        (job,) = jobs.list()
        found.append(eventually(lambda: DBOS.retrieve_queue(f"catalog-{job.id}") is not None))

    with Worker(tmp_path / "jobs.sqlite"):
        job, _ = jobs.submit(YANDEX, ADD, items(), arguments={"business_id": BUSINESS}, start=False)
    assert found == [True]
    assert job.state == "staged"


def test_without_credentials_a_job_is_stopped_with_a_reason_and_nothing_is_sent(
    jobs: SmallJobs, mocks: Mocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHIPSIDEKICK_API_KEY", raising=False)
    vendor = mocks.vendors[SHIPSIDEKICK]
    before, job = responses(vendor), submit(jobs, mocks, SHIPSIDEKICK, [untouched(vendor)])
    with Worker(tmp_path / "jobs.sqlite"):
        last = followed(jobs, job)[-1]
        assert (last.state, last.counts.total) == ("stopped", 0)
        assert "SHIPSIDEKICK_API_KEY" in last.reason
        assert "\n" not in last.reason
        assert responses(vendor) == before
        monkeypatch.setenv("SHIPSIDEKICK_API_KEY", mocks.served.credentials[SHIPSIDEKICK]["SHIPSIDEKICK_API_KEY"])
        jobs.resume(job)
        assert followed(jobs, job)[-1].counts.confirmed == 1


@pytest.mark.usefixtures("_credentials")
def test_wrong_credentials_stop_a_job_and_are_not_in_its_reason(
    jobs: SmallJobs, mocks: Mocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIPSIDEKICK_API_KEY", "a-wrong-key")
    job = submit(jobs, mocks, SHIPSIDEKICK, [untouched(mocks.vendors[SHIPSIDEKICK])])
    with Worker(tmp_path / "jobs.sqlite"):
        last = followed(jobs, job)[-1]
    assert (last.state, last.counts.confirmed) == ("stopped", 0)
    assert last.reason
    assert "a-wrong-key" not in last.reason
    assert b"a-wrong-key" not in b"".join(each.read_bytes() for each in tmp_path.iterdir())


@pytest.mark.usefixtures("_credentials")
def test_two_jobs_on_one_credential_share_its_limit(mocks_with: Callable[[Settings], Mocks], tmp_path: Path) -> None:
    slow = mocks_with(Settings(speed=100, chaos=1, faults=("slow",), slow=5))
    vendor = slow.vendors[YANDEX]
    with SmallJobs(tmp_path / "jobs.sqlite") as jobs:
        ids = [submit(jobs, slow, YANDEX, [untouched(vendor) for _ in range(30)], size=1) for _ in range(2)]
        with Worker(tmp_path / "jobs.sqlite"):
            assert [followed(jobs, job)[-1].counts.confirmed for job in ids] == [30, 30]
    used = vendor.journal.counts()
    assert used["parallel"]["most"] <= 4
    assert not any(name.endswith("420") for name in used["responses"])


@pytest.mark.usefixtures("_credentials")
def test_async_jobs_do_the_same(mocks: Mocks, tmp_path: Path) -> None:
    vendor = mocks.vendors[YANDEX]
    skus = [untouched(vendor) for _ in range(5)]

    async def run() -> None:
        options = Options(base_url=mocks.served.urls[YANDEX])
        async with AsyncJobs(tmp_path / "jobs.sqlite") as jobs:
            submitted = await jobs.submit(
                YANDEX, ADD, [*skus, ""], arguments={"business_id": BUSINESS}, options=options, start=False
            )
            job = submitted.job.id
            assert submitted.is_new
            assert (await jobs.start(job)).state == "running"
            with Worker(tmp_path / "jobs.sqlite"):
                *_, last = [each async for each in jobs.events(job, interval=0.02)]
            assert (last.state, last.counts.confirmed, last.counts.rejected) == ("finished", 5, 1)
            assert [each.sku async for each in jobs.outcomes(job)] == [*skus, ""]
            assert [each.line async for each in jobs.bad_rows(job)] == [6]
            assert sum(each.confirmed for each in await jobs.timeline(job)) == 5
            assert [each.id for each in await jobs.list()] == [job]
            assert (await jobs.resume(job)).state == "finished"
            assert await jobs.delete_older(3600) == 0
            await jobs.delete(job)
            assert await jobs.list() == []

    asyncio.run(run())


def test_a_job_that_a_worker_has_no_credentials_for_names_its_machine_and_the_variable(tmp_path: Path) -> None:
    expected = f"^the worker on {re.escape(socket.gethostname())}: no credentials: set YANDEX_MARKET_API_KEY in the environment$"
    with pytest.raises(CredentialsError, match=expected):
        plan_to_send(YANDEX, ADD, {"business_id": 1}, Options(), tmp_path / "limits.sqlite")
