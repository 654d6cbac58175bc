"""The mock of an API gives what it holds page by page, in each way that a document can say, and the engine reads all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients._engine.flows.effects import Call, CallResult
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from tests.mock.callers import Caller
from tests.overrides.listing import Listing, pages_of, refusal

DESCRIBED = of_file(Path(__file__).with_name("pages.yaml"))
HELD = 50  # rows at the start
LISTS = [each for each in DESCRIBED.operations.values() if each.method == "GET"]


class Shelves(Caller):
    """A caller of the mock."""

    api = "shelves"
    kinds = (generic(DESCRIBED),)

    def get(self, path: str, **query: Any) -> httpx2.Response:
        return self.http.get(path, params=query)

    def call(self, call: Call) -> CallResult[Any]:
        """Send a request of the engine."""
        response = self.http.get(call.request.target)
        if response.status_code == 404:
            return refusal(call, 404, response.json())
        assert response.status_code == 200, response.text
        return CallResult(value=response.json(), response=response)


@pytest.fixture(scope="module")
def shelves() -> Iterator[Shelves]:
    with Shelves.served() as found:
        yield found


@pytest.mark.parametrize("size", [8, 25, 30])
@pytest.mark.parametrize("operation", LISTS, ids=lambda each: each.id)
def test_all_that_is_held_is_on_the_pages_once(operation: Any, size: int, shelves: Shelves) -> None:
    table = operation.table.pagination
    names = ("page", "skip", "after", "perPage")
    found = [each["rowId"] for each in pages_of(shelves.call, table, operation=Listing(operation.path, names=names), perPage=size)]
    expected = min(HELD, table.limit or HELD)
    assert found == [f"ROW-{number:04}" for number in range(1, expected + 1)]


def test_a_page_says_what_the_document_has(shelves: Shelves) -> None:
    first, last = (shelves.get("/by-page", page=number).json() for number in (1, 3))
    assert (len(first["rows"]), first["hasMore"], len(last["rows"]), last["hasMore"]) == (20, True, 10, False)
    assert shelves.get("/by-page-from-0", perPage=20).json()["pageCount"] == 3
    assert shelves.get("/by-offset", perPage=20).headers["x-total-count"] == "50"
    page = shelves.get("/by-link", perPage=20).json()
    assert page["next"].startswith(f"{shelves.vendor.base_url}/by-link?perPage=20&")
    assert page["total"] == HELD
    assert shelves.http.get(page["next"]).json()["next"].count("mock-page=") == 1
    assert len(shelves.get("/by-page-from-0", page=2).json()["rows"]) == 5, "the document has a limit of 45"
    header = shelves.get("/by-link-header", perPage=20).headers["link"]
    assert header.startswith(f"<{shelves.vendor.base_url}/by-link-header?perPage=20&")
    assert header.endswith('>; rel="next"')
    token = shelves.get("/by-token", perPage=30).headers["x-next"]
    rest = shelves.get("/by-token", perPage=30, after=token)
    assert ("x-next" in rest.headers, rest.json()["hasMore"], len(rest.json()["rows"])) == (False, False, 20)


def test_a_bare_page_is_an_array_and_says_the_rest_in_headers(shelves: Shelves) -> None:
    page = shelves.get("/bare-by-link-header", perPage=30)
    assert ([*page.json()[0]], len(page.json()), page.headers["x-total-count"]) == (["rowId"], 30, "50")
    rest = shelves.http.get(page.links["next"]["url"])
    assert (len(rest.json()), "link" in rest.headers, rest.headers["x-total-count"]) == (20, False, "50")
    assert shelves.get("/bare-by-page", page=1000).json() == []


@pytest.mark.parametrize(("path", "name"), [("/by-page", "page"), ("/by-page-from-0", "page"), ("/by-offset", "skip")])
def test_a_page_after_the_last_one_is_empty(path: str, name: str, shelves: Shelves) -> None:
    page = shelves.get(path, **{name: 1000}).json()
    assert page["rows"] == []
    assert not page.get("hasMore")


@pytest.mark.parametrize(
    ("path", "query", "message"),
    [
        ("/by-page", {"perPage": 31}, "query.perPage: "),
        ("/by-page", {"page": 0}, "page: the first page is 1"),
        ("/by-page-from-0", {"page": -1}, "page: the first page is 0"),
        ("/by-offset", {"skip": -1}, "skip: the first page is 0"),
        ("/by-offset-from-1", {"skip": 0}, "skip: the first page is 1"),
        ("/by-token", {"after": "x"}, "after: this token was not issued"),
        ("/by-link", {"mock-page": "x"}, "mock-page: this token was not issued"),
    ],
)
def test_a_page_that_does_not_exist_is_refused(path: str, query: dict[str, Any], message: str, shelves: Shelves) -> None:
    response = shelves.get(path, **query)
    assert (response.status_code, response.json()["message"][: len(message)]) == (400, message)


def test_the_number_of_a_page_can_be_in_the_body(shelves: Shelves) -> None:
    pages = [shelves.http.post("/searches", json={"paging": {"number": number, "perPage": 30}}).json() for number in (1, 2, 3)]
    assert [(len(each["rows"]), each["hasMore"]) for each in pages] == [(30, True), (20, False), (0, False)]
