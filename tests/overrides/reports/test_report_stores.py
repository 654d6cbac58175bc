"""Items that were sent for several stores: a report that names stores confirms them only for all of these."""

from __future__ import annotations

import json
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import httpx2
import pytest

import amazon_jwo_catalog
from catalog_clients import InvalidArgument, Reports, Retries
from catalog_clients._engine.calls.drivers import Driver
from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.durable import DurableBulk
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.reports.classifying import classify_by_report
from catalog_clients._engine.run.state import RunState
from tests.clients.access import JWO
from tests.clients.causes import ARCHIVE
from tests.overrides.reports.test_reports import DONE, SUCCESS, WORDS
from tests.overrides.ways import Way, product

STORES = ["S1", "S2"]
BOTH = f"sku,store,status\nA,S1,{SUCCESS}\nA,S2,{SUCCESS}\nB,S1,{SUCCESS}\n"
MISSING = "the report does not have it for store S2; see `Reports(store='')` if its rows are about all stores"
NOT_GIVEN = "the report has it for store S1, and for which stores it was sent is not known; give its stores"
UNCERTAIN = "it is not certain which store its row in the report is about; see `Reports(store=...)`"


def _classified(folder: Path, rows: Any, stores: Any = STORES, *, is_lost: bool = False, **options: Any) -> tuple[str, str]:
    """Return status and reason of an item by a report."""
    path = folder / "report"
    path.write_text(rows if isinstance(rows, str) else json.dumps(rows), encoding="utf-8")
    (outcome,) = classify_by_report(
        path, [PendingItem(None, 1, "A")], words=WORDS, options=Reports(**options), stores=stores, is_lost=is_lost
    ).results
    return outcome.status, outcome.reason


def _rows(*stores: Any, status: str = SUCCESS, **more: Any) -> list[dict[str, Any]]:
    return [{"sku": "A", "store": each, "status": status, **more} for each in stores]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (_rows("S1", "S2"), ("confirmed", "")),
        (_rows("S2", "S3", "S1", "S1"), ("confirmed", "")),
        (_rows(" S1", "S2 "), ("confirmed", "")),
        (_rows("S1"), ("unknown", MISSING)),
        (_rows("S1", "S1"), ("unknown", MISSING)),
        (_rows("S1", "s2"), ("unknown", MISSING)),
        (_rows("S3"), ("unknown", MISSING.replace("store S2", "store S1, store S2"))),
        (_rows("S1") + _rows("S2", status="FAILED"), ("rejected", "FAILED")),
        (_rows("S1", status="FAILED"), ("rejected", "FAILED")),
        (_rows("S1") + _rows("S2", status="PENDING"), ("unknown", "its status in the report is 'PENDING'")),
        (_rows("S1", None), ("unknown", MISSING)),
        (_rows("S1", {"id": "S2"}), ("unknown", UNCERTAIN)),
        (_rows(["S1", "S2"]), ("unknown", UNCERTAIN)),
        (_rows(""), ("confirmed", "")),
        (_rows(None), ("confirmed", "")),
        (_rows("S1", 7), ("unknown", MISSING)),
        ([{"sku": "A", "status": SUCCESS}], ("confirmed", "")),
        ([{"sku": "A", "status": SUCCESS}, *_rows("S1")], ("unknown", MISSING)),
        ([{"sku": "A", "shop": "S1", "status": SUCCESS}], ("unknown", UNCERTAIN)),
        (f"sku,store,status\nA,S1,{SUCCESS}\n", ("unknown", MISSING)),
        (f"sku,status\nA,{SUCCESS}\n", ("confirmed", "")),
    ],
    ids=str,
)
def test_rows_that_name_stores_confirm_an_item_for_all_its_stores_or_not_at_all(
    rows: Any, expected: tuple[str, str], tmp_path: Path
) -> None:
    assert _classified(tmp_path, rows) == expected


def test_what_was_done_before_counts_for_its_store_alone(tmp_path: Path) -> None:
    done = _rows("S1", status="FAILED", message=DONE)
    assert _classified(tmp_path, done, is_lost=True) == ("unknown", MISSING)
    assert _classified(tmp_path, [*done, *_rows("S2", message=None)], is_lost=True)[0] == "confirmed"


def test_a_column_that_does_not_name_the_stores_of_an_item_can_be_excluded(tmp_path: Path) -> None:
    assert _classified(tmp_path, _rows("ALL"), store="") == ("confirmed", "")


@pytest.mark.parametrize(("stores", "status"), [(["S1"], "confirmed"), ([], "confirmed"), (None, "unknown")])
def test_one_row_is_enough_for_one_store(stores: Any, status: str, tmp_path: Path) -> None:
    assert _classified(tmp_path, _rows("S1"), stores)[0] == status


def _catalog(way: Way, report: str) -> Any:
    """Return a facade whose vendor accepts an archiving, and has a report of it."""
    return way.played(JWO, _playing(report), **_OPTIONS)


_OPTIONS: dict[str, Any] = {
    "auth": httpx2.Auth(),
    "retries": Retries(attempts=1),
    "interval": 0.001,
    "reports": Reports(origins=["https://reports.test"]),
}


def _playing(report: str) -> Any:
    content = report.encode()

    def play(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "reports.test":
            return httpx2.Response(200, headers={"Content-Length": str(len(content))}, stream=httpx2.ByteStream(content))
        if request.url.path.endswith("archive"):
            return httpx2.Response(201, json={"ingestionId": "ing-1"})
        return httpx2.Response(200, json={"processingStatus": "DONE", "reportDownloadLink": "https://reports.test/1"})

    return play


def _known(outcomes: Any) -> dict[str, tuple[str, str]]:
    return {each.sku: (each.status, each.reason) for each in outcomes}


OUTCOMES = {"A": ("confirmed", ""), "B": ("unknown", MISSING)}


def test_a_run_confirms_only_what_the_report_has_for_all_stores(way: Way) -> None:
    assert _known(way.read(_catalog(way, BOTH).archive(["A", "B"], stores=iter(STORES)))) == OUTCOMES
    assert {each[0] for each in _known(way.read(_catalog(way, BOTH).archive(["A", "B"], stores=["S1"]))).values()} == {"confirmed"}


def test_a_resumed_run_confirms_only_what_the_report_has_for_all_stores(way: Way, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    unreadable = _catalog(way, "no report").archive(["A", "B"], stores=STORES)
    counts = way.finish(unreadable.write(ledger) if way.name == "sync" else unreadable.awrite(ledger))
    assert counts.unknown == 2
    assert _known(way.read(_catalog(way, BOTH).archive(["A", "B"], stores=STORES, resume=ledger))) == OUTCOMES


@pytest.mark.parametrize("ingestion", ["", "ing-1"])
def test_a_chunk_of_a_durable_job_is_confirmed_only_by_what_the_report_has_for_all_stores(ingestion: str) -> None:
    options = {name: each for name, each in _OPTIONS.items() if name != "retries"}
    bulk = DurableBulk(amazon_jwo_catalog, base_url="https://vendor.example", **options)
    with bulk, httpx2.Client(transport=httpx2.MockTransport(_playing(BOTH))) as http:
        client = amazon_jwo_catalog.Client(base_url="https://vendor.example", auth=_OPTIONS["auth"], http_client=http)
        bulk._driver = Driver(bulk._api, client)
        plan = bulk.plan(ARCHIVE, {"all_applicable_stores": STORES})
        chunk = Chunk(1, [PendingItem(sku, number, sku, chunk=1) for number, sku in enumerate("AB", 1)], ingestion_id=ingestion)
        assert _known(bulk.run_chunk(plan, chunk, RunState(), Future()).results) == OUTCOMES


def test_an_ingestion_is_collected_with_its_stores(way: Way, tmp_path: Path) -> None:
    catalog, path = _catalog(way, BOTH), tmp_path / "report.csv"
    path.write_text(BOTH, encoding="utf-8")
    for found in (
        catalog.collect("ing-1", ["A", "B"], stores=STORES),
        catalog.read_report(path, ["A", "B"], stores=STORES),
    ):
        assert _known(way.read(found)) == OUTCOMES
    none: tuple[Any, ...] = (None, [])
    for stores in none:
        for found in (catalog.collect("ing-1", ["B"], stores=stores), catalog.read_report(path, ["B"], stores=stores)):
            assert _known(way.read(found)) == {"B": ("unknown", NOT_GIVEN)}
    uploaded = product("B", "S1")
    assert _known(way.read(catalog.collect("ing-1", [uploaded]))) == {"B": ("confirmed", "")}
    with pytest.raises(TypeError, match="stores must be a list"):
        catalog.collect("ing-1", ["A"], stores="S1")
    bad: tuple[Any, ...] = (None, "", " ", b"S1", ["S1"], True)
    for each in bad:
        with pytest.raises(InvalidArgument, match="all_applicable_stores"):
            catalog.collect("ing-1", ["A"], stores=[each])
        with pytest.raises(InvalidArgument, match="all_applicable_stores"):
            catalog.read_report(path, ["A"], stores=[each])


def test_any_client_takes_the_stores_as_the_argument_of_its_operation(way: Way, tmp_path: Path) -> None:
    path, given = tmp_path / "report.csv", {"all_applicable_stores": STORES}
    path.write_text(BOTH, encoding="utf-8")
    http = way.http(transport=httpx2.MockTransport(_playing(BOTH)))
    bulk = way.bulk(amazon_jwo_catalog, "https://vendor.example", http_client=http, **_OPTIONS)
    for found in (
        bulk.run(ARCHIVE, ["A", "B"], **given),
        bulk.run(ARCHIVE, ["A", "B"], body={"allApplicableStores": STORES}),
        bulk.collect(ARCHIVE, "ing-1", ["A", "B"], **given),
        bulk.read_report(ARCHIVE, path, ["A", "B"], **given),
        bulk.read_report(ARCHIVE, path, ["A", "B"], arguments=given),
    ):
        assert _known(way.read(found)) == OUTCOMES
    assert _known(way.read(bulk.read_report(ARCHIVE, path, ["B"]))) == {"B": ("unknown", NOT_GIVEN)}
    with pytest.raises(TypeError, match="no argument 'stores'"):
        bulk.read_report(ARCHIVE, path, ["A"], stores=STORES)
