"""Any input becomes chunks that hold each item once, and each item of a chunk gets one outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from amazon_jwo_catalog import models as jwo
from amazon_jwo_catalog.api.catalog import archive_catalog
from catalog_clients import AccessRefused, InvalidItem
from catalog_clients._engine.chunks.chunking import Chunk, Chunker
from catalog_clients._engine.flows.effects import Call, CallResult
from catalog_clients._engine.ledger.records import ChunkResult, Outcome, PendingItem
from catalog_clients._engine.outcomes.listed import classify_by_failures
from catalog_clients._engine.outcomes.sending import BulkOperation
from catalog_clients._engine.run.state import RunState
from catalog_clients._engine.tables.behaviour import Request
from tests.clients.access import JWO
from tests.clients.causes import ADD, ARCHIVE, UPLOAD
from tests.overrides.playing import PLANS, TABLES, Player, respond
from tests.overrides.ways import OFFERS, TOO_LONG, asynchronous, product
from yandex_market_offers import models as yandex
from yandex_market_offers.api.offers import add_offers_to_archive

FIRST = TABLES[ADD].chunking  # the first of several counts, white space does not
LAST = TABLES[UPLOAD].chunking  # the last of several counts, by SKU and store
PLAIN = TABLES[ARCHIVE].chunking

KEYS = st.sampled_from(["a", "b", "c", "?", "A", "\ud800", "é", ""])
SPACED = st.tuples(st.sampled_from(["", " ", "\t\n"]), KEYS, st.sampled_from(["", " ", "\r"])).map("".join)
PLACES = KEYS.filter(str.isascii)
ROWS = st.builds(
    lambda sku, store, name: {"item_sku": sku, "store_id": store, "item_name": name},
    PLACES.filter(len),
    PLACES.filter(len),
    st.integers(0, 2),
)
NO_KEYS = st.sampled_from([None, 3, b"a", ("a",), {"item_sku": 1, "store_id": "a"}, {"item_sku": "a"}])
SIZES = st.integers(1, 5)

Broken = RuntimeError("the input breaks")
_BATCH = 3


def _chunks(size: int, items: list[Any], table: Any = None, *, breaks: bool = False) -> tuple[list[Chunk], RunState]:
    """Return the chunks of an input, which are the same where it is asynchronous, or there some items at a time."""

    def input_items() -> Iterator[Any]:
        yield from items
        if breaks:
            raise Broken

    async def collect() -> list[Chunk]:
        return [each async for each in Chunker(size, table, other).achunks(asynchronous(input_items()))]

    def batches() -> Iterator[list[Any]]:
        yield from (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
        if breaks:
            raise Broken

    state, other, third = RunState(), RunState(), RunState()
    found = list(Chunker(size, table, state).chunks(input_items()))
    assert asyncio.run(collect()) == found
    assert list(Chunker(size, table, third).chunks_of(batches())) == found
    assert state.input_error is other.input_error is third.input_error is (Broken if breaks else None)
    assert state.duplicates == other.duplicates == third.duplicates
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert all(1 <= len(each.items) <= size for each in found)
    assert len(found) == -(-sum(len(each.items) for each in found) // size)
    return found, state


def _flat(chunks: list[Chunk]) -> list[PendingItem]:
    return [sent for chunk in chunks for sent in chunk.items]


@pytest.mark.parametrize(("table", "spaces"), [(None, ""), (PLAIN, ""), (FIRST, " \t\n\r")], ids=["none", "plain", "trimmed"])
@given(SIZES, st.lists(SPACED | NO_KEYS, max_size=30), st.booleans())
@settings(max_examples=60)
def test_chunks_join_to_the_input_without_duplicates_in_its_order(
    table: Any, spaces: str, size: int, items: list[Any], breaks: bool
) -> None:
    items = ["first", *items]
    items_sent = [each.strip(spaces) if spaces and isinstance(each, str) else each for each in items]
    expected = [
        (item, place)
        for place, item in enumerate(items_sent, 1)
        if not isinstance(item, str) or not item.strip() or item not in items_sent[: place - 1]
    ]
    chunks, state = _chunks(size, items, table, breaks=breaks)
    assert [(each.item, each.position) for each in _flat(chunks)] == expected
    assert state.duplicates == len(items) - len(expected)
    assert not any(each.barrier for each in chunks)


def _key(row: Any) -> tuple[Any, ...]:
    return row["item_sku"], row["store_id"]


@given(SIZES, st.lists(ROWS, max_size=30))
@settings(max_examples=60)
@example(1, [product("a", item_name=name) for name in (0, 1, 0)])
@example(3, [product(sku, item_name=name) for sku, name in zip("abacba", (1, 1, 2, 1, 1, 3), strict=True)])
def test_where_the_last_item_counts_it_is_what_the_vendor_is_left_with(size: int, rows: list[dict[str, Any]]) -> None:
    chunks, state = _chunks(size, rows, LAST)
    held, sent = dict[tuple[Any, ...], Any](), dict[tuple[Any, ...], int]()
    for chunk in chunks:
        keys = [_key(each.item) for each in chunk.items]
        assert len(set(keys)) == len(keys)
        assert chunk.barrier == any(key in held for key in keys)
        for each in chunk.items:
            before, row = sent.get(_key(each.item), 0), rows[each.position - 1]
            between = [other for other in rows[before : each.position - 1] if _key(other) == _key(row)]
            assert held.get(_key(row)) != row or any(other != row for other in between), "what the vendor has is sent again"
        sent |= {_key(each.item): each.position for each in chunk.items}
        held |= {_key(each.item): each.item for each in chunk.items}
    assert held == {_key(row): row for row in rows}
    assert len(_flat(chunks)) + state.duplicates == len(rows)
    assert all(rows[each.position - 1] == each.item for each in _flat(chunks))
    assert all((each.sku, each.store) == _key(each.item) for each in _flat(chunks))


def test_the_same_item_as_a_struct_and_as_a_mapping_is_known_by_the_same_key() -> None:
    item = jwo.CatalogItem(item_sku="a", store_id="s", item_name="n", external_product_id="1")
    chunks, state = _chunks(5, [item, msgspec.to_builtins(item)], LAST)
    assert [(each.sku, each.store, each.position) for each in _flat(chunks)] == [("a", "s", 1)]
    assert state.duplicates == 1


@pytest.mark.parametrize("is_model", [False, True])
@pytest.mark.parametrize("is_async", [False, True])
def test_an_object_that_is_changed_and_given_again_is_another_item(is_model: bool, is_async: bool) -> None:
    item: Any = product("", "s")
    item = msgspec.convert(item, jwo.CatalogItem) if is_model else item

    def rows() -> Iterator[Any]:
        for sku in "abcd":
            msgspec.structs.force_setattr(item, "item_sku", sku) if is_model else item.update(item_sku=sku)
            yield item

    async def collect() -> list[Chunk]:
        return [each async for each in Chunker(3, LAST, RunState()).achunks(asynchronous(rows()))]

    chunks = asyncio.run(collect()) if is_async else [*Chunker(3, LAST, RunState()).chunks(rows())]
    assert (
        [each.sku for each in _flat(chunks)] == [msgspec.to_builtins(each.item)["item_sku"] for each in _flat(chunks)] == [*"abcd"]
    )


@pytest.mark.parametrize("changed", [False, True])
def test_duplicates_are_known_among_more_items_than_memory_keeps(changed: bool) -> None:
    items = [product(f"{number} ü", item_name="first") for number in range(45_000)]
    again = [{**items[place], "item_name": "second" if changed else "first"} for place in (7, 44_998)]
    state = RunState()
    chunks = list(Chunker(10_000, LAST, state).chunks([*items, *again]))
    sent = [each.item for chunk in chunks for each in chunk.items]
    if changed:  # the first of them is in an earlier chunk, and the other one in the same
        assert (len(sent), state.duplicates) == (45_001, 1)
        assert [chunk.barrier for chunk in chunks] == [False] * 4 + [True]
        assert sent[-1] == again[0]
        assert sent[44_998] == again[1]
    else:
        assert (sent, state.duplicates) == (items, 2)
        assert not any(chunk.barrier for chunk in chunks)


def test_after_a_failure_nothing_more_is_read_or_sent() -> None:
    state, read = RunState(), list[int]()

    def input_items() -> Iterator[str]:
        for number in range(100):
            read.append(number)
            yield str(number)

    chunks = Chunker(2, None, state).chunks(input_items())
    assert next(chunks).number == 1
    state.stop(Broken)
    assert list(chunks) == []
    assert len(read) <= 3


def _archiving(most_bytes: int | None = None, *, strict: bool = False, business: int = 1) -> BulkOperation:
    def build(ids: list[Any], _: str = "") -> Request[object]:
        return add_offers_to_archive.request(business_id=business, body=yandex.AddOffersToArchiveRequest(offer_ids=ids))

    table = replace(TABLES[ADD], chunking=replace(FIRST, max_body_bytes=most_bytes or FIRST.max_body_bytes))
    return BulkOperation(ADD, table, build, classify_by_failures(table), strict=strict)


def _run(
    operation: BulkOperation, items: list[Any], vendor: Callable[[Call], CallResult[Any]]
) -> tuple[ChunkResult[Outcome], Player]:
    """Run all items as one chunk; return their outcomes, and the player."""
    chunks, _ = _chunks(len(items), items, replace(TABLES[operation.name].chunking, normalize="none"))
    sent = _flat(chunks)
    player = Player(vendor)
    done = player.run(operation.run(Chunk(1, [msgspec.structs.replace(each) for each in sent]), RunState()))
    assert sorted(each.item for each in done.results) == list(range(1, len(items) + 1)), "not one outcome for each item"
    assert {each.chunk for each in done.results} <= {1}
    return done, player


def _body(call: Call) -> bytes:
    return call.request.content or b""


def _accepts(call: Call) -> CallResult[Any]:
    return respond(call, 200, {"status": "OK"})


VALID = st.from_regex(r"[a-z]{1,40}", fullmatch=True)
INVALID = st.sampled_from(["", "  ", "a\x00", TOO_LONG, 3, None, object(), "\ud800", 1.5, ["a"]])


@given(st.lists(VALID | INVALID, min_size=1, max_size=15, unique_by=str), st.integers(60, 200))
@settings(max_examples=40)
@example([b"a", UUID(int=1), Decimal(1)], 100)  # what JSON can hold, although it is not text
def test_each_item_has_one_outcome_and_no_request_is_larger_than_allowed(items: list[Any], most_bytes: int) -> None:
    items = ["first", *items]
    done, player = _run(_archiving(most_bytes=most_bytes), items, _accepts)
    assert done.fatal is None
    sent = [each for call in player.calls for each in msgspec.json.decode(_body(call))["offerIds"]]
    good = [each for each in items if isinstance(each, str) and each.isascii() and each.isalpha() and len(each) < 41]
    assert sent == good
    for call in player.calls:
        assert len(_body(call)) <= most_bytes
        assert call.items == len(msgspec.json.decode(_body(call))["offerIds"])
    for each in done.results:
        item = items[each.item - 1]
        assert each.status == ("confirmed" if item in good else "rejected")
        assert each.attempt == (1 if item in good else 0)
        if item not in good:
            why = "addOffersToArchive: body $.offerIds[0]: " if isinstance(item, str) else f"$: {item!r} is not text"
            why = "$: is empty" if isinstance(item, str) and not item.strip() else why
            assert each.reason.startswith(f"not sent: {why}")


def test_an_item_that_is_too_large_for_a_body_of_its_own_is_rejected_with_both_sizes() -> None:
    done, player = _run(_archiving(most_bytes=100), ["a", "b" * 99, "c"], _accepts)
    assert {each.sku[0]: each.status for each in done.results} == {"a": "confirmed", "b": "rejected", "c": "confirmed"}
    (rejected,) = (each for each in done.results if each.status == "rejected")
    assert rejected.reason == "not sent: its request has 116 bytes, and the maximum is 100"
    assert all(len(_body(call)) <= 100 for call in player.calls)


def _archiving_in_a_wrong_store() -> BulkOperation:
    def build(some: list[Any], _: str = "") -> Request[object]:
        return archive_catalog.request(body=jwo.ArchiveCatalogRequest(item_skus=some, all_applicable_stores=[TOO_LONG]))

    return BulkOperation(ARCHIVE, TABLES[ARCHIVE], build, lambda *_: ChunkResult())


WRONG_REQUESTS: dict[str, tuple[BulkOperation, int, str]] = {
    "business": (_archiving(business=-1), 2, "businessId"),
    "business, strict": (_archiving(business=-1, strict=True), 2, "businessId"),
    "stores": (_archiving_in_a_wrong_store(), 2, "allApplicableStores"),
    "too many items": (_archiving(), OFFERS + 1, "offerIds"),
}


@pytest.mark.parametrize(("operation", "items", "named"), WRONG_REQUESTS.values(), ids=WRONG_REQUESTS)
def test_what_is_wrong_with_a_whole_request_ends_the_run_and_rejects_no_item(
    operation: BulkOperation, items: int, named: str
) -> None:
    done, player = _run(operation, [str(number) for number in range(items)], _accepts)
    assert isinstance(done.fatal, ValueError)
    assert not isinstance(done.fatal, InvalidItem)
    assert named in str(done.fatal)
    assert {each.status for each in done.results} == {"unknown"}
    assert player.calls == []


@pytest.mark.parametrize(
    ("status", "lost", "expected", "fatal"),
    [
        *((status, False, "rejected", False) for status in (400, 404)),
        *((status, False, "unknown", False) for status in (420, 500, 502)),
        (400, True, "unknown", False),
        *((status, False, "unknown", True) for status in (401, 403)),
        (403, True, "unknown", True),
    ],
)
def test_what_a_failed_request_says_of_its_items(status: int, lost: bool, expected: str, fatal: bool) -> None:
    body = {"status": "ERROR", "errors": [{"code": "NO", "message": "in these words"}]}
    done, player = _run(
        _archiving(most_bytes=45), ["a" * 20, "b" * 20, "c" * 20], lambda call: respond(call, status, body, lost=lost)
    )
    if fatal:
        assert isinstance(done.fatal, AccessRefused)
        assert len(player.calls) == 1
        assert [each.status for each in done.results] == [expected, "unknown", "unknown"]
    else:
        assert done.fatal is None
        assert len(player.calls) == 3
        attempt = 0 if status == 420 else 1 + lost  # 420 is retryable by the table
        assert {(each.status, each.attempt) for each in done.results} == {(expected, attempt)}
        assert all("in these words" in each.reason for each in done.results)


@pytest.mark.parametrize("body", [{}, {"result": None}, {"result": {"notArchivedOffers": None}}], ids=str)
def test_a_response_that_lists_nothing_confirms_all(body: dict[str, Any]) -> None:
    done, _ = _run(_archiving(), ["a", "b"], lambda call: respond(call, 200, {"status": "OK", **body}))
    assert {each.status for each in done.results} == {"confirmed"}


def test_a_chunk_of_the_longest_ids_goes_in_one_request() -> None:
    done, player = _run(_archiving(), [f"{number:03}{'🛒' * 252}" for number in range(OFFERS)], _accepts)
    assert {each.status for each in done.results} == {"confirmed"}
    assert len(player.calls) == 1


@given(st.sets(VALID, min_size=1, max_size=20), st.data())
@settings(max_examples=30)
def test_listed_items_are_rejected_and_an_unexpected_one_confirms_none(items: set[str], data: st.DataObject) -> None:
    listed = data.draw(st.lists(st.sampled_from(sorted(items)) | st.just("UNEXPECTED"), unique=True))
    refusals = [{"offerId": each, "error": "OFFER_HAS_STOCKS"} for each in listed]
    done, _ = _run(
        _archiving(), sorted(items), lambda call: respond(call, 200, {"status": "OK", "result": {"notArchivedOffers": refusals}})
    )
    other = "unknown" if "UNEXPECTED" in listed else "confirmed"
    assert {each.sku: each.status for each in done.results} == {each: "rejected" if each in listed else other for each in items}
    assert {each.reason for each in done.results if each.status == "rejected"} <= {"OFFER_HAS_STOCKS"}
    assert done.unexpected == ("UNEXPECTED" in listed)


FORBIDDEN: list[tuple[Any, str]] = [
    (product(None), "$.item_sku: is missing"),
    (product("number", store_id=3), "$.store_id: 3 is not text"),
    (product("long", item_name=TOO_LONG), " - at `$.item_name`"),
    (product("price", standard_price=1.5), "standard_price"),
    (product("object", standard_price=object()), "standard_price"),
    (product("barcode", external_product_id=12345678905), "external_product_id"),
    (product("colour", colour="blue"), "$.colour: the spec has no such field"),
    ({**product("field"), 3: 4}, '$["3"]: the spec has no such field'),
    ({"item_sku": "missing field", "store_id": "s"}, "external_product_id"),
    ({"item_sku": "no store"}, "$.store_id: is missing"),
    ("text", "an item must be a CatalogItem or a mapping"),
    (None, "$.item_sku: is missing"),
]


def test_each_item_that_the_spec_forbids_is_rejected_alone_and_its_field_is_named() -> None:
    build = PLANS[JWO].run(UPLOAD, {}).build
    items = [product("first"), *(item for item, _ in FORBIDDEN), product("last")]
    operation = BulkOperation(UPLOAD, TABLES[UPLOAD], build, lambda *_: ChunkResult())
    done, player = _run(operation, items, lambda call: respond(call, 400, {"message": "no"}))
    first, *forbidden, last = sorted(done.results, key=lambda each: each.item)
    assert [first.reason, last.reason] == ['400: {"message":"no"}'] * 2
    for outcome, (_, reported) in zip(forbidden, FORBIDDEN, strict=True):
        assert (type(outcome.sku), outcome.status, outcome.chunk, outcome.attempt) == (str, "rejected", 1, 0)
        assert outcome.reason.startswith("not sent: ")
        assert reported in outcome.reason
    assert [call.items for call in player.calls] == [2, 1, 1], "both were refused together, and then alone"
