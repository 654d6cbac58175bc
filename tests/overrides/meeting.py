"""Vendors of which each call is met by a function of the test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from scripts.mock.engine.vendor import Call, MockResponse, Respond, Vendor
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from tests.clients.access import JWO, YANDEX
from tests.overrides.ways import Gate

_NO_CONDITIONS = {YANDEX: {"archived": 0, "stocks": 0, "failing": 0}, JWO: {"archived": 0, "on_planogram": 0}}

Meet = Callable[[Vendor, Call, Respond], Awaitable[MockResponse]]


def has_first(call: Call) -> bool:
    """Return whether a call sends the first SKU."""
    return b"SKU-0000001" in call.body


def holding(gate: Gate, is_held: Callable[[Call], bool]) -> Meet:
    """Return what holds some responses back until a gate is open."""

    async def meet(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        if is_held(call):
            await gate.passed()
        return await respond(call)

    return meet


async def processing_the_first_only(vendor: Vendor, call: Call, respond: Respond) -> MockResponse:
    """Let only the ingestion with the first SKU end."""
    vendor.options = type(vendor.options)(processing_seconds=1 if has_first(call) else 1e9)
    return await respond(call)


@contextmanager
def meeting(meet: Meet, **options: Any) -> Iterator[Mocks]:
    """Run vendors of which each call is met by a function."""

    def wrap(vendor: Vendor, respond: Respond) -> Respond:
        async def response(call: Call) -> MockResponse:
            vendor.find(call)
            return await meet(vendor, call, respond)

        return response

    with running(Settings(speed=1000, options={**_NO_CONDITIONS, **options}), wrap=wrap) as mocks:
        yield mocks
