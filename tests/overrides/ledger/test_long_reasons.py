"""A page of HTML is in the log once, and its beginning in outcomes, however many requests get it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import httpx2
import pytest

from catalog_clients import Limits, Retries
from catalog_clients._engine.run import state as run_state
from scripts.apis import tables
from shipsidekick_products.auth import BearerKey
from tests.clients.access import SHIPSIDEKICK
from tests.overrides.ways import Way

PAGE = f"<html><style>{'body{margin:0} ' * 1500}</style>Bad Gateway"
PRODUCTS = [f"00000000-0000-4000-8000-{number:012}" for number in range(40)]


def refused(way: Way, status: int, text: Callable[[], str]) -> list[Any]:
    """Archive products, each of which has a request of its own, at a vendor that refuses all; return the outcomes."""
    facade = way.played(
        SHIPSIDEKICK,
        lambda _: httpx2.Response(status, headers={"Content-Type": "text/html"}, text=text()),
        auth=BearerKey("key"),
        retries=Retries(attempts=1),
        limits=Limits(dict.fromkeys(tables(SHIPSIDEKICK))),
    )
    outcomes = way.read(facade.archive(PRODUCTS))
    assert len(outcomes) == len(PRODUCTS)
    return outcomes


@pytest.mark.parametrize("status", [400, 502])
def test_a_page_is_logged_as_a_whole_once(way: Way, caplog: pytest.LogCaptureFixture, status: int) -> None:
    numbers = count()
    outcomes = refused(way, status, lambda: f"{PAGE} {next(numbers)}</html>")  # such as the number of the request
    assert {len(each.reason) for each in outcomes} == {300}
    whole = re.findall(r"Bad Gateway \d+</html>", caplog.text)  # of any request: that of the first one may be noted later
    assert len(whole) == caplog.text.count("</html>") == 1
    assert len(caplog.text) < 2 * len(PAGE)


def test_pages_that_begin_differently_are_logged_up_to_a_limit(
    way: Way, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_state, "_MOST_TEXTS", 3)
    numbers = count()
    refused(way, 400, lambda: f"{next(numbers)} {PAGE}</html>")
    assert caplog.text.count("</html>") == 3


def test_a_short_reason_is_not_logged(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    assert {each.reason for each in refused(way, 400, lambda: "no")} == {"400: no"}
    assert caplog.messages == []
