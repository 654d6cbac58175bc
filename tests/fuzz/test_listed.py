"""What a response lists is compared with what was sent, by keys or by places in the request."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from msgspec import structs

from scripts.fuzz.worker.checks import _check_listed
from scripts.runtime.behaviour import Chunking, Expression, Ignored, Rejections

LIST = Expression("response", "body", ("rows",))
CHUNKING = Chunking(
    array=Expression("request", "body", ("items",)), size=9, key=(("sku",), ("store",)), normalize="none", keep="last"
)
SENT = [{"sku": "A", "store": "1"}, {"sku": "B", "store": "1"}]
REFUSED = Rejections(items=LIST, key=("of",))
EACH = Rejections(items=LIST, key=("of",), status=("state",), success=("ok",), failures=("no",))
BY_PATH = Rejections(items=LIST, index=("at",), first=1)


@pytest.mark.parametrize(
    ("listing", "rows", "words"),
    [
        (REFUSED, [], ""),
        (REFUSED, None, ""),
        (REFUSED, [{"of": "B"}, {"of": "B"}], ""),
        (REFUSED, [{"of": "C"}], "the response lists 'C', which was not sent"),
        (EACH, [{"of": "B"}, {"of": "A"}], ""),
        (EACH, [{"of": "B"}], "lost item: the response does not list 'A'"),
        (EACH, None, "lost item: the response does not list 'A'"),
        (BY_PATH, [{"at": "/items/2/sku"}, {"at": 1}], ""),
        (BY_PATH, [{"at": "items[0]"}], "the response lists '0', which was not sent"),
    ],
)
def test_a_list_of_something_else_is_found(listing: Rejections, rows: Any, words: str) -> None:
    with pytest.raises(AssertionError, match=words) if words else nullcontext():
        _check_listed(CHUNKING, listing, SENT, rows)


@pytest.mark.parametrize("ignored", ["letter-case", "separators", "leading-zeros"])
def test_a_key_is_listed_in_a_form_that_its_table_allows(ignored: Ignored) -> None:
    sent, of = {"letter-case": ("a", "A"), "separators": ("a-1", "a 1"), "leading-zeros": ("01", "1")}[ignored]
    _check_listed(structs.replace(CHUNKING, ignore=(ignored,)), EACH, [{"sku": sent}], [{"of": of}])
    with pytest.raises(AssertionError, match=f"the response lists '{of}', which was not sent"):
        _check_listed(CHUNKING, EACH, [{"sku": sent}], [{"of": of}])
