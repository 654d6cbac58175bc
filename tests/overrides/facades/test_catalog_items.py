"""Amazon's catalog: searches over all pages, and items for any number of identifiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from amazon_catalog_items import errors, models
from catalog_clients import InvalidArgument, Match
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from scripts.mock.vendors.amazon_catalog_items.items import code
from tests.clients.access import ITEMS
from tests.clients.causes import LARGEST_PAGE, MARKETPLACE
from tests.overrides.vendors import responses, setting
from tests.overrides.ways import IDENTIFIERS, LASTING, MOST_FOUND, Way


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


def test_a_page_that_is_not_available_raises_its_error(way: Way, mocks: Mocks) -> None:
    facade = way.to(mocks, ITEMS)
    with pytest.raises(errors.BadRequest, match="token was not issued"):
        way.read(search(facade, page_token="unknown"))  # noqa: S106 - not a secret
    with pytest.raises(InvalidArgument, match=r"pageSize"):
        search(facade, page_size=LARGEST_PAGE + 1)


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
        identifiers = [code(kind, number) for number in numbers]
        matches = way.read(lookup(facade, identifiers, models.IdentifiersType(kind), included_data=["images"]))
    assert len(matches) == 2 * IDENTIFIERS
    for number in numbers[::2]:
        pair = [code("ASIN", number), code("ASIN", number + 1)]
        assert (asins(matches)[code(kind, number)], asins(matches)[code(kind, number + 1)]) == (pair, [])
    assert {each.status for each in matches} == {"found", "missing"}
    assert all(item.images and item.identifiers and not item.summaries for each in matches for item in each.items)


@pytest.mark.parametrize(("option", "value"), [("empty_pages", 1), ("lost_tokens", 1)])
def test_what_the_pages_leave_out_is_requested_again(option: str, value: float, way: Way, mocks: Mocks) -> None:
    numbers = range(301, 301 + 2 * IDENTIFIERS, 2)
    facade = way.to(mocks, ITEMS)
    with setting(mocks.vendors[ITEMS], twins=1, **{option: value}):
        matches = way.read(lookup(facade, [code("EAN", number) for number in numbers], "EAN"))
    assert asins(matches) == {code("EAN", each): [code("ASIN", each), code("ASIN", each + 1)] for each in numbers}
