"""A request that is refused for some of its items is divided, so that only those are refused that are the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catalog_clients._engine.chunks.chunking import Chunker
from catalog_clients._engine.chunks.dividing import MOST_DIVISIONS
from catalog_clients._engine.flows.effects import Call, CallResult
from catalog_clients._engine.ledger.records import ChunkResult, Outcome
from catalog_clients._engine.outcomes.sending import BulkOperation
from catalog_clients._engine.run.state import RunState
from scripts.mock.serving import Mocks
from tests.clients.access import JWO
from tests.clients.causes import ARCHIVE, STORES, UPLOAD
from tests.overrides.playing import PLANS, TABLES, Player, respond
from tests.overrides.vendors import responses
from tests.overrides.ways import Way, product

UNKNOWN_STORE, MIXED_STORES = (
    "One or more StoreID's present in the request is incorrect",
    "List of store ID's present in the request are either incorrect/not associated with same retailer",
)


class Vendor:
    """A vendor that refuses a request if one of its items is wrong.

    Attributes:
        sent: items of each request.
        taken: items that were accepted.
    """

    def __init__(self, is_wrong: Callable[[dict[str, Any]], bool], text: str, *, lost: bool = False) -> None:
        self.is_wrong, self.text, self.lost = is_wrong, text, lost
        self.sent, self.taken = list[list[dict[str, Any]]](), list[dict[str, Any]]()

    def __call__(self, call: Call) -> CallResult[Any]:
        items = msgspec.json.decode(call.request.content or b"")["catalogItems"]
        self.sent.append(items)
        lost, self.lost = self.lost, False
        if any(map(self.is_wrong, items)):
            return respond(call, 400, {"errorMsg": self.text}, lost=lost)
        self.taken += items
        return respond(call, 201, {"ingestionId": str(len(self.sent))}, lost=lost)


def _upload(items: list[dict[str, Any]], vendor: Vendor) -> dict[str, Outcome]:
    """Upload items as one chunk, of which those are confirmed that the vendor has accepted; return the outcomes by SKU."""

    build = PLANS[JWO].run(UPLOAD, {}).build
    operation = BulkOperation(
        UPLOAD, TABLES[UPLOAD], build, lambda some, _: ChunkResult(results=[each.outcome("confirmed") for each in some])
    )
    (chunk,) = Chunker(len(items), TABLES[UPLOAD].chunking, RunState()).chunks(items)
    done = Player(vendor).run(operation.run(chunk, RunState()))
    assert done.fatal is None
    assert sorted(each.item for each in done.results) == list(range(1, len(items) + 1)), "not one outcome for each item"
    assert all(each.item is None for each in chunk.items), "contents are kept although their request is built"
    return {each.sku: each for each in done.results}


def _items(stores: list[str]) -> list[dict[str, Any]]:
    return [product(f"SKU-{number}", store, standard_price="0.80") for number, store in enumerate(stores)]


@given(st.lists(st.sampled_from(["A", "B", "C", "", "X", "Y"]), min_size=1, max_size=60))
@settings(max_examples=60)
def test_a_wrong_store_refuses_its_own_items_only(stores: list[str]) -> None:
    vendor = Vendor(lambda item: item["store_id"] not in ("A", "B", "C"), MIXED_STORES)
    items = _items(stores)
    found = _upload(items, vendor)
    for item in items:
        assert found[item["item_sku"]].status == ("confirmed" if item["store_id"] in "ABC" and item["store_id"] else "rejected")
    assert sorted(each["item_sku"] for each in vendor.taken) == sorted(
        each["item_sku"] for each in items if each["store_id"] in ("A", "B", "C")
    ), "something was sent again that was accepted, or not as it was"
    assert all(each in items for each in vendor.taken)
    assert len(vendor.sent) <= 2 * len(set(stores)) - 1


def test_the_items_of_one_wrong_store_are_one_error() -> None:
    vendor = Vendor(lambda _: True, UNKNOWN_STORE)
    found = _upload(_items(["X"] * 500), vendor)
    assert {(each.status, each.reason) for each in found.values()} == {("rejected", f'400: {{"errorMsg":"{UNKNOWN_STORE}"}}')}
    assert len(vendor.sent) == 1


def test_a_single_wrong_item_is_found_in_a_few_requests() -> None:
    vendor = Vendor(lambda item: item["item_sku"] == "SKU-700", "Invalid request body")
    found = _upload(_items(["A", "B"] * 500), vendor)
    assert Counter(each.status for each in found.values()) == {"confirmed": 999, "rejected": 1}
    assert found["SKU-700"].status == "rejected"
    assert len(vendor.sent) <= 2 * 10 + 1


def test_dividing_ends_where_too_much_is_refused_and_calls_nothing_rejected_that_was_not_asked_for_alone() -> None:
    vendor = Vendor(lambda _: True, "Invalid request body")
    found = _upload(_items(["A"] * 1000), vendor)
    assert len(vendor.sent) <= 2 * MOST_DIVISIONS + 1
    counts = Counter(each.status for each in found.values())
    assert counts["confirmed"] == 0
    assert counts["rejected"] <= MOST_DIVISIONS + 1
    unknown = next(each for each in found.values() if each.status == "unknown")
    assert unknown.reason == 'not executed: refused together with others: 400: {"errorMsg":"Invalid request body"}'


def test_after_a_lost_response_what_is_refused_stays_unknown() -> None:
    vendor = Vendor(lambda item: item["store_id"] == "X", MIXED_STORES, lost=True)
    found = _upload(_items(["A", "X"]), vendor)
    assert {name: each.status for name, each in found.items()} == {"SKU-0": "confirmed", "SKU-1": "unknown"}


def test_a_response_that_the_table_does_not_have_refuses_all_of_its_items() -> None:
    table = TABLES[UPLOAD]
    assert table.chunking.refusals
    rows = tuple(replace(each, status=404) for each in table.chunking.refusals)
    vendor = Vendor(lambda item: item["store_id"] == "X", MIXED_STORES)

    build = PLANS[JWO].run(UPLOAD, {}).build
    other = replace(table, chunking=replace(table.chunking, refusals=rows))
    operation = BulkOperation(UPLOAD, other, build, lambda *_: ChunkResult())
    (chunk,) = Chunker(2, table.chunking, RunState()).chunks(_items(["A", "X"]))
    done = Player(vendor).run(operation.run(chunk, RunState()))
    assert [each.status for each in done.results] == ["rejected", "rejected"]
    assert len(vendor.sent) == 1


@pytest.mark.parametrize("wrong", ["NOWHERE", "?"])
def test_the_vendor_has_the_items_of_all_right_stores(wrong: str, way: Way, mocks: Mocks) -> None:
    items = [product(f"DIVIDED-{wrong}-{number}", store) for number in range(5) for store in (*STORES, wrong)]
    before = responses(mocks.vendors[JWO])
    outcomes = way.read(way.to(mocks, JWO).upload(items))
    assert {(each.store, each.status) for each in outcomes} == {*((each, "confirmed") for each in STORES), (wrong, "rejected")}
    assert all("ID's present in the request" in each.reason for each in outcomes if each.status == "rejected")
    held = mocks.vendors[JWO].look_up([f"DIVIDED-{wrong}-{number}" for number in range(5)])
    assert all(set(each["stores"]) == set(STORES) for each in held)
    counted = responses(mocks.vendors[JWO]) - before
    assert counted[f"{UPLOAD} 201"] + counted[f"{UPLOAD} 400"] <= 7


def test_a_list_of_stores_that_is_wrong_for_all_is_one_error(way: Way, mocks: Mocks) -> None:
    before = responses(mocks.vendors[JWO])
    outcomes = way.read(way.to(mocks, JWO).archive(["a", "b", "c"], stores=STORES[:1]))
    assert {each.status for each in outcomes} == {"rejected"}
    assert dict(responses(mocks.vendors[JWO]) - before) == {f"{ARCHIVE} 400": 1}
