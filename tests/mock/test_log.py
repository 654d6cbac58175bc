"""The log has a line for each response, with a cause that the vendor does not report."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from scripts.mock.engine.clock import VirtualClock
from scripts.mock.serving import running
from scripts.mock.settings import Settings
from tests.mock.callers import YANDEX, Seller, path
from tests.mock.jwo import JWO, UPLOAD, Retailer, item

UNNAMED = {name: value for name, value in item("A").items() if name != "item_name"}


def timeless(line: str) -> str:
    return re.sub(r" [0-9]+ ms\b", "", line)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"catalogItems": [item("A")]}, None),
        ({"catalogItems": [item("A"), UNNAMED]}, 'body.catalogItems[1]: "item_name" is a required property'),
        ({"catalogItems": [UNNAMED, UNNAMED, item("A")]}, 'body.catalogItems[0]: "item_name" is a required property'),
        ({"catalogItems": [item("A", brand_name=None)]}, 'body.catalogItems[0].brand_name: null is not of type "string"'),
        ({}, 'body: "catalogItems" is a required property'),
        (b"{", "body: is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    ],
)
def test_the_log_says_where_and_why_a_body_is_refused(body: Any, why: str | None) -> None:
    lines: list[str] = []
    with running(clock=VirtualClock(), log=lines.append) as mocks, Retailer(mocks) as shop:
        response = shop.post(UPLOAD, body)
    assert why is None or response.json() == {"message": "Invalid request body"}
    request = f"{JWO} POST /v1/catalog/upload"
    assert [timeless(line) for line in lines] == [f"{request} 400 {why}" if why else f"{request} 201"]


def test_the_log_has_faults() -> None:
    lines: list[str] = []
    faults = Settings(chaos=1, faults=("dropped-before",))
    with running(faults, log=lines.append) as mocks, Seller(mocks) as seller, pytest.raises(httpx2.TransportError):
        seller.send()
    assert mocks.vendors[YANDEX].journal.counts()["responses"] == {"addOffersToArchive dropped": 1}
    assert [timeless(line) for line in lines] == [f"{YANDEX} POST {path('archive')} dropped dropped-before"]
