"""What can be done with a job: start it, cancel it, resume it, delete it, and what the same input twice is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import and_, func, select, update

from catalog_clients import InvalidArgument
from catalog_jobs import InputError, JobError, NoSuchJob, Options
from catalog_jobs._store.packing import Known, Outcomes, merged, packed, repacked, unpacked
from catalog_jobs._store.tables import BAD_ROWS, ENTRIES, GROUPS, INGESTIONS, JOBS, WORKERS
from catalog_jobs._store.workers import Workers
from scripts.mock.vendors.amazon_jwo_catalog.ledger import content
from tests.clients.access import JWO, YANDEX
from tests.clients.causes import ADD, ARCHIVE, BUSINESS, UPLOAD
from tests.clients.products import untouched
from tests.jobs.desk import Crash, Desk, crashing
from tests.overrides.vendors import responses, setting
from tests.overrides.ways import product

MISSING = "00000000-0000-4000-8000-0009000000{:02}"


def offers(desk: Desk, number: int) -> list[str]:
    return [untouched(desk.mocks.vendors[YANDEX]) for _ in range(number)]


def test_a_staged_job_sends_nothing_until_it_is_started(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 7), start=False)
    assert (desk.jobs.status(job).state, desk.queue(job)) == ("staged", [])
    assert desk.jobs.start(job).state == "running"
    assert desk.send_all(job) == "finished"
    with pytest.raises(JobError, match=f"the job {job} is finished, and not staged"):
        desk.jobs.start(job)


def test_the_same_input_twice_is_one_job_until_it_has_ended(desk: Desk) -> None:
    skus = offers(desk, 7)
    job = desk.submit(YANDEX, ADD, skus, start=False)
    assert desk.submit(YANDEX, ADD, skus, start=False) == job
    assert desk.jobs.status(job).state == "staged"
    assert desk.submit(YANDEX, ADD, skus) == job
    assert [(each.id, each.state) for each in desk.jobs.list()] == [(job, "running")]
    assert desk.send_all(job) == "finished"
    again = desk.submit(YANDEX, ADD, skus)
    assert again != job
    assert {each.id for each in desk.jobs.list(["running"])} == {again}


def test_the_last_finished_job_with_the_same_input_is_known(desk: Desk) -> None:
    skus = offers(desk, 3)
    first = desk.submit(YANDEX, ADD, skus)
    assert desk.jobs.earlier(first) is None
    assert desk.send_all(first) == "finished"
    assert desk.jobs.earlier(desk.submit(YANDEX, "deleteOffersFromArchive", skus, start=False)) is None
    second = desk.submit(YANDEX, ADD, skus)
    assert desk.jobs.earlier(second) == desk.jobs.status(first)
    assert desk.send_all(second) == "finished"
    with desk.database.begin() as connection:
        connection.execute(update(JOBS).where(JOBS.c.id == second).values(ended=JOBS.c.ended + 1))
    assert desk.jobs.earlier(desk.submit(YANDEX, ADD, skus)) == desk.jobs.status(second)


def test_a_job_says_whether_a_live_worker_has_it(desk: Desk) -> None:
    one, other = (desk.submit(YANDEX, ADD, offers(desk, 2 * desk.size)) for _ in range(2))

    def conditions() -> list[str]:
        return [desk.jobs.status(each).condition for each in (one, other)]

    assert conditions() == ["waiting", "waiting"]
    with desk.database.begin() as connection:
        Workers(desk.database, "w", (one,)).join(connection)
    assert conditions() == ["running", "waiting"]
    (number,) = desk.queue(one)
    with pytest.raises(Crash):
        desk.send(one, number, spy=crashing("outcomes", after=True))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    changes: list[tuple[dict[str, Any], list[str]]] = [
        ({"jobs": ""}, ["running", "running"]),
        ({"seen": WORKERS.c.seen - 60}, ["interrupted", "waiting"]),
        ({"seen": desk.database.now}, ["running", "running"]),
        ({"process": ended.pid}, ["interrupted", "waiting"]),
    ]
    for changed, expected in changes:
        with desk.database.begin() as connection:
            connection.execute(update(WORKERS).values(**changed))
        assert conditions() == expected
        assert [each.condition for each in reversed(desk.jobs.list())] == expected
    assert desk.jobs.cancel(one).condition == "cancelled"


@pytest.mark.parametrize(
    "change", [{"arguments": {"business_id": BUSINESS + 1}}, {"operation": "deleteOffersFromArchive"}, {"more": ["SKU-0000001"]}]
)
def test_a_changed_input_or_another_purpose_is_another_job(desk: Desk, change: dict[str, Any]) -> None:
    skus = offers(desk, 3)
    job = desk.submit(YANDEX, ADD, skus)
    given = {"operation": ADD, "arguments": {"business_id": BUSINESS}, "more": [], **change}
    other = desk.submit(YANDEX, given["operation"], skus + given["more"], arguments=given["arguments"])
    assert other != job


def test_a_cancelled_job_sends_nothing_more_and_goes_on_when_it_is_resumed(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 4 * desk.size))
    first, second = desk.queue(job)
    assert desk.send(job, first)
    assert desk.jobs.cancel(job).state == "cancelled"
    before = responses(desk.mocks.vendors[YANDEX])
    assert not desk.send(job, second)
    assert desk.queue(job) == []
    assert responses(desk.mocks.vendors[YANDEX]) == before
    assert desk.statuses(job) == {"confirmed": 2 * desk.size, "pending": 2 * desk.size}
    with pytest.raises(JobError, match="is cancelled"):
        desk.jobs.cancel(job)
    assert desk.jobs.resume(job).state == "running"
    assert desk.send_all(job) == "finished"
    assert desk.statuses(job) == {"confirmed": 4 * desk.size}


def test_one_that_is_cancelled_in_the_middle_of_a_group_ends_with_the_chunk_under_way(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 2 * desk.size))
    (number,) = desk.queue(job)

    def spy(journal: Any) -> Any:
        outcomes = journal.outcomes

        def cancel(*given: Any, **options: Any) -> None:
            desk.jobs.cancel(job)
            outcomes(*given, **options)

        journal.outcomes = cancel
        return journal

    assert not desk.send(job, number, spy=spy)
    assert desk.statuses(job) == {"confirmed": desk.size, "pending": desk.size}
    assert desk.jobs.status(job).state == "cancelled"
    desk.jobs.resume(job)
    assert desk.send_all(job) == "finished"
    assert desk.statuses(job) == {"confirmed": 2 * desk.size}


def test_unknown_items_are_sent_again_when_their_job_is_resumed_and_no_others(desk: Desk) -> None:
    vendor = desk.mocks.vendors[JWO]
    skus = [untouched(vendor) for _ in range(2 * desk.size)]
    job = desk.submit(JWO, ARCHIVE, skus)
    (number,) = desk.queue(job)
    before = responses(vendor)
    with setting(vendor, failing="final"):
        desk.send(job, number)
    assert desk.statuses(job)["confirmed"] == 0
    assert desk.jobs.status(job).state == "finished"
    unknown = desk.statuses(job)["unknown"]
    desk.jobs.resume(job, unknown=False)
    assert desk.jobs.status(job).state == "finished"
    assert unknown
    assert desk.jobs.resume(job).counts.unknown == 0
    assert desk.send_all(job) == "finished"
    assert desk.statuses(job)["unknown"] == 0
    assert (responses(vendor) - before)[f"{ARCHIVE} 201"] == 2


def test_unknown_items_that_were_accepted_are_asked_for_again_when_their_job_is_resumed(desk: Desk) -> None:
    vendor = desk.mocks.vendors[JWO]
    job = desk.submit(JWO, ARCHIVE, [untouched(vendor) for _ in range(desk.size)])
    assert desk.send_all(job) == "finished"
    make_unknown(desk, job, 2, 4, accepted=True)
    before = responses(vendor)
    desk.jobs.resume(job)
    assert desk.send_all(job) == "finished"
    assert desk.statuses(job) == {"confirmed": desk.size}
    sent = responses(vendor) - before
    assert (sent[f"{ARCHIVE} 201"], sum(many for what, many in sent.items() if what.startswith("getCatalogUploadStatus "))) == (
        0,
        1,
    )


def make_unknown(desk: Desk, job: str, *positions: int, accepted: bool = False) -> None:
    """Let the outcomes of some items of the first group be unknown, as if the vendor had said nothing of them, or no more than that
    it has accepted them.
    """
    group = and_(GROUPS.c.job == job, GROUPS.c.number == 1)
    with desk.database.begin() as connection:
        known = merged([unpacked(connection.execute(select(GROUPS.c.outcomes).where(group)).scalar_one(), Outcomes)])
        ids = {position: known[position].ingestion_id if accepted else "" for position in positions}
        known.update((position, Known("unknown", "lost", ingestion, 1)) for position, ingestion in ids.items())
        left = {"unknown": len(positions), "confirmed": len(known) - len(positions)}
        connection.execute(update(GROUPS).where(group).values(outcomes=packed(repacked(known)), **left))


def test_what_was_archived_although_it_is_unknown_is_confirmed_when_it_is_sent_again(desk: Desk) -> None:
    job = desk.submit(JWO, ARCHIVE, [untouched(desk.mocks.vendors[JWO])])
    desk.send_all(job)
    make_unknown(desk, job, 1)
    desk.jobs.resume(job)
    assert desk.send_all(job) == "finished"
    (outcome,) = desk.outcomes(job)
    assert (outcome.status, outcome.reason) == ("confirmed", "already archived, as it was sent before")


def test_deleting_leaves_nothing(desk: Desk) -> None:
    job = desk.submit(JWO, ARCHIVE, [untouched(desk.mocks.vendors[JWO]), "", "x" * 5000])
    with pytest.raises(JobError, match=f"the job {job} is running: cancel it first"):
        desk.jobs.delete(job)
    desk.send_all(job)
    desk.jobs.delete(job)
    with desk.database.read() as connection:
        for table in (JOBS, GROUPS, ENTRIES, INGESTIONS, BAD_ROWS):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0
    with pytest.raises(NoSuchJob, match=f"there is no job '{job}'"):
        desk.jobs.status(job)


def test_an_interrupted_job_goes_on_with_other_options_and_one_that_a_worker_has_does_not(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 1), start=False)
    options = desk.jobs.status(job).options
    assert desk.jobs.start(job, options=replace(options, patience=1)).options.patience == 1
    found = desk.jobs.resume(job, unknown=False, options=replace(options, patience=2))
    assert (found.state, found.options.patience) == ("running", 2)
    with desk.database.begin() as connection:
        Workers(desk.database, "w").join(connection)
    with pytest.raises(JobError, match=f"the job {job} is running, and not finished or cancelled or stopped"):
        desk.jobs.resume(job, options=replace(options, patience=3))
    assert desk.jobs.status(job).options.patience == 2


def test_a_job_may_be_deleted_while_its_input_is_read_and_its_reader_learns_it(desk: Desk) -> None:
    def items() -> Iterator[str]:
        yield from map(str, range(20))
        (job,) = desk.jobs.list(["staging"])
        for wrong in (desk.jobs.cancel, desk.jobs.resume, desk.jobs.start):
            with pytest.raises(JobError, match=r"is staging, and not .*: its input was not read to its end; it can be deleted"):
                wrong(job.id)
        desk.jobs.delete(job.id)
        yield "more"

    with pytest.raises(JobError, match=r"^the job \w{8} was deleted while its input was read$"):
        desk.submit(YANDEX, ADD, items())
    with desk.database.read() as connection:
        for table in (JOBS, GROUPS):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0


def test_old_jobs_are_deleted_by_the_time_since_their_end(desk: Desk) -> None:
    old, new = desk.submit(YANDEX, ADD, offers(desk, 1)), desk.submit(YANDEX, ADD, offers(desk, 1))
    running = desk.submit(YANDEX, ADD, offers(desk, 1))
    for job in (old, new):
        assert desk.send_all(job) == "finished"
    with desk.database.begin() as connection:
        connection.execute(update(JOBS).where(JOBS.c.id.in_([old, running])).values(created=1, started=2))
        connection.execute(update(JOBS).where(JOBS.c.id == old).values(ended=JOBS.c.ended - 3600))
    assert desk.jobs.delete_older(7200) == 0
    assert desk.jobs.delete_older(1800) == 1
    assert {each.id for each in desk.jobs.list()} == {new, running}


def test_a_job_is_known_by_the_beginning_of_its_id(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 1))
    assert desk.jobs.status(job[:3]).id == job
    for wrong in ("", "%", "zzzzzzzzz"):
        with pytest.raises(NoSuchJob):
            desk.jobs.status(wrong)


@pytest.mark.parametrize(
    ("api", "operation", "arguments", "error", "text"),
    [
        ("petstore", ADD, {}, ValueError, "the client petstore is not installed"),
        ("json", ADD, {}, ValueError, "json is not a generated client"),
        (YANDEX, "addOffers", {}, ValueError, "addOffers"),
        (YANDEX, ADD, {}, (InvalidArgument, TypeError), "business_id"),
        (YANDEX, ADD, {"business_id": BUSINESS, "colour": 1}, TypeError, "colour"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line_and_nothing_is_kept(
    desk: Desk, api: str, operation: str, arguments: dict[str, Any], error: Any, text: str
) -> None:
    with pytest.raises(error, match=text) as raised:
        desk.jobs.submit(api, operation, ["A"], arguments=arguments)
    assert "\n" not in str(raised.value)
    assert desk.jobs.list() == []


def test_a_password_in_a_url_is_not_kept(desk: Desk) -> None:
    options = Options(base_url="https://me:hidden@shop.example")
    with pytest.raises(ValueError, match="base_url must not have a password") as raised:
        desk.jobs.submit(YANDEX, ADD, ["A"], arguments={"business_id": BUSINESS}, options=options)
    assert "hidden" not in str(raised.value)
    assert desk.jobs.list() == []


def test_an_input_without_rows_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="the input has no rows"):
        desk.submit(YANDEX, ADD, [])
    assert desk.jobs.list() == []


def test_one_of_which_nothing_is_valid_is_finished_at_once(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, ["", " "])
    found = desk.jobs.status(job)
    assert (found.state, found.items, found.bad_rows, found.counts.rejected) == ("finished", 0, 2, 2)


def replacing(sku: str) -> list[dict[str, Any]]:
    """Return an item, others, and what replaces the first."""
    return [product(sku, item_name="old"), *(product(f"{sku}-{each}") for each in range(5)), product(sku, item_name="new")]


def test_what_replaces_an_item_is_sent_after_it(desk: Desk) -> None:
    items = replacing("AFTER")
    job = desk.submit(JWO, UPLOAD, items)
    (first,) = desk.queue(job)
    assert desk.queue(job) == [first], "it has to wait"
    assert desk.send(job, first)
    assert desk.statuses(job) == {"confirmed": 5, "pending": 2}
    assert desk.send_all(job) == "finished"
    assert holds(desk, items[-1])


def test_what_replaces_an_item_of_which_nothing_is_known_waits_until_the_job_is_resumed(desk: Desk) -> None:
    vendor, items = desk.mocks.vendors[JWO], replacing("OPEN")
    job = desk.submit(JWO, UPLOAD, items)
    (first,) = desk.queue(job)
    with setting(vendor, failing="final"):
        desk.send(job, first)
    assert desk.send_all(job) == "finished"
    outcome = desk.outcomes(job)[-1]
    assert (outcome.status, outcome.attempt) == ("unknown", 0)
    assert outcome.reason == "not sent: it replaces an item, and the vendor may still be processing an earlier request"
    desk.jobs.resume(job)
    assert desk.send_all(job) == "finished"
    assert desk.statuses(job) == {"confirmed": 7}
    assert holds(desk, items[-1])


def test_what_replaces_an_item_is_sent_again_with_it(desk: Desk) -> None:
    items = replacing("AGAIN")
    job = desk.submit(JWO, UPLOAD, items)
    desk.send_all(job)
    make_unknown(desk, job, 1)
    counts = desk.jobs.resume(job).counts
    assert (counts.confirmed, counts.unknown) == (5, 0)
    assert desk.send_all(job) == "finished"
    assert desk.statuses(job) == {"confirmed": 7}
    assert holds(desk, items[-1]), "the vendor is left with the old content"


def holds(desk: Desk, item: dict[str, Any]) -> bool:
    """Return whether the vendor holds an item as it was sent."""
    (held,) = desk.mocks.vendors[JWO].look_up([item["item_sku"]])
    return bool(held["stores"][item["store_id"]] == content(item).hex())
