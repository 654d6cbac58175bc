"""Send requests with httpx2, sync or async."""

from __future__ import annotations

import platform
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from copy import copy
from functools import lru_cache, partial
from types import TracebackType
from typing import Any, ClassVar, ParamSpec, Self, TypeVar

import httpx2

from .bodies import aread_body, read_body
from .connections import Connections, LoopConnections, is_proxied, trusted, within, within_async
from .errors import describe_url
from .operations import Operation, Request, Response
from .redaction import HiddenQueryURL, is_printable, without_secrets
from .servers import join, trim
from .uploads import AsyncUpload, Upload

T = TypeVar("T")
P = ParamSpec("P")

DEFAULT_TIMEOUT = 30.0


def user_agent(distribution: str, version: str) -> str:
    """Return the header `User-Agent`: this client with its version, and the version of Python."""
    return f"{distribution}/{version} (Language=Python/{platform.python_version()})"


def raw(method: Callable[P, T]) -> Callable[P, Response[T]]:
    """Return a method of a client, changed to return the response instead of the typed result."""
    found: Callable[P, Response[T]] = _calling(method, "send")
    return found


def raw_async(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, Response[T]]]:
    """Return a method of an async client, changed to return the response instead of the typed result."""
    found: Callable[P, Coroutine[Any, Any, Response[T]]] = _calling(method, "send")
    return found


def _calling(method: Any, name: str) -> Any:
    """Return a method of a client that calls the named one, instead of the one that also parses the response."""
    client = copy(method.__self__)  # which shares the connections
    client._call = getattr(client, name)  # noqa: SLF001 - the client is one of this module
    return getattr(client, method.__name__)


def streamed(method: Callable[P, Any]) -> Callable[P, AbstractContextManager[httpx2.Response]]:
    """Return a method of a client, changed to give the response of a success before its body is read."""
    found: Callable[P, AbstractContextManager[httpx2.Response]] = _calling(method, "_opened")
    return found


def streamed_async(method: Callable[P, Any]) -> Callable[P, AbstractAsyncContextManager[httpx2.Response]]:
    """Return a method of an async client, changed to give the response of a success before its body is read."""
    opening = _calling(method, "_opening")

    @asynccontextmanager
    async def opened(*args: P.args, **arguments: P.kwargs) -> AsyncIterator[httpx2.Response]:
        async with await opening(*args, **arguments) as response:
            yield response

    return opened


_parsed = lru_cache(maxsize=32)(httpx2.URL)  # many requests go to the same URL, and parsing it takes as long as encoding a body


def _options(
    request: Request[Any],
    base_url: str,
    timeout: float | httpx2.Timeout | None,
    extra_headers: Mapping[str, str] | None,
    reading: Callable[[Upload], AsyncIterable[bytes]] | None = None,
) -> dict[str, Any]:
    """Return the arguments by which an httpx2 client builds a request; `reading` makes of an upload what it sends."""
    for name, value in (extra_headers or {}).items():
        if value and not is_printable(value):
            raise ValueError(f"the value of the header {name!r} is not a text of printable ASCII characters")
    headers = httpx2.Headers(list(request.headers))
    headers.update(extra_headers)
    if request.upload is not None and request.upload.size is not None:
        headers["Content-Length"] = str(request.upload.size)
    return {
        "method": request.method,
        "url": _parsed(join(base_url, request.target)),
        "headers": headers,
        "content": reading(request.upload) if reading and request.upload else request.upload or request.content,
        "timeout": httpx2.USE_CLIENT_DEFAULT if timeout is None else timeout,
    }


def _fetching(url: str, headers: Mapping[str, str], http: httpx2.Client | httpx2.AsyncClient) -> httpx2.Request:
    """Return a request for what is not part of the API; whoever has its URL may be able to read it, so that it is not shown."""
    request = httpx2.Request("GET", url, headers=headers, extensions={"timeout": http.timeout.as_dict()})
    request.url = HiddenQueryURL(request.url)
    return request


def _trace(before_sending: Callable[[], object], event: str, _: object) -> None:
    """Call a function before a request is written, over HTTP/1.1 or HTTP/2. httpx2 calls this for each of its events."""
    if event.endswith(".send_request_headers.started"):
        before_sending()


async def _trace_async(before_sending: Callable[[], object], event: str, info: object) -> None:
    _trace(before_sending, event, info)


class _Sender:
    """What senders have in common: a base URL, credentials, and the httpx2 client, their own or that of the caller."""

    _kind: ClassVar[type[Any]]
    _connections_of: ClassVar[type[Any]]
    _connections: Any

    def __init__(
        self,
        base_url: str,
        *,
        agent: str,
        auth: httpx2.Auth | None,
        timeout: float | httpx2.Timeout,
        transport: Any,
        http_client: Any,
        strict: bool,
        max_response_bytes: int,
        server: str | None = None,
        given_base_url: str | None = None,
    ) -> None:
        if http_client is not None and transport is not None:
            raise ValueError("give either transport or http_client, not both")
        if auth is not None and not isinstance(auth, httpx2.Auth):
            raise TypeError("auth is not an httpx2.Auth, such as an object of a class in the package's auth module")
        if http_client is not None and not isinstance(http_client, self._kind):
            raise TypeError(f"http_client is not an httpx2.{self._kind.__name__}")
        self.base_url = base_url
        self._server, self._given_base_url = server, given_base_url
        self.strict = strict
        self.max_response_bytes = max_response_bytes
        self._auth: Any = httpx2.USE_CLIENT_DEFAULT if auth is None else auth
        if http_client is None:
            verify = trusted() if transport is None else True
            http_client = self._kind(timeout=timeout, transport=transport, headers={"User-Agent": agent}, verify=verify)
            self._connections = self._connections_of(http_client, is_own=True)
        else:
            self._connections = self._connections_of(http_client, is_own=False)

    def _base_url_of(self, operation: Operation[Any]) -> str:
        """Return where the requests of an operation go: to its own server, if it has one and no base URL was given.

        Raises:
            ValueError: There is no server for it, and no base URL was given.
        """
        own = operation.servers.get(self._server or "", next(iter(operation.servers.values()), ""))
        if own and self._given_base_url is None:
            found = "" if own.startswith("/") else own
        elif own.startswith("/"):
            found = join(trim(str(self._given_base_url)), own.rstrip("/"))
        else:
            found = self.base_url
        if not found:
            raise ValueError(f"the spec names no server for {operation.name}: give base_url to the client")
        return found

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={describe_url(httpx2.URL(self.base_url), ())!r})"


class SyncSender(_Sender):
    """Sends requests, sync."""

    _kind, _connections_of = httpx2.Client, Connections
    _connections: Connections

    def send(
        self,
        request: Request[T],
        *,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
        total_timeout: float | None = None,
        before_sending: Callable[[], object] | None = None,
    ) -> Response[T]:
        """Send a request and return its response, of any status; `parse()` of the response returns the typed result.

        Args:
            request: What `request(...)` of an operation has returned.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.
            total_timeout: Seconds for the request and the whole response, however its bytes arrive; default: no bound.
            before_sending: Called over a connection, immediately before the request is written; if it raises an error, nothing is
                sent. With a transport of another kind than httpx2's own, it is not called.

        Raises:
            httpx2.TransportError: No response came, or it took too long.
            ResponseTooLarge: It has more bytes than `max_response_bytes` of the client.
            RuntimeError: This process was forked, and the transport of `http_client` cannot be used in both processes.
        """
        with within(total_timeout), without_secrets():
            response = self._begin(request, timeout, extra_headers, before_sending)
            if not request.operation.is_stream(response):
                read_body(response, self.max_response_bytes)
        return Response(request.operation, response, self.strict, self.max_response_bytes)

    @contextmanager
    def _opened(
        self,
        request: Request[Any],
        *,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> Iterator[httpx2.Response]:
        """Send a request and give the response of a success before its body is read, which has no maximum size.

        Args:
            request: What `request(...)` of an operation has returned.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            ResponseError: The response is not a success.
            httpx2.TransportError: No response came, or it took too long.
        """
        with without_secrets():
            response = self._begin(request, timeout, extra_headers)
            try:
                if not request.operation.is_success(response):
                    read_body(response, self.max_response_bytes)
                    request.operation.parse(response)
                yield response
            finally:
                response.close()

    @contextmanager
    def fetch(self, url: str, *, headers: Mapping[str, str], total_timeout: float | None = None) -> Iterator[httpx2.Response]:
        """Get what is not part of the API, such as a file that a response links to, over the connections of this client.

        Credentials, cookies and headers of the API are not sent, and redirects are not followed. In `extensions`, the response says
        whether it came through a proxy (`is_proxied`).

        Args:
            url: Where it is.
            headers: All headers of the request.
            total_timeout: Seconds for the request and the whole response; default: no bound.

        Raises:
            httpx2.TransportError: No response came, or it took too long.
        """
        http = self._connections.get()
        request = _fetching(url, headers, http)
        with within(total_timeout), without_secrets():
            response = http.send(request, auth=None, stream=True, follow_redirects=False)
            response.extensions["is_proxied"] = is_proxied(http, request.url)
            try:
                yield response
            finally:
                response.close()

    def _begin(
        self,
        request: Request[Any],
        timeout: float | httpx2.Timeout | None,
        extra_headers: Mapping[str, str] | None,
        before_sending: Callable[[], object] | None = None,
    ) -> httpx2.Response:
        """Send a request, and return its response before its body is read."""
        http = self._connections.get()
        built = http.build_request(**_options(request, self._base_url_of(request.operation), timeout, extra_headers))
        if before_sending:
            built.extensions["trace"] = partial(_trace, before_sending)
        return http.send(built, auth=self._auth, stream=True, follow_redirects=False)

    def _call(self, request: Request[T], *, timeout: float | httpx2.Timeout | None, extra_headers: Mapping[str, str] | None) -> T:
        return self.send(request, timeout=timeout, extra_headers=extra_headers).parse()

    def close(self) -> None:
        """Close the connections, unless the httpx2 client was given."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncSender(_Sender):
    """Sends requests, async."""

    _kind, _connections_of = httpx2.AsyncClient, LoopConnections
    _connections: LoopConnections

    async def send(
        self,
        request: Request[T],
        *,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
        total_timeout: float | None = None,
        before_sending: Callable[[], object] | None = None,
    ) -> Response[T]:
        """Send a request and return its response, of any status; `parse()` of the response returns the typed result.

        Args:
            request: What `request(...)` of an operation has returned.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.
            total_timeout: Seconds for the request and the whole response, however its bytes arrive; default: no bound.
            before_sending: Called over a connection, immediately before the request is written; if it raises an error, nothing is
                sent. With a transport of another kind than httpx2's own, it is not called.

        Raises:
            httpx2.TransportError: No response came, or it took too long.
            ResponseTooLarge: It has more bytes than `max_response_bytes` of the client.
            RuntimeError: This process was forked, and the transport of `http_client` cannot be used in both processes.
        """
        async with within_async(total_timeout):
            with without_secrets():
                response = await self._begin(request, timeout, extra_headers, before_sending)
                if not request.operation.is_stream(response):
                    await aread_body(response, self.max_response_bytes)
        return Response(request.operation, response, self.strict, self.max_response_bytes)

    @asynccontextmanager
    async def _opened(
        self,
        request: Request[Any],
        *,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[httpx2.Response]:
        """Send a request and give the response of a success before its body is read; see `SyncSender._opened`."""
        with without_secrets():
            response = await self._begin(request, timeout, extra_headers)
            try:
                if not request.operation.is_success(response):
                    await aread_body(response, self.max_response_bytes)
                    request.operation.parse(response)
                yield response
            finally:
                await response.aclose()

    async def _opening(self, request: Request[Any], **options: Any) -> AbstractAsyncContextManager[httpx2.Response]:
        return self._opened(request, **options)

    @asynccontextmanager
    async def fetch(
        self, url: str, *, headers: Mapping[str, str], total_timeout: float | None = None
    ) -> AsyncIterator[httpx2.Response]:
        """Get what is not part of the API; see `SyncSender.fetch`."""
        http = self._connections.get()
        request = _fetching(url, headers, http)
        async with within_async(total_timeout):
            with without_secrets():
                response = await http.send(request, auth=None, stream=True, follow_redirects=False)
                response.extensions["is_proxied"] = is_proxied(http, request.url)
                try:
                    yield response
                finally:
                    await response.aclose()

    async def _begin(
        self,
        request: Request[Any],
        timeout: float | httpx2.Timeout | None,
        extra_headers: Mapping[str, str] | None,
        before_sending: Callable[[], object] | None = None,
    ) -> httpx2.Response:
        """Send a request, and return its response before its body is read."""
        http = self._connections.get()
        built = http.build_request(**_options(request, self._base_url_of(request.operation), timeout, extra_headers, AsyncUpload))
        if before_sending:
            built.extensions["trace"] = partial(_trace_async, before_sending)
        return await http.send(built, auth=self._auth, stream=True, follow_redirects=False)

    async def _call(
        self, request: Request[T], *, timeout: float | httpx2.Timeout | None, extra_headers: Mapping[str, str] | None
    ) -> T:
        return (await self.send(request, timeout=timeout, extra_headers=extra_headers)).parse()

    async def aclose(self) -> None:
        """Close the connections, unless the httpx2 client was given."""
        await self._connections.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()
