"""The behaviour tables of the generated packages say what the documents say, as plain values."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import pytest

_JWO, _ITEMS, _YANDEX, _SHIP = "amazon_jwo_catalog", "amazon_catalog_items", "yandex_market_offers", "shipsidekick_products"

# package, operation, path of attributes in its table, value
_ROWS: list[tuple[str, str, str, object]] = [
    (_JWO, "uploadCatalog", "chunking.size", 10_000),
    (_JWO, "uploadCatalog", "chunking.array", ("request", "body", ("catalogItems",))),
    (_JWO, "uploadCatalog", "chunking.key", (("item_sku",), ("store_id",))),
    (_JWO, "uploadCatalog", "chunking.keep", "last"),
    (_JWO, "uploadCatalog", "chunking.rejections", None),
    (_JWO, "uploadCatalog", "polling.operation", "getCatalogUploadStatus"),
    (_JWO, "uploadCatalog", "polling.body", {"ingestionId": ("response", "body", ("ingestionId",))}),
    (_JWO, "uploadCatalog", "polling.status", ("response", "body", ("processingStatus",))),
    (_JWO, "uploadCatalog", "polling.pending", ("INQUEUE", "INPROGRESS")),
    (_JWO, "uploadCatalog", "polling.succeeded", ("DONE",)),
    (_JWO, "uploadCatalog", "polling.failed", ("CANCELLED", "FATAL")),
    (_JWO, "uploadCatalog", "polling.report.link", ("response", "body", ("reportDownloadLink",))),
    (_JWO, "uploadCatalog", "polling.report.lifetime", 3600),
    (_JWO, "uploadCatalog", "polling.report.success", "SUCCESS"),
    (_JWO, "uploadCatalog", "polling.report.origins", ("https://*.amazonaws.com",)),
    (_JWO, "uploadCatalog", "retry.idempotent", True),
    (_JWO, "uploadCatalog", "retry.done", None),
    (_JWO, "archiveCatalog", "retry.done", "already archived"),
    (_JWO, "archiveCatalog", "chunking.size", 10_000),
    (_JWO, "archiveCatalog", "chunking.array", ("request", "body", ("itemSkus",))),
    (_JWO, "archiveCatalog", "chunking.key", ((),)),
    (_JWO, "archiveCatalog", "polling.operation", "getCatalogUploadStatus"),
    (_JWO, "getCatalogUploadStatus", "polling", None),
    (_JWO, "getCatalogUploadStatus", "rate_limit.rate", 10),
    (_JWO, "getCatalogUploadStatus", "rate_limit.period", 1),
    (_JWO, "getCatalogUploadStatus", "rate_limit.cost", 1),
    (_JWO, "getCatalogUploadStatus", "rate_limit.scope", ("credential",)),
    (_ITEMS, "searchCatalogItems", "chunking.size", 20),
    (_ITEMS, "searchCatalogItems", "chunking.array", ("request", "query", ("identifiers",))),
    (_ITEMS, "searchCatalogItems", "pagination.token", ("response", "body", ("pagination", "nextToken"))),
    (_ITEMS, "searchCatalogItems", "pagination.parameter", ("request", "query", ("pageToken",))),
    (_ITEMS, "searchCatalogItems", "pagination.items", ("response", "body", ("items",))),
    (_ITEMS, "searchCatalogItems", "pagination.limit", 1000),
    (_ITEMS, "searchCatalogItems", "rate_limit.rate", 2),
    (_ITEMS, "searchCatalogItems", "rate_limit.burst", 2),
    (_ITEMS, "searchCatalogItems", "rate_limit.rate_per_second", "x-amzn-RateLimit-Limit"),
    (_ITEMS, "searchCatalogItems", "rate_limit.scope", ("credential", "operation")),
    (_ITEMS, "getCatalogItem", "rate_limit.rate", 2),
    (_ITEMS, "getCatalogItem", "pagination", None),
    (_YANDEX, "addOffersToArchive", "chunking.size", 200),
    (_YANDEX, "addOffersToArchive", "chunking.normalize", "trim"),
    (_YANDEX, "addOffersToArchive", "chunking.max_body_bytes", 512_000),
    (_YANDEX, "addOffersToArchive", "chunking.rejections.items", ("response", "body", ("result", "notArchivedOffers"))),
    (_YANDEX, "addOffersToArchive", "chunking.rejections.key", ("offerId",)),
    (_YANDEX, "addOffersToArchive", "chunking.rejections.reason", ("error",)),
    (_YANDEX, "deleteOffersFromArchive", "chunking.rejections.items", ("response", "body", ("result", "notUnarchivedOfferIds"))),
    (_YANDEX, "deleteOffersFromArchive", "chunking.rejections.key", ()),
    (_YANDEX, "deleteOffersFromArchive", "chunking.rejections.reason", None),
    (_YANDEX, "addOffersToArchive", "rate_limit.rate", 10_000),
    (_YANDEX, "addOffersToArchive", "rate_limit.period", 60),
    (_YANDEX, "addOffersToArchive", "rate_limit.cost", ("request", "body", ("offerIds",))),
    (_YANDEX, "addOffersToArchive", "rate_limit.concurrency", 4),
    (_YANDEX, "addOffersToArchive", "rate_limit.until", "X-RateLimit-Resource-Until"),
    (_SHIP, "archiveProduct", "rate_limit", None),
    (_SHIP, "archiveProduct", "chunking", None),
    (_SHIP, "archiveProduct", "retry.idempotent", True),
]

# package, operation, status, text that its body must contain, wait
_RETRIES: list[tuple[str, str, int, str | None, object]] = [
    (_JWO, "uploadCatalog", 429, None, 1),
    (_JWO, "uploadCatalog", 500, "please retry again", 2),
    (_JWO, "archiveCatalog", 500, "please retry again", 2),
    (_JWO, "getCatalogUploadStatus", 500, None, 2),
    (_ITEMS, "searchCatalogItems", 429, None, 1),
    (_ITEMS, "searchCatalogItems", 503, None, 5),
    (_YANDEX, "addOffersToArchive", 420, None, "X-RateLimit-Resource-Until"),
    (_YANDEX, "addOffersToArchive", 423, None, 60),
    (_SHIP, "archiveProduct", 500, None, 1),
]


def _tables(package: str) -> Mapping[str, Any]:
    tables: Mapping[str, Any] = importlib.import_module(f"{package}.behaviour").OPERATIONS
    return tables


@pytest.mark.parametrize(
    ("package", "operation", "path", "value"), _ROWS, ids=lambda each: str(each) if isinstance(each, str) else ""
)
def test_table_says(package: str, operation: str, path: str, value: object) -> None:
    found: Any = _tables(package)[operation]
    for name in path.split("."):
        found = getattr(found, name)
    assert found == value


@pytest.mark.parametrize(("package", "operation", "status", "text", "wait"), _RETRIES)
def test_response_is_repeated_after(package: str, operation: str, status: int, text: str | None, wait: object) -> None:
    responses = _tables(package)[operation].retry.responses
    assert [(each.text, each.wait) for each in responses if each.status == status] == [(text, wait)]


@pytest.mark.parametrize("package", [_JWO, _ITEMS, _YANDEX, _SHIP])
def test_client_errors_are_final_but_for_throttling_and_locks(package: str) -> None:
    for operation, table in _tables(package).items():
        repeated = {each.status for each in table.retry.responses}
        assert repeated <= {420, 423, 429, 500, 503}, operation


def test_tables_are_frozen() -> None:
    tables = _tables(_YANDEX)
    with pytest.raises(TypeError):
        tables["addOffersToArchive"] = None  # type: ignore[index]  # what a type checker forbids, too
    with pytest.raises(AttributeError):
        tables["addOffersToArchive"].chunking.size = 1
