"""Fuzzing follows the pages of a list in each way that a document can say, and finds pages that do not end as it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.fuzz.worker.checks import Checks
from scripts.runtime.behaviour import Behaviour, Expression, Pagination

URL = "https://api.test/rows"
ROWS = 5


def query(name: str) -> Expression:
    return Expression("request", "query", (name,))


def said(*path: str) -> Expression:
    return Expression("response", "body", path)


class Vendor:
    """A vendor whose pages have two rows each, and what a response says besides, by the number of rows up to its end.

    Attributes:
        beyond: the response to a page after the last one, with its status; None for one without rows.
        is_bare: whether a page is nothing but the array of its rows.
        asked: queries and bodies that were received.
    """

    def __init__(
        self, says: Callable[[int], Mapping[str, Any]], *, beyond: tuple[int, Any] | None = None, is_bare: bool = False
    ) -> None:
        self._says, self._beyond, self._is_bare = says, beyond, is_bare
        self.asked: list[tuple[dict[str, str], Any]] = []

    def again(self, _: Any, case: Any, *, query: dict[str, str], body: Any) -> tuple[Any, Any]:
        self.asked.append((query, body))
        number = (body or {}).get("page") or query.get("page")
        start = 2 * (int(number) - 1) if number else int(query.get("skip", 0))
        if start >= ROWS and self._beyond:
            return case, self.respond(*self._beyond)
        return case, self.page(start)

    def page(self, start: int) -> Any:
        rows = [{"id": each} for each in range(start, min(start + 2, ROWS))]
        return self.respond(200, {"rows": rows, **self._says(start + len(rows))})

    def respond(self, status: int, content: Any) -> Any:
        headers = {name: [text] for name, text in content.pop("headers", {}).items()}
        request = SimpleNamespace(url=URL)
        content = content["rows"] if self._is_bare else content
        return SimpleNamespace(status_code=status, content=json.dumps(content).encode(), headers=headers, request=request)


def pages_end(vendor: Vendor, *, body: Any = None, **fields: Any) -> bool:
    """Run the check on a first page."""
    editor: Any = SimpleNamespace(query=lambda _: SimpleNamespace(encoded=dict))
    follower: Any = vendor
    keys: Any = None
    checks = Checks(editor=editor, follower=follower, keys=keys, full=True)
    case: Any = SimpleNamespace(query={"owner": "me"}, body=body)
    behaviour = Behaviour(pagination=Pagination(**{"items": said("rows"), **fields}))
    context: Any = None
    return checks.pages_end(context, vendor.page(0), case, behaviour)


BY_PAGE = {"page": query("page"), "first": 1, "more": said("more")}
FLAG: Callable[[int], Mapping[str, Any]] = lambda end: {"more": end < ROWS}  # noqa: E731
WAYS: dict[str, tuple[dict[str, Any], Callable[[int], Mapping[str, Any]]]] = {
    "page": (BY_PAGE, FLAG),
    "pages": ({**BY_PAGE, "more": None, "pages": said("pages")}, lambda _: {"pages": 3}),
    "total": ({**BY_PAGE, "more": None, "total": said("total")}, lambda _: {"total": ROWS}),
    "offset": ({"offset": query("skip"), "first": 0}, lambda _: {}),
    "body": ({"page": Expression("request", "body", ("page",)), "first": 1, "more": said("more")}, FLAG),
    "link": ({"link": said("next")}, lambda end: {"next": f"?owner=me&skip={end}"} if end < ROWS else {}),
    "header": (
        {"link": Expression("response", "header", ("Link",))},
        lambda end: {"headers": {"link": f'</>; rel="first", <{URL}?owner=me&skip={end}>; rel="next"'} if end < ROWS else {}},
    ),
    "token": ({"token": said("token"), "parameter": query("skip")}, lambda end: {"token": str(end)} if end < ROWS else {}),
}


@pytest.mark.parametrize(("way", "is_bare"), [*((each, False) for each in WAYS), ("offset", True), ("header", True)])
def test_the_pages_are_read_to_their_end_and_one_after_it(way: str, is_bare: bool) -> None:
    fields, says = WAYS[way]
    vendor = Vendor(says, is_bare=is_bare)
    if is_bare:
        fields = {**fields, "items": said()}
    assert pages_end(vendor, body={"about": 1} if way == "body" else None, **fields)
    counted = fields.get("first") is not None
    assert len(vendor.asked) == 2 + counted + (way == "offset")
    assert {sent["owner"] for sent, _ in vendor.asked} == {"me"}


@pytest.mark.parametrize(
    ("way", "vendor", "message"),
    [
        ("page", Vendor(lambda _: {"more": True}), "the pages never end: 20 in a row have no items"),
        ("page", Vendor(FLAG, beyond=(200, {"rows": [{"id": 4}], "more": False})), "a page after the last one has items"),
        ("page", Vendor(FLAG, beyond=(200, {"rows": [], "more": True})), "or says that there is another page"),
        ("page", Vendor(FLAG, beyond=(500, {})), "a page after the last one gets 500"),
        ("link", Vendor(lambda _: {"next": "https://evil.test/rows?skip=2"}), "leads to https://evil.test"),
        ("link", Vendor(lambda _: {"next": "?skip=0"}), "the pages never end: the token"),
    ],
)
def test_pages_that_do_not_end_as_the_document_says_are_found(way: str, vendor: Vendor, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        pages_end(vendor, **WAYS[way][0])


def test_a_page_after_the_last_one_may_be_refused() -> None:
    assert pages_end(Vendor(FLAG, beyond=(404, {})), **BY_PAGE)
