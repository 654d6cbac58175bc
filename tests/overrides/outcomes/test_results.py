"""An API whose responses have a result for each item, from its document to the outcomes: its word counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.items.fields import item_fields
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.outcomes.listed import classify_by_failures
from scripts.lint import extensions
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.spec.document import read
from tests.generate.packages import Package
from tests.mock.callers import Caller
from tests.overrides.ways import Way

DOCUMENT = Path(__file__).parent.with_name("shelves.yaml")
BASE = "https://api.shelves.example/v1"
FIRST, SECOND = "BOOK-0001", "BOOK-0002"
CREATED = {"sku": SECOND, "outcome": {"status": "created"}}
LENT = {"sku": SECOND, "success": True}


class Shelves(Caller):
    """A caller of the mock."""

    api = "shelves"
    kinds = (generic(of_file(DOCUMENT)),)


@pytest.fixture(scope="module")
def shelves() -> Iterator[Shelves]:
    with Shelves.served() as found:
        yield found


def outcomes_of(way: Way, package: Package, operation: str, status: int, body: Any) -> Any:
    """Return status and reason of each item after one response."""
    transport = httpx2.MockTransport(lambda _: httpx2.Response(status, json=body))
    bulk = way.bulk(package.root, BASE, http_client=way.http(transport=transport))
    return [(each.status, each.reason) for each in way.read(bulk.run(operation, [{"code": code} for code in (FIRST, SECOND)]))]


def classified(table: Any, body: Any, *items: PendingItem, lost: bool = False) -> list[tuple[str, str]]:
    """Return status and reason of items after a response, of which an earlier attempt was lost perhaps."""
    known: Any = classify_by_failures(table)(items, CallResult(value=body, lost=lost))
    return [(each.status, each.reason) for each in known.results]


def result(status: Any, **more: Any) -> dict[str, Any]:
    return {"sku": FIRST, "outcome": {"status": status}, **more}


def test_the_document_is_clean_and_its_readme_says_what_the_list_means(generated: Package) -> None:
    assert extensions.check(read(DOCUMENT)) == []
    words = " ".join((generated.folder / "README.md").read_text(encoding="utf-8").split())
    assert '`bulk.run("putBooks", items)` gives an outcome for each item, by its status in the response;' in words
    assert "for each in listed or []: # the status says the outcome of each item" in words
    assert "print(result) # the status says the outcome of each item" in words
    assert "for key, each in (listed or {}).items(): # the status says the outcome of each item" in words
    assert words.count("what is not listed has succeeded") == 1  # of the map of those that are not sold


@pytest.mark.parametrize(
    ("rows", "status", "reason"),
    [
        ([result("created")], "confirmed", ""),
        ([result("updated", message="as before")], "confirmed", ""),
        ([result("failed", message=" no pages ")], "rejected", "no pages"),
        ([result("failed")], "rejected", 'listed as a failure: "failed"'),
        ([result("failed", message="")], "rejected", 'listed as a failure: "failed"'),
        ([result("queued")], "unknown", 'the response lists it as "queued", which neither confirms nor rejects it'),
        (
            [result("burnt", message="hot")],
            "unknown",
            'the response lists it as "burnt", which neither confirms nor rejects it: hot',
        ),
        ([result("Created")], "unknown", 'the response lists it as "Created", which neither confirms nor rejects it'),
        ([{"sku": FIRST, "message": "none"}], "unknown", "the response lists it without a status: none"),
        ([{"sku": FIRST, "outcome": {}}], "unknown", "the response lists it without a status"),
        ([result("created"), result("failed")], "unknown", "the response has 2 results for 1 items with this key"),
        ([result("created"), result("created")], "unknown", "the response has 2 results for 1 items with this key"),
        ([], "unknown", "the response does not list it"),
        ([{"sku": "BOOK-0009", "outcome": {"status": "created"}}], "unknown", "the response lists 'BOOK-0009', which was not sent"),
    ],
    ids=str,
)
def test_an_item_is_what_its_own_word_says(rows: list[Any], status: str, reason: str, way: Way, generated: Package) -> None:
    """What is said of it does not touch the other item."""
    found = outcomes_of(way, generated, "putBooks", 207, {"results": [*rows, CREATED]})
    assert found == [(status, reason), ("confirmed", "")]


@pytest.mark.parametrize(
    ("more", "beside"),
    [
        ({"error": "disk full"}, 'error: "disk full"'),
        ({"errors": [{"code": 7}]}, 'errors: [{"code":7}]'),
        ({"warning": "in part"}, 'warning: "in part"'),
        ({"message": "it was not created"}, 'message: "it was not created"'),
        ({"pending": True}, "pending: true"),
        ({"httpStatus": 409}, "httpStatus: 409"),
        ({"info": {"state": "FAILED"}}, 'info.state: "FAILED"'),
        ({"outcome": {"status": "created", "rolledBack": True}}, "outcome.rolledBack: true"),
        ({"error": None, "errors": [], "failed": False, "message": "as before", "seconds": 500, "accepted": 5}, ""),
    ],
    ids=str,
)
def test_a_success_is_not_certain_beside_what_its_row_says_of_failures(
    more: dict[str, Any], beside: str, way: Way, generated: Package
) -> None:
    expected = ("unknown", f"the response lists it as a success, beside {beside}") if beside else ("confirmed", "")
    found = outcomes_of(way, generated, "putBooks", 207, {"results": [{**result("created"), **more}]})
    assert found == [expected, ("unknown", "the response does not list it")]
    (refused, _) = outcomes_of(way, generated, "putBooks", 207, {"results": [{**result("failed"), "error": "disk full"}]})
    assert refused == ("rejected", 'listed as a failure: "failed"')


@pytest.mark.parametrize(
    ("rows", "status", "reason"),
    [
        ([{"sku": FIRST, "success": True}], "confirmed", ""),
        ([{"sku": FIRST, "success": False}], "rejected", "listed as a failure: false"),
        ([], "unknown", "the response does not list it"),
    ],
)
def test_a_boolean_is_a_word(rows: list[Any], status: str, reason: str, way: Way, generated: Package) -> None:
    assert outcomes_of(way, generated, "lendBooks", 200, [*rows, LENT]) == [(status, reason), ("confirmed", "")]


@pytest.mark.parametrize(
    ("operation", "status", "body", "first", "second"),
    [
        ("moveBooks", 207, {"results": {FIRST: {"state": "moved"}}}, "confirmed ", "unknown the response does not list it"),
        (
            "moveBooks",
            207,
            {"results": {FIRST: {"state": "stuck", "why": "full"}}},
            "rejected full",
            "unknown the response does not list it",
        ),
        ("moveBooks", 207, {"results": {FIRST: {"state": "gone"}}}, 'unknown the response lists it as "gone"', "unknown "),
        (
            "moveBooks",
            207,
            {"results": {FIRST: {"state": "moved", "error": 1}}},
            "unknown the response lists it as a success, beside",
            "",
        ),
        ("moveBooks", 207, {"results": {"BOOK-0009": {"state": "moved"}}}, "unknown ", "unknown "),
        ("moveBooks", 207, {"results": [{"state": "moved"}]}, "unknown ", "unknown "),
        ("sellBooks", 200, {FIRST: "on loan"}, "rejected on loan", "confirmed "),
        ("sellBooks", 200, {}, "confirmed ", "confirmed "),
        ("sellBooks", 200, {"BOOK-0009": "on loan"}, "unknown ", "unknown "),
        ("sellBooks", 200, {FIRST: None}, "unknown ", ""),
    ],
    ids=str,
)
def test_a_map_by_key_is_a_list(
    operation: str, status: int, body: Any, first: str, second: str, way: Way, generated: Package
) -> None:
    found = [" ".join(each) for each in outcomes_of(way, generated, operation, status, body)]
    assert all(each.startswith(said) for each, said in zip(found, (first, second), strict=True)), found


@pytest.mark.parametrize("value", [1, "true", None])
def test_what_is_like_a_word_and_is_another_value_confirms_nothing(value: Any, way: Way, generated: Package) -> None:
    (first, _), second = outcomes_of(way, generated, "lendBooks", 200, [{"sku": FIRST, "success": value}, LENT])
    assert (first, second) == ("unknown", ("confirmed", ""))


@pytest.mark.parametrize("body", [{}, {"results": None}, {"results": {FIRST: "created"}}, []], ids=str)
def test_a_response_without_the_list_leaves_all_unknown(body: Any, way: Way, generated: Package) -> None:
    assert {status for status, _ in outcomes_of(way, generated, "putBooks", 207, body)} == {"unknown"}


def test_the_mock_lists_each_item_with_its_word(way: Way, generated: Package, shelves: Shelves) -> None:
    bulk = way.bulk(generated.root, shelves.vendor.base_url)
    start = 101 if way.name == "sync" else 201
    codes = [f"BOOK-{number:04}" for number in range(start, start + 24)]
    for operation in ("putBooks", "lendBooks", "moveBooks", "sellBooks"):
        with shelves.changed(rejected=0.4):
            outcomes = way.read(bulk.run(operation, [{"code": each} for each in codes]))
        statuses = {each.sku: each.status for each in outcomes}
        assert {*statuses.values()} == {"confirmed", "rejected"}
        state = {each["identifier"]: each for each in shelves.look_up(codes)}
        changed = {each for each in codes for change in state[each]["changes"] if operation in change["operations"]}
        assert changed == {sku for sku, status in statuses.items() if status == "confirmed"}
        reason = "listed as a failure: false" if operation == "lendBooks" else "rejected"
        assert {each.reason for each in outcomes if each.status == "rejected"} == {reason}
    response = shelves.http.post("/books", json=[{"code": codes[0]}])
    assert response.status_code == 207
    assert [each["sku"] for each in response.json()["results"]] == codes[:1]


def placed(shelf: int | None, *, done: bool) -> dict[str, Any]:
    return {"of": {"sku": FIRST, **({"shelf": shelf} if shelf else {})}, "done": done}


@pytest.mark.parametrize(
    ("rows", "statuses"),
    [
        ([placed(7, done=True), placed(8, done=False)], ["confirmed", "rejected"]),
        ([placed(8, done=False), placed(7, done=True)], ["confirmed", "rejected"]),
        ([placed(8, done=True)], ["unknown", "confirmed"]),
        ([placed(7, done=True), placed(7, done=True)], ["unknown", "unknown"]),
        ([placed(7, done=True), placed(9, done=True)], ["confirmed", "unknown"]),
        ([placed(7, done=True), placed(None, done=True)], ["confirmed", "unknown"]),
    ],
    ids=str,
)
def test_the_result_of_an_item_in_a_store_is_that_of_both_parts_of_its_key(
    rows: list[Any], statuses: list[str], way: Way, generated: Package
) -> None:
    bulk = way.bulk(
        generated.root, BASE, http_client=way.http(transport=httpx2.MockTransport(lambda _: httpx2.Response(207, json=rows)))
    )
    outcomes = way.read(bulk.run("placeBooks", [{"code": FIRST, "shelf": 7}, {"code": FIRST, "shelf": 8}]))
    assert [each.status for each in outcomes] == statuses


def test_the_mock_lists_both_parts_of_a_key(way: Way, generated: Package, shelves: Shelves) -> None:
    bulk, first = way.bulk(generated.root, shelves.vendor.base_url), 301 if way.name == "sync" else 401
    items = [{"code": f"BOOK-{number:04}", "shelf": shelf} for number in range(first, first + 12) for shelf in (3, 4)]
    with shelves.changed(rejected=0.4):
        statuses = [each.status for each in way.read(bulk.run("placeBooks", items))]
    assert {*statuses} == {"confirmed", "rejected"}
    assert any(one != other for one, other in zip(statuses[::2], statuses[1::2], strict=True))


def test_the_item_of_a_request_is_in_its_path_too_where_the_table_says_so(way: Way, generated: Package) -> None:
    sent: list[tuple[str, Any]] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        sent.append((request.url.raw_path.decode(), json.loads(request.content)))
        return httpx2.Response(204)

    bulk = way.bulk(generated.root, BASE, http_client=way.http(transport=httpx2.MockTransport(respond)))
    items = [generated.models.Book(code=FIRST, pages=3), {"code": SECOND}, {"pages": 5}, {"code": "no code"}]
    outcomes = way.read(bulk.run("replaceBook", items, room="a/b"))
    assert {each.item: each.status for each in outcomes} == {1: "confirmed", 2: "confirmed", 3: "rejected", 4: "rejected"}
    paths = [f"/v1/rooms/a%2Fb/books/{code}" for code in (FIRST, SECOND)]
    assert sorted(sent, key=str) == [(paths[0], {"code": FIRST, "pages": 3}), (paths[1], {"code": SECOND})]
    with pytest.raises(TypeError, match="replaceBook has no argument 'code'; it has room"):
        bulk.run("replaceBook", items, room="north", code=FIRST)


def test_the_mock_stores_what_is_put_at_its_path(way: Way, generated: Package, shelves: Shelves) -> None:
    bulk, code = way.bulk(generated.root, shelves.vendor.base_url), "BOOK-0501" if way.name == "sync" else "BOOK-0502"
    assert [each.status for each in way.read(bulk.run("replaceBook", [{"code": code, "pages": 9}], room="north"))] == ["confirmed"]
    (found,) = shelves.look_up([code])
    assert [each["item"] for each in found["changes"]] == [{"code": code, "pages": 9}]


def test_what_the_body_does_not_have_is_sent_in_the_path_alone_and_stored_there(
    way: Way, generated: Package, shelves: Shelves
) -> None:
    bulk, number = way.bulk(generated.root, shelves.vendor.base_url), 501 if way.name == "sync" else 502
    items: list[Any] = [{"number": number, "text": "old"}, {"text": "of none"}, {"number": 0, "text": "no number"}]
    outcomes = way.read(bulk.run("putNote", [*items, generated.models.Note(text="none")], room="north"))
    assert {each.item: each.status for each in outcomes} == {1: "confirmed", 2: "rejected", 3: "rejected", 4: "rejected"}
    assert sorted(each.reason for each in outcomes)[1:3] == ["not sent: $.number: is missing"] * 2
    (found,) = shelves.look_up([str(number)])
    assert [each["item"] for each in found["changes"]] == [{"number": number, "text": "old"}]
    fields = item_fields(generated.root, "putNote").fields
    assert [(each.path, each.want, each.is_key) for each in fields] == [(("number",), "whole", True), (("text",), "text", False)]


@pytest.mark.parametrize(("listed", "status"), [(1, "unknown"), (2, "rejected")])
def test_a_failure_of_one_key_in_two_stores_is_of_neither_unless_both_are_listed(
    listed: int, status: str, generated: Package
) -> None:
    table = generated.root.behaviour.OPERATIONS["putBooks"]
    failures = replace(table.chunking.rejections, status=None, success=(), failures=())
    items = [PendingItem(None, number, FIRST, store) for number, store in enumerate("AB", 1)]
    body = {"results": [result("failed", message="no pages")] * listed}
    known: Any = classify_by_failures(table, failures)(items, CallResult(value=body))
    assert [each.status for each in known.results] == [status] * 2


def test_one_result_for_the_same_key_in_two_stores_is_of_neither(generated: Package) -> None:
    table = generated.root.behaviour.OPERATIONS["putBooks"]
    items = [PendingItem(None, number, FIRST, store) for number, store in enumerate("AB", 1)]
    unknown = ("unknown", "the response has 1 results for 2 items with this key")
    assert classified(table, {"results": [result("created")]}, *items) == [unknown, unknown]


@pytest.mark.parametrize(("was_sent", "lost"), [(True, False), (False, True)])
@pytest.mark.parametrize("operation", ["putBooks", "lendBooks"])
def test_a_failure_without_a_reason_is_not_certain_for_what_may_have_been_sent(
    operation: str, *, was_sent: bool, lost: bool, generated: Package
) -> None:
    rows = [result("failed", success=False)]
    body = {"results": rows} if operation == "putBooks" else rows
    table, item = generated.root.behaviour.OPERATIONS[operation], PendingItem(None, 1, FIRST, was_sent=was_sent)
    ((status, reason),) = classified(table, body, item, lost=lost)
    assert (status, reason[:19]) == ("unknown", "listed as a failure")
    assert classified(table, body, PendingItem(None, 1, FIRST)) == [("rejected", reason)]
    rows[0]["message"] = "no pages"
    if operation == "putBooks":
        assert classified(table, body, item, lost=lost) == [("rejected", "no pages")]


def test_a_key_that_is_a_number_is_that_of_an_item_whose_key_is_one(generated: Package) -> None:
    table = generated.root.behaviour.OPERATIONS["lendBooks"]
    body = [{"sku": 7, "success": True}, {"sku": 8, "success": False}, {"sku": True, "success": True}]
    found = classified(table, body, *(PendingItem(None, number, sku) for number, sku in enumerate("781", 1)))
    assert [status for status, _ in found] == ["confirmed", "rejected", "unknown"]


@pytest.mark.parametrize("number", [0, 1])
def test_a_number_is_not_a_boolean(number: int, generated: Package) -> None:
    table = generated.root.behaviour.OPERATIONS["lendBooks"]
    reason = f"the response lists it as {number}, which neither confirms nor rejects it"
    assert classified(table, [{"sku": FIRST, "success": number}], PendingItem(None, 1, FIRST)) == [("unknown", reason)]
