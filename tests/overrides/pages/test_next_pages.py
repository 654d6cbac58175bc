"""Pages by token, number, offset and link, and how their end is known: the same items, and the same protections."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from catalog_clients import Match, PagingError
from catalog_clients._engine.chunks.chunking import Chunker
from catalog_clients._engine.flows.effects import Call, CallResult
from catalog_clients._engine.items.requests import Arguments, Requests
from catalog_clients._engine.lookups.matching import Lookup, arguments_of
from catalog_clients._engine.pages.paging import PageReader, Pages, first_page
from catalog_clients._engine.run.state import RunState
from catalog_clients._engine.tables.operations import operation_of
from scripts.runtime.behaviour import Behaviour, Expression, Pagination
from tests.clients.access import ITEMS, JWO
from tests.clients.causes import SEARCH, STATUS
from tests.overrides.listing import BASE, Listing, body, header, pages_of, query, refusal, result
from tests.overrides.playing import APIS, TABLES, Player, query_of, respond

ITEMS_OF_PAGE, TOTAL, SIZE = body("rows"), body("count"), query("size")
BY_PAGE: dict[str, Any] = {"items": ITEMS_OF_PAGE, "page": query("page"), "first": 1}
BY_OFFSET: dict[str, Any] = {"items": ITEMS_OF_PAGE, "offset": query("offset"), "first": 0}
BY_LINK: dict[str, Any] = {"items": ITEMS_OF_PAGE, "link": body("next", "href")}
BY_TOKEN: dict[str, Any] = {"items": ITEMS_OF_PAGE, "token": header("X-Next"), "parameter": query("page")}


@dataclass
class Rows:
    """A vendor that has some rows, and says what its document has.

    Attributes:
        table: how it pages.
        total: how many rows it has.
        size: number of rows of a page.
        says: what a response has besides the rows, by the number of rows up to its end.
        asked: queries that were received.
    """

    table: Pagination
    total: int
    size: int
    says: Callable[[Rows, int], dict[str, Any]]
    headers: Callable[[Rows, int], dict[str, str]] = lambda *_: {}
    asked: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, call: Call) -> CallResult[Any]:
        target = call.request.target
        asked = dict(parse_qsl(urlsplit(target).query))
        self.asked.append(asked)
        assert urlsplit(target).path == "/rows"
        first = self.table.first or 0
        start = int(asked["offset"]) - first if "offset" in asked else (int(asked.get("page", first)) - first) * self.size
        rows = [{"id": number} for number in range(start, min(start + self.size, self.total))]
        end = start + len(rows)
        if self.table.beyond and not rows and start:
            return refusal(call, self.table.beyond)
        return result(call, {"rows": rows, **self.says(self, end)}, self.headers(self, end))

    @property
    def pages(self) -> int:
        return -(-self.total // self.size)

    def following(self, end: int) -> str | None:
        """Return the number of the next page, from 0, as links and tokens have it."""
        return str(-(-end // self.size)) if end < self.total else None


def numbers(pages: Pages[Any, Any]) -> list[int]:
    return [each["id"] for each in pages]


def _next(rows: Rows, end: int, form: str) -> str | None:
    following = rows.following(end)
    return form.format(following) if following else None


# What a table has, what responses say, and how many requests are sent besides one for each page.
ENDS: dict[str, tuple[dict[str, Any], Callable[[Rows, int], Any], Callable[[Rows, int], Any], Callable[[Rows], int]]] = {
    "page, more": (
        {**BY_PAGE, "more": body("paging", "hasMore")},
        lambda rows, end: {"paging": {"hasMore": end < rows.total}},
        lambda *_: {},
        lambda _: 0,
    ),
    "page from 0, number of pages": (
        {**BY_PAGE, "first": 0, "pages": body("pageCount")},
        lambda rows, _: {"pageCount": rows.pages},
        lambda *_: {},
        lambda _: 0,
    ),
    "page, total": ({**BY_PAGE, "total": TOTAL}, lambda rows, _: {"count": rows.total}, lambda *_: {}, lambda _: 0),
    "page, total in a header": (
        {**BY_PAGE, "total": header("X-Total-Count")},
        lambda *_: {},
        lambda rows, _: {"X-Total-Count": str(rows.total)},
        lambda _: 0,
    ),
    "page, empty page": (BY_PAGE, lambda *_: {}, lambda *_: {}, lambda rows: rows.total > 0),
    "page, refused page": ({**BY_PAGE, "beyond": 404}, lambda *_: {}, lambda *_: {}, lambda rows: rows.total > 0),
    "offset, refused page": ({**BY_OFFSET, "beyond": 416}, lambda *_: {}, lambda *_: {}, lambda rows: rows.total > 0),
    "page, short page": (
        {**BY_PAGE, "last_page": "short", "size": SIZE},
        lambda *_: {},
        lambda *_: {},
        lambda rows: rows.total > 0 and rows.total % rows.size == 0,
    ),
    "offset, total": ({**BY_OFFSET, "total": TOTAL}, lambda rows, _: {"count": rows.total}, lambda *_: {}, lambda _: 0),
    "offset from 1, more": (
        {**BY_OFFSET, "first": 1, "more": body("more")},
        lambda rows, end: {"more": end < rows.total},
        lambda *_: {},
        lambda _: 0,
    ),
    "offset, empty page": (BY_OFFSET, lambda *_: {}, lambda *_: {}, lambda rows: rows.total > 0),
    "link, whole": (
        BY_LINK,
        lambda rows, end: {"next": {"href": _next(rows, end, f"{BASE}/rows?owner=me&page={{}}&key=secret")}},
        lambda *_: {},
        lambda _: 0,
    ),
    "link, relative": (
        BY_LINK,
        lambda rows, end: {"next": {"href": _next(rows, end, "?owner=me&page={}")}},
        lambda *_: {},
        lambda _: 0,
    ),
    "link in the header": (
        {**BY_LINK, "link": header("Link")},
        lambda *_: {},
        lambda rows, end: {"Link": ", ".join(['</v1/rows>; rel="first"', *_link_header(rows, end)])},
        lambda _: 0,
    ),
    "token in a header": (BY_TOKEN, lambda *_: {}, lambda rows, end: {"X-Next": rows.following(end) or ""}, lambda _: 0),
    "token on the last page, too": (
        {**BY_TOKEN, "token": body("cursor"), "more": body("more")},
        lambda rows, end: {"cursor": str(-(-end // rows.size)), "more": end < rows.total},
        lambda *_: {},
        lambda _: 0,
    ),
}


def _link_header(rows: Rows, end: int) -> list[str]:
    link = _next(rows, end, f"<{BASE}/rows?owner=me&page={{}}>; rel=NEXT")
    return [link] if link else []


@pytest.mark.parametrize("way", ENDS)
@given(st.integers(0, 13), st.integers(1, 5))
@settings(max_examples=25)
def test_each_way_gives_each_item_once_and_sends_no_request_too_many(way: str, total: int, size: int) -> None:
    fields, says, headers, besides = ENDS[way]
    table = Pagination(**fields)
    rows = Rows(table, total, size, says, headers)
    sizes: dict[str, Any] = {"size": size} if table.size else {}
    assert numbers(pages_of(rows, table, owner="me", **sizes)) == list(range(total))
    assert len(rows.asked) == max(1, rows.pages) + besides(rows)
    assert {each["owner"] for each in rows.asked} == {"me"}
    assert all("key" not in each for each in rows.asked)


@pytest.mark.parametrize(
    ("fields", "start", "found", "requests"),
    [
        ({**BY_PAGE, "total": TOTAL}, {"page": 2}, [3, 4, 5, 6], 3),  # how many items are before it is not known
        ({**BY_PAGE, "total": TOTAL, "size": SIZE}, {"page": 3, "size": 3}, [6], 1),
        ({**BY_PAGE, "total": TOTAL, "size": SIZE, "default": 3}, {"page": 3}, [6], 1),
        ({**BY_OFFSET, "total": TOTAL}, {"offset": 5}, [5, 6], 1),
        ({**BY_PAGE, "beyond": 404}, {"page": 3}, [6], 2),
    ],
)
def test_reading_can_begin_later(
    fields: Any, start: dict[str, Any], found: list[int], requests: int, caplog: pytest.LogCaptureFixture
) -> None:
    table = Pagination(**fields)
    rows = Rows(table, 7, 3, lambda rows, _: {"count": rows.total})
    assert numbers(pages_of(rows, table, **start)) == found
    assert (len(rows.asked), caplog.messages) == (requests, [])


def test_a_vendor_that_gives_fewer_items_than_requested_loses_none() -> None:
    table = Pagination(**BY_OFFSET, total=TOTAL, size=SIZE)
    rows = Rows(table, 7, 3, lambda rows, _: {"count": rows.total})
    assert numbers(pages_of(rows, table, size=100)) == list(range(7))


def test_the_first_page_is_requested_by_its_number() -> None:
    rows = Rows(Pagination(**BY_PAGE), 1, 3, lambda *_: {})
    assert numbers(pages_of(rows, rows.table)) == [0]
    assert rows.asked == [{"page": "1"}, {"page": "2"}]


def test_a_number_can_be_in_the_body() -> None:
    asked: list[Any] = []

    def vendor(call: Call) -> CallResult[Any]:
        asked.append(json.loads(cast("bytes", call.request.content)))
        return result(call, {"rows": [{"id": asked[-1]["paging"]["page"]}], "more": len(asked) < 3})

    table = Pagination(items=ITEMS_OF_PAGE, page=Expression("request", "body", ("paging", "page")), first=0, more=body("more"))
    behaviour: Any = Behaviour(pagination=table)
    begin: Any = lambda: PageReader(cast("Any", Listing()), behaviour, Arguments(body={"paging": {"per": 5}}))  # noqa: E731
    player: Any = Player(vendor)
    assert numbers(Pages(player, begin, None)) == [0, 1, 2]
    assert asked[1] == {"paging": {"per": 5, "page": 1}}


@pytest.mark.parametrize(
    ("place", "given", "expected"),
    [
        (Expression("request", "body", ("ingestionId",)), {}, {"ingestion_id": 1}),
        (Expression("request", "body", ("ingestionId",)), {"ingestion_id": 3}, {}),
        (Expression("request", "body", ("ingestionId",)), {"body": {"ingestionId": 3}}, {}),
        (Expression("request", "body", ("paging", "page")), {}, {}),
        (Expression("request", "query", ("page",)), {"page": None}, {"page": 1}),
    ],
)
def test_the_first_page_is_an_argument_unless_one_is_given(place: Expression, given: dict[str, Any], expected: Any) -> None:
    operation: Any = operation_of(cast("Any", APIS[JWO]), STATUS) if place.part == "body" else Listing()
    table: Any = Behaviour(pagination=Pagination(items=ITEMS_OF_PAGE, page=place, first=1))
    assert first_page(operation, table, given) == expected


def test_a_limit_of_pagination_is_the_end_and_is_no_loss(caplog: pytest.LogCaptureFixture) -> None:
    table = Pagination(**BY_OFFSET, total=TOTAL, limit=6)
    rows = Rows(table, 100, 3, lambda rows, _: {"count": rows.total})
    assert numbers(pages_of(rows, table)) == list(range(6))
    assert (len(rows.asked), caplog.messages) == (2, [])


@pytest.mark.parametrize("fields", [BY_PAGE, BY_OFFSET, {**BY_PAGE, "more": body("more")}])
def test_pages_that_end_too_early_are_noted(fields: Any, caplog: pytest.LogCaptureFixture) -> None:
    table = Pagination(**fields, total=TOTAL)
    rows = Rows(table, 4, 3, lambda rows, end: {"count": 9, "more": end < rows.total})
    with caplog.at_level(logging.WARNING):
        assert numbers(pages_of(rows, table)) == [0, 1, 2, 3]
    assert caplog.messages == ["the pages end after 4 of 9 items"]


FIRST_AGAIN = "page 2 has no new items"


@pytest.mark.parametrize(
    ("fields", "content", "asked", "message"),
    [
        (BY_PAGE, {"rows": [{"id": 1}]}, 2, FIRST_AGAIN),
        ({**BY_PAGE, "more": body("more")}, {"rows": [{"id": 1}], "more": True}, 2, FIRST_AGAIN),
        (BY_OFFSET, {"rows": [{"id": 1}], "count": 50}, 2, FIRST_AGAIN),
        (BY_LINK, {"rows": [{"id": 1}], "next": {"href": "?page=1"}}, 2, FIRST_AGAIN),
        (BY_LINK, {"rows": [], "next": {"href": "?page=1"}}, 2, "page 2 leads back to an earlier page"),
        ({**BY_PAGE, "more": body("more")}, {"rows": [], "more": True}, 20, "page 20 has no new items"),
        ({**BY_OFFSET, "more": body("more")}, {"rows": [], "more": True}, 1, "page 1 leads back to an earlier page"),
        (
            {**BY_LINK, "more": body("more")},
            {"rows": [{"id": 1}], "more": True},
            1,
            "page 1 does not say whether another page follows: .* no next.href",
        ),
        (
            {**BY_TOKEN, "more": body("more")},
            {"rows": [], "more": True},
            1,
            "page 1 does not say whether another page follows: .* no X-Next",
        ),
    ],
)
def test_pages_that_do_not_end_are_an_error(fields: Any, content: Any, asked: int, message: str) -> None:
    calls: list[Call] = []

    def vendor(call: Call) -> CallResult[Any]:
        calls.append(call)
        return result(call, content)

    with pytest.raises(PagingError, match=message):
        numbers(pages_of(vendor, Pagination(**fields)))
    assert len(calls) == asked


def test_what_is_unclear_is_not_the_end() -> None:
    """A flag that is missing on the last page costs a request, and one that is missing on another page loses nothing."""
    table = Pagination(**BY_PAGE, more=body("more"))
    rows = Rows(table, 6, 3, lambda *_: {})
    assert numbers(pages_of(rows, table)) == list(range(6))
    assert len(rows.asked) == 3


def test_the_last_page_that_the_spec_allows_is_an_error_after_its_items() -> None:
    table, found, operation = Pagination(**BY_PAGE), list[Any](), Listing(last=2)
    with pytest.raises(PagingError, match="the page after page 2 cannot be requested: page: Expected `int` <= 2"):
        found.extend(pages_of(Rows(table, 9, 3, lambda *_: {}), table, operation=operation))
    assert [each["id"] for each in found] == list(range(6))


def test_a_page_with_an_item_that_cannot_be_read_loses_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """The offset counts what the vendor has sent, and so does the end."""
    table, asked = Pagination(**BY_OFFSET, total=TOTAL), list[str]()

    def vendor(call: Call) -> CallResult[Any]:
        asked.append(call.request.target)
        if len(asked) == 2:
            return result(call, {"rows": [{"id": 3}], "count": 4})
        bad: Any = SimpleNamespace(path="$.rows[1].id", rule="no", left_out="$.rows[1]")
        return result(call, {"rows": [{"id": 1}, {"id": 2}], "count": 4}, breaches=[bad])

    assert numbers(pages_of(vendor, table)) == [1, 2, 3]
    assert asked == ["/rows?offset=0", "/rows?offset=3"]
    assert caplog.messages == []


@pytest.mark.parametrize("fields", [BY_PAGE, BY_OFFSET, {**BY_PAGE, "total": TOTAL}])
def test_items_that_cannot_be_read_are_not_an_empty_page(fields: Any) -> None:
    bad: Any = SimpleNamespace(path="$.rows", rule="no", left_out="$.rows")
    with pytest.raises(
        PagingError, match=r"page 1 does not say whether another page follows: the response breaks the spec at .*\$\.rows"
    ):
        numbers(pages_of(lambda call: result(call, {"count": 7}, breaches=[bad]), Pagination(**fields)))


@pytest.mark.parametrize("end", [{"total": body("numberOfResults")}, {"beyond": 404}], ids=str)
@pytest.mark.parametrize("identifiers", [3, 25])
def test_a_lookup_reads_pages_by_number(identifiers: int, end: dict[str, Any]) -> None:
    """The parameter for the size of a page takes its number here."""
    operation, number = operation_of(cast("Any", APIS[ITEMS]), SEARCH), query("pageSize")
    pages = Pagination(items=body("items"), page=number, first=1, **end)
    table: Any = structs.replace(TABLES[SEARCH], pagination=pages)
    codes = [f"{each:013}" for each in range(identifiers)]

    def vendor(call: Call) -> CallResult[Any]:
        asked = query_of(call)
        wanted = asked["identifiers"].split(",")
        start = 8 * (int(asked["pageSize"]) - 1)
        held = [{"identifierType": "EAN", "identifier": code} for code in wanted]
        items = [
            {"asin": f"B{each['identifier'][-9:]}", "identifiers": [{"marketplaceId": "M", "identifiers": [each]}]} for each in held
        ]
        if start >= len(items):
            return respond(call, 404, {"errors": [{"code": "NOT_FOUND", "message": "no such page"}]})
        return respond(call, 200, {"numberOfResults": len(items), "items": items[start : start + 8]})

    given_arguments = {"identifiers_type": "EAN", "marketplace_ids": ["M"]}
    lookup = Lookup(operation, table, Requests(operation, table, arguments_of(operation, table, given_arguments)), Match)
    matches: Sequence[Match] = [
        match
        for chunk in Chunker(20, table.chunking, RunState()).chunks(codes)
        for match in Player(vendor).run(lookup.run(chunk, RunState())).results
    ]
    assert [(each.identifier, each.status) for each in matches] == [(code, "found") for code in codes]


@pytest.mark.parametrize(
    ("table", "advice"),
    [
        (Pagination(**BY_PAGE, size=SIZE, largest=4), "continue with the argument page=2"),
        (Pagination(**BY_OFFSET, size=SIZE), "continue with the argument offset=4"),
        (Pagination(**BY_LINK), "start again, as no argument selects this page"),
    ],
)
def test_how_to_go_on_after_a_page_that_is_not_available(table: Pagination, advice: str) -> None:
    def vendor(call: Call) -> CallResult[Any]:
        calls.append(call)
        if len(calls) == 2:
            return CallResult(error=httpx2.ReadError("lost"))
        return result(call, {"rows": [{"id": number} for number in range(4)], "next": {"href": "/v1/rows?page=2"}})

    calls, found = list[Call](), list[Any]()
    with pytest.raises(PagingError, match=f"^listRows: page 2 is not available after 1 attempt: .*; {advice}$"):
        found.extend(pages_of(vendor, table))
    assert len(found) == 4
