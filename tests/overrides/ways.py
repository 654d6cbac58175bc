"""The facades in both ways, synchronous and in an event loop, connected to mock vendors over TCP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx2

import catalog_clients
from catalog_clients import Limits, Reports
from scripts.clients import tables
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX, auth_of

WAYS = ("sync", "async")
FACADES = {JWO: "JustWalkOut", ITEMS: "CatalogItems", YANDEX: "YandexMarket", SHIPSIDEKICK: "ShipSidekick"}
ANYWHERE = Reports(origins=["http://127.0.0.1:*"])
_PATIENCE = 30


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
        http: Any = (httpx2.Client if self.name == "sync" else httpx2.AsyncClient)(trust_env=False, timeout=_PATIENCE)
        made = kind(base_url=url, **{"http_client": http, **options})
        self._made.callback(lambda: self.value(made.close() if self.name == "sync" else made.aclose()))
        self._made.callback(lambda: self.value(http.close() if self.name == "sync" else http.aclose()))
        return made

    def to(self, mocks: Mocks, api: str, who: str = "user", **options: Any) -> Any:
        """Return a facade of a mock vendor; its limits are in fast motion as the vendor's are."""
        given: dict[str, Any] = {"limits": Limits(in_motion(api, mocks.vendors[api].clock.speed)), **options}
        if api == JWO:
            given = {"reports": ANYWHERE, "interval": 0.02, **given}
        return self.facade(api, mocks.served.urls[api], **{"auth": auth_of(mocks, api, who), **given})

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
        """Close what was made, and the event loop."""
        self._made.close()
        self._runner.close()


def in_motion(api: str, speed: float) -> dict[str, Any]:
    """Return the limits of an API in fast motion, by operation."""
    limits = {operation: table.rate_limit for operation, table in tables(api).items()}
    return {name: replace(limit, period=limit.period / speed) for name, limit in limits.items() if limit}
