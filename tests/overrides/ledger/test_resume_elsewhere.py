"""A run of a vendor without ingestions that was killed goes on: what it has sent itself is not called rejected for that."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.ledger.ledger import read_ledger
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.outcomes.listed import classify_by_failures
from catalog_clients._engine.outcomes.sending import Build, BulkOperation
from catalog_clients._engine.run.state import RunState
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from tests.clients.access import SHIPSIDEKICK, YANDEX
from tests.clients.causes import ADD, BUSINESS, DELETE
from tests.clients.products import untouched
from tests.overrides.archiving import Archiver
from tests.overrides.playing import FACADES, TABLES, Player, respond
from tests.overrides.vendors import Gate, intercepting
from tests.overrides.ways import OFFERS, eventually
from yandex_market_offers import models as yandex
from yandex_market_offers.api.offers import add_offers_to_archive, delete_offers_from_archive

HELD = 3  # requests that the vendor executes, and whose responses come too late


def _killed(archiver: Archiver, api: str, way: str, ledger: Path, options: Mapping[str, Any]) -> tuple[dict[int, str], set[int]]:
    """Kill a run and resume it; return the last status of each item, and the items that the killed run has sent."""
    name = FACADES[api] if way == "sync" else f"Async{FACADES[api]}"
    target: dict[str, Any] = {"business_id": BUSINESS} if api == YANDEX else {}
    gate, done = Gate(), list[int]()

    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        response = await respond(call)
        done.append(response.status)
        if len(done) > HELD and not gate._opened.is_set():
            await gate.passed()
        return response

    with intercepting(intercept, {api: options}) as mocks:
        size = OFFERS if api == YANDEX else 1
        items = [untouched(mocks.vendors[api]) for _ in range(size * 12)]
        start = partial(
            archiver.start,
            name,
            {"base_url": mocks.served.urls[api]},
            items,
            ledger,
            credentials=mocks.served.credentials[api],
            **target,
        )
        with start():
            assert eventually(lambda: gate.waiting >= HELD)
        sent = {row.item for row in read_ledger(ledger) if row.status == "sending"}
        assert len(sent) > sum(row.status == "confirmed" for row in read_ledger(ledger)) / size
        gate.open()
        with start(resume=True) as process:
            assert (process.wait(), process.printed) == (0, "")
        held = mocks.vendors[api].look_up(items)
    assert all(each.get("archived") or each.get("archivedAt") for each in held)
    return {row.item: row.status for row in read_ledger(ledger) if row.status != "sending"}, sent


@pytest.mark.parametrize(("api", "way"), [(SHIPSIDEKICK, "sync"), (YANDEX, "async")])
def test_what_a_killed_run_has_sent_is_confirmed_by_the_next_one(archiver: Archiver, api: str, way: str, tmp_path: Path) -> None:
    options = {"archived": 0, "stocks": 0, "failing": 0} if api == YANDEX else {}
    last, _ = _killed(archiver, api, way, tmp_path / "ledger.csv", options)
    assert set(last.values()) == {"confirmed"}


def test_where_the_vendor_refuses_to_archive_again_what_a_killed_run_has_sent_is_not_rejected(
    archiver: Archiver, tmp_path: Path
) -> None:
    last, sent = _killed(archiver, SHIPSIDEKICK, "sync", tmp_path / "ledger.csv", {"repeated": 400})
    assert set(last) == set(range(1, 13))
    assert "rejected" not in last.values()
    unknown = {item for item, status in last.items() if status == "unknown"}
    assert 1 <= len(unknown) <= len(sent)
    assert unknown <= sent


def _again(
    operation: str, status: int, body: Any, *, done: str | None, was_sent: bool = True, lost: bool = False
) -> tuple[str, str]:
    """Return status and reason of an offer that an earlier run may have sent, and to which the vendor responds so."""
    table = TABLES[operation]
    table = replace(table, retry=replace(table.retry, done=done))
    work = BulkOperation(operation, table, _BUILDS[operation], classify_by_failures(table))
    chunk = Chunk(1, [PendingItem("A", 1, "A", was_sent=was_sent)])
    (outcome,) = Player(lambda call: respond(call, status, body, lost=lost)).run(work.run(chunk, RunState())).results
    return outcome.status, outcome.reason


_BUILDS: dict[str, Build] = {
    ADD: lambda ids, _="": add_offers_to_archive.request(
        business_id=BUSINESS, body=yandex.AddOffersToArchiveRequest(offer_ids=ids)
    ),
    DELETE: lambda ids, _="": delete_offers_from_archive.request(
        business_id=BUSINESS, body=yandex.DeleteOffersFromArchiveRequest(offer_ids=ids)
    ),
}
REFUSED = {"status": "ERROR", "errors": [{"code": "REFUSED", "message": "it is already archived"}]}
LISTED = {"status": "OK", "result": {"notArchivedOffers": [{"offerId": "A", "error": "UNKNOWN"}]}}
LISTED_ONLY = {"status": "OK", "result": {"notUnarchivedOfferIds": ["A"]}}


@pytest.mark.parametrize(
    ("operation", "status", "body", "done", "expected"),
    [
        (ADD, 400, REFUSED, "already archived", "confirmed"),
        (ADD, 400, REFUSED, "no such offer", "unknown"),
        (ADD, 400, REFUSED, None, "unknown"),
        (ADD, 200, LISTED, "unknown", "confirmed"),
        (ADD, 200, LISTED, None, "rejected"),  # the vendor lists what is not archived
        (DELETE, 200, LISTED_ONLY, None, "unknown"),
    ],
)
def test_what_an_earlier_run_may_have_sent_is_rejected_only_where_that_is_certain(
    operation: str, status: int, body: Any, done: str | None, expected: str
) -> None:
    found, reason = _again(operation, status, body, done=done)
    assert found == expected
    assert reason.endswith(", as it was sent before") == (expected == "confirmed")
    assert _again(operation, status, body, done=done, was_sent=False)[0] == "rejected"


def test_after_a_lost_response_only_a_refusal_that_says_that_it_is_done_is_certain() -> None:
    assert _again(ADD, 400, REFUSED, done="already archived", was_sent=False, lost=True)[0] == "confirmed"
    assert _again(ADD, 400, REFUSED, done=None, was_sent=False, lost=True)[0] == "unknown"
    assert _again(DELETE, 200, LISTED_ONLY, done=None, was_sent=False, lost=True)[0] == "unknown"


@pytest.mark.parametrize("lost", [False, True])
def test_what_is_said_of_a_response_without_a_body_are_no_words_of_the_vendor(lost: bool) -> None:
    """The message of its error has the description of the spec."""
    status, reason = _again(ADD, 400, None, done="empty body", lost=lost)
    assert (status, reason.endswith("empty body")) == ("unknown", True)
