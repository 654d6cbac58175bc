"""Amazon's catalog: searches over all pages, and items for any number of identifiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from amazon_catalog_items import errors, models
from catalog_clients import Match
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from scripts.mock.vendors.amazon_catalog_items.items import code
from tests.clients.access import ITEMS
from tests.clients.causes import MARKETPLACE
from tests.overrides.ways import IDENTIFIERS, LASTING, MOST_FOUND, Way, responses, setting


def asins(matches: list[Match]) -> dict[str, list[str]]:
    """Return the ASINs of what was found, by identifier."""
    return {each.identifier: sorted(item.asin for item in each.items) for each in matches}


def search(facade: Any, **given: Any) -> Any:
    return facade.search(**{"marketplace_ids": [MARKETPLACE], "keywords": ["water"], "page_size": IDENTIFIERS, **given})


def lookup(facade: Any, identifiers: Any, kind: str = "ASIN", **given: Any) -> Any:
    seller = {"seller_id": "AMOCKSELLER"} if kind == "SKU" else {}
    return facade.lookup(identifiers, identifiers_type=kind, marketplace_ids=[MARKETPLACE], **{**seller, **given})


def test_a_search_gives_the_items_of_all_pages(way: Way, mocks_with: Callable[[Settings], Mocks]) -> None:
    mocks = mocks_with(Settings(speed=1000, size=30_000, options={ITEMS: LASTING}))
    facade = way.to(mocks, ITEMS)
    pages = way.read(search(facade).pages())
    total = pages[0].number_of_results
    assert total > 2 * IDENTIFIERS
    assert {len(each.items) for each in pages[:-1]} == {IDENTIFIERS}
    items = way.read(search(facade))
    assert [each.asin for each in items] == [item.asin for page in pages for item in page.items]
    assert len({each.asin for each in items}) == min(total, MOST_FOUND)


def test_empty_pages_end_nothing(way: Way, mocks: Mocks) -> None:
    facade, vendor = way.to(mocks, ITEMS), mocks.vendors[ITEMS]
    expected = [each.asin for each in way.read(search(facade, limit=5 * IDENTIFIERS))]
    with setting(vendor, empty_pages=1):
        pages: list[Any] = []
        assert [each.asin for each in way.read(search(facade, limit=5 * IDENTIFIERS))] == expected
        way.read(search(facade, page_size=10).pages(), pages.append)
    assert [len(each.items) for each in pages[:4]] == [0, 10, 0, 10]


def test_a_search_for_nothing_ends_with_an_empty_page(way: Way, mocks: Mocks) -> None:
    facade = way.to(mocks, ITEMS)
    assert way.read(search(facade, marketplace_ids=["UNKNOWN"])) == []
    assert len(way.read(search(facade, marketplace_ids=["UNKNOWN"]).pages())) == 1


def test_a_page_that_is_not_available_raises_its_error(way: Way, mocks: Mocks) -> None:
    facade = way.to(mocks, ITEMS)
    with pytest.raises(errors.BadRequest, match="token was not issued"):
        way.read(search(facade, page_token="unknown"))  # noqa: S106 - not a secret
    with pytest.raises(errors.InvalidRequest, match=r"pageSize"):
        way.read(search(facade, page_size=21))


@pytest.mark.parametrize("kind", ["ASIN", "EAN", "UPC", "SKU"])
def test_every_identifier_gets_its_items(kind: str, way: Way, mocks: Mocks) -> None:
    identifiers = [code(kind, number) for number in range(101, 106 + 2 * IDENTIFIERS)]
    facade, vendor = way.to(mocks, ITEMS), mocks.vendors[ITEMS]
    before = responses(vendor)
    with setting(vendor, twins=0):
        matches = way.read(lookup(facade, [*identifiers, code(kind, 999_999_999), identifiers[0]], kind))
    expected = {code(kind, number): [code("ASIN", number)] for number in range(101, 106 + 2 * IDENTIFIERS)}
    assert asins(matches) == {**expected, code(kind, 999_999_999): []}
    assert [each.identifier for each in matches if each.status == "missing"] == [code(kind, 999_999_999)]
    assert {(each.status, each.reason) for each in matches} == {("found", ""), ("missing", "")}
    assert all(item.summaries and item.identifiers for each in matches for item in each.items)
    assert dict(responses(vendor) - before) == {"searchCatalogItems 200": 3}


@pytest.mark.parametrize("kind", ["EAN", "UPC"])
def test_an_identifier_that_several_items_share_gets_all_of_them(kind: str, way: Way, mocks: Mocks) -> None:
    facade = way.to(mocks, ITEMS)
    with setting(mocks.vendors[ITEMS], twins=1):  # an odd number and the next one share it, so that a batch has two pages
        numbers = range(201, 201 + 2 * IDENTIFIERS)
        matches = way.read(lookup(facade, [code(kind, number) for number in numbers], models.IdentifiersType(kind)))
    assert len(matches) == 2 * IDENTIFIERS
    for number in numbers[::2]:
        pair = [code("ASIN", number), code("ASIN", number + 1)]
        assert (asins(matches)[code(kind, number)], asins(matches)[code(kind, number + 1)]) == (pair, [])
    assert {each.status for each in matches} == {"found", "missing"}


@pytest.mark.parametrize(("option", "value"), [("empty_pages", 1), ("lost_tokens", 1)])
def test_what_the_pages_leave_out_is_requested_again(option: str, value: float, way: Way, mocks: Mocks) -> None:
    numbers = range(301, 301 + 2 * IDENTIFIERS, 2)
    facade = way.to(mocks, ITEMS)
    with setting(mocks.vendors[ITEMS], twins=1, **{option: value}):
        matches = way.read(lookup(facade, [code("EAN", number) for number in numbers], "EAN"))
    assert asins(matches) == {code("EAN", each): [code("ASIN", each), code("ASIN", each + 1)] for each in numbers}


def test_a_vendors_account_is_given_every_data_set(way: Way, mocks: Mocks) -> None:
    (match,) = way.read(lookup(way.to(mocks, ITEMS), ["B000000001"], included_data=["vendorDetails", "images"]))
    assert match.items[0].vendor_details
    assert match.items[0].images
    assert match.items[0].identifiers


def test_an_item_that_has_values_beyond_the_spec_is_found(way: Way, mocks: Mocks) -> None:
    with setting(mocks.vendors[ITEMS], odd_enums=1):
        (match,) = way.read(lookup(way.to(mocks, ITEMS), ["B000000001"], included_data=["summaries", "images"]))
    assert match.items[0].summaries[0].item_classification == "DIGITAL_BUNDLE"
