"""Serve the mock vendors over TCP, each on a port of its own: in this process, in a thread of it, or in a child process."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from scripts.command import ROOT
from scripts.mock.admin import admin
from scripts.mock.engine.app import Tell, VendorApp, Wrap
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.vendor import Vendor
from scripts.mock.settings import Settings
from scripts.mock.vendors import VENDORS

HOST = "127.0.0.1"
_READY_SECONDS = 30
_LAST_PORT = 65535
_BUILDING = threading.Lock()  # FastAPI silences a warning while it builds, and warnings are silenced for all threads at once


class PortError(Exception):
    """A port cannot be listened on; the message says which and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where running mock vendors are.

    Attributes:
        urls: base URL by API.
        admin: base URL of the admin endpoint.
        credentials: what a client needs, by API and name of the environment variable.
        known: values that a vendor accepts, by API and place.
        examples: lines of shell that work, by API.
    """

    urls: dict[str, str]
    admin: str
    credentials: dict[str, dict[str, str]]
    known: dict[str, dict[str, Any]]
    examples: dict[str, str]


class Mocks:
    """All mock vendors, listening on loopback from the moment they are made, answering while `serve` runs.

    Args:
        settings: how they behave.
        port: port of the first vendor, the others follow; 0 for any free ports.
        wrap, tell: see `VendorApp`.

    Raises:
        PortError: a port is in use, or above the last that there is.
        ValueError: an option is wrong.
    """

    def __init__(self, settings: Settings, *, port: int = 0, wrap: Wrap | None = None, tell: Tell | None = None) -> None:
        apis = [kind.api for kind in VENDORS]
        if unknown := settings.options.keys() - set(apis):
            raise ValueError(f"options of {', '.join(sorted(unknown))}: no such API; there are {', '.join(apis)}")
        if not 0 <= port <= _LAST_PORT - len(VENDORS):
            most = _LAST_PORT - len(VENDORS)
            raise PortError(
                f"port {port}: {len(VENDORS) + 1} ports in a row are used; choose the first from 1 to {most}, or 0 for any"
            )
        with ExitStack() as opened:
            self.sockets = [opened.enter_context(_listen(port and port + offset)) for offset in range(len(VENDORS) + 1)]
            urls = [f"http://{HOST}:{each.getsockname()[1]}" for each in self.sockets]
            clock = Clock(settings.speed)
            with _BUILDING:
                vendors = [kind(settings, clock, url) for kind, url in zip(VENDORS, urls[:-1], strict=True)]
            opened.pop_all()
        self._fronts = {vendor.api: VendorApp(vendor, wrap=wrap, tell=tell) for vendor in vendors}
        apps: list[ASGIApp] = [*self._fronts.values(), admin(self._fronts)]
        self._apps = {each.getsockname()[1]: app for each, app in zip(self.sockets, apps, strict=True)}
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
            log_config=None,  # it is the process's, and mocks in it begin and end at any time
            access_log=False,
            log_level="error",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        logging.getLogger("uvicorn.error").addFilter(_unintended)

    @property
    def vendors(self) -> dict[str, Vendor]:
        """The vendors by API, which a reset makes anew."""
        return {api: front.vendor for api, front in self._fronts.items()}

    async def serve(self) -> None:
        """Serve until SIGINT or SIGTERM, or until `stop` is called."""
        try:
            await self._server.serve(sockets=self.sockets)
        finally:
            for vendor in self.vendors.values():
                await vendor.stop()

    def stop(self) -> None:
        """Let `serve` end; may be called from another thread."""
        self._server.should_exit = True

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._apps[scope["server"][1]](scope, receive, send)


@contextmanager
def running(settings: Settings | None = None, *, wrap: Wrap | None = None, tell: Tell | None = None) -> Iterator[Mocks]:
    """Run the mock vendors in a thread of this process, on free ports."""
    mocks = Mocks(settings or Settings(), wrap=wrap, tell=tell)
    thread = threading.Thread(target=asyncio.run, args=(mocks.serve(),), name="mock vendors")
    thread.start()
    try:
        yield mocks
    finally:
        mocks.stop()
        thread.join()


@contextmanager
def spawned(arguments: Sequence[str] = ()) -> Iterator[Served]:
    """Run the mock vendors in a child process, on free ports.

    Args:
        arguments: of `python -m scripts.mock`, beyond the port.

    Raises:
        ValueError: they could not be started; the message is that of the child.
    """
    command = [sys.executable, "-m", "scripts.mock", "--port", "0", "--json", *arguments]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the parent alone, which may still need the vendors
    ) as child:
        assert child.stdout is not None  # noqa: S101 - it is a pipe
        try:
            told = child.stdout.readline()
            if not told:
                raise ValueError(child.communicate(timeout=_READY_SECONDS)[1].strip() or "the mock vendors ended at once")
            yield Served(**json.loads(told))
        finally:
            child.terminate()
            child.communicate(timeout=_READY_SECONDS)


class _Protocol(HttpToolsProtocol):
    """Offers the application a way to break the connection off, for which ASGI has no word."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"abort": {"now": self.transport.abort}}


def _unintended(record: logging.LogRecord) -> bool:
    """Keep silent about responses that were cut or dropped on purpose, which are errors to uvicorn."""
    return not record.getMessage().startswith("ASGI callable returned without ")


def _listen(port: int) -> socket.socket:
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # without which asyncio leaves Nagle's algorithm on: 40 ms a response
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise PortError(
            f"port {port} of {HOST}: {error.strerror}; choose the first of five free ports with --port, or --port 0"
        ) from error
    return listener
