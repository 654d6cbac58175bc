"""With `--verbose` there is a line for each response, which tells more than the vendor may."""

from __future__ import annotations

import json
import re
import signal
from contextlib import closing
from typing import Any

import httpx2
import pytest

from scripts.mock.serving import Served, running
from scripts.mock.settings import Settings
from tests.mock.asking import YANDEX, Yandex, path
from tests.mock.jwo import JWO, UPLOAD, Retailer, item
from tests.mock.test_command import start

UNNAMED = {name: value for name, value in item("A").items() if name != "item_name"}


def timeless(line: str) -> str:
    return re.sub(r" [0-9]+ ms\b", "", line)


def test_each_response_is_a_line_on_stderr_if_it_is_asked_for() -> None:
    for asked, lines in [(["--verbose"], [f"{YANDEX} POST {path('archive')} 401"]), ([], [])]:
        with start("--json", *asked) as child:
            assert child.stdout is not None
            served = Served(**json.loads(child.stdout.readline()))
            assert httpx2.post(f"{served.urls[YANDEX]}{path('archive')}?secret=1").status_code == 401
            child.send_signal(signal.SIGINT)
            _, errors = child.communicate(timeout=30)
        assert [timeless(line) for line in errors.splitlines()] == lines
        assert errors.count(" ms\n") == len(lines)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"catalogItems": [item("A")]}, None),
        ({"catalogItems": [item("A"), UNNAMED]}, "body.catalogItems[1].item_name: Field required"),
        ({"catalogItems": [UNNAMED, UNNAMED, item("A")]}, "body.catalogItems[0].item_name: Field required, and 1 more"),
        ({"catalogItems": [item("A", brand_name=None)]}, "body.catalogItems: a field of an item is null"),
        ({}, "body.catalogItems: Field required"),
        (b"{", "body[1]: JSON decode error"),
    ],
)
def test_a_refused_body_is_told_where_and_why(body: Any, why: str | None) -> None:
    lines: list[str] = []
    with running(tell=lines.append) as mocks, closing(Retailer(mocks)) as shop:
        response = shop.post(UPLOAD, body)
    assert why is None or response.json() == {"message": "Invalid request body"}
    told = f"{JWO} POST /v1/catalog/upload"
    assert [timeless(line) for line in lines] == [f"{told} 400 {why}" if why else f"{told} 201"]


def test_faults_are_told() -> None:
    lines: list[str] = []
    faults = Settings(chaos=1, faults=("dropped-before",))
    with running(faults, tell=lines.append) as mocks, closing(Yandex(mocks)) as seller, pytest.raises(httpx2.TransportError):
        seller.send()
    assert [timeless(line) for line in lines] == [f"{YANDEX} POST {path('archive')} dropped dropped-before"]
