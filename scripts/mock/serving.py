"""Serve the mock vendors over TCP, one port for each: in this process, or in one of its threads."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from scripts.mock.admin import admin
from scripts.mock.engine.app import Log, VendorApp, Wrap
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.vendor import Vendor
from scripts.mock.roster import VENDORS
from scripts.mock.served import Served
from scripts.mock.settings import Settings

HOST = "127.0.0.1"
_LAST_PORT = 65535
_IDLE = 75  # seconds that an unused connection is kept; clients give theirs up before, so none sends on one that is closing
_BUILDING = threading.Lock()  # FastAPI silences a warning while it builds, and warnings are silenced for all threads at once


class PortError(Exception):
    """A port is unavailable; the message says which and what to do."""


class Mocks:
    """All mock vendors, which listen on loopback from the moment they are made, and respond while `serve` runs.

    Args:
        settings: how they behave.
        kinds: the vendors, in the order of their ports; default: all of specs/.
        port: port of the first vendor, the others follow; 0 for any free ports.
        clock: their time; default: real time, as fast as the settings say.
        wrap, log: see `VendorApp`.

    Raises:
        PortError: a port is in use, or above the last that there is.
        ValueError: an option is wrong.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        kinds: Sequence[type[Vendor]] = VENDORS,
        port: int = 0,
        clock: Clock | None = None,
        wrap: Wrap | None = None,
        log: Log | None = None,
    ) -> None:
        apis = [kind.api for kind in kinds]
        if unknown := settings.options.keys() - set(apis):
            raise ValueError(f"options of {', '.join(sorted(unknown))}: no such API; there are {', '.join(apis)}")
        if not 0 <= port <= _LAST_PORT - len(kinds):
            most = _LAST_PORT - len(kinds)
            raise PortError(
                f"port {port}: {len(kinds) + 1} ports in a row are used; choose the first from 1 to {most}, or 0 for any"
            )
        with ExitStack() as opened:
            self.sockets = [opened.enter_context(_listen(port and port + offset, len(kinds))) for offset in range(len(kinds) + 1)]
            urls = [f"http://{HOST}:{each.getsockname()[1]}" for each in self.sockets]
            time = clock or Clock(settings.speed)
            with _BUILDING:
                vendors = [kind(settings, time, url) for kind, url in zip(kinds, urls[:-1], strict=True)]
            opened.pop_all()
        self._apps = {vendor.api: VendorApp(vendor, wrap=wrap, log=log) for vendor in vendors}
        apps: list[ASGIApp] = [*self._apps.values(), admin(self._apps)]
        self._by_port = {each.getsockname()[1]: app for each, app in zip(self.sockets, apps, strict=True)}
        self.served = Served(
            urls=dict(zip(self.vendors, urls, strict=False)),
            admin=urls[-1],
            credentials={api: vendor.credentials() for api, vendor in self.vendors.items()},
            known={api: vendor.known() for api, vendor in self.vendors.items()},
            examples={api: vendor.example() for api, vendor in self.vendors.items()},
        )
        config = uvicorn.Config(
            self._dispatch,
            interface="asgi3",
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,  # logging is configured by the process, in which mocks begin and end at any time
            access_log=False,
            log_level="error",
            timeout_graceful_shutdown=1,
            timeout_keep_alive=_IDLE,
        )
        self._server = _Server(config)
        logging.getLogger("uvicorn.error").addFilter(_unintended)

    @property
    def vendors(self) -> dict[str, Vendor]:
        """The vendors by API; a reset replaces them."""
        return {api: app.vendor for api, app in self._apps.items()}

    async def serve(self) -> None:
        """Serve until SIGINT or SIGTERM, or until `stop` is called."""
        try:
            await self._server.serve(sockets=self.sockets)
        finally:
            for vendor in self.vendors.values():
                await vendor.stop()

    def stop(self) -> None:
        """End `serve`; may be called from another thread."""
        self._server.should_exit = True

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._by_port[scope["server"][1]](scope, receive, send)


@contextmanager
def running(
    settings: Settings | None = None,
    *,
    kinds: Sequence[type[Vendor]] = VENDORS,
    clock: Clock | None = None,
    wrap: Wrap | None = None,
    log: Log | None = None,
) -> Iterator[Mocks]:
    """Run the mock vendors in a thread of this process, on free ports."""
    mocks = Mocks(settings or Settings(), kinds=kinds, clock=clock, wrap=wrap, log=log)
    thread = threading.Thread(target=asyncio.run, args=(mocks.serve(),), name="mock vendors")
    thread.start()
    try:
        yield mocks
    finally:
        mocks.stop()
        thread.join()


class _Server(uvicorn.Server):
    """Looks every 10 ms whether it is stopped, not every 100 ms."""

    async def main_loop(self) -> None:
        counter = 0
        while not await self.on_tick(counter):
            await asyncio.sleep(0.01)
            counter += 1


class _Protocol(HttpToolsProtocol):
    """Offers the application a way to abort the connection, which ASGI has not."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"abort": {"now": self.transport.abort}}


def _unintended(record: logging.LogRecord) -> bool:
    """Filter out responses that were cut or dropped on purpose, which uvicorn logs as errors."""
    return not record.getMessage().startswith("ASGI callable returned without ")


def _listen(port: int, vendors: int) -> socket.socket:
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # or asyncio leaves Nagle's algorithm on: 40 ms a response
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise PortError(
            f"port {port} of {HOST}: {error.strerror}; choose the first of {vendors + 1} free ports with --port, or --port 0"
        ) from error
    return listener
