"""Clients of the mock vendors and of their admin endpoint."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2

from scripts.mock.engine.clock import VirtualClock
from scripts.mock.serving import Mocks
from scripts.mock.vendors.yandex_market_offers.vendor import YandexMarket

YANDEX, SHIPSIDEKICK = "yandex_market_offers", "shipsidekick_products"
ARCHIVE, UNARCHIVE = "archive", "unarchive"


class Admin:
    """The admin endpoint of one vendor."""

    def __init__(self, mocks: Mocks, api: str) -> None:
        self.http = httpx2.Client(base_url=f"{mocks.served.admin}/{api}/")

    def close(self) -> None:
        self.http.close()

    def usage(self) -> Any:
        return self.http.get("usage").json()

    def held(self) -> list[Any]:
        return [json.loads(line) for line in self.http.get("held").text.splitlines()]

    def look_up(self, identifiers: Iterable[str]) -> Any:
        return self.http.post("held", json=list(identifiers)).json()

    def set(self, **options: object) -> None:
        self.http.patch("options", json=options).raise_for_status()


class Yandex:
    """A seller's way to the mock of Yandex Market."""

    def __init__(self, mocks: Mocks) -> None:
        self.admin = Admin(mocks, YANDEX)
        vendor = mocks.vendors[YANDEX]
        assert isinstance(vendor, YandexMarket)
        self.vendor = vendor
        (self.business, *_) = vendor.options.businesses
        self.offers = vendor._offers.examples()
        headers = {"Api-Key": vendor.options.keys[0], "Content-Type": "application/json"}
        self.http = httpx2.Client(base_url=vendor.base_url, headers=headers)

    def close(self) -> None:
        self.http.close()
        self.admin.close()

    def held(self) -> list[Any]:
        """Return what has changed in the seller's businesses."""
        return [each for each in self.admin.held() if each["businessId"] == self.business]

    def send(
        self,
        offers: object = ("SKU-0000001",),
        *,
        operation: str = ARCHIVE,
        business: object = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Archive or unarchive offers."""
        body = json.dumps({"offerIds": offers}).encode() if content is None else content
        return self.http.post(path(operation, business or self.business), content=body, headers=headers)


def at_once(clock: VirtualClock, requests: Sequence[Callable[[], httpx2.Response]], *, wait: float) -> list[httpx2.Response]:
    """Send requests at the same time, and advance the clock when each of them has a response or waits for the clock."""
    with ThreadPoolExecutor(len(requests)) as pool:
        futures = [pool.submit(each) for each in requests]
        while sum(each.done() for each in futures) + clock.sleeping < len(futures):
            time.sleep(0.001)
        clock.advance(wait)
        return [each.result() for each in futures]


def path(operation: str, business: object = 4711) -> str:
    return f"/v2/businesses/{business}/offer-mappings/{operation}"
