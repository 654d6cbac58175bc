"""Mock vendors in another process, HTTP clients for them, and no limits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from catalog_clients import Limits
from scripts.apis import tables
from scripts.bench.environment import BenchError
from scripts.chaos.facades import WAYS, http_client
from scripts.mock.served import Served, spawned


@contextmanager
def mocks(*arguments: str) -> Iterator[Served]:
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


@contextmanager
def http_clients(runner: asyncio.Runner) -> Iterator[dict[str, Any]]:
    """Give an HTTP client for each way, and close their connections in the end; what uses them has no others."""
    clients = {way: http_client(way) for way in WAYS}
    with clients["sync"]:
        try:
            yield clients
        finally:
            runner.run(clients["async"].aclose())


def unlimited(api: str) -> Limits:
    """Return no limits at all."""
    return Limits(dict.fromkeys(tables(api)))
