"""The mock of Yandex Market does what the documents say, over TCP."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import httpx2
import pytest

from scripts.apis import apis, tables
from scripts.mock.engine.clock import Clock
from scripts.spec.document import read
from tests.mock.callers import ARCHIVE, UNARCHIVE, YANDEX, Seller, at_once

LIMIT, REMAINING, UNTIL = (f"x-ratelimit-resource-{name}" for name in ("limit", "remaining", "until"))
BOTH = {ARCHIVE: "addOffersToArchive", UNARCHIVE: "deleteOffersFromArchive"}
TABLE: Any = tables(YANDEX)["addOffersToArchive"]
LENGTH = read(apis()[YANDEX].spec).data["components"]["schemas"]["OfferId"]["maxLength"]


def code_of(response: httpx2.Response) -> str:
    """Return the code of an error, whose body is as documented."""
    body = response.json()
    ((error),) = body["errors"]
    assert body["status"] == "ERROR"
    assert error["message"]
    return str(error["code"])


# archiving


def test_the_admin_endpoint_lists_the_state_of_offers() -> None:
    with Seller.served() as seller:
        offers = [*seller.offers.values(), "no such offer"]
        assert seller.send(offers).status_code == 200
        normal = {"businessId": seller.business, "offerId": seller.offers["normal"], "archived": True, "exists": True}
        assert seller.held() == [normal]
        states = {each["offerId"]: (each["archived"], each["exists"]) for each in seller.look_up(offers)}
        exist = {name: states[offer] for name, offer in seller.offers.items()}
        assert exist == {"normal": (True, True), "archived": (True, True), "stocks": (False, True), "failing": (False, True)}
        assert states["no such offer"] == (False, False)


@pytest.mark.parametrize(("condition", "there", "back"), [("normal", ARCHIVE, UNARCHIVE), ("archived", UNARCHIVE, ARCHIVE)])
def test_what_is_done_can_be_done_again_and_undone(condition: str, there: str, back: str) -> None:
    with Seller.served() as seller:
        offer = seller.offers[condition]
        for operation, held in ((there, 1), (there, 1), (back, 0), (back, 0), (there, 1)):
            assert seller.send([offer], operation=operation).json() == {"status": "OK"}
            assert len(seller.held()) == held


def test_white_space_around_an_id_is_no_part_of_it() -> None:
    with Seller.served() as seller:
        normal, stocks = seller.offers["normal"], seller.offers["stocks"]
        response = seller.send([f"\t{normal} ", normal, f" {stocks}\u00a0", stocks])
        assert response.json()["result"] == {"notArchivedOffers": [{"offerId": stocks, "error": "OFFER_HAS_STOCKS"}]}
        assert [each["offerId"] for each in seller.held()] == [normal]


def test_businesses_have_separate_archives() -> None:
    with Seller.served(businesses=[1, 2]) as seller:
        offer = seller.offers["normal"]
        assert seller.send([offer], business=2).status_code == 200
        assert [(each["businessId"], each["archived"]) for each in seller.look_up([offer])] == [(1, False), (2, True)]


# refusals


@pytest.mark.parametrize("operation", BOTH)
@pytest.mark.parametrize(
    "offers",
    [[""], [" \t"], ["A" * (LENGTH + 1)], ["A\n"], ["A\x00"], ["\ud800"], [None], "A"],
    ids=lambda offers: repr(offers)[:12],
)
def test_offer_ids_that_the_spec_forbids_are_refused(seller: Seller, operation: str, offers: object) -> None:
    response = seller.send(offers, operation=operation)
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"offerIds":["\xff"]}',
        b"[" * 100_000,
        b'{"offerIds":["A"]}'.ljust(TABLE.chunking.max_body_bytes + 1),
    ],
    ids=lambda content: repr(content[:18]),
)
def test_unreadable_bodies_are_refused(seller: Seller, content: bytes) -> None:
    response = seller.send(content=content)
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")
    assert response.headers[REMAINING]


def test_the_longest_body_and_the_most_offers_are_accepted(seller: Seller) -> None:
    offers = [f"{number:0{LENGTH}}" for number in range(TABLE.chunking.size)]
    content = json.dumps({"offerIds": offers}).encode().ljust(TABLE.chunking.max_body_bytes)
    assert seller.send(content=content).status_code == 200


@pytest.mark.parametrize("business", ["0", "-1", "abc", "4711.0", "+4711", "4_711", " 4711", "1" * 20, "1" * 5000])
def test_business_ids_that_the_spec_forbids_are_refused(seller: Seller, business: str) -> None:
    response = seller.send(business=business)
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")


# limits


def test_the_quota_is_the_documented_one_or_that_of_another_tier() -> None:
    with Seller.served() as seller:
        limit = int(TABLE.rate_limit.rate)
        headers = seller.send(["A", "B", "C"]).headers
        assert (headers[LIMIT], headers[REMAINING]) == (str(limit), str(limit - 3))
        seller.set(quota=limit // 2)
        headers = seller.send(["A", "B"]).headers
        assert (headers[LIMIT], headers[REMAINING]) == (str(limit // 2), str(limit // 2 - 2))


@pytest.mark.parametrize("speed", [1, 60])
def test_the_quota_is_renewed_at_a_date_in_real_time(speed: float) -> None:
    with Seller.served(clock=Clock(speed)) as seller:
        response = seller.send()
    assert response.headers[UNTIL].endswith(" GMT")
    until = parsedate_to_datetime(response.headers[UNTIL])
    left = (until - parsedate_to_datetime(response.headers["date"])).total_seconds()
    assert TABLE.rate_limit.period / speed - 1 <= left <= TABLE.rate_limit.period / speed + 2
    (quota,) = seller.vendor.limits._used.values()
    assert until.timestamp() >= seller.clock.wall(quota.until)


def test_a_request_for_more_than_is_left_takes_the_rest_until_the_quota_is_renewed() -> None:
    with Seller.served(quota=5) as seller:
        assert seller.send(["A", "B", "C"]).headers[REMAINING] == "2"
        response = seller.send(["A", "B", "C"])
        assert (response.status_code, code_of(response), response.headers[REMAINING]) == (420, "METHOD_FAILURE", "0")
        assert "retry-after" not in response.headers
        seller.clock.advance(TABLE.rate_limit.period - 1)
        assert seller.send(["A"]).status_code == 420
        usage = seller.usage()
        seller.clock.advance(1)
        assert seller.send(["A"]).status_code == 200
    assert usage["units"] == {"addOffersToArchive": {"period": TABLE.rate_limit.period, "most": 7, "total": 7}}
    assert usage["responses"] == {"addOffersToArchive 200": 1, "addOffersToArchive 420": 2}


def test_a_quota_is_renewed_even_if_nothing_is_taken_from_it(seller: Seller) -> None:
    before = seller.send(headers={"Api-Key": ""}).headers[UNTIL]
    seller.clock.advance(TABLE.rate_limit.period)
    after = seller.send(headers={"Api-Key": ""}).headers[UNTIL]
    assert parsedate_to_datetime(before) < parsedate_to_datetime(after)


def test_each_token_and_each_operation_has_a_separate_quota() -> None:
    with Seller.served(quota=1, keys=["ACMA:1", "ACMA:2"]) as seller:
        for key in ("ACMA:1", "ACMA:2"):
            for operation in BOTH:
                assert [seller.send(operation=operation, headers={"Api-Key": key}).status_code for _ in range(2)] == [200, 420]


@pytest.mark.parametrize(
    ("request_", "units"),
    [
        ({"offers": ["A", "B", "B"]}, 3),
        ({"offers": ["A", "B"], "business": 4713}, 2),
        ({"offers": ["A", "B"], "business": "abc"}, 2),
        ({"offers": ["A"] * (TABLE.chunking.size + 1)}, TABLE.chunking.size),
        ({"offers": []}, 1),
        ({"content": b"{"}, 1),
        ({"content": b'{"offerIds":["A","B"]}'.ljust(TABLE.chunking.max_body_bytes + 1)}, 1),
        ({"headers": {"Api-Key": "ACMA:wrong"}}, 0),
        ({"headers": {"Api-Key": ""}}, 0),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_refusals_use_up_quota_too(seller: Seller, request_: dict[str, Any], units: int) -> None:
    before = int(seller.send().headers[REMAINING])
    response = seller.send(**request_)
    assert response.status_code >= 400
    assert response.headers.keys() >= {LIMIT, REMAINING, UNTIL}
    assert int(seller.send().headers[REMAINING]) == before - units - 1


def test_more_requests_at_the_same_time_than_allowed_are_refused() -> None:
    with Seller.served(latency=1) as seller:
        allowed = TABLE.rate_limit.concurrency
        requests = [partial(seller.send, operation=operation) for operation in BOTH for _ in range(allowed + 2)]
        statuses = [response.status_code for response in at_once(seller.clock, requests, wait=1)]
        assert [sorted(statuses[: allowed + 2]), sorted(statuses[allowed + 2 :])] == [[200] * allowed + [420] * 2] * 2
        assert seller.usage()["parallel"]["most"] > allowed
        seller.set(latency=0)
        assert seller.send().status_code == 200


# examples


def test_known_values_are_accepted(seller: Seller) -> None:
    assert seller.credentials == {"YANDEX_MARKET_API_KEY": seller.http.headers["api-key"]}
    offers = seller.known["body.offerIds[*]?"]
    response = seller.send(offers, business=seller.known["path.businessId"][0], operation=UNARCHIVE)
    assert (response.json(), len(offers)) == ({"status": "OK"}, 4)
