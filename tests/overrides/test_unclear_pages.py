"""Pages that do not say for certain what follows: no item is called missing, and no search ends as if it were complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from catalog_clients import PagingError, Retries
from tests.clients.access import ITEMS
from tests.overrides.test_catalog_items import lookup, search
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
    with pytest.raises(PagingError, match=r"page 1 does not say what follows: .*\$\.pagination"):
        way.read(search(_facade(way, page)), found.append)
    assert [each.asin for each in found] == ["A"]
    (match,) = way.read(lookup(_facade(way, page), ["B"]))
    assert match.status == "unknown"
