"""Uploads and archivings of Just Walk Out, from the request to the report, and what the vendor holds in the end."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from msgspec import convert

from amazon_jwo_catalog import models
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from scripts.mock.vendors.amazon_jwo_catalog.ledger import ARCHIVED, ON_PLANOGRAM, content
from tests.clients.access import JWO
from tests.clients.caller import Caller
from tests.clients.causes import ARCHIVE, STATUS, STORES, UNKNOWN, UPLOAD, archive, asking, upload
from tests.clients.products import untouched
from tests.support.ways import Way

# Texts that a signature is easily computed wrong for.
AWKWARD = "Käse/%2F +&=?#\"'\\ \U0001f9c0"
FOREVER = 1_000_000_000
POLLS = 1000


class Retailer:
    """A caller of the vendor, and the truth."""

    def __init__(self, way: Way, mocks: Mocks, who: str = "user") -> None:
        self.vendor = mocks.vendors[JWO]
        self.caller = Caller(way, mocks, JWO, who)

    def done(self, operation: str, **arguments: Any) -> dict[str, tuple[str, str]]:
        """Run an operation, and return what its report says of each SKU."""
        status = self.settled(operation, **arguments)
        assert status.processing_status is models.ProcessingStatus.DONE
        response = httpx2.get(status.report_download_link, trust_env=False).raise_for_status()
        return {row["item_sku"]: (row["status"], row["message"]) for row in csv.DictReader(io.StringIO(response.text))}

    def settled(self, operation: str, **arguments: Any) -> Any:
        """Run an operation, and return the final status of its ingestion."""
        ingestion = self.caller.succeed(operation, **arguments).ingestion_id
        for _ in range(POLLS):
            status = self.caller.succeed(STATUS, **asking(STATUS, ingestion))
            if status.processing_status not in ("INQUEUE", "INPROGRESS"):
                return status
            time.sleep(0.005)
        raise AssertionError("the ingestion does not end")

    def look_up(self, sku: str) -> dict[str, Any]:
        return self.vendor.look_up([sku])[0]


@pytest.fixture
def retailer(way: Way, mocks: Mocks) -> Retailer:
    return Retailer(way, mocks)


@pytest.mark.parametrize("who", ["user", "role"])
def test_what_is_uploaded_is_held_as_it_was_sent(way: Way, mocks: Mocks, who: str) -> None:
    retailer = Retailer(way, mocks, who)
    sku = f"{who}-{way.name}-{AWKWARD}"
    item: dict[str, Any] = {
        "item_sku": sku,
        "external_product_id": "012345678905",
        "additional_external_product_information": [{"external_product_id": "4006381333931"}],
        "item_name": AWKWARD,
        "standard_price": "0.80",
    }
    sent = [{**item, "store_id": store} for store in STORES[:2]]
    body = models.UploadCatalogRequest(catalog_items=convert(sent, list[models.CatalogItem]))
    assert retailer.look_up(sku)["state"] is None
    assert retailer.done(UPLOAD, body=body) == {sku: ("SUCCESS", "")}
    assert ("x-amz-security-token" in way.came[-1].request.headers) is (who == "role")
    assert retailer.look_up(sku) == {
        "sku": sku,
        "state": "ACTIVE",
        "stores": {each["store_id"]: content(each).hex() for each in sent},
    }


@pytest.mark.parametrize(
    ("status", "options"),
    [("INQUEUE", {"queue_seconds": FOREVER}), ("INPROGRESS", {"queue_seconds": 0, "processing_seconds": FOREVER})],
)
def test_an_ingestion_waits_and_is_processed(
    way: Way, mocks_with: Callable[[Settings], Mocks], status: str, options: dict[str, float]
) -> None:
    retailer = Retailer(way, mocks_with(Settings(speed=1000, options={JWO: options})))
    ingestion = retailer.caller.succeed(UPLOAD, **upload("STORE-1", sku="SKU-NEW")).ingestion_id
    responses = [retailer.caller.succeed(STATUS, **asking(STATUS, ingestion)) for _ in range(3)]
    assert responses[-1].processing_status is models.ProcessingStatus[status]
    assert not responses[-1].report_download_link
    assert retailer.look_up("SKU-NEW")["state"] is None


def test_a_report_has_the_outcome_of_each_archived_sku(retailer: Retailer) -> None:
    normal, planogram, archived = (untouched(retailer.vendor, each) for each in (None, ON_PLANOGRAM, ARCHIVED))
    skus = [normal, planogram, archived, UNKNOWN]
    body = models.ArchiveCatalogRequest(item_skus=skus, all_applicable_stores=list(STORES))
    assert retailer.done(ARCHIVE, body=body) == {
        normal: ("SUCCESS", ""),
        planogram: ("FAILURE", "still on planogram"),
        archived: ("FAILURE", "already archived"),
        UNKNOWN: ("FAILURE", "unknown SKU"),
    }
    assert [retailer.look_up(sku)["state"] for sku in skus] == ["ARCHIVED", "ACTIVE", "ARCHIVED", None]


def test_an_upload_makes_an_archived_sku_active_again(retailer: Retailer) -> None:
    sku = untouched(retailer.vendor)
    for _ in range(2):
        assert retailer.done(ARCHIVE, **archive(*STORES, sku=sku)) == {sku: ("SUCCESS", "")}
        assert retailer.look_up(sku)["state"] == "ARCHIVED"
        assert retailer.done(UPLOAD, **upload("STORE-3", sku=sku)) == {sku: ("SUCCESS", "")}
        assert retailer.look_up(sku)["state"] == "ACTIVE"


def test_a_wrong_barcode_fails_in_the_report_alone(retailer: Retailer) -> None:
    sku = untouched(retailer.vendor)
    item = models.CatalogItem(item_sku=sku, external_product_id="012345678901", item_name="Water", store_id="STORE-1")
    body = models.UploadCatalogRequest(catalog_items=[item])
    assert retailer.done(UPLOAD, body=body) == {sku: ("FAILURE", "invalid barcode")}
    assert retailer.look_up(sku)["stores"] == {}


@pytest.mark.parametrize("ending", ["cancelled", "fatal"])
def test_an_ingestion_may_fail_as_a_whole(way: Way, mocks_with: Callable[[Settings], Mocks], ending: str) -> None:
    retailer = Retailer(way, mocks_with(Settings(speed=1000, options={JWO: {ending: 1}})))
    sku = untouched(retailer.vendor)
    status = retailer.settled(ARCHIVE, **archive(*STORES, sku=sku))
    assert status.processing_status is models.ProcessingStatus[ending.upper()]
    assert not status.report_download_link
    assert retailer.look_up(sku)["state"] == "ACTIVE"
