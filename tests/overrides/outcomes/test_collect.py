"""An ingestion that another run has started, or a report that was kept, is turned into outcomes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from amazon_jwo_catalog.models import CatalogItem
from catalog_clients import AccessRefused, JustWalkOut, ReportError, Reports
from scripts.mock.serving import Mocks
from tests.clients.access import JWO
from tests.clients.causes import STORES
from tests.clients.products import untouched
from tests.overrides.vendors import responses, setting
from tests.overrides.ways import ANYWHERE, Way, asynchronous, chunks_of, product

_EXPECTED = {
    "on_planogram": ("rejected", "still on planogram"),
    "archived": ("rejected", "already archived"),
    None: ("confirmed", ""),
}


def known(outcomes: list[Any]) -> list[tuple[str, str, str]]:
    return [(each.sku, each.status, each.reason) for each in outcomes]


@pytest.fixture
def archived(way: Way, mocks: Mocks, tmp_path: Path) -> tuple[str, list[str], list[tuple[str, str, str]]]:
    """An ingestion whose report is kept: its id, its SKUs and their outcomes."""
    skus = [untouched(mocks.vendors[JWO], condition) for condition in _EXPECTED]
    catalog = way.to(mocks, JWO, reports=replace(ANYWHERE, folder=tmp_path / "reports"))
    outcomes = way.read(catalog.archive(skus, stores=STORES))
    assert known(outcomes) == [(sku, *expected) for sku, expected in zip(skus, _EXPECTED.values(), strict=True)]
    return outcomes[0].ingestion_id, skus, known(outcomes)


def test_the_outcomes_of_an_ingestion_are_collected_and_nothing_is_sent(way: Way, mocks: Mocks, archived: Any) -> None:
    ingestion, skus, outcomes = archived
    sent = responses(mocks.vendors[JWO])["archiveCatalog 201"]
    again = way.read(result := way.to(mocks, JWO).collect(ingestion, iter([*skus, "OTHER", "", skus[0]])))
    assert known(again) == [
        ("", "unknown", "not looked up: $.item_sku: is empty"),
        *outcomes,
        ("OTHER", "unknown", "it is not in the report"),
    ]
    assert [each.item for each in again] == [5, 1, 2, 3, 4]
    assert {each.ingestion_id for each in again[1:]} == {ingestion}
    assert (result.counts.total, result.counts.duplicates) == (5, 1)
    assert responses(mocks.vendors[JWO])["archiveCatalog 201"] == sent


def test_archived_skus_are_collected_as_items_too_and_uploaded_items_by_their_skus_and_stores(
    way: Way, mocks: Mocks, archived: Any
) -> None:
    ingestion, skus, outcomes = archived
    catalog = way.to(mocks, JWO)
    items = [
        {"item_sku": skus[0]},
        {"item_sku": skus[1], "item_name": "Water"},
        {"item_sku": skus[2], "store_id": None},
        {"item_sku": "A", "store_id": 3},
    ]
    items += [{"item_sku": 5, "store_id": "S"}, {"store_id": "S"}]
    assert known(way.read(catalog.collect(ingestion, items))) == [
        ("A", "unknown", "not looked up: $.store_id: 3 is not text"),
        ("5", "unknown", "not looked up: $.item_sku: 5 is not text"),
        ("", "unknown", "not looked up: $.item_sku: is missing"),
        *outcomes,
    ]
    new = product(untouched(mocks.vendors[JWO]))
    (uploaded,) = way.read(catalog.upload([new]))
    of_store = {name: new[name] for name in ("item_sku", "store_id")}
    assert known(way.read(catalog.collect(uploaded.ingestion_id, [of_store]))) == known([uploaded])
    assert uploaded.status == "confirmed"
    (alone,) = way.read(catalog.collect(uploaded.ingestion_id, [new["item_sku"]]))
    assert alone.status == "unknown", "it is not known for which stores it was sent"


def test_uploaded_items_are_collected_however_many_chunks_they_would_fill(way: Way, mocks: Mocks) -> None:
    vendor = mocks.vendors[JWO]
    items = [product(untouched(vendor)), product(untouched(vendor), STORES[1]), product(untouched(vendor))]
    items[2]["external_product_id"] = "012345678906"
    outcomes = way.read(way.to(mocks, JWO).upload(items))
    catalog = way.to(mocks, JWO, limits=chunks_of(1))
    typed = [CatalogItem(**each) for each in items]
    again = way.read(catalog.collect(outcomes[0].ingestion_id, asynchronous(typed) if way.name == "async" else typed))
    assert known(again) == known(outcomes)
    assert [each.store for each in again] == [STORES[0], STORES[1], STORES[0]]
    assert {each.ingestion_id for each in again} == {outcomes[0].ingestion_id}


def test_an_ingestion_that_has_not_ended_is_waited_for(way: Way, mocks: Mocks) -> None:
    vendor, sku = mocks.vendors[JWO], untouched(mocks.vendors[JWO])
    with setting(vendor, processing_seconds=300):
        (early,) = way.read(way.to(mocks, JWO, deadline=0.05).archive([sku], stores=STORES))
        assert early.status == "unknown"
        (outcome,) = way.read(way.to(mocks, JWO).collect(early.ingestion_id, [sku]))
    assert (outcome.status, outcome.ingestion_id) == ("confirmed", early.ingestion_id)


def test_of_an_unknown_ingestion_nothing_is_known(way: Way, mocks: Mocks) -> None:
    (outcome,) = way.read(way.to(mocks, JWO).collect("unknown", ["A"]))
    assert outcome.status == "unknown"
    assert outcome.reason.startswith("its status is not available: 400: ")
    assert "The ingestion id is unknown" in outcome.reason


@pytest.mark.parametrize(("ingestion", "rule"), [("", "must not be empty"), ("x" * 256, "255"), (7, "ingestion")])
def test_an_id_that_cannot_be_one_is_refused_at_once(ingestion: Any, rule: str, way: Way, mocks: Mocks) -> None:
    with pytest.raises(ValueError, match=rule):
        way.to(mocks, JWO).collect(ingestion, ["A"])


def test_without_access_nothing_is_collected(way: Way, mocks: Mocks, archived: Any) -> None:
    ingestion, skus, _ = archived
    result = way.to(mocks, JWO, "forger").collect(ingestion, skus)
    with pytest.raises(AccessRefused):
        way.read(result)


def test_a_kept_report_is_read_and_its_ledger_written(way: Way, mocks: Mocks, tmp_path: Path, archived: Any) -> None:
    ingestion, skus, outcomes = archived
    before = responses(mocks.vendors[JWO])
    catalog = way.to(mocks, JWO)
    assert known(way.read(catalog.read_report(tmp_path / "reports" / ingestion, skus))) == outcomes
    result = catalog.read_report(str(tmp_path / "reports" / ingestion), iter(skus))
    write = result.write if way.name == "sync" else result.awrite
    counts = way.finish(write(tmp_path / "ledger.csv"))
    assert (counts.confirmed, counts.rejected, counts.unknown) == (1, 2, 0)
    assert [line.split(",")[:2] for line in (tmp_path / "ledger.csv").read_text().splitlines()[1:]] == [
        [sku, status] for sku, status, _ in outcomes
    ]
    assert responses(mocks.vendors[JWO]) == before


def test_a_report_that_cannot_be_read_says_how_it_can_and_leaves_no_ledger(way: Way, mocks: Mocks, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    report.write_text("article,outcome\nA,SUCCESS\nB,FAILED\n")
    catalog = way.to(mocks, JWO)
    for _ in range(2):
        result = catalog.read_report(report, ["A", "B"])
        write = result.write if way.name == "sync" else result.awrite
        with pytest.raises(ReportError, match=rf"the report {report} cannot be read: .*Reports\("):
            way.finish(write(tmp_path / "ledger.csv"))
        assert not (tmp_path / "ledger.csv").exists()
    outcomes = way.read(catalog.read_report(report, ["A", "B"], reports=Reports(sku="article", status="outcome")))
    assert known(outcomes) == [("A", "confirmed", ""), ("B", "rejected", "FAILED")]


def test_a_report_that_is_not_there_is_an_error(way: Way, mocks: Mocks, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"the report .*none\.csv cannot be read: .*No such file"):
        way.read(way.to(mocks, JWO).read_report(tmp_path / "none.csv", ["A"]))


@pytest.mark.parametrize("method", ["collect", "read_report"])
def test_what_is_no_list_of_items_is_refused(method: str) -> None:
    with JustWalkOut(base_url="http://127.0.0.1:1", auth=httpx2.Auth()) as catalog, pytest.raises(TypeError, match="and not str"):
        getattr(catalog, method)("id", "SKU-1")
