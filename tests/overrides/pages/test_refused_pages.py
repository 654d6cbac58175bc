"""A page that the vendor refuses is after the last one only if the table names the status, and after a page that was read."""

from __future__ import annotations

from typing import Any

import pytest

from catalog_clients._engine.flows.effects import Call, CallResult
from scripts.runtime.behaviour import Pagination
from tests.overrides.listing import pages_of, refusal, result
from tests.overrides.pages.test_next_pages import BY_PAGE, Rows, numbers
from tests.overrides.playing import query_of


@pytest.mark.parametrize(
    ("beyond", "first", "page", "status", "data"),
    [
        (404, 1, 1, 404, "none"),
        (404, 4, 4, 404, "none"),
        (404, 1, 2, 410, "none"),
        (404, 1, 2, 404, None),
        (None, 1, 2, 404, "none"),
    ],
)
def test_a_page_is_after_the_last_one_only_if_the_vendor_says_it_after_others(
    beyond: int | None, first: int, page: int, status: int, data: Any
) -> None:
    def vendor(call: Call) -> CallResult[Any]:
        return refusal(call, status, data) if query_of(call)["page"] == str(page) else result(call, {"rows": [{"id": 1}]})

    with pytest.raises(ValueError, match=str(status)):
        numbers(pages_of(vendor, Pagination(**BY_PAGE, beyond=beyond), page=first))


def test_the_refusal_of_a_page_after_the_last_one_is_no_page() -> None:
    table = Pagination(**BY_PAGE, beyond=404)
    pages = pages_of(Rows(table, 4, 2, lambda *_: {}), table)
    read = [*pages.pages()]
    assert len(read) == 2
    assert read == [*pages.raw_pages()]
