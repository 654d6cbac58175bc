"""Call a server on the loopback interface, over real TCP connections that stay open."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from importlib import import_module
from typing import Any

import httpx2

import amazon_catalog_items
import amazon_jwo_catalog
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import OPENAPI_GENERATOR, STOCK
from scripts.bench.measure import Plan, awaited, interleave, repeated
from scripts.bench.server import serving

_STATUS = "/v1/catalog/getCatalogUploadStatus"
_INGESTION = "0f8fad5b-d9cb-469f-a165-70867728950e"
_ITEMS = "/catalog/2022-04-01/items"
_MARKETPLACE = "ATVPDKIKX0DER"
_KEYWORDS = ("cabin", "suitcase")
_PLAN = Plan(rounds=41, turn=0.02, budget=30)


def measure() -> Comparison:
    """Get a status: a POST with a short body and a short response, in which the overhead of a client is largest."""
    ours, bare, ours_async, bare_async = (
        "amazon_jwo_catalog: Client",
        "httpx2 bare",
        "amazon_jwo_catalog: AsyncClient",
        "httpx2 bare, async",
    )
    with asyncio.Runner() as runner, ExitStack() as stack:
        url = stack.enter_context(serving())
        body = amazon_jwo_catalog.models.GetCatalogUploadStatusRequest(ingestion_id=_INGESTION)
        client = stack.enter_context(amazon_jwo_catalog.Client(base_url=url))
        http = stack.enter_context(httpx2.Client(base_url=url))
        async_client, async_http = amazon_jwo_catalog.AsyncClient(base_url=url), httpx2.AsyncClient(base_url=url)
        stack.callback(lambda: runner.run(async_client.aclose()))
        stack.callback(lambda: runner.run(async_http.aclose()))
        stock = import_module(f"{STOCK}_amazon_jwo_catalog.api.catalog.get_catalog_upload_status")
        stock_body = import_module(f"{STOCK}_amazon_jwo_catalog.models").GetCatalogUploadStatusRequest(ingestion_id=_INGESTION)
        stock_client = stack.enter_context(import_module(f"{STOCK}_amazon_jwo_catalog").Client(base_url=url))
        generator = import_module(f"{OPENAPI_GENERATOR}_amazon_jwo_catalog")
        generator_body = generator.GetCatalogUploadStatusRequest(ingestionId=_INGESTION)
        generator_api = generator.CatalogApi(generator.ApiClient(generator.Configuration(host=url)))

        async def ask_async() -> object:
            return (await async_http.post(_STATUS, json={"ingestionId": _INGESTION})).json()

        timings = interleave(
            {
                ours: repeated(lambda: client.get_catalog_upload_status(body=body)),
                bare: repeated(lambda: http.post(_STATUS, json={"ingestionId": _INGESTION}).json()),
                ours_async: awaited(runner, lambda: async_client.get_catalog_upload_status(body=body)),
                bare_async: awaited(runner, ask_async),
                "openapi-python-client (httpx)": repeated(lambda: stock.sync(client=stock_client, body=stock_body)),
                "openapi-generator (urllib3)": repeated(lambda: generator_api.get_catalog_upload_status(generator_body)),
            },
            _PLAN,
        )
    return Comparison(
        name="call",
        title="one call to a server on the loopback interface, short response",
        timings=timings,
        targets=(Target(subject=ours, baseline=bare, limit=1.15), Target(subject=ours_async, baseline=bare_async, limit=1.15)),
    )


def measure_page() -> Comparison:
    """Get a page of 20 items: a GET with parameters, whose response has about 100 kB."""
    ours, bare = "amazon_catalog_items: Client", "httpx2 bare"
    query: dict[str, str | int] = {"marketplaceIds": _MARKETPLACE, "keywords": ",".join(_KEYWORDS), "pageSize": 20}
    with ExitStack() as stack:
        url = stack.enter_context(serving())
        client = stack.enter_context(amazon_catalog_items.Client(base_url=url))
        http = stack.enter_context(httpx2.Client(base_url=url))
        stock = import_module(f"{STOCK}_amazon_catalog_items.api.items.search_catalog_items")
        stock_client = stack.enter_context(import_module(f"{STOCK}_amazon_catalog_items").Client(base_url=url))
        generator = import_module(f"{OPENAPI_GENERATOR}_amazon_catalog_items")
        generator_api = generator.ItemsApi(generator.ApiClient(generator.Configuration(host=url)))
        given: dict[str, Any] = {"marketplace_ids": [_MARKETPLACE], "keywords": list(_KEYWORDS), "page_size": 20}
        timings = interleave(
            {
                ours: repeated(lambda: client.search_catalog_items(**given)),
                bare: repeated(lambda: http.get(_ITEMS, params=query).json()),
                "openapi-python-client (httpx)": repeated(lambda: stock.sync(client=stock_client, **given)),
                "openapi-generator (urllib3)": repeated(lambda: generator_api.search_catalog_items(**given)),
            },
            _PLAN,
        )
    return Comparison(
        name="call-page",
        title="one call to a server on the loopback interface, page of 20 items",
        timings=timings,
        targets=(Target(subject=ours, baseline=bare, limit=1.15),),
    )
