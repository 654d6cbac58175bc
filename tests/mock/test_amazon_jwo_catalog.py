"""Just Walk Out: which calls are refused and how, and the outcomes of accepted ones."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

import pytest

from scripts.apis import apis, tables
from scripts.spec.document import read
from tests.mock.jwo import ARCHIVE, EAN, JWO, STATUS, UPLOAD, Retailer, item

SPEC = read(apis()[JWO].spec).data
SCHEMAS = SPEC["components"]["schemas"]
LENGTH = SCHEMAS["ItemSku"]["maxLength"]
BARCODES = SCHEMAS["CatalogItem"]["properties"]["additional_external_product_information"]
BARCODE, TYPE = {"external_product_id": "1"}, "external_product_id_type"
STORES = ["STORE-1", "STORE-2", "STORE-3"]
UNKNOWN = {"ingestionId": "unknown"}


def uploading(*stores: str) -> dict[str, Any]:
    return {"catalogItems": [item("SKU-1", store=store) for store in stores]}


def archiving(*stores: str, sku: object = "SKU-1") -> dict[str, Any]:
    return {"itemSkus": [sku], "allApplicableStores": stores}


def documented(response: str, example: str) -> Any:
    return SPEC["components"]["responses"][response]["content"]["application/json"]["examples"][example]["value"]


def test_chaos_fails_with_documented_texts() -> None:
    examples = {
        UPLOAD: ("UploadInternalServerError", "retryable"),
        ARCHIVE: ("ArchiveInternalServerError", "constructedRetryable"),
        STATUS: ("StatusInternalServerError", "constructed"),
    }
    with Retailer.served(faults=("error-500",)) as shop:
        for operation, example in examples.items():
            assert shop.post(operation, {}).json() == documented(*example)


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (UPLOAD, {"catalogItems": [item("x" * (LENGTH + 1))]}),
        (UPLOAD, {"catalogItems": [item("A", standard_price=1)]}),
        (UPLOAD, {"catalogItems": [item("A", brand_name=None)]}),
        (UPLOAD, {"catalogItems": [item("A", others=["1"] * (BARCODES["maxItems"] + 1))]}),
        (UPLOAD, {"catalogItems": [item("A", additional_external_product_information=[{**BARCODE, TYPE: None}])]}),
        (UPLOAD, {"catalogItems": None}),
        (UPLOAD, []),
        (UPLOAD, b""),
        (UPLOAD, b'{"catalogItems": ["\\ud800"]}'),
        (UPLOAD, b"[" * 100_000),
        (ARCHIVE, archiving(*STORES, sku="x" * (LENGTH + 1))),
        (ARCHIVE, archiving(*STORES, sku=1)),
        (ARCHIVE, {"itemSkus": None, "allApplicableStores": STORES}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_that_breaks_the_spec_is_refused_whole(shop: Retailer, operation: str, body: Any) -> None:
    response = shop.post(operation, body)
    assert (response.status_code, response.json()) == (400, {"message": "Invalid request body"})
    assert shop.look_up(["A"])[0]["state"] is None


def test_an_attribute_that_the_spec_does_not_know_there_may_be_null(shop: Retailer) -> None:
    others = [{**BARCODE, "item_sku": None}]
    assert shop.post(UPLOAD, {"catalogItems": [item("A", additional_external_product_information=others)]}).status_code == 201


def test_the_documented_bodies_are_accepted(shop: Retailer) -> None:
    ingestion = shop.archive()
    with shop.changed(stores=["string", "STORE-1"]):
        for path, operation in SPEC["paths"].items():
            for example in operation["post"]["requestBody"]["content"]["application/json"]["examples"].values():
                body = {**example["value"]}
                if "allApplicableStores" in body:
                    body["allApplicableStores"] = ["string", "STORE-1"]
                if "ingestionId" in body:
                    body["ingestionId"] = ingestion
                assert shop.post(path.rpartition("/")[2], body).status_code in {200, 201}


@pytest.mark.parametrize("stores", [[], [*STORES, "UNKNOWN"], ["STORE-1"]], ids=["none", "too many", "too few"])
def test_a_list_of_other_stores_gets_an_error_that_lists_all(shop: Retailer, stores: list[str]) -> None:
    response = shop.post(ARCHIVE, archiving(*stores))
    assert response.status_code == 400
    assert all(each in response.json()["errorMsg"] for each in STORES)


def test_a_sku_that_is_archived_twice_fails_the_second_time(shop: Retailer) -> None:
    skus = [shop.skus["normal"], "UNKNOWN", shop.skus["normal"]]
    lines = shop.report(shop.archive(*skus))
    assert [(line[0], line[3]) for line in lines] == list(zip(skus, ["", "unknown SKU", "already archived"], strict=True))


def test_an_upload_makes_archived_skus_active(shop: Retailer) -> None:
    skus = [shop.skus["archived"], "REVIVED"]
    shop.report(shop.upload(item("REVIVED")))
    shop.report(shop.archive("REVIVED"))
    assert shop.outcomes(shop.upload(*map(item, skus))) == ["SUCCESS", "SUCCESS"]
    assert [each["state"] for each in shop.look_up(skus)] == ["ACTIVE", "ACTIVE"]
    assert shop.outcomes(shop.archive(*skus)) == ["SUCCESS", "SUCCESS"]
    assert [each["state"] for each in shop.look_up(skus)] == ["ARCHIVED", "ARCHIVED"]


@pytest.mark.parametrize(
    ("barcode", "more", "valid"),
    [
        (EAN, {}, True),
        ("4006381333932", {}, False),
        ("012345678905", {}, True),
        ("012345678906", {}, False),
        ("10012345678902", {}, True),
        ("10012345678903", {}, False),
        ("96385074", {"external_product_id_type": "EAN8"}, True),
        ("96385075", {"external_product_id_type": "EAN8"}, False),
        ("96385075", {"external_product_id_type": "UPC"}, True),
        ("string", {}, True),
        ("4011", {"external_product_id_type": "PLU"}, True),
        ("080442957X", {"external_product_id_type": "ISBN"}, True),
        ("٤006381333932", {}, True),
        (EAN, {"others": ["012345678906"]}, False),
    ],
)
def test_a_wrong_check_digit_fails_a_sku(shop: Retailer, barcode: str, more: dict[str, Any], *, valid: bool) -> None:
    ingestion = shop.upload(item("SCANNED", barcode=barcode, store="STORE-2", **more))
    [line] = shop.report(ingestion)
    assert line == ["SCANNED", "STORE-2", *(["SUCCESS", ""] if valid else ["FAILURE", "invalid barcode"])]


def test_what_fails_changes_nothing(shop: Retailer) -> None:
    shop.report(shop.upload(item("KEPT")))
    shop.report(shop.archive("KEPT"))
    before = shop.look_up(["KEPT"])
    assert before[0]["state"] == "ARCHIVED"
    shop.report(shop.upload(item("KEPT", barcode="4006381333932")))
    assert shop.look_up(["KEPT"]) == before


def test_the_last_item_of_a_store_is_held_complete(shop: Retailer) -> None:
    old, other = item("Ü", brand_name="old"), item("Ü", store="STORE-2")
    last = item("Ü", standard_price="0.80", additional="unknown to the spec")
    assert shop.outcomes(shop.upload(old, other, last)) == ["SUCCESS"] * 3
    [held] = shop.look_up(["Ü"])
    assert held == {"sku": "Ü", "state": "ACTIVE", "stores": {"STORE-1": content(last), "STORE-2": content(other)}}
    assert held in shop.held()


def content(sent: dict[str, Any]) -> str:
    return blake2b(json.dumps(sent, sort_keys=True, separators=(",", ":")).encode(), digest_size=8).hexdigest()


def test_nothing_is_held_that_was_not_changed() -> None:
    with Retailer.served() as shop:
        assert shop.held() == []
        assert shop.outcomes(shop.archive(shop.skus["archived"])) == ["already archived"]
        assert shop.held() == []
        shop.report(shop.archive(shop.skus["normal"]))
        assert shop.held() == [{"sku": shop.skus["normal"], "state": "ARCHIVED", "stores": {}}]


def test_empty_lists_end_with_empty_reports(shop: Retailer) -> None:
    assert shop.report(shop.upload()) == []
    assert shop.report(shop.archive()) == []


def test_what_ends_last_counts(shop: Retailer) -> None:
    first, second = (item("RACE", brand_name=each) for each in ("first", "second"))
    with shop.changed(queue_seconds=100):
        slow = shop.upload(first)
    quick = shop.upload(second)
    assert shop.outcomes(quick) == shop.outcomes(slow) == ["SUCCESS"]  # the clock advances until each of them has ended
    assert shop.look_up(["RACE"])[0]["stores"] == {"STORE-1": content(first)}


def test_the_other_retailer_has_other_stores(shop: Retailer) -> None:
    refused = shop.post(UPLOAD, uploading("STORE-1"), key=shop.foreign)
    assert (refused.status_code, refused.json()) == (400, documented("UploadBadRequest", "storesOfSeveralRetailers"))
    assert shop.post(UPLOAD, uploading("FOREIGN-1"), key=shop.foreign).status_code == 201


def test_all_operations_of_a_retailer_share_the_documented_limit() -> None:
    limit = tables(JWO)["uploadCatalog"].rate_limit
    assert limit is not None
    with Retailer.served() as shop:
        calls = [(UPLOAD, uploading("STORE-1")), (ARCHIVE, archiving(*STORES)), (STATUS, UNKNOWN)] * 5
        responses = [shop.post(*each).status_code for each in calls]
        assert responses.index(429) == limit.burst
        assert set(responses[int(limit.burst) :]) == {429}
        assert shop.post(STATUS, UNKNOWN, key=shop.foreign).status_code == 400
        most = shop.usage()["units"]["retailer"]
        assert most == {"period": limit.period, "most": len(calls), "total": len(calls)}


def test_known_values_are_accepted(shop: Retailer) -> None:
    assert shop.outcomes(shop.archive(*shop.known["body.itemSkus[*]?"])).count("unknown SKU") == 0
    assert shop.known["body.allApplicableStores"] == STORES
    assert shop.post(UPLOAD, uploading(*shop.known["body.catalogItems[*].store_id"])).status_code == 201
