"""A TCP server that keeps each request and responds as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Seen(NamedTuple):
    """A request as it was received."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


MockResponse = tuple[int, str, bytes]
Respond = Callable[[Seen], MockResponse]


@dataclass
class Served:
    url: str
    seen: list[Seen] = field(default_factory=list)


def as_json(status: int, content: object) -> MockResponse:
    return status, "application/json", json.dumps(content).encode()


@contextmanager
def serving(respond: Respond) -> Iterator[Served]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # a response is sent in one piece, or the client's system waits for the second one

        def __getattr__(self, name: str) -> Callable[[], None]:
            if not name.startswith("do_"):
                raise AttributeError(name)
            return self.response

        def response(self) -> None:
            headers = {key.lower(): value for key, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            served.seen.append(Seen(self.command, self.path, headers, body))
            status, kind, content = respond(served.seen[-1])
            self.send_response(status)
            for name, value in {"content-type": kind, "content-length": str(len(content)), "x-amzn-requestid": "1"}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Served(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


TOKEN = "Atza|token-that-nobody-may-see"  # noqa: S105 - of these tests
ERRORS = {"errors": [{"code": "InvalidInput", "message": "no"}]}
ITEM = {"asin": "B000000001"}


def catalog_items(request: Seen) -> MockResponse:
    """Respond like the catalog of Amazon, as far as a fuzzer sees it: every search is refused."""
    if request.path == "/token":
        return as_json(200, {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600})
    if request.headers.get("x-amz-access-token") != TOKEN:
        return as_json(403, ERRORS)
    return as_json(400, ERRORS)


def credentials(served: Served) -> dict[str, str]:
    return {
        "SP_API_CLIENT_ID": "client-id-that-nobody-may-see",
        "SP_API_CLIENT_SECRET": "client-secret-that-nobody-may-see",
        "SP_API_REFRESH_TOKEN": "Atzr|refresh-token-that-nobody-may-see",
        "SP_API_TOKEN_URL": f"{served.url}/token",
    }
