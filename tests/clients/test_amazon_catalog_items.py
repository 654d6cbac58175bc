"""Searches of Amazon's catalog, over all pages, and single items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from amazon_catalog_items import models
from scripts.apis import tables
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from scripts.mock.vendors.amazon_catalog_items.items import MARKETPLACES
from tests.clients.access import ITEMS
from tests.clients.caller import Caller
from tests.clients.causes import GET, LARGEST_PAGE, MARKETPLACE, SEARCH
from tests.properties.contract import load
from tests.properties.package import difference
from tests.support.ways import Way

_PAGES = 200


class Shop:
    """A caller of the vendor, and what there is to be found."""

    def __init__(self, way: Way, mocks: Mocks) -> None:
        self.caller = Caller(way, mocks, ITEMS)
        vendor: Any = mocks.vendors[ITEMS]
        self.vendor = vendor
        self.first = [vendor._items().identifiers(number) for number in range(1, 6)]

    def search(self, **arguments: Any) -> Any:
        return self.caller.succeed(SEARCH, marketplace_ids=[MARKETPLACE], **arguments)

    def pages(self, **arguments: Any) -> Iterator[Any]:
        """Give all pages of a search."""
        token: str | None = None
        for _ in range(_PAGES):
            page = self.search(**arguments, page_token=token)
            yield page
            token = page.pagination.next_token if page.pagination else None
            if not token:
                return
        raise AssertionError("the pages do not end")

    def keyword(self, least: int, most: int) -> str:
        """Return a keyword that finds so many items."""
        return next(word for word in map(str, range(500)) if least <= self.search(keywords=[word]).number_of_results <= most)


@pytest.fixture
def shop(way: Way, mocks: Mocks) -> Shop:
    return Shop(way, mocks)


@pytest.mark.parametrize("kind", models.IdentifiersType)
def test_items_are_found_by_identifiers(shop: Shop, kind: models.IdentifiersType) -> None:
    identifiers = [each[kind] for each in shop.first]
    seller = shop.vendor.options.seller_id if kind == "SKU" else None
    page = shop.search(identifiers=identifiers, identifiers_type=kind, seller_id=seller, included_data=["identifiers"])
    truth = {each["asin"] for found in shop.vendor.look_up(identifiers) for each in found["items"]}
    assert {item.asin for item in page.items} == truth
    assert (page.number_of_results, len(page.items)) == (len(truth), len(truth))
    assert truth >= {each["ASIN"] for each in shop.first}


def test_keywords_are_searched_over_all_pages(shop: Shop) -> None:
    word = shop.keyword(2 * LARGEST_PAGE + 1, 200)
    pages = list(shop.pages(keywords=[word], page_size=LARGEST_PAGE))
    asins = [item.asin for page in pages for item in page.items]
    assert len(asins) == len({*asins}) == pages[0].number_of_results
    assert [len(page.items) for page in pages[:-1]] == [LARGEST_PAGE] * (len(pages) - 1)
    assert all(found["exists"] for found in shop.vendor.look_up(asins))
    back = shop.search(keywords=[word], page_size=LARGEST_PAGE, page_token=pages[1].pagination.previous_token)
    assert back == pages[0]
    assert sum(each.number_of_results for each in pages[0].refinements.brands) == len(asins)


def test_brands_narrow_a_search(shop: Shop) -> None:
    word = shop.keyword(2 * LARGEST_PAGE + 1, 200)
    brand = next(each for each in shop.search(keywords=[word]).refinements.brands if "&" in each.brand_name)
    pages = list(shop.pages(keywords=[word], brand_names=[brand.brand_name], included_data=["summaries"]))
    items = [item for page in pages for item in page.items]
    assert len(items) == brand.number_of_results
    assert {item.summaries[0].brand for item in items} == {brand.brand_name}


def test_the_pages_of_a_long_search_end_at_the_documented_limit(shop: Shop) -> None:
    paged = tables(ITEMS)[SEARCH].pagination
    assert paged is not None
    assert paged.limit is not None
    word = shop.keyword(paged.limit + 1, 1_000_000)
    asins = {item.asin for page in shop.pages(keywords=[word], page_size=LARGEST_PAGE) for item in page.items}
    assert len(asins) == paged.limit


def test_an_item_has_the_data_sets_that_are_requested(shop: Shop) -> None:
    asin = shop.first[0]["ASIN"]
    bare = shop.caller.succeed(GET, asin=asin, marketplace_ids=[MARKETPLACE], included_data=["summaries"])
    assert (bare.asin, {name for name in bare.__struct_fields__ if getattr(bare, name)}) == (asin, {"asin", "summaries"})
    data = list(models.IncludedData)
    item = shop.caller.succeed(GET, asin=asin, marketplace_ids=list(MARKETPLACES), included_data=data)
    assert {name for name in item.__struct_fields__ if getattr(item, name)} == {*item.__struct_fields__}
    assert {each.marketplace_id for each in item.summaries} == {*MARKETPLACES}
    assert len(item.__struct_fields__) == 1 + len(load(ITEMS).schemas["IncludedData"]["enum"])


def test_values_that_no_document_lists_are_kept(way: Way, mocks_with: Callable[[Settings], Mocks]) -> None:
    caller = Caller(way, mocks_with(Settings(options={ITEMS: {"odd_enums": 1}})), ITEMS)
    ended = caller.attempt(GET, {"asin": "B000000001", "marketplace_ids": [MARKETPLACE], "included_data": ["summaries"]})
    assert ended.response is not None
    assert difference(ended.result, ended.response.json()) is None
    kind = ended.result.summaries[0].item_classification
    assert isinstance(kind, models.ItemClassification)
    assert kind == "DIGITAL_BUNDLE"
    assert kind.name not in models.ItemClassification.__members__
