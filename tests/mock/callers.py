"""Callers of the mock vendors, each with the admin endpoint of its vendor."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import httpx2

from scripts.mock.engine.clock import Clock, VirtualClock
from scripts.mock.engine.vendor import Vendor
from scripts.mock.roster import VENDORS
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings

YANDEX, SHIPSIDEKICK = "yandex_market_offers", "shipsidekick_products"
ARCHIVE, UNARCHIVE = "archive", "unarchive"


class Caller:
    """A caller of a vendor.

    Attributes:
        http: a client of the vendor, with the credentials of the caller where a header has them.
        admin: a client of the vendor's part of the admin endpoint.
        defaults: options of a vendor that is served for a caller.
        kinds: the vendors that are served for a caller.
    """

    api: ClassVar[str]
    defaults: ClassVar[Mapping[str, Any]] = {}
    kinds: ClassVar[Sequence[type[Vendor]]] = VENDORS

    def __init__(self, mocks: Mocks) -> None:
        self.mocks = mocks
        self.vendor: Any = mocks.vendors[self.api]
        self.options: Any = self.vendor.options
        self.clock: Any = self.vendor.clock
        self.known = mocks.served.known[self.api]
        self.credentials = mocks.served.credentials[self.api]
        self.http = httpx2.Client(base_url=self.vendor.base_url)
        self.admin = httpx2.Client(base_url=f"{mocks.served.admin}/{self.api}/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.admin.close()

    @classmethod
    @contextmanager
    def served(cls, *, clock: Clock | None = None, faults: tuple[str, ...] = (), **options: Any) -> Iterator[Self]:
        """Run the mocks, by default with a virtual clock, and give a caller; if there are faults, each response has one of them."""
        settings = Settings(chaos=bool(faults), faults=faults, options={cls.api: {**cls.defaults, **options}})
        with running(settings, kinds=cls.kinds, clock=clock or VirtualClock()) as mocks, cls(mocks) as caller:
            yield caller

    def request(self, method: str, path: str) -> httpx2.Response:
        """Send a request without a body, with credentials."""
        return self.http.request(method, path)

    def usage(self) -> Any:
        return self.admin.get("usage").json()

    def held(self) -> list[Any]:
        response = self.admin.get("held")
        assert response.headers["content-type"] == "application/jsonl"
        return [json.loads(line) for line in response.text.splitlines()]

    def look_up(self, identifiers: Iterable[str]) -> Any:
        return self.admin.post("held", json=list(identifiers)).json()

    def set(self, **options: object) -> None:
        self.admin.patch("options", json=options).raise_for_status()

    @contextmanager
    def changed(self, **options: Any) -> Iterator[None]:
        """Change options for a while."""
        before = self.admin.get("options").json()
        self.set(**options)
        try:
            yield
        finally:
            self.set(**{name: before[name] for name in options})


class Organization(Caller):
    """An organization at ShipSidekick."""

    api = SHIPSIDEKICK

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.products = self.vendor._products.examples()
        self.http.headers["Authorization"] = f"Bearer {self.options.key}"

    def archive(self, product: str) -> httpx2.Response:
        return self.http.delete(f"/products/{product}")


class Seller(Caller):
    """A seller at Yandex Market."""

    api = YANDEX

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.business = self.options.businesses[0]
        self.offers = self.vendor._offers.examples()
        self.http.headers.update({"Api-Key": self.options.keys[0], "Content-Type": "application/json"})

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


def path(operation: str, business: object = 4711) -> str:
    return f"/v2/businesses/{business}/offer-mappings/{operation}"


def at_once(clock: VirtualClock, requests: Sequence[Callable[[], httpx2.Response]], *, wait: float) -> list[httpx2.Response]:
    """Send requests at the same time, and advance the clock when each of them has a response or waits for the clock."""
    with ThreadPoolExecutor(len(requests)) as pool:
        futures = [pool.submit(each) for each in requests]
        while sum(each.done() for each in futures) + clock.sleeping < len(futures):
            time.sleep(0.001)
        clock.advance(wait)
        return [each.result() for each in futures]
