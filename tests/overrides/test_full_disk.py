"""A disk that is full in the middle of a run ends it: nothing more is sent, and the run can go on with what its ledger says."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from catalog_clients import LedgerError, confirmed
from catalog_clients._engine.ledger import last_rows, read_ledger
from scripts.mock.serving import Mocks
from tests.clients.access import JWO, YANDEX
from tests.clients.causes import ADD, ARCHIVE, BUSINESS, STORES
from tests.clients.products import untouched
from tests.overrides.disks import room
from tests.overrides.vendors import responses, setting
from tests.overrides.ways import Way, chunks_of, has_ended, offers

SIZE, CHUNKS = 5, 12
NOTHING = 80  # bytes for the names of the columns and no line


def write(way: Way, result: Any, path: Path | None = None) -> Any:
    return way.finish(result.write(path) if way.name == "sync" else result.awrite(path))


@pytest.mark.parametrize(
    ("name", "size"),
    [("ledger.csv", NOTHING), ("ledger.jsonl", 200), ("ledger.csv", 1000), ("ledger.jsonl", 2500), ("ledger.csv", 5000)],
)
def test_an_archiving_ends_where_the_disk_is_full_and_goes_on_when_it_is_not(
    name: str, size: int, way: Way, mocks: Mocks, tmp_path: Path
) -> None:
    vendor, path = mocks.vendors[JWO], tmp_path / name
    skus = [untouched(vendor, "on_planogram" if number % 7 == 3 else None) for number in range(SIZE * CHUNKS)]
    catalog, before, threads = way.to(mocks, JWO, limits=chunks_of(SIZE), width=3), responses(vendor), set(threading.enumerate())
    with setting(vendor, processing_seconds=50), room(size):
        with pytest.raises(LedgerError, match=rf"the ledger {path} cannot be written: "):
            write(way, catalog.archive(skus, stores=STORES), path)
        assert has_ended(way, threads), "nothing is sent after the error"
        sent = responses(vendor) - before
    accepted = sent[f"{ARCHIVE} 201"]
    if size == NOTHING:
        assert (accepted, path.exists()) == (0, False)
        return
    assert path.read_bytes().endswith(b"\n")
    assert accepted <= sum(row.status == "sending" for row in read_ledger(path)) < CHUNKS, "what is sent is in the ledger before"
    resumed = catalog.archive(skus, stores=STORES, resume=path)
    counts = write(way, resumed)
    assert counts.total == len(skus)
    found = {row.item: row for row in last_rows(path)}
    for item, (sku, held) in enumerate(zip(skus, vendor.look_up(skus), strict=True), 1):
        row = found[item]
        assert row.sku == sku
        assert (row.status == "confirmed") == (held["state"] == "ARCHIVED"), row
        assert row.status == "confirmed" or row.reason == "still on planogram"
    assert confirmed(path, tmp_path / "list.txt") == counts.confirmed
    assert (responses(vendor) - before)[f"{ARCHIVE} 201"] <= CHUNKS + 3, "only what was under way is sent twice"


def test_where_outcomes_come_at_once_the_rest_is_not_sent_either(way: Way, mocks: Mocks, tmp_path: Path) -> None:
    vendor, path = mocks.vendors[YANDEX], tmp_path / "ledger.csv"
    market, before, threads = way.to(mocks, YANDEX, width=2), responses(vendor), set(threading.enumerate())
    items = offers(12)
    with room(40_000), pytest.raises(LedgerError, match="cannot be written: "):
        write(way, market.archive(iter(items), business_id=BUSINESS), path)
    assert has_ended(way, threads)
    sent = responses(vendor) - before
    assert 1 <= sent[f"{ADD} 200"] < 12
    counts = write(way, market.archive(iter(items), business_id=BUSINESS, resume=path))
    assert counts.total == len(items)
    assert len([*last_rows(path)]) == len(items)
