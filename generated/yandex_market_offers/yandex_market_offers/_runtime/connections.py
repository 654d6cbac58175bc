"""Keep connections where they belong: in one process and, async, in one event loop; and bound the time that a request takes.

httpx2 shares connections with a forked process, where each process reads responses to requests of the other, and fails in a second
event loop. A client that is used there is copied, with its settings and cookies, and without its connections.
"""

# httpx2 has no public name for what is used of its clients here: transports, their pools, and how a pool opens connections.
# ruff: noqa: SLF001

from __future__ import annotations

import os
import ssl
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from functools import cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import httpx2

C = TypeVar("C", httpx2.Client, httpx2.AsyncClient)

_WITHOUT_CONNECTIONS = (httpx2.MockTransport, httpx2.ASGITransport, httpx2.WSGITransport)
_WRITTEN_AT_ONCE = 1 << 16
_OVER = "the total time of the request is over"
_this_thread = threading.local()


class _Forks:
    """How often the process has been forked from another one since this module was imported."""

    number = 0

    @classmethod
    def count(cls) -> None:
        cls.number += 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_Forks.count)


class Connections:
    """The connections of an httpx2 client; those of a forked process are its own.

    Args:
        client: The client.
        is_own: Whether it is closed with this; copies of it always are.
    """

    def __init__(self, client: httpx2.Client, *, is_own: bool) -> None:
        _bound(client)
        self._client, self._forks, self._is_own = client, _Forks.number, is_own

    def get(self) -> httpx2.Client:
        """Return the client to send with.

        Raises:
            RuntimeError: This process was forked, and the transport of the client may share connections with its parent.
        """
        if self._forks != _Forks.number:
            self._client, self._forks, self._is_own = _copied(self._client, is_forked=True), _Forks.number, True
        return self._client

    def close(self) -> None:
        """Close the connections of this process."""
        if self._is_own and self._forks == _Forks.number:
            self._client.close()


class LoopConnections:
    """The connections of an asynchronous httpx2 client; each event loop has its own. See `Connections`."""

    def __init__(self, client: httpx2.AsyncClient, *, is_own: bool) -> None:
        self._given, self._is_own = client, is_own
        self._forks, self._is_used = _Forks.number, False
        self._clients = WeakKeyDictionary[Any, httpx2.AsyncClient]()

    def get(self) -> httpx2.AsyncClient:
        """Return the client to send with, in the running event loop.

        Raises:
            RuntimeError: This process was forked, and the transport of the client may share connections with its parent.
        """
        loop = running_loop()
        if loop is None:
            return self._given
        if loop not in self._clients:
            for each in [each for each in self._clients if each.is_closed()]:
                del self._clients[each]  # its connections keep it in memory
            is_forked = self._forks != _Forks.number
            self._clients[loop] = _copied(self._given, is_forked=is_forked) if self._is_used or is_forked else self._given
            self._is_used = True
        return self._clients[loop]

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those of a loop that was closed have ended with it."""
        loop = running_loop()
        client = self._given if loop is None or not self._is_used else self._clients.get(loop)
        if client is not None and (self._is_own or client is not self._given):
            await client.aclose()


def running_loop() -> Any:
    """Return the running event loop of asyncio; None in a program that uses trio."""
    asyncio = sys.modules.get("asyncio")  # slow to import
    try:
        return asyncio.get_running_loop() if asyncio else None
    except RuntimeError:
        return None


@cache
def _loaded(*_: str | None) -> ssl.SSLContext:
    return httpx2.create_ssl_context()


def trusted() -> ssl.SSLContext:
    """Return what connections trust; loading certificates is slow, so it is done once for each that the environment names.

    Raises:
        OSError: What the environment names are no certificates.
    """
    named = {name: os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
    try:
        return _loaded(*named.values())
    except OSError as error:
        given = " and ".join(f"{name}={value}" for name, value in named.items() if value)
        raise OSError(f"the certificates that the environment names ({given}) cannot be loaded: {error}") from error


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Bound the time that requests of this thread take as a whole, however their bytes arrive.

    Args:
        seconds: The time; None for no bound.

    Raises:
        httpx2.ReadTimeout: The time is over. Also its siblings, httpx2.ConnectTimeout and httpx2.WriteTimeout.
    """
    before = getattr(_this_thread, "end", None)
    _this_thread.end = before if seconds is None else time.monotonic() + seconds
    try:
        yield
    finally:
        _this_thread.end = before


@asynccontextmanager
async def within_async(seconds: float | None) -> AsyncIterator[None]:
    """Bound the time that a request of this task takes as a whole.

    Args:
        seconds: The time; None for no bound.

    Raises:
        httpx2.ReadTimeout: The time is over.
    """
    if seconds is None:
        yield
        return
    import anyio  # noqa: PLC0415 - httpx2 needs it for its asynchronous clients only

    try:
        with anyio.fail_after(seconds):
            yield
    except TimeoutError:
        raise httpx2.ReadTimeout(_OVER) from None


def _left(timeout: float | None) -> float | None:
    """Return the timeout of the next step: the given one, or what is left if that is less."""
    end = getattr(_this_thread, "end", None)
    if end is None:
        return timeout
    left: float = end - time.monotonic()
    if left <= 0:
        raise httpx2.ReadTimeout(_OVER)
    return left if timeout is None else min(timeout, left)


class _BoundedStream:
    """A connection whose reads and writes end in time."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        try:
            return self._stream.read(max_bytes, _left(timeout))
        except Exception:
            _left(timeout)  # which says so if the total time is over
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        for start in range(0, len(view), _WRITTEN_AT_ONCE):
            self._stream.write(view[start : start + _WRITTEN_AT_ONCE], _left(timeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> _BoundedStream:
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _BoundedBackend:
    """Opens connections whose reads and writes end in time."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> _BoundedStream:
        return _BoundedStream(self._backend.connect_tcp(host, port, _left(timeout), **options))

    def connect_unix_socket(self, path: str, timeout: float | None = None, **options: Any) -> _BoundedStream:
        return _BoundedStream(self._backend.connect_unix_socket(path, _left(timeout), **options))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def is_proxied(client: httpx2.Client | httpx2.AsyncClient, url: httpx2.URL) -> bool:
    """Return whether a client reaches a URL through a proxy."""
    pool: Any = getattr(client._transport_for_url(url), "_pool", None)
    return getattr(pool, "_proxy", None) is not None or "Proxy" in type(pool).__name__


def _bound(client: httpx2.Client) -> None:
    """Let the connections that a client opens from now on end in time, see `within`."""
    for transport in (client._transport, *client._mounts.values()):
        pool: Any = getattr(transport, "_pool", None)
        if pool is not None and not isinstance(pool._network_backend, _BoundedBackend):
            pool._network_backend = _BoundedBackend(pool._network_backend)


def _copied(client: C, *, is_forked: bool) -> C:
    """Return a client with the same settings and cookies, and with no connection."""
    found: Any = copy(client)
    found._transport = _without_connections(found._transport, is_forked=is_forked)
    found._mounts = {
        pattern: transport and _without_connections(transport, is_forked=is_forked) for pattern, transport in found._mounts.items()
    }
    made: C = found
    return made


def _without_connections(transport: Any, *, is_forked: bool) -> Any:
    pool = getattr(transport, "_pool", None)
    if pool is None:
        if is_forked and not isinstance(transport, _WITHOUT_CONNECTIONS):
            raise RuntimeError(
                f"this process was forked, and the {type(transport).__name__} of http_client may share its connections with the"
                " parent process: make a client in each process"
            )
        return transport
    made, made_pool = copy(transport), copy(pool)
    made_pool._connections, made_pool._requests = [], []
    made_pool._optional_thread_lock = type(pool._optional_thread_lock)()
    made._pool = made_pool
    return made
