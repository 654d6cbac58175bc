"""Connections of our facades, and of the generated clients below them, to mock vendors in another process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2

import catalog_clients
from catalog_clients import Limits
from scripts.apis import client, tables
from scripts.bench.environment import BenchError
from scripts.chaos.facades import PROFILES
from scripts.chaos.limits import scaled_limits
from scripts.mock.serving import Served, spawned

WAYS = ("", "Async")  # how the names of synchronous and asynchronous clients begin
_PATIENCE = 60

T = TypeVar("T")


@contextmanager
def mocks(arguments: Sequence[str]) -> Iterator[Served]:
    """Run the mock vendors in a child process.

    Raises:
        BenchError: they do not start.
    """
    with ExitStack() as stack:
        try:
            served = stack.enter_context(spawned(arguments))
        except ValueError as error:
            raise BenchError(str(error)) from error
        yield served


def unlimited(api: str) -> Limits:
    """Return no limits at all."""
    return Limits(dict.fromkeys(tables(api)))


def scaled(api: str, speed: float) -> Limits:
    """Return the limits of an API for a mock whose time is faster by a factor."""
    return Limits(scaled_limits(api, speed))


async def read(stream: AsyncIterable[T]) -> list[T]:
    """Read a stream to its end."""
    return [each async for each in stream]


@dataclass(frozen=True, kw_only=True)
class Connections:
    """Makes clients of mock vendors, without a proxy. All sync ones share connections that stay open, and so do all async ones.

    Attributes:
        served: the vendors.
        runner: of what is asynchronous.
        http: an httpx2 client for each of `WAYS`.
        closing: closes the clients in the end.
    """

    served: Served
    runner: asyncio.Runner
    http: dict[str, Any]
    closing: ExitStack

    def facade(self, way: str, api: str, **options: Any) -> Any:
        """Return the facade of an API."""
        return self._made(getattr(catalog_clients, f"{way}{PROFILES[api].name}"), way, api, **options)

    def bare(self, way: str, api: str) -> Any:
        """Return a generated client."""
        return self._made(getattr(client(api), f"{way}Client"), way, api)

    def _made(self, kind: Any, way: str, api: str, **options: Any) -> Any:
        auth = PROFILES[api].auth(self.served.credentials[api])
        made = kind(base_url=self.served.urls[api], auth=auth, http_client=self.http[way], **options)
        self.closing.callback(lambda: self.runner.run(made.aclose()) if way else made.close())
        return made


@contextmanager
def connected(served: Served, runner: asyncio.Runner) -> Iterator[Connections]:
    """Give connections, and close them."""
    sync, asynchronous = WAYS
    with ExitStack() as stack:
        http = stack.enter_context(httpx2.Client(trust_env=False, timeout=_PATIENCE))
        ahttp = httpx2.AsyncClient(trust_env=False, timeout=_PATIENCE)
        stack.callback(lambda: runner.run(ahttp.aclose()))
        yield Connections(served=served, runner=runner, http={sync: http, asynchronous: ahttp}, closing=stack)
