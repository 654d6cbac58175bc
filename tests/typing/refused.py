"""Misuses of the public names of catalog_clients: type checkers refuse each line with a mark. Nothing here is run."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

import amazon_jwo_catalog
from catalog_clients import (
    AsyncBulk,
    AsyncCatalogItems,
    AsyncJustWalkOut,
    AsyncShipSidekick,
    AsyncYandexMarket,
    Bulk,
    CatalogItems,
    JustWalkOut,
    Limits,
    Outcome,
    Reports,
    Retries,
    ShipSidekick,
    YandexMarket,
)

URL = "https://catalog.example"


async def askus() -> AsyncIterator[str]:
    yield "SKU-1"


def reading() -> None:
    for _ in AsyncYandexMarket().archive(["SKU-1"], business_id=1):  # type: ignore[attr-defined]
        pass
    for _ in AsyncCatalogItems().search(marketplace_ids=["M"], keywords=["water"]):  # type: ignore[attr-defined]
        pass
    for _ in AsyncCatalogItems().search(marketplace_ids=["M"], keywords=["water"]).pages():  # type: ignore[attr-defined]
        pass
    for _ in AsyncCatalogItems().lookup(["1"], identifiers_type="EAN", marketplace_ids=["M"]):  # type: ignore[attr-defined]
        pass
    AsyncShipSidekick().archive(["product"]).write("ledger.csv")  # type: ignore[attr-defined]


async def reading_async() -> None:
    async for _ in YandexMarket().archive(["SKU-1"], business_id=1):  # type: ignore[attr-defined]
        pass
    async for _ in CatalogItems().search(marketplace_ids=["M"], keywords=["water"]):  # type: ignore[attr-defined]
        pass
    await ShipSidekick().archive(["product"]).awrite("ledger.csv")  # type: ignore[attr-defined]
    await JustWalkOut(base_url=URL).status("ingestion")  # type: ignore[misc]


def closing() -> None:
    with AsyncYandexMarket():  # type: ignore[attr-defined]
        pass
    AsyncYandexMarket().close()  # type: ignore[attr-defined]


async def closing_async() -> None:
    async with ShipSidekick():  # type: ignore[attr-defined]
        pass
    await ShipSidekick().aclose()  # type: ignore[attr-defined]


def options(http: httpx2.Client, ahttp: httpx2.AsyncClient) -> None:
    JustWalkOut()  # type: ignore[call-arg]
    AsyncJustWalkOut(interval=1)  # type: ignore[call-arg]
    JustWalkOut(base_url=URL, server="production")  # type: ignore[call-arg]
    YandexMarket(widht=1)  # type: ignore[call-arg]
    YandexMarket(width="2")  # type: ignore[arg-type]
    YandexMarket(http_client=ahttp)  # type: ignore[arg-type]
    AsyncYandexMarket(http_client=http)  # type: ignore[arg-type]
    YandexMarket(retries=3)  # type: ignore[arg-type]
    YandexMarket(limits={"addOffersToArchive": None})  # type: ignore[arg-type]
    YandexMarket(limits=Limits({"addOffersToArchive": 1}))  # type: ignore[dict-item]
    JustWalkOut(base_url=URL, reports={"folder": "reports"})  # type: ignore[arg-type]
    JustWalkOut(base_url=URL, queue="https://sqs.example/queue")  # type: ignore[arg-type]
    Retries(3)  # type: ignore[call-arg]
    Reports(column="sku")  # type: ignore[call-arg]


def runs(outcome: Outcome) -> None:
    YandexMarket().archive(["SKU-1"])  # type: ignore[call-arg]
    YandexMarket().archive(["SKU-1"], business_id="1")  # type: ignore[arg-type]
    YandexMarket().archive([1], business_id=1)  # type: ignore[list-item]
    YandexMarket().archive(askus(), business_id=1)  # type: ignore[arg-type]
    YandexMarket().archive(["SKU-1"], business_id=1, strcit=True)  # type: ignore[call-arg]
    YandexMarket().archive(["SKU-1"], business_id=1, progress=".")  # type: ignore[arg-type]
    CatalogItems().search(marketplace_ids=["M"], keyword=["water"])  # type: ignore[call-arg]
    CatalogItems().search(keywords=["water"])  # type: ignore[call-arg]
    CatalogItems().search(marketplace_ids=["M"], page_size="20")  # type: ignore[arg-type]
    CatalogItems().lookup(["1"], marketplace_ids=["M"])  # type: ignore[call-arg]
    JustWalkOut(base_url=URL).archive(["SKU-1"])  # type: ignore[call-arg]
    JustWalkOut(base_url=URL).upload(["SKU-1"])  # type: ignore[list-item]
    outcome.status = "confirmed"  # type: ignore[misc]


def any_client(ahttp: httpx2.AsyncClient) -> None:
    Bulk("amazon_jwo_catalog")  # type: ignore[arg-type]
    Bulk(httpx2)  # type: ignore[arg-type]
    Bulk(amazon_jwo_catalog, base_url=URL, http_client=ahttp)  # type: ignore[arg-type]
    Bulk(amazon_jwo_catalog, base_url=URL, wdith=1)  # type: ignore[call-arg]
    Bulk(amazon_jwo_catalog).run("archiveCatalog")  # type: ignore[call-arg]
    Bulk(amazon_jwo_catalog).run("archiveCatalog", 3)  # type: ignore[arg-type]
    Bulk(amazon_jwo_catalog).run("archiveCatalog", askus())  # type: ignore[arg-type]
    Bulk(amazon_jwo_catalog).run("archiveCatalog", ["SKU-1"], progress=".")  # type: ignore[arg-type]
    Bulk(amazon_jwo_catalog).pages("archiveCatalog", most="10")  # type: ignore[arg-type]
    Bulk(amazon_jwo_catalog).lookup("archiveCatalog", [1])  # type: ignore[list-item]
    for _ in AsyncBulk(amazon_jwo_catalog).run("archiveCatalog", ["SKU-1"]):  # type: ignore[attr-defined]
        pass
    with AsyncBulk(amazon_jwo_catalog):  # type: ignore[attr-defined]
        pass
