"""A limit that responses lower: what no longer fits into one request is sent in several, and nothing is lost."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from catalog_clients import Limits, Outcome, Retries, WaitTooLong
from catalog_clients._engine.ledger.ledger import last_rows
from catalog_clients._engine.limits import TooExpensive
from tests.clients.access import YANDEX
from tests.clients.causes import BUSINESS
from tests.overrides.playing import TABLES
from tests.overrides.ways import OFFERS, Way
from yandex_market_offers.auth import ApiKey

OPERATION = "addOffersToArchive"
QUICK = replace(TABLES[OPERATION].rate_limit, rate=OFFERS, period=0.05, burst=OFFERS)
SKUS = [f"SKU-{number}" for number in range(2 * OFFERS)]
ARCHIVED = {"status": "OK"}


def _read(way: Way, limit: Any, responses: list[httpx2.Response], **options: Any) -> tuple[list[Outcome], list[list[str]], Any]:
    """Return the outcomes of a run, what it has sent, and the error that has ended it."""
    sent, found = list[list[str]](), list[Outcome]()

    def play(request: httpx2.Request) -> httpx2.Response:
        sent.append(json.loads(request.content)["offerIds"])
        return responses[min(len(sent), len(responses)) - 1]

    limits = Limits({OPERATION: limit})
    market = way.played(YANDEX, play, limits=limits, width=1, retries=Retries(attempts=2), auth=ApiKey("key"))
    try:
        way.read(market.archive(SKUS, business_id=BUSINESS, **options), found.append)
    except WaitTooLong as error:
        return found, sent, error
    return found, sent, None


@pytest.mark.parametrize("allowed", [OFFERS - 1, OFFERS // 3, 3])
def test_the_items_of_a_request_that_costs_too_much_are_sent_in_smaller_ones(way: Way, allowed: int) -> None:
    lowered = httpx2.Response(200, json=ARCHIVED, headers={"X-RateLimit-Resource-Limit": str(allowed)})
    found, sent, error = _read(way, QUICK, [lowered])
    assert error is None
    assert {each.status for each in found} == {"confirmed"}
    assert [each.sku for each in found] == [sku for some in sent for sku in some] == SKUS
    assert max(map(len, sent[1:])) == allowed
    assert all(each.attempt == 1 for each in found)


def test_what_may_have_been_sent_before_the_limit_was_lowered_is_not_sent_in_other_requests(way: Way) -> None:
    lost = httpx2.Response(500, json={"status": "ERROR"}, headers={"X-RateLimit-Resource-Limit": "3"})
    found, sent, error = _read(way, QUICK, [lost, httpx2.Response(200, json=ARCHIVED)])
    assert error is None
    first, second = found[:OFFERS], found[OFFERS:]
    assert {(each.status, each.attempt) for each in first} == {("unknown", 1)}
    assert "a request costs 200 units, and the limit is 3" in first[0].reason
    assert {each.status for each in second} == {"confirmed"}
    assert sum(map(len, sent[1:])) == OFFERS


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_request_whose_cost_no_division_lowers_ends_the_run_with_advice(way: Way, is_lost: bool, tmp_path: Path) -> None:
    """What was not sent says so, and is sent as new by the run that resumes the ledger; what may have been sent is not."""
    first = httpx2.Response(500 if is_lost else 200, json=ARCHIVED, headers={"X-RateLimit-Resource-Limit": "1"})
    ledger = tmp_path / "ledger.csv"
    ledger.touch()
    found, sent, error = _read(way, replace(QUICK, cost=5), [first], resume=ledger)
    assert len(sent) == 1
    assert "a request costs 5 units, and the limit is 1, so that it would wait for ever: resume the run when" in str(error)
    rows = [*last_rows(ledger)]
    expected = ("unknown", 1) if is_lost else ("confirmed", 1)
    assert {(each.status, each.attempt) for each in rows[:OFFERS]} == {expected}
    assert {(each.status, each.attempt) for each in rows[OFFERS:]} == {("unknown", 0)}
    assert {each.reason for each in found[OFFERS:]} == {"not sent: the run was ended by TooExpensive"}


def test_the_error_can_be_pickled() -> None:
    found = pickle.loads(pickle.dumps(TooExpensive("it costs too much", 3)))
    assert (str(found), found.most) == ("it costs too much", 3)
