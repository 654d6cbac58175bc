"""The facades in both ways, sync and async, connected to mock vendors over TCP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import ExitStack
from typing import Any, TypeVar

import httpx2
from msgspec.structs import replace

import catalog_clients
from catalog_clients import Limits, Reports
from scripts.chaos.limits import scaled_limits
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX, auth_of
from tests.clients.causes import ADD, ARCHIVE, BUSINESS, MARKETPLACE, SEARCH, STORES, UNKNOWN_PRODUCT, UPLOAD
from tests.overrides.playing import FACADES, TABLES
from tests.support import ways

ANYWHERE = Reports(origins=["http://127.0.0.1:*"])
CLOSED = "http://127.0.0.1:1"  # where nobody listens
_LOOKS = 6000  # as often as something is looked for, every 10 ms

T = TypeVar("T")

OFFERS, SKUS, IDENTIFIERS = (TABLES[name].chunking.size for name in (ADD, ARCHIVE, SEARCH))  # items of a chunk, as the specs say
CONCURRENCY, MOST_FOUND = TABLES[ADD].rate_limit.concurrency, TABLES[SEARCH].pagination.limit
LASTING = {"token_lifetime": 1e6}
TOO_LONG = "x" * 100_000


def product(sku: Any = "NEW-1", store: str = STORES[0], **changes: Any) -> dict[str, Any]:
    """Return an item of Just Walk Out as a mapping."""
    return {"item_sku": sku, "external_product_id": "012345678905", "item_name": "Water", "store_id": store, **changes}


Run = Callable[[Any, Any], Any]
RUNS: dict[str, tuple[str, Run, Any]] = {
    "upload": (JWO, lambda catalog, items: catalog.upload(items), product("NEW-0")),
    "archive": (JWO, lambda catalog, skus: catalog.archive(skus, stores=STORES), "SKU-0900001"),
    "archive offers": (YANDEX, lambda market, offers: market.archive(offers, business_id=BUSINESS), "SKU-0900002"),
    "unarchive offers": (YANDEX, lambda market, offers: market.unarchive(offers, business_id=BUSINESS), "SKU-0900003"),
    "archive products": (SHIPSIDEKICK, lambda products, ids: products.archive(ids), UNKNOWN_PRODUCT),
    "lookup": (
        ITEMS,
        lambda catalog, asins: catalog.lookup(asins, identifiers_type="ASIN", marketplace_ids=[MARKETPLACE]),
        "B000000001",
    ),
}
"""Runs of all facades, each with an item."""


def smallest_run(facade: Any, api: str) -> Any:
    """Return the run of one item that a facade has, its plainest one."""
    _, run, item = next(each for each in RUNS.values() if each[0] == api and isinstance(each[2], str))
    return run(facade, [item])


def skus(many: int) -> list[str]:
    """Return some SKUs that the vendors have, from the first on."""
    return [f"SKU-{number:07}" for number in range(1, many + 1)]


def offers(chunks: int) -> list[str]:
    """Return offers that fill some chunks."""
    return skus(chunks * OFFERS)


class Way(ways.Way):
    """One of the two ways; closes what it has made."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._made = ExitStack()

    def facade(self, api: str, url: str, **options: Any) -> Any:
        """Return a facade of an API at a URL."""
        kind = getattr(catalog_clients, FACADES[api] if self.name == "sync" else f"Async{FACADES[api]}")
        made = kind(base_url=url, **{"http_client": self._http, **options})
        self._made.callback(lambda: self.finish(made.close() if self.name == "sync" else made.aclose()))
        return made

    def to(self, mocks: Mocks, api: str, who: str = "user", **options: Any) -> Any:
        """Return a facade of a mock vendor; its limits are scaled as the vendor's time is."""
        given: dict[str, Any] = {"limits": Limits(scaled_limits(api, mocks.vendors[api].clock.speed)), **options}
        if api == JWO:
            given = {"reports": ANYWHERE, "interval": 0.02, **given}
        if "auth" not in options:
            given["auth"] = auth_of(mocks, api, who)
        return self.facade(api, mocks.served.urls[api], **given)

    def bulk(self, package: Any, url: str, **options: Any) -> Any:
        """Return a `Bulk` of a generated package at a URL, without limits if none are given."""
        kind: Any = catalog_clients.Bulk if self.name == "sync" else catalog_clients.AsyncBulk
        limits = Limits(dict.fromkeys(package.behaviour.OPERATIONS))
        return kind(package, base_url=url, **{"limits": limits, "http_client": self._http, **options})

    def played(self, api: str, play: Callable[[httpx2.Request], httpx2.Response], **options: Any) -> Any:
        """Return a facade of a vendor that a function plays."""
        http = self.http(transport=httpx2.MockTransport(play))
        return self.facade(api, "https://vendor.example", **{"http_client": http, **options})

    def read(self, stream: Any, each: Callable[[Any], object] = lambda _: None) -> list[Any]:
        """Read a stream to its end; `each` is called with each element as it comes."""
        found = []

        async def collect() -> None:
            async for one in stream:
                each(one)
                found.append(one)

        if self.name == "async":
            self.finish(collect())
        else:
            for one in stream:
                each(one)
                found.append(one)
        return found

    def close(self) -> None:
        self._made.close()
        super().close()


async def asynchronous(items: Iterable[T]) -> AsyncIterator[T]:
    """Give items asynchronously."""
    for each in items:
        yield each


def chunks_of(size: int) -> Limits:
    """Return limits of Just Walk Out that let a chunk have a few items only, as each of them counts."""
    return Limits(limits_of_chunks(size))


def limits_of_chunks(size: int) -> dict[str, Any]:
    """Return the same by operation."""
    limits = scaled_limits(JWO, 1000)
    for name in (UPLOAD, ARCHIVE):
        limits[name] = replace(limits[name], burst=size, cost=TABLES[name].chunking.array, scope=("operation",))
    return limits


def at_work(before: set[threading.Thread]) -> list[str]:
    """Return the threads of drivers that have begun since."""
    return [each.name for each in set(threading.enumerate()) - before if each.name.startswith("catalog-clients")]


async def _alone() -> bool:
    """Return whether all other tasks end."""
    for _ in range(_LOOKS):
        if len(asyncio.all_tasks()) == 1:
            return True
        await asyncio.sleep(0.01)
    return False


def has_ended(way: Way, before: set[threading.Thread]) -> bool:
    """Return whether all tasks of a run, or all threads that it has begun, end."""
    return bool(way.finish(_alone())) if way.name == "async" else eventually(lambda: not at_work(before))


def take_one(way: Way, result: Any) -> None:
    """Read one outcome, and leave; what the run was doing has then to end, though the result is still there."""

    async def leave() -> None:
        async for _ in result:
            break
        assert await _alone()

    if way.name == "async":
        way.finish(leave())
    else:
        before = set(threading.enumerate())
        for _ in result:
            break
        assert has_ended(way, before)


def eventually(holds: Callable[[], bool]) -> bool:
    """Return whether something holds within a bounded time."""
    for _ in range(_LOOKS):
        if holds():
            return True
        threading.Event().wait(0.01)  # a test may replace time.sleep
    return False
