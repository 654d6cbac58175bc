"""A case is sent again with another list, wherever its list is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from scripts.fuzz.worker.checks import Checks
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
