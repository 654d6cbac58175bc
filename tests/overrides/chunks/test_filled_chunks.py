"""Chunks are filled with valid items: those that are invalid take no place in a request, and keep their positions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.generate.packages import Package
from tests.overrides.ways import Way

DOCUMENT = Path(__file__).parent.with_name("wares.yaml")
SIZE = 50


def _patch(number: int, *, price: float = 1) -> dict[str, Any]:
    return {"sku": f"W-{number}", "merge": {"price": price}}


def _nameless(_: int) -> dict[str, Any]:
    return {"merge": {"price": 1}}


def _priceless(number: int) -> dict[str, Any]:
    return _patch(number, price=-1)


def _run(way: Way, package: Package, items: list[Any]) -> tuple[list[Any], list[list[str]]]:
    """Return the outcomes of items, and the keys of those of each request."""
    sent = list[list[str]]()

    def play(request: httpx2.Request) -> httpx2.Response:
        found = json.loads(request.content)
        sent.append([each["sku"] for each in found])
        return httpx2.Response(207, json=[{"number": place, "outcome": "done"} for place in range(1, len(found) + 1)])

    bulk = way.bulk(package.root, "https://api.wares.example", http_client=way.http(transport=httpx2.MockTransport(play)))
    outcomes = way.read(bulk.run("patchWares", items, shop="EAST"))
    validation = way.finish(bulk.validate("patchWares", items, shop="EAST"))
    assert validation.requests == len(sent)
    assert validation.items == len(outcomes)
    assert {each.item for each in validation.breaches} == {each.item for each in outcomes if each.status == "rejected"}
    return outcomes, sent


@pytest.mark.parametrize("make", [_nameless, _priceless])
@pytest.mark.parametrize("bad", [{1}, {SIZE}, {3, 7, SIZE + 1}, {*range(1, 11)}, set()])
def test_invalid_items_take_no_place(way: Way, generated: Package, make: Callable[[int], Any], bad: set[int]) -> None:
    most = 2 * SIZE + len(bad)
    outcomes, sent = _run(way, generated, [make(each) if each in bad else _patch(each) for each in range(1, most + 1)])
    assert [len(each) for each in sent] == [SIZE, SIZE]
    assert [each.item for each in sorted(outcomes, key=lambda each: each.item)] == [*range(1, most + 1)]
    assert {each.item for each in outcomes if each.status == "rejected"} == bad
    assert all(each.status == "confirmed" and each.sku == f"W-{each.item}" for each in outcomes if each.item not in bad)


def test_a_chunk_has_no_more_than_twice_its_size_with_its_invalid_items(way: Way, generated: Package) -> None:
    items = [_priceless(each) for each in range(1, 3 * SIZE + 1)]
    outcomes, sent = _run(way, generated, [*items, _patch(3 * SIZE + 1)])
    assert sent == [[f"W-{3 * SIZE + 1}"]]
    assert {each.chunk for each in outcomes} == {1, 2}


def test_an_invalid_item_may_be_replaced_by_a_later_one(way: Way, generated: Package) -> None:
    items = [_patch(each, price=-1 if each == 2 else 1) for each in range(1, SIZE + 1)]
    outcomes, sent = _run(way, generated, [*items, _patch(2), _patch(SIZE + 1)])
    assert sorted(map(len, sent)) == [1, SIZE]
    assert {each.sku: each.status for each in outcomes} == {f"W-{each}": "confirmed" for each in range(1, SIZE + 2)}
