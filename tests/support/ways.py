"""The two ways to call: sync and async."""

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
        self._http = self.http(event_hooks={"response": [self.came.append if name == "sync" else self._keep]})

    def http(self, **options: Any) -> Any:
        """Return an HTTP client, which calls the loopback interface without a proxy of the environment."""
        kind: Any = httpx2.Client if self.name == "sync" else httpx2.AsyncClient
        return kind(**{"trust_env": False, "timeout": _PATIENCE, **options})

    def client(self, module: Any, **options: Any) -> Any:
        """Return a client of a package."""
        kind = module.Client if self.name == "sync" else module.AsyncClient
        return kind(http_client=self._http, **options)

    def status(self, auth: httpx2.Auth, url: str, **options: Any) -> int:
        """Send a POST request with some credentials, and return the status of the response."""
        response: httpx2.Response = self.finish(self._http.post(url, auth=auth, **options))
        return response.status_code

    def prefer(self, preference: str) -> None:
        """Send this Prefer header with each request."""
        self._http.headers["Prefer"] = preference

    def finish(self, result: Any) -> Any:
        """Return what a method has returned, or in the end returns."""
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
        self.finish(self._http.close() if self.name == "sync" else self._http.aclose())
        self._runner.close()

    async def _keep(self, response: httpx2.Response) -> None:
        self.came.append(response)
