"""Call a server on the loopback interface, over real TCP connections that stay open until the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import httpx2

import amazon_catalog_items
import amazon_jwo_catalog
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import OPENAPI_GENERATOR, STOCK
from scripts.bench.measure import Contender, Plan, awaited, interleave, repeated

_STATUS = "/v1/catalog/getCatalogUploadStatus"
_ITEMS = "/catalog/2022-04-01/items"
_MARKETPLACE = "ATVPDKIKX0DER"
_KEYWORDS = ["cabin", "suitcase"]
_LIMIT = 1.15
_PLAN = Plan(rounds=41, turn=0.02, budget=30)


def measure(url: str) -> Comparison:
    """Get a status: a POST with a short body and a short response, in which the overhead of a client is largest."""
    api, bare = "amazon_jwo_catalog", "httpx2 bare"
    plain = {"ingestionId": "0f8fad5b-d9cb-469f-a165-70867728950e"}
    body = amazon_jwo_catalog.models.GetCatalogUploadStatusRequest(ingestion_id=plain["ingestionId"])
    client, async_client = amazon_jwo_catalog.Client(base_url=url), amazon_jwo_catalog.AsyncClient(base_url=url)
    http, async_http = httpx2.Client(base_url=url), httpx2.AsyncClient(base_url=url)
    stock = _stock(api, "catalog.get_catalog_upload_status", url)
    stock_body = import_module(f"{STOCK}_{api}.models").GetCatalogUploadStatusRequest(ingestion_id=plain["ingestionId"])
    generator = _generator(api, "CatalogApi", url)
    generator_body = import_module(f"{OPENAPI_GENERATOR}_{api}").GetCatalogUploadStatusRequest(**plain)

    async def ask_async() -> object:
        return (await async_http.post(_STATUS, json=plain)).json()

    with asyncio.Runner() as runner:
        return _comparison(
            "short response",
            {
                f"{api}: Client": repeated(lambda: client.get_catalog_upload_status(body=body)),
                bare: repeated(lambda: http.post(_STATUS, json=plain).json()),
                f"{api}: AsyncClient": awaited(runner, lambda: async_client.get_catalog_upload_status(body=body)),
                f"{bare}, async": awaited(runner, ask_async),
                "openapi-python-client (httpx)": repeated(lambda: stock(body=stock_body)),
                "openapi-generator (urllib3)": repeated(lambda: generator.get_catalog_upload_status(generator_body)),
            },
            {f"{api}: Client": bare, f"{api}: AsyncClient": f"{bare}, async"},
        )


def measure_page(url: str) -> Comparison:
    """Get a page of 20 items: a GET with parameters, whose response has about 90 kB."""
    api, bare = "amazon_catalog_items", "httpx2 bare"
    query: dict[str, str | int] = {"marketplaceIds": _MARKETPLACE, "keywords": ",".join(_KEYWORDS), "pageSize": 20}
    given: dict[str, Any] = {"marketplace_ids": [_MARKETPLACE], "keywords": _KEYWORDS, "page_size": 20}
    client, http = amazon_catalog_items.Client(base_url=url), httpx2.Client(base_url=url)
    stock, generator = _stock(api, "items.search_catalog_items", url), _generator(api, "ItemsApi", url)
    return _comparison(
        "page of 20 items",
        {
            f"{api}: Client": repeated(lambda: client.search_catalog_items(**given)),
            bare: repeated(lambda: http.get(_ITEMS, params=query).json()),
            "openapi-python-client (httpx)": repeated(lambda: stock(**given)),
            "openapi-generator (urllib3)": repeated(lambda: generator.search_catalog_items(**given)),
        },
        {f"{api}: Client": bare},
    )


def _comparison(what: str, contenders: dict[str, Contender], baselines: dict[str, str]) -> Comparison:
    return Comparison(
        title=f"one call to a server on the loopback interface, {what}",
        timings=interleave(contenders, _PLAN),
        targets=tuple(Target(subject=name, baseline=baseline, at_most=_LIMIT) for name, baseline in baselines.items()),
    )


def _stock(api: str, operation: str, url: str) -> Callable[..., object]:
    """Return an operation, named `tag.operation`, of the client of openapi-python-client."""
    client = import_module(f"{STOCK}_{api}").Client(base_url=url)
    return partial(import_module(f"{STOCK}_{api}.api.{operation}").sync, client=client)


def _generator(api: str, tag: str, url: str) -> Any:
    """Return the operations of a tag of the client of openapi-generator."""
    package = import_module(f"{OPENAPI_GENERATOR}_{api}")
    return getattr(package, tag)(package.ApiClient(package.Configuration(host=url)))
