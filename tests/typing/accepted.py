"""Uses of the public names of catalog_clients that type checkers accept. Nothing here is run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import assert_type

import httpx2
from msgspec.structs import replace

import amazon_catalog_items
import amazon_jwo_catalog
from amazon_catalog_items.behaviour import OPERATIONS
from amazon_catalog_items.models import IncludedData, Item, ItemSearchResults
from amazon_jwo_catalog.models import CatalogItem, CatalogUploadStatus
from catalog_clients import (
    AsyncBulk,
    AsyncCatalogItems,
    AsyncJustWalkOut,
    AsyncResult,
    AsyncShipSidekick,
    AsyncYandexMarket,
    Breach,
    Bulk,
    CatalogItems,
    Counts,
    JustWalkOut,
    Limits,
    LoginWithAmazon,
    Match,
    Outcome,
    Progress,
    Reports,
    Result,
    Retries,
    ShipSidekick,
    SigV4,
    SqsQueue,
    Validation,
    YandexMarket,
    confirmed,
)

URL = "https://catalog.example"


def note(progress: Progress) -> None:
    assert_type(progress.counts, Counts)


def skus() -> Iterator[str]:
    yield "SKU-1"


async def askus() -> AsyncIterator[str]:
    yield "SKU-1"


def sync_facades(http: httpx2.Client, item: CatalogItem, row: Mapping[str, str | int], sqs: object) -> None:
    with YandexMarket() as market:
        assert_type(market, YandexMarket)
        assert_type(market.archive(["SKU-1"], business_id=1), Result)
        for outcome in market.unarchive(skus(), business_id=1, strict=True, progress=note):
            assert_type(outcome, Outcome)
    YandexMarket(server="production", application="Shop/1.2", width=2, http_client=http).close()
    ShipSidekick(base_url=URL, retries=Retries(attempts=2, max_wait=1, budget=60)).archive({"product"}, client="shop")
    auth = SigV4("us-east-1", role_arn="arn:aws:iam::000000000000:role/r")
    catalog = JustWalkOut(base_url=URL, auth=auth, reports=Reports(folder=Path(), origins=["https://*.example"]), deadline=60)
    assert_type(catalog.upload([item]).write("ledger.csv"), Counts)
    assert_type(catalog.upload([row, {"item_sku": "A"}]).counts.unexpected, int)
    catalog.archive(skus(), stores=("STORE-1",))
    assert_type(catalog.wait("ingestion"), CatalogUploadStatus)
    assert_type(catalog.collect("ingestion", [item, row, "SKU-1"], progress=note), Result)
    assert_type(catalog.read_report("report.csv", skus(), reports=Reports(sku="article")).write("outcomes.xlsx"), Counts)
    assert_type(catalog.archive(skus(), stores=["S"], resume="ledger.csv").confirmed(Path("list.txt")), int)
    assert_type(catalog.validate([item, row]), Validation)
    assert_type(catalog.validate(skus(), stores=["S"]).breaches, list[Breach])
    assert_type(YandexMarket().validate(["SKU-1"]).seconds, float)
    assert_type(confirmed("ledger.csv", Path("list.txt")), int)
    JustWalkOut(base_url=URL, queue=SqsQueue("https://sqs.example/queue", exclusive=True), silence=10, interval=1.5)
    JustWalkOut(base_url=URL, queue=SqsQueue("https://sqs.example/queue", sqs))


def searches() -> None:
    items = CatalogItems(auth=LoginWithAmazon(client_id="a", client_secret="b", refresh_token="c"))  # noqa: S106 - of nobody
    for item in items.search(marketplace_ids=["M"], keywords=["water"], page_size=20, limit=100):
        assert_type(item, Item)
    for page in items.search(marketplace_ids=["M"], identifiers=["1"], identifiers_type="EAN", included_data=["images"]).pages():
        assert_type(page, ItemSearchResults)
    for match in items.lookup(skus(), identifiers_type="SKU", marketplace_ids=["M"], seller_id="S"):
        assert_type(match, Match)
        assert_type(match.items, tuple[Item, ...])
    items.lookup(["1"], identifiers_type="UPC", marketplace_ids=["M"], included_data=[IncludedData.SUMMARIES, "images"])
    slower = OPERATIONS["searchCatalogItems"].rate_limit
    if slower:
        CatalogItems(limits=Limits({"searchCatalogItems": replace(slower, rate=1), "getCatalogItem": None}))
    CatalogItems(limits=Limits(store="limits.sqlite"))
    CatalogItems(limits=Limits({"getCatalogItem": None}, store=Path("limits.sqlite"), credential="shop"))


async def async_facades(http: httpx2.AsyncClient, item: CatalogItem) -> None:
    async with AsyncYandexMarket(http_client=http) as market:
        assert_type(market, AsyncYandexMarket)
        assert_type(market.archive(askus(), business_id=1), AsyncResult)
        async for outcome in market.unarchive(["SKU-1"], business_id=1, progress=note):
            assert_type(outcome, Outcome)
    await AsyncShipSidekick().archive(skus(), strict=True).awrite(Path("ledger.jsonl"))
    catalog = AsyncJustWalkOut(base_url=URL, reports=Reports(most_bytes=1000, sku="item_sku"))
    assert_type(await catalog.upload([item]).awrite("ledger.csv"), Counts)
    assert_type(await catalog.status("ingestion"), CatalogUploadStatus)
    assert_type(catalog.collect("ingestion", askus()), AsyncResult)
    assert_type(await catalog.read_report(Path("report.csv"), [item]).aconfirmed("list.txt"), int)
    assert_type(await catalog.validate(askus()), Validation)
    assert_type((await AsyncShipSidekick().validate(skus())).is_valid, bool)
    await catalog.aclose()


async def async_searches() -> None:
    items = AsyncCatalogItems()
    async for item in items.search(marketplace_ids=["M"], keywords=["water"]):
        assert_type(item, Item)
    async for page in items.search(marketplace_ids=["M"], keywords=["water"], brand_names=["B"]).pages():
        assert_type(page, ItemSearchResults)
    async for match in items.lookup(askus(), identifiers_type="ASIN", marketplace_ids=["M"]):
        assert_type(match, Match)


def any_client(item: CatalogItem, row: Mapping[str, str | int]) -> None:
    with Bulk(amazon_jwo_catalog, base_url=URL, deadline=60, reports=Reports(sku="article")) as bulk:
        assert_type(bulk, Bulk)
        assert_type(bulk.run("uploadCatalog", [item, row], extra_fields=["color"], strict=True, progress=note), Result)
        assert_type(bulk.run("archive_catalog", skus(), all_applicable_stores=["S"], resume="ledger.csv").counts, Counts)
        assert_type(bulk.run("archiveCatalog", skus(), arguments={"all_applicable_stores": ["S"]}).write("ledger.csv"), Counts)
        assert_type(bulk.validate("uploadCatalog", [item]), Validation)
        assert_type(bulk.collect("uploadCatalog", "ingestion", [item, "SKU-1"]), Result)
        assert_type(bulk.read_report("uploadCatalog", Path("report.csv"), skus()), Result)
    items = Bulk(amazon_catalog_items, server="eu", limits=Limits(), width=2)
    for match in items.lookup("searchCatalogItems", skus(), identifiers_type="EAN", marketplace_ids=["M"]):
        assert_type(match.identifier, str)
    for page in items.pages("searchCatalogItems", most=100, keywords=["water"], marketplace_ids=["M"]).pages():
        assert_type(page, object)
    assert_type(CatalogItems().validate(skus(), identifiers_type="EAN", marketplace_ids=["M"]), Validation)


async def any_client_async(item: CatalogItem) -> None:
    async with AsyncBulk(amazon_jwo_catalog, base_url=URL) as bulk:
        assert_type(bulk.run("uploadCatalog", [item]), AsyncResult)
        assert_type(await bulk.run("archiveCatalog", askus(), all_applicable_stores=["S"]).awrite("ledger.csv"), Counts)
        assert_type(await bulk.validate("archiveCatalog", askus(), all_applicable_stores=["S"]), Validation)
        assert_type(bulk.collect("uploadCatalog", "ingestion", askus()), AsyncResult)
    async for each in AsyncBulk(amazon_catalog_items).pages("searchCatalogItems", keywords=["water"], marketplace_ids=["M"]):
        assert_type(each, object)
