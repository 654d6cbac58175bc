"""Servers on loopback: one that responds as a test says, and mock vendors with other responses."""

from __future__ import annotations

import asyncio
import pickle
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
from moto.server import ThreadedMotoServer

from scripts.mock.engine.vendor import Call, MockResponse, Respond, Vendor
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from tests.overrides.ways import Way

Before = Callable[[Call], object]


@dataclass(frozen=True, kw_only=True)
class Received:
    """A received request; names of headers are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A response. After `sent` bytes of its body the connection is broken off."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None


class Server:
    """An HTTP server whose responses a function makes; it keeps the requests."""

    def __init__(self, response: Callable[[Received], Reply]) -> None:
        self.requests: list[Received] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def response(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.requests.append(received := Received(method=self.command, path=self.path, headers=headers, body=body))
                reply = response(received)
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body[: reply.sent])

            do_GET = do_POST = response  # noqa: N815 - as the base class looks for them

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
                """Be silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="server")
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving(response: Callable[[Received], Reply]) -> Iterator[Server]:
    """Run a server while a test lasts."""
    server = Server(response)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def aws() -> Iterator[str]:
    """Run moto, and give its URL."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


class Interposed:
    """The requests to some paths of the mock vendors, and responses instead of theirs.

    Attributes:
        mocks: the vendors.
        requests: the calls that were received.
        instead: the next responses; after the last one the vendor responds itself.
        before: is called in a thread with each call, before its response.
    """

    mocks: Mocks

    def __init__(self, *paths: str) -> None:
        self._paths = paths
        self.begin()

    def begin(self) -> None:
        """Forget the requests, and replace no response."""
        self.requests: list[Call] = []
        self.instead: deque[MockResponse] = deque()
        self.before: Before | None = None

    def wrap(self, _: Vendor, respond: Respond) -> Respond:
        async def response(call: Call) -> MockResponse:
            if call.path not in self._paths:
                return await respond(call)
            self.requests.append(call)
            if self.before:
                await asyncio.to_thread(self.before, call)
            return self.instead.popleft() if self.instead else await respond(call)

        return response


@contextmanager
def interposed(*paths: str, settings: Settings | None = None) -> Iterator[Interposed]:
    """Run mock vendors a thousand times as fast, with something before some of their paths."""
    found = Interposed(*paths)
    with running(settings or Settings(speed=1000), wrap=found.wrap) as found.mocks:
        yield found


def status_of(way: Way, auth: httpx2.Auth, url: str, body: bytes = b"") -> int:
    """Request what a vendor does not have, and return the status: 404 if access is granted."""
    method = "POST" if body else "GET"
    if way.name == "sync":
        with httpx2.Client(auth=auth, trust_env=False) as http:
            return http.request(method, url, content=body).status_code

    async def status() -> int:
        async with httpx2.AsyncClient(auth=auth, trust_env=False) as http:
            return (await http.request(method, url, content=body)).status_code

    return int(way.value(status()))


def texts_of(found: object) -> str:
    """Return all that somebody may print of an object; what cannot be pickled is not."""
    texts = [repr(found), str(found), repr(getattr(found, "__dict__", ""))]
    if isinstance(found, BaseException):
        texts += traceback.format_exception(found)
    with suppress(TypeError, AttributeError, pickle.PicklingError):
        texts.append(pickle.dumps(found).decode("latin-1"))
    return "\n".join(texts)
