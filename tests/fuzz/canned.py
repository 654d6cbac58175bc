"""A canned conversation with each mock vendor, without a socket: enough for each planted defect to show in one of the responses."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import msgspec
import requests
from starlette.datastructures import Headers

from scripts.apis import tables
from scripts.fuzz.auth import SCHEMES
from scripts.mock.engine.app import Wrap
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.vendor import Call, MockResponse
from scripts.mock.settings import Settings
from scripts.mock.vendors import VENDORS

_SPEED = 100_000
_BASE = "http://127.0.0.1:1"
_MOST_POLLS = 50
# What differs from run to run: moments, and what a link is signed with.
_VOLATILE = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+|\?X-Amz-[^\"]*")
_VOLATILE_HEADERS = ("x-amzn-requestid", "x-ratelimit-resource-remaining", "x-ratelimit-resource-until", "etag")

Told = tuple[int, dict[str, str], bytes]


class Talk:
    """One conversation, with a vendor of its own."""

    def __init__(self, api: str, wrap: Wrap) -> None:
        (kind,) = (each for each in VENDORS if each.api == api)
        self.vendor = kind(Settings(speed=_SPEED), Clock(_SPEED), _BASE)
        self.respond = wrap(self.vendor, self.vendor.response)
        self.told: list[Told] = []
        self.token = ""

    async def ask(
        self, method: str, target: str, *, body: object = None, headers: dict[str, str] | None = None, auth: bool = True
    ) -> MockResponse:
        given = {"Content-Type": "application/json"} if body is not None else {}
        data = json.dumps(body) if body is not None and not isinstance(body, str) else body
        request = requests.Request(method, f"{_BASE}{target}", data=data, headers={**given, **(headers or {})}).prepare()
        request.headers["Host"] = urlsplit(_BASE).netloc
        if auth and self.token:
            request.headers["x-amz-access-token"] = self.token
        elif auth:
            request = SCHEMES[self.vendor.api].make(self.vendor.credentials())(request)
        call = _call(request)
        response = await self.respond(call)
        kept = {name: "" if name in _VOLATILE_HEADERS else text for name, text in response.headers.items()}
        self.told.append((response.status, kept, _VOLATILE.sub(b"", response.body)))
        return response


def conversation(api: str, wrap: Wrap) -> list[Told]:
    """Return all that a vendor returns."""

    async def talk() -> list[Told]:
        talking = Talk(api, wrap)
        try:
            await _CONVERSATIONS[api](talking)
        finally:
            await talking.vendor.stop()
        return talking.told

    return asyncio.run(talk())


def _call(request: requests.PreparedRequest) -> Call:
    path, _, query = request.path_url.partition("?")
    body = request.body or b""
    assert isinstance(body, (str, bytes))
    headers = [(name.lower().encode(), str(text).encode("latin-1")) for name, text in request.headers.items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 2),
        "server": ("127.0.0.1", 1),
    }
    return Call(
        method=request.method or "",
        path=path,
        query=query,
        headers=Headers(scope=scope),
        body=body.encode() if isinstance(body, str) else body,
        scope=scope,
    )


async def _just_walk_out(talk: Talk) -> None:
    def item(**fields: str) -> dict[str, str]:
        return {"item_sku": "A", "external_product_id": "1", "item_name": "a", "store_id": "STORE-1", **fields}

    async def upload(*items: dict[str, str], auth: bool = True) -> MockResponse:
        return await talk.ask("POST", "/v1/catalog/upload", body={"catalogItems": items}, auth=auth)

    async def archive(count: int) -> MockResponse:
        skus = [f"SKU-{number:07}" for number in range(1, count + 1)]
        stores = ["STORE-1", "STORE-2", "STORE-3"]
        return await talk.ask("POST", "/v1/catalog/archive", body={"itemSkus": skus, "allApplicableStores": stores})

    async def follow(accepted: MockResponse) -> None:
        """Note the last status, since how often the one before comes is chance, and the report."""
        response = await status(accepted)
        for _ in range(_MOST_POLLS):
            if _json(response).get("processingStatus") not in ("INQUEUE", "INPROGRESS"):
                break
            talk.told.pop()
            await asyncio.sleep(0.002)
            response = await status(accepted)
        if link := _json(response).get("reportDownloadLink"):
            await talk.ask("GET", link.removeprefix(_BASE), auth=False)

    async def status(accepted: MockResponse) -> MockResponse:
        identifier = _json(accepted).get("ingestionId")
        return await talk.ask("POST", "/v1/catalog/getCatalogUploadStatus", body={"ingestionId": identifier})

    chunking = tables("amazon_jwo_catalog")["archiveCatalog"].chunking
    assert chunking is not None
    ready = talk.vendor.options
    talk.vendor.options = msgspec.structs.replace(ready, queue_seconds=1e9)
    await status(await upload(item()))
    talk.vendor.options = msgspec.structs.replace(ready, queue_seconds=0, processing_seconds=0)
    await follow(await upload(item(), item(item_sku="B")))
    await follow(await archive(2))
    for each in (item(item_sku="x" * 256), {"item_sku": "A"}, item(item_name="x" * 101), item(item_name="\U0001f600")):
        await upload(each)
    unplaced = item()
    del unplaced["store_id"]
    await upload(unplaced)
    await upload(item(), auth=False)
    for count in (chunking.size, chunking.size + 1):
        await archive(count)
    await talk.ask("POST", "/v1/catalog/archive", body={})


async def _catalog_items(talk: Talk) -> None:
    credentials = talk.vendor.credentials()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": credentials["SP_API_REFRESH_TOKEN"],
        "client_id": credentials["SP_API_CLIENT_ID"],
        "client_secret": credentials["SP_API_CLIENT_SECRET"],
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    target = credentials["SP_API_TOKEN_URL"].removeprefix(_BASE)
    talk.token = _json(await talk.ask("POST", target, body=urlencode(form), headers=kind, auth=False))["access_token"]
    talk.told.clear()
    known = talk.vendor.known()
    marketplace, asins = known["query.marketplaceIds[*]"][0], known["path.asin"]

    async def search(**query: object) -> MockResponse:
        return await talk.ask("GET", f"/catalog/2022-04-01/items?{urlencode(query)}")

    async def get(asin: str, data: str = "summaries", *, auth: bool = True) -> MockResponse:
        query = urlencode({"marketplaceIds": marketplace, "includedData": data})
        return await talk.ask("GET", f"/catalog/2022-04-01/items/{asin}?{query}", auth=auth)

    by_words: dict[str, object] = {"marketplaceIds": marketplace, "keywords": "water"}
    by_asin: dict[str, object] = {"marketplaceIds": marketplace, "identifiersType": "ASIN", "identifiers": ",".join(asins[:3])}
    for query in (by_words, {**by_asin, "pageSize": 1}):
        first = _json(await search(**query))
        await search(**query, pageToken=first.get("pagination", {}).get("nextToken", ""))
    chunking = tables("amazon_catalog_items")["searchCatalogItems"].chunking
    assert chunking is not None
    await search(**{**by_asin, "identifiers": ",".join(asins[:1] * (chunking.size + 1))})
    await search(**by_words, pageSize=21)
    await search(keywords="water")
    await search(**by_asin, keywords="water")
    await search(marketplaceIds=marketplace, identifiersType="SKU", identifiers="a")
    await get(asins[0])
    await get(asins[0], "salesRanks")
    await get(asins[0], auth=False)
    await get("B999999999")


async def _yandex(talk: Talk) -> None:
    known = talk.vendor.known()
    (business,), offers = known["path.businessId"], known["body.offerIds[*]?"]

    async def send(ids: list[str] | None, word: str = "archive", *, to: int = business, auth: bool = True) -> None:
        body = {} if ids is None else {"offerIds": ids}
        await talk.ask("POST", f"/v2/businesses/{to}/offer-mappings/{word}", body=body, auth=auth)

    chunking = tables(talk.vendor.api)["addOffersToArchive"].chunking
    assert chunking is not None
    await send([str(number) for number in range(chunking.size + 1)])
    for ids in (offers, offers[:1], [], None, ["a/b"], ["\u05d0"]):
        await send(ids)
    for ids in (offers, ["a", "a"], ["\U0001f600"]):
        await send(ids, "unarchive")
    await send(offers, to=0)
    await send(offers, "unarchive", auth=False)


async def _shipsidekick(talk: Talk) -> None:
    product = talk.vendor.known()["path.productId"][0]
    await talk.ask("DELETE", f"/products/{product}")
    await talk.ask("DELETE", f"/products/{product}", headers={"X-SSK-Client": "<"})
    await talk.ask("DELETE", f"/products/{product}", auth=False)
    await talk.ask("DELETE", "/products/7")
    await talk.ask("GET", f"/products/{product}")


def _json(response: MockResponse) -> Any:
    try:
        return json.loads(response.body)
    except ValueError:
        return {}


_CONVERSATIONS: dict[str, Callable[[Talk], Awaitable[None]]] = {
    "amazon_jwo_catalog": _just_walk_out,
    "amazon_catalog_items": _catalog_items,
    "yandex_market_offers": _yandex,
    "shipsidekick_products": _shipsidekick,
}
