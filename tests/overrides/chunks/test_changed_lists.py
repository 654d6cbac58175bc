"""A run goes on only with the input of the earlier one, as its ledger knows items by their positions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients import LedgerError, Outcome
from catalog_clients._engine.ledger.ledger import Ledger, last_rows
from catalog_clients._engine.ledger.records import PendingItem
from tests.clients.access import YANDEX
from tests.clients.causes import BUSINESS
from tests.overrides.ways import OFFERS, Way, asynchronous
from yandex_market_offers.auth import ApiKey

FORMS = pytest.mark.parametrize("form", ["list", "stream"])
ITEMS = [f"S{number}" for number in range(1, 7)]


@dataclass
class Market:
    """A vendor that confirms what it gets, and a ledger of a run with `ITEMS` that was killed.

    Two items are confirmed, the outcomes of two are not known, and two may have been sent, of which the ledger names the first.
    """

    way: Way
    path: Path
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        with Ledger(self.path) as ledger:
            ledger.outcomes(Outcome(sku=ITEMS[item - 1], status="confirmed", item=item, chunk=1) for item in (1, 2))
            ledger.outcomes([Outcome(sku=ITEMS[2], status="unknown", item=3, chunk=2, attempt=1)])
            ledger.outcomes([Outcome(sku=ITEMS[3], status="unknown", item=4, chunk=2)])
            ledger.sending([PendingItem(None, item, ITEMS[item - 1], chunk=3) for item in (5, 6)])

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.sent += json.loads(request.content)["offerIds"]
        return httpx2.Response(200, json={"status": "OK"})

    def go_on(self, items: Iterable[str], form: str) -> None:
        """Resume the run with a list in some form."""
        stream: Any = iter if self.way.name == "sync" else asynchronous
        given = list(items) if form == "list" else stream(items)
        facade = self.way.played(YANDEX, self, auth=ApiKey("ACMA:a"))
        result = facade.archive(given, business_id=BUSINESS, resume=self.path)
        self.way.finish(result.write() if self.way.name == "sync" else result.awrite())


@pytest.fixture
def market(way: Way, tmp_path: Path) -> Market:
    return Market(way, tmp_path / "ledger.csv")


@FORMS
def test_the_same_list_goes_on_and_items_may_be_added_at_its_end(form: str, market: Market) -> None:
    market.go_on([*ITEMS, "NEW"], form)
    assert market.sent == [*ITEMS[2:], "NEW"]
    assert {row.sku: row.status for row in last_rows(market.path)} == dict.fromkeys([*ITEMS, "NEW"], "confirmed")


CHANGES: dict[str, tuple[Callable[[list[str]], list[str]], int, str, str]] = {
    "another at the beginning": (lambda items: ["NEW", *items[1:]], 1, "S1", "NEW"),
    "one inserted": (lambda items: [items[0], "NEW", *items[1:]], 2, "S2", "NEW"),
    "one left out": (lambda items: [*items[:1], *items[2:], "NEW"], 2, "S2", "S3"),
    "sorted otherwise": (lambda items: items[::-1], 1, "S1", "S6"),
    "an unknown one changed": (lambda items: [*items[:2], "NEW", *items[3:]], 3, "S3", "NEW"),
    "one that was not sent changed": (lambda items: [*items[:3], "NEW", *items[4:]], 4, "S4", "NEW"),
    "one changed that may have been sent": (lambda items: [*items[:4], "NEW", *items[5:]], 5, "S5", "NEW"),
}


@FORMS
@pytest.mark.parametrize("change", CHANGES)
def test_another_item_at_a_position_of_the_ledger_is_an_error_and_nothing_is_sent(change: str, form: str, market: Market) -> None:
    changed, position, old, new = CHANGES[change]
    before = market.path.read_bytes()
    message = f"item {position} of the input is '{new}', and in the ledger {market.path} it is '{old}'"
    with pytest.raises(LedgerError, match=re.escape(message)):
        market.go_on(changed(ITEMS), form)
    assert market.sent == []
    assert market.path.read_bytes() == before


@FORMS
@pytest.mark.parametrize(("many", "last"), [(0, "item 6, which may have been sent"), (5, "item 6")])
def test_an_input_that_ends_too_early_is_an_error_and_its_rest_is_not_sent(many: int, last: str, form: str, market: Market) -> None:
    message = f"the input has {many} items, and the ledger {market.path} has {last}"
    with pytest.raises(LedgerError, match=re.escape(message)):
        market.go_on(ITEMS[:many], form)
    assert market.sent == []


@FORMS
def test_of_a_long_list_only_what_is_before_the_change_may_be_sent(form: str, market: Market) -> None:
    with Ledger(market.path, resume=True) as ledger:
        ledger.outcomes([Outcome(sku="LAST", status="confirmed", item=3 * OFFERS)])
    with pytest.raises(LedgerError, match=f"item {3 * OFFERS} of the input is 'CHANGED'"):
        market.go_on([*ITEMS, *(f"N{number}" for number in range(7, 3 * OFFERS)), "CHANGED"], form)
    assert set(market.sent) <= {*ITEMS, *(f"N{number}" for number in range(7, 2 * OFFERS + 3))}
