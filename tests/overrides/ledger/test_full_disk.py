"""A disk that is full in the middle of a run ends it: nothing more is sent, and the run can go on with what its ledger says."""

from __future__ import annotations

import json
import re
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients import CatalogError, LedgerError, Limits, Reports, Retries, confirmed
from catalog_clients._engine.ledger.exports import ledger_of
from catalog_clients._engine.ledger.ledger import last_rows, read_ledger
from scripts.mock.serving import Mocks
from tests.clients.access import JWO, YANDEX
from tests.clients.causes import ADD, ARCHIVE, BUSINESS, STORES
from tests.clients.products import untouched
from tests.overrides.disks import FullDisk, room
from tests.overrides.vendors import responses, setting
from tests.overrides.ways import Way, chunks_of, has_ended, limits_of_chunks, offers

SIZE, CHUNKS = 5, 12
QUICK = Retries(attempts=2, max_wait=5)
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


class _Vendor:
    """Archives what it is sent, and counts how often; its ingestions end at once."""

    def __init__(self) -> None:
        self.archived, self.ingestions = Counter[str](), list[list[str]]()

    def play(self, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.read() or b"null")
        if request.url.path.endswith("/archive"):
            self.archived.update(body["itemSkus"])
            self.ingestions.append(body["itemSkus"])
            return httpx2.Response(201, json={"ingestionId": f"{len(self.ingestions) - 1}"})
        if request.url.host == "reports.test":
            rows = "".join(f"{sku},SUCCESS\r\n" for sku in self.ingestions[int(request.url.path[1:])])
            content = f"sku,status\r\n{rows}".encode()
            return httpx2.Response(200, headers={"Content-Length": str(len(content))}, stream=httpx2.ByteStream(content))
        link = f"https://reports.test/{body['ingestionId']}"
        return httpx2.Response(200, json={"processingStatus": "DONE", "reportDownloadLink": link})


@pytest.mark.usefixtures("quick_digests")
@pytest.mark.parametrize(
    ("name", "part", "step"),
    [("ledger.csv", "", 3), ("ledger.csv", "limits", 4), ("ledger.csv", "reports", 1), ("outcomes.parquet", "", 3)],
)
def test_wherever_the_disk_becomes_full_a_run_ends_with_one_error_and_can_go_on(
    name: str,
    part: str,
    step: int,
    way: Way,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its reports, shared limits and the list of what may be deleted are on this disk, too, or only a part of these is."""
    skus, full = [f"SKU-{number}" for number in range(4)], True
    for last in range(way.name == "async", 1000, step):  # each way has others
        vendor, folder = _Vendor(), tmp_path / str(last)
        for each in ("limits", "reports"):
            (folder / each).mkdir(parents=True)
        disk = FullDisk(folder / part, last)
        monkeypatch.setattr(tempfile, "tempdir", str(folder / "reports"))
        limits = Limits(limits_of_chunks(2), store=folder / "limits" / "limits.sqlite", credential="shop")
        options = {"limits": limits, "reports": Reports(origins=["https://reports.test"])}
        catalog = way.played(JWO, vendor.play, auth=httpx2.Auth(), interval=0.001, retries=QUICK, **options)
        path, listed = folder / name, folder / "list.txt"
        ledger = ledger_of(path)

        def archive(resume: Path | None, catalog: Any = catalog, path: Path = path, listed: Path = listed) -> None:
            result = catalog.archive(skus, stores=STORES, resume=resume)
            write(way, result, path)
            way.finish(result.confirmed(listed) if way.name == "sync" else result.aconfirmed(listed))

        failures = list[Exception]()
        with disk.used():
            try:
                archive(None)
            except (CatalogError, OSError) as error:
                failures.append(error)
        full = disk.has_failed
        assert all(re.search("No space left|disk is full", str(each)) for each in failures)
        assert failures or {row.status for row in last_rows(ledger)} == {"confirmed"}, "but what is noted of limits after the end"
        rows = [*read_ledger(ledger)] if ledger.exists() else []
        assert all(vendor.archived[row.sku] for row in rows if row.status == "confirmed")
        begun = sum(row.status == "sending" for row in rows)
        assert begun >= len(vendor.ingestions), "what is sent is in the ledger before"
        if not listed.exists():
            archive(ledger if ledger.exists() else None)
        assert sorted(listed.read_text().split()) == skus
        assert {row.status for row in last_rows(ledger)} == {"confirmed"}
        if not full:
            break
    assert not full, "it becomes full at every operation of a run, until there is none left"
