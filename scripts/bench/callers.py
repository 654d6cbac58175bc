"""What calls a server: our clients, bare httpx2 and the peers' clients, sync and async, with a connection for each call at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import httpx
import httpx2

import amazon_catalog_items
import amazon_jwo_catalog
from scripts.bench.environment import DATAMODEL, OPENAPI_GENERATOR, STOCK

CONNECTIONS = 64
"""Most calls at once, for which each client keeps connections: by themselves, some keep fewer than they open."""

_JWO, _CATALOG = "amazon_jwo_catalog", "amazon_catalog_items"
_STATUS = "/v1/catalog/getCatalogUploadStatus"
_SEARCH = "/catalog/2022-04-01/items"
_MARKETPLACE = "ATVPDKIKX0DER"
_KEYWORDS = ["cabin", "suitcase"]
_KEPT = {"max_connections": CONNECTIONS, "max_keepalive_connections": CONNECTIONS}


class Callers(NamedTuple):
    """One call by each client: ours first, then bare httpx2, then the peers' by their names."""

    sync: dict[str, Callable[[], object]]
    asynchronous: dict[str, Callable[[], Awaitable[object]]]


def status(url: str) -> Callers:
    """Get a status: a POST with a short body and a short response, in which the overhead of a client is largest."""
    plain = {"ingestionId": "0f8fad5b-d9cb-469f-a165-70867728950e"}
    http, async_http = _http(url), _async_http(url)
    body = amazon_jwo_catalog.models.GetCatalogUploadStatusRequest(ingestion_id=plain["ingestionId"])
    client = amazon_jwo_catalog.Client(base_url=url, http_client=_http(url))
    async_client = amazon_jwo_catalog.AsyncClient(base_url=url, http_client=_async_http(url))
    stock, stock_client = import_module(f"{STOCK}_{_JWO}.api.catalog.get_catalog_upload_status"), _stock(_JWO, url)
    stock_body = import_module(f"{STOCK}_{_JWO}.models").GetCatalogUploadStatusRequest(ingestion_id=plain["ingestionId"])
    generator = _generator(_JWO, "CatalogApi", url)
    generator_body = import_module(f"{OPENAPI_GENERATOR}_{_JWO}").GetCatalogUploadStatusRequest(**plain)

    async def ask() -> object:
        return (await async_http.post(_STATUS, json=plain)).json()

    found = Callers(
        {
            f"{_JWO}: Client": lambda: client.get_catalog_upload_status(body=body),
            "httpx2 bare": lambda: http.post(_STATUS, json=plain).json(),
            "openapi-python-client (httpx)": lambda: stock.sync(client=stock_client, body=stock_body),
            "openapi-generator (urllib3)": lambda: generator.get_catalog_upload_status(generator_body),
        },
        {
            f"{_JWO}: AsyncClient": lambda: async_client.get_catalog_upload_status(body=body),
            "httpx2 bare, async": ask,
            "openapi-python-client, async": lambda: stock.asyncio(client=stock_client, body=stock_body),
        },
    )
    for kind, package in DATAMODEL.items():
        sent = import_module(f"{package}_{_JWO}_models").GetCatalogUploadStatusRequest(**plain)
        both = _datamodel(package, _JWO, url, sig_v4="none")
        found.sync[f"datamodel-code-generator ({kind})"] = partial(both.sync.catalog.get_catalog_upload_status, body=sent)
        found.asynchronous[f"datamodel-code-generator ({kind}), async"] = partial(
            both.asynchronous.catalog.get_catalog_upload_status, body=sent
        )
    return found


def page(url: str) -> Callers:
    """Get a page of 20 items: a GET with parameters, whose response has about 90 kB."""
    query: dict[str, str | int] = {"marketplaceIds": _MARKETPLACE, "keywords": ",".join(_KEYWORDS), "pageSize": 20}
    given: dict[str, Any] = {"marketplace_ids": [_MARKETPLACE], "keywords": _KEYWORDS, "page_size": 20}
    http, async_http = _http(url), _async_http(url)
    client = amazon_catalog_items.Client(base_url=url, http_client=_http(url))
    async_client = amazon_catalog_items.AsyncClient(base_url=url, http_client=_async_http(url))
    stock, stock_client = import_module(f"{STOCK}_{_CATALOG}.api.items.search_catalog_items"), _stock(_CATALOG, url)
    generator, selling_partner = _generator(_CATALOG, "ItemsApi", url), _selling_partner(url)

    async def ask() -> object:
        return (await async_http.get(_SEARCH, params=query)).json()

    found = Callers(
        {
            f"{_CATALOG}: Client": lambda: client.search_catalog_items(**given),
            "httpx2 bare": lambda: http.get(_SEARCH, params=query).json(),
            "openapi-python-client (httpx)": lambda: stock.sync(client=stock_client, **given),
            "openapi-generator (urllib3)": lambda: generator.search_catalog_items(**given),
            "python-amazon-sp-api (httpx)": lambda: selling_partner.sync.search_catalog_items(**query),
        },
        {
            f"{_CATALOG}: AsyncClient": lambda: async_client.search_catalog_items(**given),
            "httpx2 bare, async": ask,
            "openapi-python-client, async": lambda: stock.asyncio(client=stock_client, **given),
            "python-amazon-sp-api, async": lambda: selling_partner.asynchronous.search_catalog_items(**query),
        },
    )
    named: dict[str, Any] = {**query, "marketplaceIds": [_MARKETPLACE], "keywords": _KEYWORDS}
    for kind, package in DATAMODEL.items():
        both = _datamodel(package, _CATALOG, url, login_with_amazon="none")
        found.sync[f"datamodel-code-generator ({kind})"] = partial(both.sync.items.search_catalog_items, **named)
        found.asynchronous[f"datamodel-code-generator ({kind}), async"] = partial(
            both.asynchronous.items.search_catalog_items, **named
        )
    return found


class _Both(NamedTuple):
    """The sync and the async client of a peer."""

    sync: Any
    asynchronous: Any


def _http(url: str) -> httpx2.Client:
    return httpx2.Client(base_url=url, limits=httpx2.Limits(**_KEPT))


def _async_http(url: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=url, limits=httpx2.Limits(**_KEPT))


def _stock(api: str, url: str) -> Any:
    """Return the client of openapi-python-client, which is sync and async."""
    return import_module(f"{STOCK}_{api}").Client(base_url=url, httpx_args={"limits": httpx.Limits(**_KEPT)})


def _generator(api: str, tag: str, url: str) -> Any:
    """Return the operations of a tag of the client of openapi-generator, which is sync."""
    package = import_module(f"{OPENAPI_GENERATOR}_{api}")
    configuration = package.Configuration(host=url)
    configuration.connection_pool_maxsize = CONNECTIONS
    return getattr(package, tag)(package.ApiClient(configuration))


def _datamodel(package: str, api: str, url: str, **credentials: str) -> _Both:
    """Return the clients of datamodel-code-generator."""
    made = import_module(f"{package}_{api}")
    return _Both(
        made.Client(base_url=url, http_client=_http(url), **credentials),
        made.AsyncClient(base_url=url, http_client=_async_http(url), **credentials),
    )


def _selling_partner(url: str) -> _Both:
    """Return the clients of python-amazon-sp-api with a token that needs no renewal."""
    found = []
    for package, client in (("sp_api", httpx.Client), ("sp_api.asyncio", httpx.AsyncClient)):
        versioned = import_module(f"{package}.api.catalog_items.catalog_items_2022_04_01").CatalogItemsV20220401
        made = versioned(credentials={"lwa_app_id": "none", "lwa_client_secret": "none"}, restricted_data_token="none")  # noqa: S106
        made.endpoint = url
        made._transport._client = client(limits=httpx.Limits(**_KEPT))  # noqa: SLF001 - it takes no client
        found.append(made)
    return _Both(*found)
