"""Vendors of which each call is met by a function of the test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from scripts.mock.engine.vendor import Call, MockResponse, Respond, Vendor
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from tests.clients.access import JWO, YANDEX

_NO_CONDITIONS = {YANDEX: {"archived": 0, "stocks": 0, "failing": 0}, JWO: {"archived": 0, "on_planogram": 0}}

Meet = Callable[[Vendor, Call, Respond], Awaitable[MockResponse]]


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
