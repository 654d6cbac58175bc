"""The two ways to call a generated client over TCP: sync and async."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

WAYS = ("sync", "async")
_PATIENCE = 30


class Way:
    """One of the ways to call: sync or async.

    Args:
        name: one of `WAYS`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.came: list[httpx2.Response] = []
        self._runner = asyncio.Runner()
        # The loopback interface is called without a proxy of the environment.
        self._http: httpx2.Client | httpx2.AsyncClient = (
            httpx2.Client(trust_env=False, timeout=_PATIENCE, event_hooks={"response": [self.came.append]})
            if name == "sync"
            else httpx2.AsyncClient(trust_env=False, timeout=_PATIENCE, event_hooks={"response": [self._keep]})
        )

    def client(self, module: Any, **options: Any) -> Any:
        """Return a client of a package."""
        kind = module.Client if self.name == "sync" else module.AsyncClient
        return kind(http_client=self._http, **options)

    def prefer(self, preference: str) -> None:
        """Send this Prefer header with each request."""
        self._http.headers["Prefer"] = preference

    def finish(self, result: Any) -> Any:
        """Return what a method of the client has returned, or in the end returns."""
        return self._runner.run(result) if asyncio.iscoroutine(result) else result

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Wait for a response no longer than this."""
        self._http.timeout = seconds
        try:
            yield
        finally:
            self._http.timeout = _PATIENCE

    def close(self) -> None:
        """Close the connections and the runner."""
        if isinstance(self._http, httpx2.AsyncClient):
            self.finish(self._http.aclose())
        else:
            self._http.close()
        self._runner.close()

    async def _keep(self, response: httpx2.Response) -> None:
        self.came.append(response)
