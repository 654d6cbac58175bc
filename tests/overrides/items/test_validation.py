"""All breaches of all items are found before anything is sent, and what a run would take is known."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from amazon_jwo_catalog.models import CatalogItem
from catalog_clients import Limits, Validation
from tests.clients.access import JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import ADD, ARCHIVE, STORES, UPLOAD
from tests.overrides.playing import TABLES
from tests.overrides.ways import OFFERS, SKUS, Way, asynchronous, product

LONG = "x" * 300


def facade(way: Way, api: str, **options: Any) -> Any:
    """Return a facade of a vendor to whom nothing may be sent."""

    def play(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"{request.url} was called")

    return way.played(api, play, auth=httpx2.Auth(), **options)


def check(way: Way, api: str, items: Any, **arguments: Any) -> Validation:
    found: Validation = way.finish(facade(way, api).validate(items, **arguments))
    return found


def rules(found: Validation) -> list[tuple[int, str, str, str]]:
    return [(each.item, each.sku, each.field, each.rule) for each in found.breaches]


MANY = product("A", item_name=LONG, standard_price=3, colour="red", taste="sweet", product_category="c" * 51)
del MANY["external_product_id"]


def test_every_breach_of_every_item_is_found(way: Way) -> None:
    items = [
        MANY,
        product("B"),
        product("C", additional_external_product_information=[{"external_product_id": LONG}, {}, {"external_product_id": "1"}, 7]),
        {"colour": 1},
        CatalogItem(**product("D", item_name=LONG, brand_name=LONG)),
        product("", store_id=None),
        "text",
    ]
    found = check(way, JWO, items)
    text = "Expected `str` of length <= "
    assert rules(found) == [
        (1, "A", "$.colour", "the spec has no such field"),
        (1, "A", "$.taste", "the spec has no such field"),
        (1, "A", "$.external_product_id", "is missing"),
        (1, "A", "$.item_name", f"{text}255"),
        (1, "A", "$.standard_price", "Expected `str`, got `int`"),
        (1, "A", "$.product_category", f"{text}50"),
        (3, "C", "$.additional_external_product_information[0].external_product_id", f"{text}255"),
        (3, "C", "$.additional_external_product_information[1].external_product_id", "is missing"),
        (3, "C", "$.additional_external_product_information[3]", "Expected `object`, got `int`"),
        (4, "", "$.colour", "the spec has no such field"),
        *[(4, "", f"$.{name}", "is missing") for name in ("item_sku", "external_product_id", "item_name", "store_id")],
        (5, "D", "$.item_name", f"{text}255"),
        (5, "D", "$.brand_name", f"{text}255"),
        (6, "", "$.store_id", "Expected `str`, got `null`"),
        (6, "", "$.item_sku", "is empty"),
        (7, "text", "$", "an item must be a CatalogItem or a mapping"),
    ]
    assert (found.items, found.invalid, found.requests, found.seconds, found.is_valid) == (7, 6, 1, 0, False)


def test_a_list_that_is_too_long_hides_none_of_its_elements(way: Way) -> None:
    more = [{"external_product_id": "1"}] * 50 + [{"external_product_id": LONG}]
    found = check(way, JWO, [product("A", additional_external_product_information=more)])
    assert [each.field for each in found.breaches] == [
        "$.additional_external_product_information",
        "$.additional_external_product_information[50].external_product_id",
    ]


@pytest.mark.parametrize(
    ("api", "items", "expected"),
    [
        (JWO, ["A", LONG, "", "B"], [(2, "Expected `str` of length <= 255"), (3, "is empty")]),
        (YANDEX, ["A", LONG, " ", 7], [(2, ""), (3, "is empty"), (4, "7 is not text")]),
        (SHIPSIDEKICK, ["4f0c7a3e-7f4e-4f0e-9f57-3b0f6c1f8a11", "x", ""], [(2, ""), (3, "is empty")]),
    ],
)
def test_texts_are_checked(api: str, items: list[Any], expected: list[tuple[int, str]], way: Way) -> None:
    found = check(way, api, iter(items))
    assert [(each.item, each.field) for each in found.breaches] == [(item, "$") for item, _ in expected]
    for each, (_, rule) in zip(found.breaches, expected, strict=True):
        assert rule in each.rule
        assert each.rule
        assert "value:" not in each.rule


def test_valid_items_have_no_breach_and_duplicates_are_counted(way: Way) -> None:
    items = [product("A"), CatalogItem(**product("B")), product("A")]
    found = check(way, JWO, asynchronous(items) if way.name == "async" else iter(items))
    assert found == Validation(breaches=[], items=2, duplicates=1, requests=1, seconds=0)
    assert found.is_valid
    empty = check(way, JWO, asynchronous([]) if way.name == "async" else [])
    assert empty == Validation(breaches=[], items=0, duplicates=0, requests=0, seconds=0)


def test_asynchronous_texts_are_archived(way: Way) -> None:
    items = ["A", LONG, "B"]
    found = check(way, JWO, asynchronous(items) if way.name == "async" else items, stores=STORES)
    assert [each.item for each in found.breaches] == [2]


def test_requests_and_seconds_are_those_of_the_vendors_limit(way: Way) -> None:
    limit = TABLES[ADD].rate_limit
    found = check(way, YANDEX, (f"S{number}" for number in range(2 * int(limit.burst) + 1)))
    assert found.requests == -(-(2 * limit.burst + 1) // OFFERS)
    assert found.seconds == 2 * limit.burst / limit.rate * limit.period
    archive = replace(TABLES[ARCHIVE].rate_limit, rate=1, burst=1)
    catalog = facade(way, JWO, limits=Limits({ARCHIVE: archive}))
    found = way.finish(catalog.validate([f"S{number}" for number in range(3 * SKUS)]))
    assert (found.requests, found.seconds) == (3, 2 * archive.period)
    unlimited = facade(way, JWO, limits=Limits({UPLOAD: None}))
    assert way.finish(unlimited.validate([product("A")])).seconds == 0


def test_what_is_wrong_with_the_input_or_all_requests_is_an_error(way: Way) -> None:
    def failing() -> Any:
        yield "A"
        raise OSError("the file is gone")

    with pytest.raises(OSError, match="the file is gone"):
        check(way, YANDEX, failing())
    for wrong in ("SKU-1", {"item_sku": "A"}, 7):
        with pytest.raises(TypeError, match="items must be an iterable of items"):
            check(way, JWO, wrong)
    with pytest.raises(ValueError, match="allApplicableStores"):
        check(way, JWO, ["A"], stores=[LONG])
