"""A call of a mock vendor: the request, read whole, and the response to it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

Respond = Callable[["Call"], Awaitable["MockResponse"]]


@dataclass
class Refused(Exception):
    """Ends the handling of a request with a response."""

    response: MockResponse


@dataclass(slots=True, kw_only=True)
class Call:
    """A request, before it is parsed.

    Attributes:
        method, path, query: of the request line; path and query are percent-encoded as they were sent.
        operation: operationId, or the prefix of a path of `Vendor.beside`, or empty.
        parameters: parameters of the path, decoded.
        credential: the caller, once the vendor has identified it; limits count by it.
        scope: the ASGI scope.
        counted: limits of the vendor among whose requests at the same time it counts.
        why: where and why the request violates the spec, in one line, if it was refused for that.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    scope: Scope
    operation: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    credential: str = ""
    counted: set[tuple[object, ...]] = field(default_factory=set)
    why: str = ""
    _parsed: tuple[bytes, Any] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The whole URL, as the caller has it."""
        return (
            f"{self.scope.get('scheme', 'http')}://{self.headers.get('host', '')}{self.path}{'?' if self.query else ''}{self.query}"
        )

    def parsed(self) -> Any:
        """Return the body as JSON; a body is parsed once.

        Raises:
            ValueError: it is not JSON.
            RecursionError: it is nested too deep.
        """
        if self._parsed is None or self._parsed[0] is not self.body:
            self._parsed = self.body, json.loads(self.body, parse_constant=_no_constant)
        return self._parsed[1]

    def json(self) -> Any:
        """Return the body as JSON, or None if it is not JSON or nested too deep."""
        try:
            return self.parsed()
        except (ValueError, RecursionError):
            return None

    def authorization(self, scheme: str) -> str:
        """Return the credential in the header Authorization, if it has this scheme, in lower case; else an empty text."""
        given, _, credential = self.headers.get("authorization", "").partition(" ")
        return credential.strip() if given.lower() == scheme else ""

    def user_and_password(self) -> str:
        """Return the user name and the password of basic authentication, joined by a colon; an empty text if there are none."""
        try:
            return b64decode(self.authorization("basic"), validate=True).decode()
        except ValueError:
            return ""


@dataclass(slots=True, kw_only=True)
class MockResponse:
    """A response to a call. Header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def json(cls, status: int, content: object, headers: Mapping[str, str] | None = None) -> MockResponse:
        """Return a response with a JSON body."""
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
        return cls(status=status, headers={"content-type": "application/json", **(headers or {})}, body=body)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a value of JSON")


async def read_call(scope: Scope, receive: Receive) -> Call:
    """Read a request whole."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False) and message["type"] == "http.request"
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return Call(
        method=scope["method"],
        path=raw_path.decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=Headers(scope=scope),
        body=bytes(body),
        scope=scope,
    )


async def send_response(response: MockResponse, send: Send, *, cut: bool = False) -> None:
    """Send a response; a cut one announces its whole length and stops half-way, and then the server closes the connection."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send(
        {"type": "http.response.body", "body": response.body[: len(response.body) // 2] if cut else response.body, "more_body": cut}
    )
