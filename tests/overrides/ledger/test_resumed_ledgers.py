"""A run goes on only with a ledger of the same run, and everything that it learns is in that ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients import AccessRefused, LedgerError
from catalog_clients._engine.ledger.ledger import last_rows
from shipsidekick_products.auth import BearerKey
from tests.clients.access import SHIPSIDEKICK, YANDEX
from tests.clients.causes import BUSINESS, UNKNOWN_PRODUCT
from tests.overrides.ways import Way
from yandex_market_offers.auth import ApiKey

KEY = ApiKey("ACMA:a")
ITEMS = ["A", "B"]


class Played:
    """A vendor that plays statuses, the last one for ever; counts the requests."""

    def __init__(self, way: Way, *statuses: int) -> None:
        self.way, self.statuses, self.requests = way, [*statuses], 0

    def __call__(self, _: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return httpx2.Response(status, json={"status": "OK" if status == 200 else "ERROR"})

    def market(self) -> Any:
        return self.way.played(YANDEX, self, auth=KEY)

    def write(self, result: Any, path: Path | None = None) -> Any:
        return self.way.finish(result.write(path) if self.way.name == "sync" else result.awrite(path))


def _statuses(ledger: Path) -> dict[str, str]:
    return {row.sku: row.status for row in last_rows(ledger)}


OTHERS: dict[str, Callable[[Way, Played, Path], Any]] = {
    "operation": lambda _, vendor, path: vendor.market().unarchive(ITEMS, business_id=BUSINESS, resume=path),
    "argument": lambda _, vendor, path: vendor.market().archive(ITEMS, business_id=BUSINESS + 1, resume=path),
    "vendor": lambda way, vendor, path: way.played(SHIPSIDEKICK, vendor, auth=BearerKey("key")).archive(
        [UNKNOWN_PRODUCT], resume=path
    ),
    "address": lambda way, vendor, path: way.facade(
        YANDEX, "https://other.example", auth=KEY, http_client=way.http(transport=httpx2.MockTransport(vendor))
    ).archive(ITEMS, business_id=BUSINESS, resume=path),
}


@pytest.mark.parametrize("other", OTHERS)
def test_the_ledger_of_another_run_is_refused_and_nothing_is_sent(other: str, way: Way, tmp_path: Path) -> None:
    vendor, path = Played(way, 200), tmp_path / "ledger.csv"
    assert vendor.write(vendor.market().archive(ITEMS, business_id=BUSINESS), path).confirmed == 2
    before, written = vendor.requests, path.read_bytes()
    with pytest.raises(LedgerError, match=r"ledger\.csv is the ledger of another run; this run is: "):
        OTHERS[other](way, vendor, path)
    assert vendor.requests == before
    assert path.read_bytes() == written


def test_items_whose_credentials_were_refused_are_sent_by_the_next_run(way: Way, tmp_path: Path) -> None:
    vendor, path = Played(way, 403, 200), tmp_path / "ledger.csv"
    with pytest.raises(AccessRefused):
        vendor.write(vendor.market().archive(ITEMS, business_id=BUSINESS), path)
    assert _statuses(path) == dict.fromkeys(ITEMS, "unknown")
    assert vendor.write(vendor.market().archive(ITEMS, business_id=BUSINESS, resume=path)).confirmed == 2
    assert vendor.requests == 2


def test_a_run_that_goes_on_writes_to_no_other_file(way: Way, tmp_path: Path) -> None:
    vendor, path = Played(way, 403, 200), tmp_path / "ledger.csv"
    with pytest.raises(AccessRefused):
        vendor.write(vendor.market().archive(ITEMS, business_id=BUSINESS), path)
    with pytest.raises(ValueError, match=r"a resumed run appends to its own ledger, .*ledger\.csv: give that path or none"):
        vendor.write(vendor.market().archive(ITEMS, business_id=BUSINESS, resume=path), tmp_path / "other.csv")
    assert (vendor.requests, [*tmp_path.iterdir()]) == (1, [path])


def test_outcomes_that_are_read_one_by_one_are_added_to_the_ledger_too(way: Way, tmp_path: Path) -> None:
    vendor, path = Played(way, 403, 200), tmp_path / "ledger.csv"
    with pytest.raises(AccessRefused):
        vendor.write(vendor.market().archive(ITEMS, business_id=BUSINESS), path)
    outcomes = way.read(vendor.market().archive(ITEMS, business_id=BUSINESS, resume=path))
    assert [each.status for each in outcomes] == ["confirmed", "confirmed"]
    assert _statuses(path) == dict.fromkeys(ITEMS, "confirmed")


@pytest.mark.parametrize("resume", ["outcomes.xlsx", "outcomes.xlsx.jsonl"])
def test_a_workbook_goes_on_with_the_ledger_beside_it(resume: str, way: Way, tmp_path: Path) -> None:
    vendor, path = Played(way, 403, 200), tmp_path / "outcomes.xlsx"
    with pytest.raises(AccessRefused):
        vendor.write(vendor.market().archive(ITEMS, business_id=BUSINESS), path)
    before = path.read_bytes()
    assert vendor.write(vendor.market().archive(ITEMS, business_id=BUSINESS, resume=tmp_path / resume)).confirmed == 2
    assert path.read_bytes() != before
