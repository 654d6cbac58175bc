"""Vendors on loopback: mock vendors with other options or responses than usual, and AWS."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from tests.clients.access import JWO, YANDEX
from tests.overrides.ways import eventually, skus

_NO_CONDITIONS = {YANDEX: {"archived": 0, "stocks": 0, "failing": 0}, JWO: {"archived": 0, "on_planogram": 0}}

Intercept = Callable[[Vendor, Call, Respond], Awaitable[MockResponse]]


@contextmanager
def intercepting(
    intercept: Intercept, options: Mapping[str, Mapping[str, Any]] | None = None, *, speed: float = 1000
) -> Iterator[Mocks]:
    """Run vendors whose calls a function handles, with these options by API."""

    def wrap(vendor: Vendor, respond: Respond) -> Respond:
        async def response(call: Call) -> MockResponse:
            vendor.find(call)
            return await intercept(vendor, call, respond)

        return response

    with running(Settings(speed=speed, options={**_NO_CONDITIONS, **(options or {})}), wrap=wrap) as mocks:
        yield mocks


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
    eventually(lambda: not vendor.journal._parallel)
    return Counter(vendor.journal.counts()["responses"])


def has_first(call: Call) -> bool:
    """Return whether a call sends the first SKU."""
    return skus(1)[0].encode() in call.body


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
        self.in_time &= await asyncio.to_thread(self._opened.wait, 10)

    def holding(self, is_held: Callable[[Call], bool]) -> Intercept:
        """Return what holds some responses back."""

        async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
            if is_held(call):
                await self.passed()
            return await respond(call)

        return intercept

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
