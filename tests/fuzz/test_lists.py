"""A case is sent again with another list, wherever its list is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from scripts.fuzz.worker.checks import Checks, _list_of
from scripts.fuzz.worker.editing import Query
from scripts.runtime.behaviour import Expression


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (("ids",), {"ids": ["A"], "of": 1}, {"ids": ["B", "C"], "of": 1}),
        (("of", "ids"), {"of": {"ids": ["A"]}}, {"of": {"ids": ["B", "C"]}}),
        ((), ["A"], ["B", "C"]),
    ],
    ids=str,
)
def test_another_list_takes_the_place_of_the_list(path: tuple[str, ...], body: Any, expected: Any) -> None:
    sent = list[Any]()
    unused: Any = None

    def again(_: Any, case: Any, *, body: Any, recorded: bool) -> tuple[Any, Any]:
        sent.append((body, recorded))
        return case, None

    follower: Any = SimpleNamespace(again=again)
    checks = Checks(editor=unused, follower=follower, keys=unused, full=True)
    case: Any = SimpleNamespace(body=body)
    checks._with(unused, case, Expression("request", "body", path), ["B", "C"])
    assert sent == [(expected, False)]
    assert case.body != expected


@pytest.mark.parametrize(
    ("style", "value", "is_delimited"),
    [({"explode": False}, "A,B", True), ({"explode": True}, ["A", "B"], False), ({}, ["A", "B"], False)],
    ids=str,
)
def test_a_list_in_the_query_is_read_as_it_is_sent(style: dict[str, Any], value: Any, is_delimited: bool) -> None:
    parameter = SimpleNamespace(name="ids", optimized_schema={"type": "array"}, definition=style, is_required=True)
    query = Query(SimpleNamespace(query=[parameter], definition=SimpleNamespace(raw={})))
    case: Any = SimpleNamespace(query={"ids": value})
    assert _list_of(Expression("request", "query", ("ids",)), case) == ["A", "B"]
    assert ("ids" in query.lists) is is_delimited
