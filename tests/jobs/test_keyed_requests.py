"""Jobs with an API of a document alone: bodies that are bare arrays, requests with keys, and a result for each item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from catalog_clients import Outcome
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients.results import Status
from catalog_jobs._store.journal import Group
from catalog_jobs._store.packing import Known, StagedChunk
from catalog_jobs._store.tables import ENTRIES
from catalog_jobs._work import sending
from scripts.command import ROOT
from scripts.mock.engine.clock import Clock
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from tests.generate.packages import Package
from tests.jobs.desk import Crash, Desk, crashing

DOCUMENT = ROOT / "tests" / "overrides" / "wares.yaml"
API, PATCH, UPLOAD = "wares", "patchWares", "uploadWares"
SKUS = [f"W-{number}" for number in range(1, 19)]  # four chunks of five, in two groups
ITEMS: dict[str, list[Any]] = {
    PATCH: [{"sku": sku, "merge": {"price": 1}} for sku in SKUS],
    UPLOAD: [{"sku": sku, "price": 1} for sku in SKUS],
}
CHUNKS = 4


class _Open(Desk):
    """A desk at a vendor that needs no credentials."""

    def auth(self, _: str) -> None:
        return None


@pytest.fixture(scope="module", autouse=True)
def generated(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(DOCUMENT, tmp_path_factory.mktemp("wares"))


@pytest.fixture
def mocks() -> Iterator[Mocks]:
    settings = Settings(options={API: {"rejected": 0.3}})
    with running(settings, kinds=(generic(of_file(DOCUMENT)),), clock=Clock(speed=10_000)) as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path, mocks: Mocks) -> Iterator[Desk]:
    found = _Open(tmp_path / "jobs.sqlite", mocks)
    yield found
    found.close()


def _keys(mocks: Mocks) -> Any:
    text = httpx2.get(f"{mocks.served.admin}/{API}/keys").text
    return [json.loads(line) for line in text.splitlines()]


def _rejected(mocks: Mocks, operation: str) -> set[str]:
    held = httpx2.post(f"{mocks.served.admin}/{API}/held", json=SKUS).json()
    return {each["identifier"] for each in held if any(known["operation"] == operation for known in each["rejections"])}


def test_what_an_ingestion_has_keeps_its_place_in_the_request() -> None:
    """By it, results are read that have the indexes of items."""
    chunk = StagedChunk(number=1, positions=[(1, 4)], skus=SKUS[:4])
    known, accepted = {2: Known("confirmed", ingestion_id="X", attempt=1)}, {"X": [1, 2, 4]}
    group = Group("job", 1, [chunk], known, sent={1: 1, 2: 1, 3: 2, 4: 1}, accepted=accepted, once={1, 2})
    parts = sending._parts(chunk, group, keeps_requests=False)
    found = [(part.ingestion_id, [(each.position, each.index, each.was_sent) for each in part.items]) for part in parts]
    assert found == [("X", [(1, 0, False), (4, 2, True)]), ("", [(3, None, True)])]


def test_what_was_sent_once_is_known_to_the_next_owner_of_its_group(desk: Desk) -> None:
    job = desk.submit(API, UPLOAD, ITEMS[UPLOAD], arguments={"shop": "EAST"})
    (number, *_) = desk.queue(job)
    first, again = (PendingItem(None, 1, SKUS[0]), PendingItem(None, 2, SKUS[1], was_sent=True))
    journal = desk.journal(job, number)
    assert journal.take()
    journal.submitted([first, again], 1, "X", is_lost=False)
    journal.submitted([PendingItem(None, 3, SKUS[2])], 1, "Y", is_lost=True)
    group = desk.journal(job, number).take()
    assert group
    assert (group.accepted, group.once, {*group.sent}) == ({"X": [1, 2], "Y": [3]}, {1}, {1, 2, 3})
    assert desk.jobs.status(job).submitted == 3


STATUSES: Sequence[Status] = ("confirmed", "unknown", "rejected", "unknown", "confirmed")


def outcome(item: int, status: Status) -> Outcome:
    """Return an outcome of one of five items, of which the third was not sent, and the others by the ingestion X."""
    is_sent = item != 3
    return Outcome(sku=SKUS[item - 1], status=status, item=item, ingestion_id="X" * is_sent, attempt=int(is_sent))


def test_the_places_of_what_an_ingestion_has_are_known_when_a_job_that_has_ended_is_resumed(desk: Desk) -> None:
    job = desk.submit(API, UPLOAD, ITEMS[UPLOAD][:5], arguments={"shop": "EAST"})
    (number,) = desk.queue(job)
    journal = desk.journal(job, number)
    assert journal.take()
    journal.submitted([PendingItem(None, position, SKUS[position - 1]) for position in (1, 2, 4, 5)], 1, "X")
    for _ in range(2):
        journal.outcomes([outcome(each, status) for each, status in enumerate(STATUSES, 1)], is_last=True)
        assert (desk.jobs.status(job).state, desk.jobs.status(job).submitted) == ("finished", 0)
        desk.jobs.resume(job)
        assert desk.queue(job) == [number]
        journal = desk.journal(job, number)
        group = journal.take()
        assert group
        (part,) = sending._parts(group.chunks[0], group, keeps_requests=False)
        assert (part.ingestion_id, [(each.position, each.index) for each in part.items]) == ("X", [(2, 1), (4, 2)])
    journal.outcomes([outcome(2, "confirmed"), outcome(4, "rejected")], is_last=True)
    with desk.database.read() as connection:
        assert connection.execute(select(ENTRIES)).all() == []


@pytest.mark.parametrize(
    ("operation", "moment", "sent"),
    [
        (PATCH, ("sending", True), []),
        (PATCH, ("outcomes", False), [2]),
        (UPLOAD, ("submitted", False), [2]),
        (UPLOAD, ("submitted", True), []),
    ],
)
def test_a_request_that_is_sent_again_after_a_crash_has_the_same_key(
    desk: Desk, mocks: Mocks, operation: str, moment: tuple[str, bool], sent: list[int]
) -> None:
    job = desk.submit(API, operation, ITEMS[operation], arguments={"shop": "EAST"})
    (first, *_) = desk.queue(job)
    name, after = moment
    with pytest.raises(Crash):
        desk.send(job, first, spy=crashing(name, after=after, times=2))
    assert desk.send_all(job) == "finished"
    outcomes = desk.outcomes(job)
    assert [each.sku for each in outcomes] == SKUS
    rejected = _rejected(mocks, operation)
    assert 0 < len(rejected) < len(SKUS)
    assert {each.sku: each.status for each in outcomes} == {sku: "rejected" if sku in rejected else "confirmed" for sku in SKUS}
    keys = _keys(mocks)
    assert len({each["key"] for each in keys}) == CHUNKS
    assert [each["executed"] for each in keys] == [1] * CHUNKS
    assert sorted(each["sent"] for each in keys) == [1] * (CHUNKS - len(sent)) + sent
