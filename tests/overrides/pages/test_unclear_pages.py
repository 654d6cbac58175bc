"""Pages that do not say for certain what follows: no item is called missing, and no search ends as if it were complete."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from catalog_clients import Limits, PagingError, Retries
from tests.clients.access import ITEMS
from tests.clients.causes import MARKETPLACE, SEARCH
from tests.overrides.facades.test_catalog_items import lookup, search
from tests.overrides.ways import Way


def _page(*asins: str, total: int, pagination: Any = None) -> dict[str, Any]:
    items = [{"asin": asin, "identifiers": []} for asin in asins]
    return {"numberOfResults": total, "items": items, **({} if pagination is None else {"pagination": pagination})}


def _playing(*pages: dict[str, Any]) -> Callable[[httpx2.Request], httpx2.Response]:
    left = [*pages]
    return lambda _: httpx2.Response(200, json=left.pop(0))


def _facade(way: Way, *pages: dict[str, Any]) -> Any:
    return way.played(ITEMS, _playing(*pages), auth=httpx2.Auth(), retries=Retries(attempts=1))


@pytest.mark.parametrize("total", [0, 1])
def test_a_token_counts_more_than_a_number_where_an_identifier_has_no_item_yet(total: int, way: Way) -> None:
    facade = _facade(way, _page("A", total=total, pagination={"nextToken": "t"}), _page("B", total=total))
    assert [(each.identifier, each.status) for each in way.read(lookup(facade, ["A", "B"]))] == [("A", "found"), ("B", "found")]


def test_no_further_page_is_requested_where_all_is_found(way: Way) -> None:
    facade = _facade(way, _page("A", "B", total=2, pagination={"nextToken": "t"}))
    assert {each.status for each in way.read(lookup(facade, ["A", "B"]))} == {"found"}


@pytest.mark.parametrize("pagination", [{"nextToken": 5}, {"nextToken": {"a": 1}}, ["t"], "t"])
def test_a_token_that_cannot_be_read_is_not_the_end(pagination: Any, way: Way) -> None:
    found = list[Any]()
    page = _page("A", total=1, pagination=pagination)
    with pytest.raises(PagingError, match=r"page 1 does not say whether another page follows: .*\$\.pagination"):
        way.read(search(_facade(way, page)), found.append)
    assert [each.asin for each in found] == ["A"]
    (match,) = way.read(lookup(_facade(way, page), ["B"]))
    assert match.status == "unknown"


@pytest.mark.parametrize(
    ("items", "path"),
    [
        ('"items": [{"asin": "B"}], "items": []', "$.items"),
        ('"items": [], "pagination": {"nextToken": "t", "nextToken": null}', "$.pagination.nextToken"),
        ('"items": [], "pagination": {"nextToken": "t"}, "pagination": {}', "$.pagination"),
    ],
)
def test_a_page_that_has_its_items_or_its_token_twice_does_not_say_that_an_item_is_missing(items: str, path: str, way: Way) -> None:
    text = f'{{"numberOfResults": 0, {items}}}'
    facade = way.played(
        ITEMS,
        lambda _: httpx2.Response(200, text=text, headers={"Content-Type": "application/json"}),
        auth=httpx2.Auth(),
        retries=Retries(attempts=1),
    )
    (match,) = way.read(lookup(facade, ["B"]))
    assert (match.status, f"the response has {path} twice" in match.reason) == ("unknown", True)
    with pytest.raises(PagingError, match=f"the response has {re.escape(path)} twice"):
        way.read(search(facade))


def _endless(item: Callable[[int], dict[str, Any]], requests: list[int]) -> Callable[[httpx2.Request], httpx2.Response]:
    """Play a vendor that has a new item on each page, and a token of a further one."""

    def play(_: httpx2.Request) -> httpx2.Response:
        requests.append(len(requests))
        page = {"numberOfResults": 1_000_000, "items": [item(len(requests))], "pagination": {"nextToken": f"t{len(requests)}"}}
        return httpx2.Response(200, json=page)

    return play


@pytest.mark.parametrize(
    ("item", "most"),
    [
        (lambda number: {"asin": f"Z{number}", "identifiers": []}, 1),
        (lambda number: {"asin": f"Z{number}" if number > 1 else "A", "identifiers": []}, 2),
        (lambda number: {"asin": "A", "identifiers": [], "summaries": [{"marketplaceId": f"{number}"}]}, 2),
    ],
    ids=["never one that is looked for", "one that is looked for, then never again", "the same one that changes"],
)
def test_a_lookup_ends_with_the_first_page_that_has_nothing_to_do_with_it(
    item: Callable[[int], dict[str, Any]], most: int, way: Way
) -> None:
    requests = list[int]()
    facade = way.played(ITEMS, _endless(item, requests), auth=httpx2.Auth(), limits=Limits({SEARCH: None}))
    (match,) = way.read(lookup(facade, ["A"]))
    assert match.status == "unknown"
    assert len(requests) == most


def test_a_lookup_whose_items_never_end_ends(way: Way) -> None:
    requests = list[int]()

    def item(number: int) -> dict[str, Any]:
        return {"asin": f"Z{number}", "identifiers": []}

    facade = way.played(ITEMS, _endless(item, requests), auth=httpx2.Auth(), limits=Limits({SEARCH: None}))
    (match,) = way.read(facade.lookup(["4006381333931"], identifiers_type="EAN", marketplace_ids=[MARKETPLACE]))
    assert (match.status, match.reason) == ("unknown", "the pages do not end after 100, with 100 items")
    assert len(requests) == 100


def test_an_item_that_is_on_a_page_twice_is_found_once(way: Way) -> None:
    (match,) = way.read(lookup(_facade(way, _page("A", "A", total=2)), ["A"]))
    assert (match.status, [each.asin for each in match.items]) == ("found", ["A"])
