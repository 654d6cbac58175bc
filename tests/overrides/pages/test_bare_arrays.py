"""An API whose bodies are bare arrays, from its document to the outcomes: pages, lookups, uploads and lists of failures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from catalog_clients import PagingError
from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.items.requests import Requests
from catalog_clients._engine.tables.operations import operations_by_method
from catalog_jobs import apis
from scripts.lint import extensions
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.runtime.behaviour import Expression, Pagination
from scripts.spec.document import read
from tests.generate.packages import Package
from tests.mock.callers import Caller
from tests.overrides.listing import header, pages_of, query, result
from tests.overrides.ways import Way

DOCUMENT = Path(__file__).parent.with_name("crates.yaml")
ITSELF = Expression("response", "body", ())
HELD = 50  # crates at the start
BASE = "https://api.crates.example/v1"


class Crates(Caller):
    """A caller of the mock."""

    api = "crates"
    kinds = (generic(of_file(DOCUMENT)),)


@pytest.fixture(scope="module")
def crates() -> Iterator[Crates]:
    with Crates.served() as found:
        yield found


def played(way: Way, package: Package, play: Callable[[httpx2.Request], httpx2.Response]) -> Any:
    return way.bulk(package.root, BASE, http_client=way.http(transport=httpx2.MockTransport(play)))


def code(number: int) -> str:
    return f"CRATE-{number:04}"


def test_what_the_document_says_of_bare_arrays_is_clean_and_becomes_an_empty_path(generated: Package) -> None:
    assert extensions.check(read(DOCUMENT)) == []
    tables = generated.root.behaviour.OPERATIONS
    pages, chunking = tables["listCrates"].pagination, tables["putCrates"].chunking
    assert (pages.items.part, pages.items.path) == ("body", ())
    assert (chunking.array.path, chunking.size, chunking.rejections.items.path) == ((), 4, ())
    assert tables["findCrates"].matching.items.path == tables["putCrates"].rate_limit.cost.path == ()


def test_the_readme_says_that_it_is_the_body_itself(generated: Package) -> None:
    words = " ".join((generated.folder / "README.md").read_text(encoding="utf-8").split())
    assert "a request has at most 4 elements of the body itself" in words
    assert "All pages together have at most 500 elements of the body itself." in words
    assert "an element of the body itself is what was requested if it has that as `code`" in words
    assert "``" not in words.replace("```", ""), "no name is empty"
    assert "print(result) # what is not listed has succeeded" in words
    assert '`bulk.run("putCrates", items)`' in words


def test_the_command_can_use_each_operation(generated: Package) -> None:
    package, found = generated.root, operations_by_method(generated.name)
    tables = package.behaviour.OPERATIONS
    made = {each.name: apis._operation(package, method, each, tables[each.name], set()) for method, each in found.items()}
    assert {name: each.uses for name, each in made.items()} == {
        "listCrates": ("search",),
        "putCrates": ("run",),
        "findCrates": ("lookup",),
    }


def test_all_pages_are_read_by_their_links(way: Way, generated: Package, crates: Crates) -> None:
    bulk = way.bulk(generated.root, crates.vendor.base_url)
    found = [each.code for each in way.read(bulk.pages("listCrates"))]
    assert found[:HELD] == [code(number) for number in range(1, HELD + 1)]
    assert len(found) == len({*found})
    page = crates.http.get("/crates")
    assert (len(page.json()), int(page.headers["x-total-count"])) == (20, len(found))


def test_items_are_sent_as_arrays_and_failures_are_those_that_are_listed(way: Way, generated: Package, crates: Crates) -> None:
    bulk = way.bulk(generated.root, crates.vendor.base_url)
    items = [{"code": code(number), "litres": number} for number in range(101, 111)]
    with crates.changed(rejected=0.4):
        outcomes = way.read(bulk.run("putCrates", [*items, {"code": "no"}, {"code": code(111), "litres": 0}]))
    statuses = {each.sku: each.status for each in outcomes}
    rejected = [sku for sku, status in statuses.items() if status == "rejected" and sku.startswith("CRATE-010")]
    assert statuses["no"] == statuses[code(111)] == "rejected"
    assert 0 < len(rejected) < 9
    assert {each.reason for each in outcomes if each.sku in rejected} == {"rejected"}
    held = {each.sku for each in outcomes if each.status == "confirmed"}
    listed = {each.code: each.litres for each in way.read(bulk.pages("listCrates"))}
    assert {sku: listed.get(sku) for sku in held} == {sku: int(sku[-4:]) for sku in held}
    assert {*rejected}.isdisjoint(listed)


def test_identifiers_get_their_items(way: Way, generated: Package, crates: Crates) -> None:
    """The mock has all of them."""
    bulk = way.bulk(generated.root, crates.vendor.base_url)
    found = way.read(bulk.lookup("findCrates", map(code, range(1, 8)), raw=True))
    assert {each.identifier: [item.code for item in each.items] for each in found} == {
        each: [each] for each in map(code, range(1, 8))
    }
    assert {each.raw[0]["code"] for each in found} == {*map(code, range(1, 8))}


def test_identifiers_that_a_bare_array_lacks_are_missing(way: Way, generated: Package) -> None:
    """Unless an element of it cannot be read, which may have been theirs."""

    def play(request: httpx2.Request) -> httpx2.Response:
        asked = json.loads(request.content)
        return httpx2.Response(200, json=[{"code": 7} if each == code(8) else {"code": each} for each in asked if each != code(2)])

    found = way.read(played(way, generated, play).lookup("findCrates", map(code, range(1, 10))))
    statuses = {each.identifier: each.status for each in found}
    assert [statuses[code(number)] for number in (1, 2, 3, 8, 9)] == ["found", "missing", "found", "unknown", "found"]


def test_elements_that_cannot_be_read_are_lost_and_nothing_else_is(
    way: Way, generated: Package, caplog: pytest.LogCaptureFixture
) -> None:
    """A page of nothing but such elements is not the end, and what is lost is counted."""
    contents = [[{"code": code(1)}, {"code": 7}], [{"code": None}], [{"code": code(4)}]]

    def play(request: httpx2.Request) -> httpx2.Response:
        number = int(request.url.params.get("at", "0"))
        following = {"Link": f'<{BASE}/crates?at={number + 1}>; rel="next"'} if number < 2 else {}
        return httpx2.Response(200, json=contents[number], headers={"X-Total-Count": "4", **following})

    assert [each.code for each in way.read(played(way, generated, play).pages("listCrates"))] == [code(1), code(4)]
    assert [each for each in caplog.messages if "the pages end" in each] == []


@pytest.mark.parametrize("body", [{"message": "no"}, "no", 7])
def test_a_page_that_is_not_an_array_is_an_error_and_not_the_end(body: Any, way: Way, generated: Package) -> None:
    bulk = played(way, generated, lambda _: httpx2.Response(200, json=body))
    with pytest.raises(generated.errors.ResponseError, match="Expected `array`"):
        way.read(bulk.pages("listCrates"))


@pytest.mark.parametrize(
    ("failures", "statuses"),
    [
        ([], ["confirmed", "confirmed"]),
        ([{"code": code(2), "why": "full"}], ["confirmed", "rejected"]),
        ([{"code": 2, "why": "full"}], ["unknown", "unknown"]),
        ([{"code": code(3)}], ["unknown", "unknown"]),
        ('[{"code": "CRATE-0002", "code": "CRATE-0001"}]', ["unknown", "unknown"]),
        ({"errors": ["full"]}, ["unknown", "unknown"]),
    ],
    ids=str,
)
def test_what_is_not_clear_in_a_list_of_failures_confirms_nothing(
    failures: Any, statuses: list[str], way: Way, generated: Package
) -> None:
    content = failures if isinstance(failures, str) else json.dumps(failures)
    bulk = played(way, generated, lambda _: httpx2.Response(200, content=content, headers={"Content-Type": "application/json"}))
    outcomes = way.read(bulk.run("putCrates", [{"code": code(1)}, {"code": code(2)}]))
    assert [each.status for each in outcomes] == statuses


@pytest.mark.parametrize("row", [{}, {"why": ""}, {"why": " "}], ids=str)
def test_a_failure_without_a_reason_says_that_it_is_listed(row: Any, way: Way, generated: Package) -> None:
    bulk = played(way, generated, lambda _: httpx2.Response(200, json=[{"code": code(1), **row}]))
    (outcome,) = way.read(bulk.run("putCrates", [{"code": code(1)}]))
    assert (outcome.status, outcome.reason) == ("rejected", "listed as a failure")


def test_a_request_has_its_key_in_a_header_beside_the_array(generated: Package) -> None:
    operation = operations_by_method(generated.name)["put_crates"]
    requests = Requests(operation, generated.root.behaviour.OPERATIONS["putCrates"], {})
    made: list[Any] = [requests([{"code": code(number)}], "origin") for number in (1, 1, 2)]
    assert json.loads(made[0].content) == [{"code": code(1)}]
    keys = [dict(each.headers)["Put-Key"] for each in made]
    assert keys[0] == keys[1] != keys[2]


WAYS: dict[str, dict[str, Any]] = {
    "link": {"link": header("Link")},
    "page": {"page": query("page"), "first": 1},
    "offset": {"offset": query("offset"), "first": 0},
    "total": {"offset": query("offset"), "first": 0, "total": header("X-Total")},
}


@pytest.mark.parametrize("kind", WAYS)
def test_bare_pages_end_in_each_way_that_leaves_the_body_alone(kind: str) -> None:
    targets = list[str]()

    def vendor(call: Any) -> CallResult[Any]:
        targets.append(call.request.target)
        start = 2 * (len(targets) - 1)
        rows = [{"id": number} for number in range(start, min(start + 2, 5))]
        more = {"Link": f'<?start={start + 2}>; rel="next"'} if start + 2 < 5 else {}
        return result(call, rows, {"X-Total": "5", **more})

    table = Pagination(items=ITSELF, **WAYS[kind])
    assert [each["id"] for each in pages_of(vendor, table)] == [*range(5)]
    assert len(targets) == (4 if kind in ("page", "offset") else 3)


def test_a_bare_page_that_cannot_be_read_as_a_whole_is_not_the_last_one() -> None:
    bad: Any = SimpleNamespace(path="$", rule="no", left_out="")
    with pytest.raises(PagingError, match="page 1 does not say whether another page follows: the response breaks the spec at"):
        list(pages_of(lambda call: result(call, [], breaches=[bad]), Pagination(items=ITSELF, **WAYS["page"])))
