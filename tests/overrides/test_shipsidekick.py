"""Products of ShipSidekick, archived one by one."""

from __future__ import annotations

from uuid import UUID

import httpx2
import pytest

from catalog_clients import AccessRefused, ShipSidekick
from scripts.mock.serving import Mocks
from shipsidekick_products import Client
from shipsidekick_products.api.products import archive_product
from shipsidekick_products.auth import BearerKey
from tests.clients.access import SHIPSIDEKICK
from tests.clients.causes import UNKNOWN_PRODUCT
from tests.clients.products import untouched
from tests.overrides.ways import Way, responses, setting

_DONE = "archiveProduct 200"
_BEFORE = "2024-01-01T00:00:00"  # when the mock's archived products were archived


def test_products_are_archived_or_rejected_one_by_one(way: Way, mocks: Mocks) -> None:
    vendor, before = mocks.vendors[SHIPSIDEKICK], responses(mocks.vendors[SHIPSIDEKICK])
    products = [untouched(vendor) for _ in range(10)]
    outcomes = way.read(result := way.to(mocks, SHIPSIDEKICK).archive([*products, UNKNOWN_PRODUCT]))
    by_product = {each.sku: each for each in outcomes}
    assert {each: (by_product[each].status, by_product[each].reason) for each in products} == dict.fromkeys(
        products, ("confirmed", "")
    )
    missing = by_product[UNKNOWN_PRODUCT]
    assert (missing.status, missing.item, missing.chunk, missing.attempt) == ("rejected", 11, 11, 1)
    assert missing.reason == '404: {"error":{"message":"Product not found."}}'
    assert (result.counts.confirmed, result.counts.rejected, len(outcomes)) == (10, 1, 11)
    assert all(each["archivedAt"] for each in vendor.look_up(products))
    assert dict(responses(vendor) - before) == {_DONE: 10, "archiveProduct 404": 1}


def test_what_was_archived_before_is_confirmed_with_the_time_of_it(way: Way, mocks: Mocks) -> None:
    vendor = mocks.vendors[SHIPSIDEKICK]
    earlier, now = untouched(vendor, "archived"), untouched(vendor)
    outcomes = way.read(way.to(mocks, SHIPSIDEKICK).archive([earlier, now, UNKNOWN_PRODUCT]))
    found = {each.sku: (each.status, each.reason) for each in outcomes}
    assert found[earlier][0] == "confirmed"
    assert found[earlier][1].startswith(f"already archived at {_BEFORE}")
    assert found[now] == ("confirmed", "")
    assert found[UNKNOWN_PRODUCT][0] == "rejected"


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
    assert found == {
        "SKU-1": ("rejected", 0),
        product: ("confirmed", 1),
        "": ("rejected", 0),
        "../organizations": ("rejected", 0),
    }
    assert all("not sent: archiveProduct: path $.productId: " in each.reason for each in outcomes if each.sku != product)
    assert dict(responses(vendor) - before) == {_DONE: 1}


def test_a_key_that_may_not_write_ends_the_run(way: Way, mocks: Mocks) -> None:
    vendor, before = mocks.vendors[SHIPSIDEKICK], responses(mocks.vendors[SHIPSIDEKICK])
    products = [untouched(vendor) for _ in range(30)]
    result = way.to(mocks, SHIPSIDEKICK, "reader", width=2).archive(products)
    with pytest.raises(AccessRefused, match=r"403: .*lacks full write access") as refused:
        way.read(result)
    assert refused.value.response is not None
    assert refused.value.response.status_code == 403
    assert 0 < result.counts.rejected == (responses(vendor) - before)["archiveProduct 403"] < len(products)
    assert not any(each["archivedAt"] for each in vendor.look_up(products))


def test_one_spelling_of_an_id_is_as_good_as_another(way: Way, mocks: Mocks) -> None:
    product = str(UUID(untouched(mocks.vendors[SHIPSIDEKICK]))).upper()
    (outcome,) = way.read(way.to(mocks, SHIPSIDEKICK).archive([product]))
    assert (outcome.sku, outcome.status, outcome.reason) == (product, "confirmed", "")


def test_the_client_of_the_organization_is_named(way: Way, mocks: Mocks) -> None:
    product = untouched(mocks.vendors[SHIPSIDEKICK])
    seen: list[str | None] = []
    facade = way.to(mocks, SHIPSIDEKICK)
    facade._driver._client._http.event_hooks = {"request": [_noting(way, seen)]}
    way.read(facade.archive([product], client="shop"))
    assert seen == ["shop"]


def _noting(way: Way, seen: list[str | None]) -> object:
    def note(request: object) -> None:
        seen.append(getattr(request, "headers", {}).get("X-SSK-Client"))

    async def anote(request: object) -> None:
        note(request)

    return note if way.name == "sync" else anote


def test_a_response_whose_time_was_not_taken_confirms_all_the_same(mocks: Mocks) -> None:
    """Like those of a mock transport, with which applications test."""
    vendor, url, key = mocks.vendors[SHIPSIDEKICK], mocks.served.urls[SHIPSIDEKICK], mocks.served.credentials[SHIPSIDEKICK]
    product, auth = untouched(vendor), BearerKey(key["SHIPSIDEKICK_API_KEY"])
    with httpx2.Client(trust_env=False) as http, Client(base_url=url, auth=auth, http_client=http) as client:
        known = client.send(archive_product.request(product_id=product)).raw
    response = httpx2.Response(200, content=known.content, headers={"Date": known.headers["Date"]})
    transport = httpx2.MockTransport(lambda _: response)
    with httpx2.Client(transport=transport) as http, ShipSidekick(base_url=url, auth=auth, http_client=http) as products:
        (outcome,) = products.archive([product])
    assert (outcome.status, outcome.reason) == ("confirmed", "")
