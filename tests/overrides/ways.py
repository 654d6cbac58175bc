"""The facades in both ways, sync and async, connected to mock vendors over TCP."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack, aclosing, contextmanager
from typing import Any, TypeVar

import httpx2
import msgspec
from msgspec.structs import replace

import catalog_clients
from catalog_clients import Limits, Reports
from catalog_clients._engine.facades import Facade
from scripts.apis import tables
from scripts.chaos.limits import scaled_limits
from scripts.mock.engine.vendor import Vendor
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX, auth_of
from tests.clients.causes import ADD, ARCHIVE, BUSINESS, MARKETPLACE, SEARCH, STORES, UNKNOWN_PRODUCT

WAYS = ("sync", "async")
_KINDS = [each for each in vars(catalog_clients).values() if isinstance(each, type) and issubclass(each, Facade)]
FACADES = {kind._package.__name__: kind.__name__ for kind in _KINDS}
ANYWHERE = Reports(origins=["http://127.0.0.1:*"])
_PATIENCE = 30
CLOSED = "http://127.0.0.1:1"  # where nobody listens
LOOKS = 1000  # as often as something is looked for, every 10 ms
_TLS = httpx2.create_ssl_context()  # takes long to make, and nothing here needs it

T = TypeVar("T")


_TABLES: dict[str, Any] = {name: table for api in FACADES for name, table in tables(api).items()}
OFFERS, SKUS, IDENTIFIERS = (_TABLES[name].chunking.size for name in (ADD, ARCHIVE, SEARCH))  # items of a chunk, as the specs say
CONCURRENCY, MOST_FOUND = _TABLES[ADD].rate_limit.concurrency, _TABLES[SEARCH].pagination.limit
ATTEMPTS = {name: table.retry.attempts for name, table in _TABLES.items()}
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


def offers(chunks: int) -> list[str]:
    """Return offers that fill some chunks."""
    return [f"SKU-{number:07}" for number in range(1, chunks * OFFERS + 1)]


class Way:
    """One of the two ways; closes what it has made.

    Args:
        name: one of `WAYS`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._runner = asyncio.Runner()
        self._made = ExitStack()

    def facade(self, api: str, url: str, **options: Any) -> Any:
        """Return a facade of an API at a URL; nothing on the way to the loopback interface is taken from the environment."""
        kind = getattr(catalog_clients, FACADES[api] if self.name == "sync" else f"Async{FACADES[api]}")
        http: Any = (httpx2.Client if self.name == "sync" else httpx2.AsyncClient)(trust_env=False, timeout=_PATIENCE, verify=_TLS)
        made = kind(base_url=url, **{"http_client": http, **options})
        self._made.callback(lambda: self.value(made.close() if self.name == "sync" else made.aclose()))
        self._made.callback(lambda: self.value(http.close() if self.name == "sync" else http.aclose()))
        return made

    def to(self, mocks: Mocks, api: str, who: str = "user", **options: Any) -> Any:
        """Return a facade of a mock vendor; its limits are scaled as the vendor's time is."""
        given: dict[str, Any] = {"limits": Limits(scaled_limits(api, mocks.vendors[api].clock.speed)), **options}
        if api == JWO:
            given = {"reports": ANYWHERE, "interval": 0.02, **given}
        return self.facade(api, mocks.served.urls[api], **{"auth": auth_of(mocks, api, who), **given})

    def played(self, api: str, play: Callable[[httpx2.Request], httpx2.Response], **options: Any) -> Any:
        """Return a facade of a vendor that a function plays."""
        kind: Any = httpx2.Client if self.name == "sync" else httpx2.AsyncClient
        http = kind(transport=httpx2.MockTransport(play), trust_env=False)
        return self.facade(api, "https://vendor.example", **{"http_client": http, **options})

    def value(self, given: Any) -> Any:
        """Return a value, or that of a coroutine."""
        return self._runner.run(given) if asyncio.iscoroutine(given) else given

    def read(self, stream: Any, each: Callable[[Any], object] = lambda _: None) -> list[Any]:
        """Read a stream to its end; `each` is called with each element as it comes."""

        async def collect() -> list[Any]:
            found = []
            async for one in stream:
                each(one)
                found.append(one)
            return found

        if self.name == "async":
            return self._runner.run(collect())
        found = []
        for one in stream:
            each(one)
            found.append(one)
        return found

    def close(self) -> None:
        """Close what was made."""
        self._made.close()
        self._runner.close()


@contextmanager
def setting(vendor: Vendor, **options: Any) -> Iterator[None]:
    """Let a vendor have other options for some time."""
    before = vendor.options
    vendor.options = msgspec.structs.replace(before, **options)
    try:
        yield
    finally:
        vendor.options = before


def responses(vendor: Vendor) -> Counter[str]:
    """Return how often a vendor has responded, by operation and status; a response counts a little later than its caller has it."""
    for _ in range(1000):
        if not vendor.journal._parallel:
            break
        time.sleep(0.001)
    return Counter(vendor.journal.counts()["responses"])


async def asynchronous(items: Iterable[T]) -> AsyncIterator[T]:
    """Give items asynchronously."""
    for each in items:
        yield each


def chunks_of(size: int, speed: float = 1000) -> Limits:
    """Return limits of Just Walk Out that let a chunk have a few items only, as each of them counts."""
    limits, given = scaled_limits(JWO, speed), dict[str, Any]()
    for operation, table in tables(JWO).items():
        if table.chunking:
            given[operation] = replace(limits[operation], burst=size, cost=table.chunking.array, scope=("operation",))
    return Limits({**limits, **given})


class Gate:
    """Holds responses back until it is opened, for a bounded time."""

    def __init__(self) -> None:
        self.waiting = 0
        self.in_time = True
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    async def passed(self) -> None:
        self.waiting += 1
        for _ in range(LOOKS):
            if self._opened.is_set():
                return
            await asyncio.sleep(0.01)
        self.in_time = False

    @contextmanager
    def opened_after(self, number: int) -> Iterator[None]:
        """Open it, by another thread, a little after so many responses are held back."""

        def watch() -> None:
            eventually(lambda: self.waiting >= number)
            time.sleep(0.1)
            self.open()

        watcher = threading.Thread(target=watch)
        watcher.start()
        yield
        watcher.join()


def at_work(before: set[threading.Thread]) -> list[str]:
    """Return the threads of drivers that have begun since."""
    return [each.name for each in set(threading.enumerate()) - before if each.name.startswith("catalog-clients")]


async def _alone() -> bool:
    """Return whether all other tasks end."""
    for _ in range(LOOKS):
        if len(asyncio.all_tasks()) == 1:
            return True
        await asyncio.sleep(0.01)
    return False


def has_ended(way: Way, before: set[threading.Thread]) -> bool:
    """Return whether all tasks of a run, or all threads that it has begun, end."""
    return bool(way.value(_alone())) if way.name == "async" else eventually(lambda: not at_work(before))


def take_one(way: Way, result: Any, *, close: bool = False) -> None:
    """Read one outcome, and leave; what the run was doing has then to end, though the result is still there."""

    async def leave() -> None:
        if close:
            async with aclosing(result.__aiter__()) as outcomes:
                await anext(outcomes)
        else:
            async for _ in result:
                break
        assert await _alone()

    if way.name == "async":
        way.value(leave())
        return
    before = set(threading.enumerate())
    if close:
        outcomes = iter(result)
        next(outcomes)
        outcomes.close()
    else:
        for _ in result:
            break
    assert has_ended(way, before)


def eventually(holds: Callable[[], bool]) -> bool:
    """Return whether something holds within a bounded time."""
    for _ in range(LOOKS):
        if holds():
            return True
        threading.Event().wait(0.01)  # a test may replace time.sleep
    return False
