"""Responses that break their spec: the outcomes that they give are right, and say where, for what they leave open."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import msgspec
import pytest
from botocore.credentials import Credentials

from amazon_catalog_items.auth import LoginWithAmazonToken
from amazon_catalog_items.errors import InvalidResponse
from catalog_clients import AsyncCatalogItems, CatalogItems, JustWalkOut, Match, Outcome, Retries, ShipSidekick, SigV4, YandexMarket
from shipsidekick_products.auth import BearerKey
from yandex_market_offers.auth import ApiKey

ASINS = [f"B{number:09}" for number in range(20)]
OFFERS = ["A", "B", "C"]
PRODUCT = "12345678-90ab-cdef-1234-567890abcde0"
ONCE = Retries(attempts=1)


def client(body: Any, calls: list[httpx2.Request] | None = None) -> httpx2.Client:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if calls is not None:
            calls.append(request)
        return httpx2.Response(200, content=body if isinstance(body, bytes) else json.dumps(body).encode())

    return httpx2.Client(transport=httpx2.MockTransport(respond))


def look_up(items: list[Any], **other: Any) -> tuple[list[Match], int]:
    calls: list[httpx2.Request] = []
    http = client({"numberOfResults": len(items), "items": items, **other}, calls)
    with CatalogItems(auth=LoginWithAmazonToken("token"), http_client=http, retries=ONCE) as catalog:
        found = list(catalog.lookup(ASINS, identifiers_type="ASIN", marketplace_ids=["M"]))
    return sorted(found, key=lambda each: each.identifier), len(calls)


@pytest.mark.parametrize(
    ("odd", "path"), [(None, "$.items[7]"), (7, "$.items[7]"), ({}, "$.items[7].asin"), ({"asin": 1}, "$.items[7].asin")]
)
def test_an_item_that_cannot_be_read_does_not_lose_the_others(odd: Any, path: str) -> None:
    matches, calls = look_up([{"asin": each} if each != ASINS[7] else odd for each in ASINS])
    assert [each.status for each in matches] == ["found"] * 7 + ["unknown"] + ["found"] * 12
    assert matches[7].reason.startswith(f"the response breaks the spec at {path}: ")
    assert calls == 1


def test_a_part_of_an_item_that_cannot_be_read_loses_that_part_only() -> None:
    items = [{"asin": each, "summaries": [{"marketplaceId": None}], "images": "none"} for each in ASINS[:-1]]
    matches, _ = look_up(items)
    assert [each.status for each in matches] == ["found"] * 19 + ["unknown"], "what is missing is not certain then"
    assert matches[0].items[0].summaries == []


def test_a_number_of_results_may_be_written_in_any_way() -> None:
    matches, _ = look_up([{"asin": each} for each in ASINS], numberOfResults=20.0)
    assert {each.status for each in matches} == {"found"}


@pytest.mark.parametrize("total", ["20", None, "many", 1.5, [20]])
def test_a_number_of_results_that_cannot_be_read_loses_no_item(total: Any) -> None:
    matches, calls = look_up([{"asin": each} for each in ASINS[:-1]], numberOfResults=total)
    assert [each.status for each in matches] == ["found"] * 19 + ["unknown"], "what is missing is not certain then"
    assert matches[-1].reason.startswith("the response breaks the spec at $.numberOfResults: ")
    assert calls == 1


def test_a_search_gives_the_items_of_pages_without_their_number() -> None:
    http = client({"items": [{"asin": each} for each in ASINS]})
    with CatalogItems(auth=LoginWithAmazonToken("token"), http_client=http, retries=ONCE) as catalog:
        search = catalog.search(keywords=["tea"], marketplace_ids=["M"])
        assert [each.asin for each in search] == ASINS
        numbers: list[object] = [each.number_of_results for each in search.pages()]
        assert numbers == [msgspec.UNSET]


@pytest.mark.parametrize("body", [{"numberOfResults": None}, {"numberOfResults": None, "items": "none"}, []])
def test_a_page_without_a_number_and_items_is_an_error(body: Any) -> None:
    catalog = CatalogItems(auth=LoginWithAmazonToken("token"), http_client=client(body), retries=ONCE)
    with catalog, pytest.raises(InvalidResponse, match="the body is not what the spec says"):
        list(catalog.search(keywords=["tea"], marketplace_ids=["M"]))


def archive(body: Any) -> list[Outcome]:
    with YandexMarket(auth=ApiKey("ACMA:x"), http_client=client(body), retries=ONCE) as market:
        return sorted(market.archive(OFFERS, business_id=1), key=lambda each: each.sku)


REFUSED = {"offerId": "A", "error": "OFFER_HAS_STOCKS"}


@pytest.mark.parametrize(
    ("result", "statuses", "path"),
    [
        ({"notArchivedOffers": [REFUSED, None]}, ["rejected", "unknown", "unknown"], "$.result.notArchivedOffers[1]: "),
        (
            {"notArchivedOffers": [REFUSED, {"offerId": 5}]},
            ["rejected", "unknown", "unknown"],
            "$.result.notArchivedOffers[1].offerId",
        ),
        ({"notArchivedOffers": {"A": "stocks"}}, ["unknown"] * 3, "$.result.notArchivedOffers: "),
        ({"notArchivedOffers": "A"}, ["unknown"] * 3, "$.result.notArchivedOffers: "),
        (["A"], ["unknown"] * 3, "$.result: "),
        ({"notArchivedOffers": [REFUSED]}, ["rejected", "confirmed", "confirmed"], ""),
    ],
)
def test_a_list_of_refusals_of_which_a_part_cannot_be_read_confirms_nothing(result: Any, statuses: list[str], path: str) -> None:
    outcomes = archive({"status": "OK", "result": result})
    assert [each.status for each in outcomes] == statuses
    assert all(path in each.reason for each in outcomes if each.status == "unknown")


def test_a_breach_elsewhere_takes_no_word_of_the_vendor_away() -> None:
    assert {each.status for each in archive({"status": "OK", "errors": "none"})} == {"confirmed"}


def test_a_status_that_cannot_be_read_confirms_nothing() -> None:
    outcomes = archive({"status": 7, "result": None})
    assert {each.status for each in outcomes} == {"unknown"}
    assert all("$.status: Expected" in each.reason for each in outcomes)


def test_a_response_that_cannot_be_read_is_not_the_reason_but_its_place_is() -> None:
    secret_text = "x" * 2_000
    outcomes = archive({"result": secret_text})
    assert {each.status for each in outcomes} == {"unknown"}
    assert all("$.status: the field is required" in each.reason for each in outcomes)
    assert all(secret_text[:20] not in each.reason for each in outcomes)
    (first, *_) = archive(b"<html>proxy</html>")
    assert first.reason.startswith("200: the response breaks the spec at $: ")
    assert first.reason.endswith(": <html>proxy</html>")


@pytest.mark.parametrize(
    ("changes", "status", "path"),
    [
        ({"name": 5, "variants": [None], "options": "none"}, "confirmed", ""),
        ({"archivedAt": 5}, "unknown", "$.data.archivedAt: "),
        ({"id": 5}, "unknown", "$.data.id: "),
    ],
)
def test_a_product_is_confirmed_by_what_can_be_read(changes: dict[str, Any], status: str, path: str) -> None:
    product = {"id": PRODUCT, "archivedAt": "2024-01-01T00:00:00Z", **changes}
    http = client({"object": "product", "data": product})
    with ShipSidekick(auth=BearerKey("key"), http_client=http, retries=ONCE) as products:
        (outcome,) = products.archive([PRODUCT])
    assert outcome.status == status
    assert path in outcome.reason


def test_fields_that_the_spec_does_not_have_can_be_read() -> None:
    page = {"numberOfResults": 2, "items": [{"asin": ASINS[0], "new": {"field": 1}}, {"asin": ASINS[1]}], "more": 7}
    with CatalogItems(auth=LoginWithAmazonToken("token"), http_client=client(page), retries=ONCE) as catalog:
        asked: Any = {"identifiers_type": "ASIN", "marketplace_ids": ["M"]}
        matches = {each.identifier: each for each in catalog.lookup(ASINS[:3], **asked, raw=True)}
        assert matches[ASINS[0]].raw == ({"asin": ASINS[0], "new": {"field": 1}},)
        assert matches[ASINS[1]].raw == ({"asin": ASINS[1]},)
        assert (matches[ASINS[2]].status, matches[ASINS[2]].raw) == ("missing", ())
        assert {each.raw for each in catalog.lookup(ASINS[:3], **asked)} == {()}
        assert list(catalog.search(marketplace_ids=["M"], keywords=["water"]).raw_pages()) == [page]


def test_fields_that_the_spec_does_not_have_are_read_async_as_well() -> None:
    page = {"numberOfResults": 1, "items": [{"asin": ASINS[0], "new": 1}]}

    async def read() -> None:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=page)))
        async with AsyncCatalogItems(auth=LoginWithAmazonToken("token"), http_client=http) as catalog:
            (match,) = [each async for each in catalog.lookup(ASINS[:1], identifiers_type="ASIN", marketplace_ids=["M"], raw=True)]
            assert match.raw == ({"asin": ASINS[0], "new": 1},)
            assert [each async for each in catalog.search(marketplace_ids=["M"], keywords=["water"]).raw_pages()] == [page]

    asyncio.run(read())


def product(**more: Any) -> dict[str, Any]:
    return {"item_sku": "A", "external_product_id": "1", "item_name": "Water", "store_id": "S", **more}


def upload(items: list[Any], **options: Any) -> tuple[list[Outcome], list[Any]]:
    sent: list[Any] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        sent.extend(json.loads(request.content).get("catalogItems", []))
        return httpx2.Response(400, json={"message": "no"})

    http = httpx2.Client(transport=httpx2.MockTransport(respond))
    auth = SigV4("us-east-1", credentials=Credentials("AKIA", "secret"))
    with JustWalkOut(base_url="https://jwo.example", auth=auth, http_client=http, retries=ONCE) as catalog:
        return list(catalog.upload(items, **options)), sent


def test_fields_that_the_spec_does_not_have_are_sent_if_they_are_named() -> None:
    items = [product(color="blue", size={"l": 1})]
    outcomes, sent = upload(items, extra_fields=["color", "size"])
    assert sent == items
    assert outcomes[0].attempt == 1
    outcomes, sent = upload([*items, product(item_sku="B", item_name=5, color="x")], extra_fields=["color"])
    assert sent == []
    assert outcomes[0].reason == "not sent: $.size: the spec has no such field"
    assert "item_name" in outcomes[1].reason


@pytest.mark.parametrize("value", [object(), {1, object()}, "\ud800"])
def test_an_extra_field_that_cannot_be_written_rejects_its_item_alone(value: Any) -> None:
    outcomes, sent = upload([product(color=value), product(item_sku="B", color="red")], extra_fields=["color"])
    assert [(each.sku, each.attempt) for each in sorted(outcomes, key=lambda each: each.sku)] == [("A", 0), ("B", 1)]
    assert [each["item_sku"] for each in sent] == ["B"]


def test_extra_fields_are_a_list_of_names_and_are_known_to_validate() -> None:
    with pytest.raises(TypeError, match="extra_fields must be a list"):
        upload([product()], extra_fields="color")
    auth = SigV4("us-east-1", credentials=Credentials("AKIA", "secret"))
    with JustWalkOut(base_url="https://jwo.example", auth=auth) as catalog:
        assert [each.field for each in catalog.validate([product(color=1)]).breaches] == ["$.color"]
        assert not catalog.validate([product(color=1)], extra_fields=["color"]).breaches
