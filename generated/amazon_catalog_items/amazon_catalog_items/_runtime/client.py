"""Send requests with httpx2, in this thread or in an event loop."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from .errors import describe_url
from .operations import Request, Response

T = TypeVar("T")

DEFAULT_TIMEOUT = 30.0


def user_agent(distribution: str, version: str) -> str:
    """Name this client to the vendor, with its version and its language."""
    return f"{distribution}/{version} (Language=Python/{platform.python_version()})"


def choose_base_url(servers: Mapping[str, str], server: str | None, base_url: str | None) -> str:
    """Return the base URL that is given, or that of the named server; without either, that of the first server.

    Raises:
        ValueError: both are given, the name is unknown, or the spec names no server and no base URL is given.
    """
    if base_url is not None:
        if server is not None:
            raise ValueError("give either server or base_url, not both")
        try:
            url = httpx2.URL(base_url)
        except httpx2.InvalidURL as error:
            raise ValueError(f"base_url is no URL: {error}") from None
        if url.scheme not in ("http", "https") or not url.host or "?" in base_url or "#" in base_url:
            raise ValueError(
                f"base_url {describe_url(url, ())!r} is no http or https URL with a host and without query and fragment"
            )
        return base_url.rstrip("/")
    if not servers:
        raise ValueError("the vendor tells each customer its own endpoint: give base_url")
    if server is None:
        return next(iter(servers.values()))
    if server not in servers:
        raise ValueError(f"server {server!r} is unknown; choose one of {', '.join(servers)}")
    return servers[server]


def _checked(auth: httpx2.Auth | None) -> Any:
    if auth is None:
        return httpx2.USE_CLIENT_DEFAULT
    if not isinstance(auth, httpx2.Auth):
        raise TypeError("auth is an httpx2.Auth, such as an object of a class in the package's auth module")
    return auth


class SyncSender:
    """Sends requests in this thread."""

    def __init__(
        self,
        base_url: str,
        *,
        agent: str,
        auth: httpx2.Auth | None,
        timeout: float | httpx2.Timeout,
        transport: httpx2.BaseTransport | None,
        http_client: httpx2.Client | None,
    ) -> None:
        if http_client is not None and transport is not None:
            raise ValueError("give either transport or http_client, not both")
        self.base_url = base_url
        self._auth = _checked(auth)
        self._own = http_client is None
        if http_client is not None and not isinstance(http_client, httpx2.Client):
            raise TypeError("http_client is no httpx2.Client")
        self._http = http_client or httpx2.Client(timeout=timeout, transport=transport, headers={"User-Agent": agent})

    def send(self, request: Request[T]) -> Response[T]:
        """Send a request and return the response as it came; `.parse()` of the response gives the typed result.

        Raises:
            httpx2.TransportError: no response came.
        """
        url = self.base_url + request.target
        built = self._http.build_request(request.method, url, headers=list(request.headers), content=request.content)
        return Response(request.operation, self._http.send(built, auth=self._auth))

    def close(self) -> None:
        """Close the connections, unless the httpx2 client was given."""
        if self._own:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={describe_url(httpx2.URL(self.base_url), ())!r})"


class AsyncSender:
    """Sends requests in an event loop."""

    def __init__(
        self,
        base_url: str,
        *,
        agent: str,
        auth: httpx2.Auth | None,
        timeout: float | httpx2.Timeout,
        transport: httpx2.AsyncBaseTransport | None,
        http_client: httpx2.AsyncClient | None,
    ) -> None:
        if http_client is not None and transport is not None:
            raise ValueError("give either transport or http_client, not both")
        self.base_url = base_url
        self._auth = _checked(auth)
        self._own = http_client is None
        if http_client is not None and not isinstance(http_client, httpx2.AsyncClient):
            raise TypeError("http_client is no httpx2.AsyncClient")
        self._http = http_client or httpx2.AsyncClient(timeout=timeout, transport=transport, headers={"User-Agent": agent})

    async def send(self, request: Request[T]) -> Response[T]:
        """Send a request and return the response as it came; `.parse()` of the response gives the typed result.

        Raises:
            httpx2.TransportError: no response came.
        """
        url = self.base_url + request.target
        built = self._http.build_request(request.method, url, headers=list(request.headers), content=request.content)
        return Response(request.operation, await self._http.send(built, auth=self._auth))

    async def aclose(self) -> None:
        """Close the connections, unless the httpx2 client was given."""
        if self._own:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={describe_url(httpx2.URL(self.base_url), ())!r})"
