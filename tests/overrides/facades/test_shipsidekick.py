"""Products of ShipSidekick, archived one by one."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from catalog_clients import Retries
from scripts.mock.serving import Mocks
from shipsidekick_products.auth import BearerKey
from tests.clients.access import SHIPSIDEKICK
from tests.clients.causes import UNKNOWN_PRODUCT
from tests.clients.products import untouched
from tests.overrides.vendors import responses, setting
from tests.overrides.ways import Way


def test_products_are_archived_or_rejected_one_by_one(way: Way, mocks: Mocks) -> None:
    vendor, before = mocks.vendors[SHIPSIDEKICK], responses(mocks.vendors[SHIPSIDEKICK])
    earlier, *products = untouched(vendor, "archived"), *(untouched(vendor) for _ in range(10))
    outcomes = way.read(result := way.to(mocks, SHIPSIDEKICK).archive([*products, UNKNOWN_PRODUCT, earlier]))
    by_product = {each.sku: each for each in outcomes}
    assert {(by_product[each].status, by_product[each].reason) for each in products} == {("confirmed", "")}
    assert by_product[earlier].status == "confirmed"
    assert by_product[earlier].reason.startswith("already archived at 2024-01-01T00:00:00")
    missing = by_product[UNKNOWN_PRODUCT]
    assert (missing.status, missing.item, missing.chunk, missing.attempt) == ("rejected", 11, 11, 1)
    assert missing.reason == '404: {"error":{"message":"Product not found."}}'
    assert (result.counts.confirmed, result.counts.rejected, len(outcomes)) == (11, 1, 12)
    assert all(each["archivedAt"] for each in vendor.look_up(products))
    assert dict(responses(vendor) - before) == {"archiveProduct 200": 11, "archiveProduct 404": 1}


@pytest.mark.parametrize("status", [400, 409])
def test_a_refusal_to_archive_again_is_reported_in_the_vendors_words(status: int, way: Way, mocks: Mocks) -> None:
    vendor = mocks.vendors[SHIPSIDEKICK]
    earlier = untouched(vendor, "archived")
    with setting(vendor, repeated=status):
        outcomes = way.read(way.to(mocks, SHIPSIDEKICK).archive([earlier, UNKNOWN_PRODUCT]))
    found = {each.sku: (each.status, each.reason) for each in outcomes}
    assert found[earlier][0] == ("rejected" if status == 400 else "unknown")  # 409 is not documented
    assert found[earlier][1] == f'{status}: {{"error":{{"message":"The product is archived already."}}}}'
    assert found[UNKNOWN_PRODUCT] == ("rejected", '404: {"error":{"message":"Product not found."}}')


def test_what_is_not_a_uuid_is_rejected_and_not_sent(way: Way, mocks: Mocks) -> None:
    vendor, before = mocks.vendors[SHIPSIDEKICK], responses(mocks.vendors[SHIPSIDEKICK])
    product = untouched(vendor)
    outcomes = way.read(way.to(mocks, SHIPSIDEKICK).archive(["SKU-1", product, "", "../organizations"]))
    found = {each.sku: (each.status, each.attempt) for each in outcomes}
    assert found == {**dict.fromkeys(["SKU-1", "", "../organizations"], ("rejected", 0)), product: ("confirmed", 1)}
    reasons = {each.sku: each.reason for each in outcomes}
    assert reasons[""] == "not sent: $: is empty"
    assert all("not sent: archiveProduct: path $.productId: " in reasons[each] for each in ("SKU-1", "../organizations"))
    assert dict(responses(vendor) - before) == {"archiveProduct 200": 1}


def test_the_client_of_the_organization_is_named(way: Way) -> None:
    seen: list[str | None] = []

    def play(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("X-SSK-Client"))
        return httpx2.Response(404, json={})

    way.read(way.played(SHIPSIDEKICK, play, auth=BearerKey("key")).archive([UNKNOWN_PRODUCT], client="shop"))
    assert seen == ["shop"]


def test_a_response_with_another_spelling_of_the_id_and_of_which_the_time_was_not_taken_confirms_all_the_same(way: Way) -> None:
    """A mock transport, with which applications test, takes no time."""

    def play(_: httpx2.Request) -> httpx2.Response:
        headers, data = {"Date": "Wed, 25 Nov 2026 12:00:00 GMT"}, {"id": UNKNOWN_PRODUCT, "archivedAt": "2024-01-01T00:00:00Z"}
        return httpx2.Response(200, json={"object": "product", "data": data}, headers=headers)

    (outcome,) = way.read(way.played(SHIPSIDEKICK, play, auth=BearerKey("key")).archive([UNKNOWN_PRODUCT.upper()]))
    assert (outcome.status, outcome.reason) == ("confirmed", "")


NOW = "Wed, 25 Nov 2026 12:00:00 GMT"
NO_TIMES = [
    "never",
    "0",
    "",
    " ",
    "true",
    "yesterday",
    "1764072000",
    "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00.000Z",
    "1900-01-01",
]
LATER = ["2027-11-25T12:00:00Z", "2026-11-27T12:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"]
NO_TEXTS: list[Any] = [None, 0, 1, True, [], {}]
ODD_BODIES: dict[str, dict[str, Any]] = {
    **{f"at {each!r}": {"archivedAt": each} for each in (*NO_TIMES, *LATER, *NO_TEXTS)},
    "no time": {},
    "null as its id": {"archivedAt": "2026-11-25T12:00:00Z", "id": None},
    "another product": {"archivedAt": "2026-11-25T12:00:00Z", "id": "12345678-90ab-cdef-1234-567890abcde9"},
}


def _archived(way: Way, body: object, date: str = NOW) -> tuple[str, str]:
    """Return status and reason of a product for which the vendor responds so."""

    def play(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=body, headers={"Date": date})

    facade = way.played(SHIPSIDEKICK, play, auth=BearerKey("key"), retries=Retries(attempts=1))
    (outcome,) = way.read(facade.archive([UNKNOWN_PRODUCT]))
    return outcome.status, outcome.reason


@pytest.mark.parametrize("name", ODD_BODIES)
def test_a_product_that_is_not_shown_as_archived_is_not_confirmed(name: str, way: Way) -> None:
    status, reason = _archived(way, {"object": "product", "data": {"id": UNKNOWN_PRODUCT, **ODD_BODIES[name]}})
    assert status == "unknown"
    assert reason


@pytest.mark.parametrize("kind", ["error", "", "Product", "deleted", None, 1])
def test_a_response_that_is_no_product_confirms_nothing(kind: object, way: Way) -> None:
    body = {"object": kind, "data": {"id": UNKNOWN_PRODUCT, "archivedAt": "2026-11-25T11:59:59Z"}}
    assert _archived(way, body)[0] == "unknown"
    del body["object"]
    assert _archived(way, body)[0] == "unknown"


@pytest.mark.parametrize(
    "moment", ["2026-11-25T12:00:00Z", "2026-11-25T12:00:00.123456Z", "2026-11-25T15:00:00+03:00", "2026-11-25"]
)
@pytest.mark.parametrize("date", [NOW, "Fri, 31 Dec 9999 23:59:59 GMT", "no date"])
def test_a_time_in_the_past_confirms_whatever_its_form_is(moment: str, date: str, way: Way) -> None:
    body = {"object": "product", "data": {"id": UNKNOWN_PRODUCT, "archivedAt": moment}}
    assert _archived(way, body, date)[0] == "confirmed"
