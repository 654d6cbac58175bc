"""A process that ends anywhere: nothing is lost or wrongly confirmed, and sent again only what may not have arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

import pytest

from catalog_clients._engine.ledger.records import PendingItem
from catalog_jobs._store.journal import Journal
from scripts.mock.engine.vendor import Vendor
from tests.clients.access import JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import ARCHIVE
from tests.clients.products import untouched
from tests.jobs.desk import Crash, Desk, crashing
from tests.overrides.vendors import responses

ITEMS = 18  # four chunks of five, in two groups
OPERATIONS = {JWO: "archiveCatalog", YANDEX: "addOffersToArchive", SHIPSIDEKICK: "archiveProduct"}
MOMENTS = [
    ("sending", False),
    ("sending", True),
    ("submitted", False),
    ("submitted", True),
    ("outcomes", False),
    ("outcomes", True),
]
CASES = [
    (store, api, moment)
    for store, apis in {"sqlite": [*OPERATIONS], "postgresql": [JWO]}.items()  # at which there is each moment
    for api in apis
    for moment in MOMENTS
    if moment[0] != "submitted" or api == JWO  # it has ingestions
]


def is_archived(vendor: Vendor, skus: list[str]) -> list[bool]:
    names = {JWO: "state", YANDEX: "archived", SHIPSIDEKICK: "archivedAt"}
    return [held[names[vendor.api]] in ("ARCHIVED", True) or "T" in str(held[names[vendor.api]]) for held in vendor.look_up(skus)]


@pytest.mark.parametrize(("store", "api", "moment"), CASES, indirect=["store"])
def test_a_job_goes_on_wherever_its_process_has_ended(desk: Desk, api: str, moment: tuple[str, bool]) -> None:
    name, after = moment
    vendor = desk.mocks.vendors[api]
    skus = [untouched(vendor) for _ in range(ITEMS)]
    job, before = desk.submit(api, OPERATIONS[api], skus), responses(vendor)
    (first, *_) = desk.queue(job)
    with pytest.raises(Crash):
        desk.send(job, first, spy=crashing(name, after=after, times=2))
    assert desk.send_all(job) == "finished"
    outcomes = desk.outcomes(job)
    assert [each.sku for each in outcomes] == skus
    assert is_archived(vendor, skus) == [True] * ITEMS
    assert Counter(each.status for each in outcomes) == {"confirmed": ITEMS}, outcomes
    found, size = desk.jobs.status(job), 1 if api == SHIPSIDEKICK else desk.size
    was_open = (name, after) in (("sending", True), ("submitted", False)) or (name == "outcomes" and not after and api != JWO)
    assert found.repeated == was_open
    least = -(-ITEMS // size)
    again = (name, after) == ("submitted", False) or (name == "outcomes" and not after and api != JWO)
    sent = responses(vendor) - before
    assert sum(many for what, many in sent.items() if what.startswith(f"{OPERATIONS[api]} ")) == least + again


def test_the_last_outcomes_end_their_group_and_the_job_in_the_same_transaction(desk: Desk) -> None:
    job = desk.submit(YANDEX, OPERATIONS[YANDEX], [untouched(desk.mocks.vendors[YANDEX]) for _ in range(2 * desk.size)])
    (number,) = desk.queue(job)
    with pytest.raises(Crash):
        desk.send(job, number, spy=crashing("outcomes", after=True))
    assert desk.jobs.status(job).state == "running"
    with pytest.raises(Crash):
        desk.send(job, number, spy=crashing("outcomes", after=True))
    assert desk.jobs.status(job).state == "finished"
    assert desk.statuses(job) == {"confirmed": 2 * desk.size}


def test_an_ingestion_that_was_accepted_is_only_collected(desk: Desk) -> None:
    vendor = desk.mocks.vendors[JWO]
    skus = [untouched(vendor) for _ in range(desk.size)]
    job, before = desk.submit(JWO, ARCHIVE, skus), responses(vendor)
    (number,) = desk.queue(job)
    with pytest.raises(Crash):
        desk.send(job, number, spy=crashing("submitted", after=True))
    assert desk.jobs.status(job).submitted == desk.size
    assert desk.send_all(job) == "finished"
    sent = responses(vendor) - before
    assert (sent[f"{ARCHIVE} 201"], desk.jobs.status(job).repeated) == (1, 0)
    assert len({each.ingestion_id for each in desk.outcomes(job)}) == 1
    assert {each.attempt for each in desk.outcomes(job)} == {1}  # 0 would say that nothing was sent


def test_what_is_refused_after_it_may_have_been_sent_is_unknown_and_not_rejected(desk: Desk) -> None:
    missing = "00000000-0000-4000-8000-000900000001"
    job = desk.submit(SHIPSIDEKICK, "archiveProduct", [missing])
    (number,) = desk.queue(job)
    with pytest.raises(Crash):
        desk.send(job, number, spy=crashing("sending", after=True))
    desk.send_all(job)
    (outcome,) = desk.outcomes(job)
    assert outcome.status == "unknown"
    assert "404: " in outcome.reason


def test_chunks_that_are_done_are_not_sent_again(desk: Desk) -> None:
    vendor = desk.mocks.vendors[YANDEX]
    skus = [untouched(vendor) for _ in range(2 * desk.size)]
    job = desk.submit(YANDEX, "addOffersToArchive", skus)
    (number,) = desk.queue(job)
    sent = list[list[int]]()

    def spy(journal: Journal) -> Any:
        sending = journal.sending

        def noting(items: Collection[PendingItem]) -> None:
            sent.append([each.position for each in items])
            sending(items)

        journal.sending = noting  # type: ignore[method-assign] # it is watched
        return journal

    with pytest.raises(Crash):
        desk.send(job, number, spy=lambda journal: crashing("outcomes", after=True)(spy(journal)))
    assert desk.statuses(job) == {"confirmed": desk.size, "pending": desk.size}
    assert desk.send(job, number, spy=spy)
    assert sent == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
