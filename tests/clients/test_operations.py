"""What a client requests is what the vendor does, and what it returns is what the vendor holds: operations that succeed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx2
import pytest
from msgspec import UNSET, convert

import amazon_catalog_items
import amazon_jwo_catalog
import shipsidekick_products
import yandex_market_offers
from scripts.apis import tables
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from scripts.mock.vendors.amazon_catalog_items.items import MARKETPLACES
from scripts.mock.vendors.amazon_jwo_catalog.ledger import content
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.caller import Caller
from tests.clients.causes import (
    ADD,
    BUSINESS,
    DELETE,
    GET,
    LARGEST_PAGE,
    MARKETPLACE,
    PRODUCT,
    SEARCH,
    STATUS,
    STORES,
    UPLOAD,
    asking,
)
from tests.clients.products import patiently, untouched
from tests.properties.contract import load
from tests.support.ways import Way

_MOST_FOUND: Any = tables(ITEMS)[SEARCH].pagination.limit  # type: ignore[union-attr]  # a search has pages
# Texts that a signature is easily computed wrong for.
_AWKWARD = "Käse/%2F +&=?#\"'\\ \U0001f9c0"


@pytest.mark.parametrize("who", ["user", "role"])
def test_what_is_uploaded_is_held_as_it_was_sent(way: Way, mocks: Mocks, who: str) -> None:
    models, vendor, caller = amazon_jwo_catalog.models, mocks.vendors[JWO], Caller(way, mocks, JWO, who)
    sku = f"{who}-{way.name}-{_AWKWARD}"
    item: dict[str, Any] = {
        "item_sku": sku,
        "external_product_id": "012345678905",
        "additional_external_product_information": [{"external_product_id": "4006381333931"}],
        "item_name": _AWKWARD,
        "standard_price": "0.80",
    }
    sent = [{**item, "store_id": store} for store in STORES[:2]]
    assert vendor.look_up([sku])[0]["state"] is None
    body = models.UploadCatalogRequest(catalog_items=convert(sent, list[models.CatalogItem]))
    ingestion = caller.succeed(UPLOAD, body=body).ingestion_id
    statuses = (caller.succeed(STATUS, **asking(STATUS, ingestion)) for _ in patiently())
    done = next(each for each in statuses if each.processing_status is models.ProcessingStatus.DONE)
    report = httpx2.get(done.report_download_link, trust_env=False).raise_for_status().text
    rows = {(row["item_sku"], row["status"], row["message"]) for row in csv.DictReader(io.StringIO(report))}
    assert rows == {(sku, "SUCCESS", "")}
    assert ("x-amz-security-token" in way.came[-1].request.headers) is (who == "role")
    stores = {each["store_id"]: content(each).hex() for each in sent}
    assert vendor.look_up([sku]) == [{"sku": sku, "state": "ACTIVE", "stores": stores}]


def test_an_ingestion_waits_in_a_queue(way: Way, mocks_with: Callable[[Settings], Mocks]) -> None:
    mocks = mocks_with(Settings(options={JWO: {"queue_seconds": 1_000_000_000}}))
    caller = Caller(way, mocks, JWO)
    ingestion = caller.succeed(UPLOAD, **asking(UPLOAD, "SKU-NEW")).ingestion_id
    status = caller.succeed(STATUS, **asking(STATUS, ingestion))
    assert status.processing_status is amazon_jwo_catalog.models.ProcessingStatus.INQUEUE
    assert not status.report_download_link
    assert mocks.vendors[JWO].look_up(["SKU-NEW"])[0]["state"] is None


@pytest.mark.parametrize(("least", "most"), [(2 * LARGEST_PAGE + 1, 200), (_MOST_FOUND + 1, 1_000_000)])
def test_a_search_goes_forward_over_the_pages_and_back(way: Way, mocks: Mocks, least: int, most: int) -> None:
    caller = Caller(way, mocks, ITEMS)

    def search(word: str, token: str | None = None) -> Any:
        sought = {"marketplace_ids": [MARKETPLACE], "keywords": [word], "page_size": LARGEST_PAGE}
        return caller.succeed(SEARCH, **sought, page_token=token)

    word = next(word for word in map(str, range(500)) if least <= search(word).number_of_results <= most)
    pages = [search(word)]
    given = min(pages[0].number_of_results, _MOST_FOUND)
    while len(pages) * LARGEST_PAGE < given:
        pages.append(search(word, pages[-1].pagination.next_token))
    assert not (pages[-1].pagination and pages[-1].pagination.next_token)
    asins = [item.asin for page in pages for item in page.items]
    assert len(asins) == len({*asins}) == given
    assert [len(page.items) for page in pages[:-1]] == [LARGEST_PAGE] * (len(pages) - 1)
    assert all(found["exists"] for found in mocks.vendors[ITEMS].look_up(asins))
    assert search(word, pages[1].pagination.previous_token) == pages[0]
    assert sum(each.number_of_results for each in pages[0].refinements.brands) == pages[0].number_of_results


def test_an_item_has_the_data_sets_that_are_requested(way: Way, mocks: Mocks) -> None:
    caller, asin = Caller(way, mocks, ITEMS), "B000000001"
    bare = caller.succeed(GET, asin=asin, marketplace_ids=[MARKETPLACE], included_data=["summaries"])
    assert (bare.asin, {name for name in bare.__struct_fields__ if getattr(bare, name)}) == (asin, {"asin", "summaries"})
    data = list(amazon_catalog_items.models.IncludedData)
    item = caller.succeed(GET, asin=asin, marketplace_ids=list(MARKETPLACES), included_data=data)
    assert {name for name in item.__struct_fields__ if getattr(item, name)} == {*item.__struct_fields__}
    assert {each.marketplace_id for each in item.summaries} == {*MARKETPLACES}
    assert len(item.__struct_fields__) == 1 + len(load(ITEMS).schemas["IncludedData"]["enum"])


@pytest.mark.parametrize(
    ("form", "archived", "unarchived"),
    [
        ("absent", UNSET, UNSET),
        ("null-result", None, None),
        (
            "null-list",
            yandex_market_offers.models.AddOffersToArchiveDTO(not_archived_offers=None),
            yandex_market_offers.models.DeleteOffersFromArchiveDTO(not_unarchived_offer_ids=None),
        ),
    ],
)
def test_offers_are_archived_and_unarchived_whatever_form_a_success_has(
    way: Way, mocks_with: Callable[[Settings], Mocks], form: str, archived: object, unarchived: object
) -> None:
    mocks = mocks_with(Settings(options={YANDEX: {"succeeded": form}}))
    caller, vendor = Caller(way, mocks, YANDEX), mocks.vendors[YANDEX]
    offer = untouched(vendor)
    for operation, result, held in ((ADD, archived, True), (DELETE, unarchived, False)):
        assert caller.succeed(operation, **asking(operation, offer)).result == result
        assert [each["archived"] for each in vendor.look_up([offer]) if each["businessId"] == BUSINESS] == [held]


@pytest.mark.parametrize("slug", [None, "tests"])
@pytest.mark.parametrize("condition", [None, "archived"])
def test_a_product_is_archived(way: Way, mocks: Mocks, condition: str | None, slug: str | None) -> None:
    """The response has the product with its variants, which have the product in turn."""
    models, vendor = shipsidekick_products.models, mocks.vendors[SHIPSIDEKICK]
    product = untouched(vendor, condition)
    assert (vendor.look_up([product])[0]["archivedAt"] is None) == (condition is None)
    response = Caller(way, mocks, SHIPSIDEKICK).succeed(PRODUCT, product_id=product, x_ssk_client=slug)
    assert (response.object, response.data.id) == ("product", product)
    (variant,) = response.data.variants
    assert isinstance(variant, models.ProductVariant)
    assert isinstance(variant.product, models.Product)
    assert (variant.product_id, variant.product.id) == (product, product)
    (held,) = vendor.look_up([product])
    assert held["archivedAt"] is not None
    for each in (response.data, variant, variant.product):
        assert datetime.fromisoformat(str(each.archived_at)) == datetime.fromisoformat(held["archivedAt"])
