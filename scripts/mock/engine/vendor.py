"""What the mock vendors share: the way of a call from the socket to the generated server and back.

A call is read whole, then the vendor refuses it (credentials, limits), or the generated server checks it against the spec and calls
the vendor's methods. Measuring and chaos happen around `Vendor.response`, outside of the vendors.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar
from urllib.parse import unquote

import msgspec
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from scripts.apis import tables
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.journal import Journal
from scripts.mock.engine.limits import Limits
from scripts.mock.settings import Options, Settings
from scripts.runtime.behaviour import RateLimit

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
    why: str = ""

    def json(self) -> Any:
        """Return the body as JSON, or None if it is not JSON or nested too deep."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


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


class Vendor(ABC):
    """A vendor: a generated server, the behaviour behind it, and the checks before it.

    Attributes:
        api: name of the API, as in `scripts.apis`.
        position: place of its port among those of `make mock`. Documented ports stay by it when APIs are added; vendors without a
            position follow in the order of the specs.
        kind_of_options, options: the type of this vendor's options, and their current values.
        tables: every documented limit and time of the API, by operationId.
        router, app: the generated server with this vendor's behaviour.
        beside: handlers of what the vendor offers beside its API, such as a token or a report, by the prefix of their paths.
    """

    api: ClassVar[str]
    position: ClassVar[float] = math.inf
    kind_of_options: ClassVar[type[Options]]
    options: Options

    def __init__(self, settings: Settings, clock: Clock, base_url: str) -> None:
        self.settings = settings
        self.clock = clock
        self.base_url = base_url
        self.journal = Journal(clock)
        self.tables = tables(self.api)
        self.limits = Limits(clock)
        self.beside: dict[str, Respond] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        try:
            self.options = msgspec.convert(settings.options.get(self.api, {}), self.kind_of_options)
        except msgspec.ValidationError as error:
            raise ValueError(f"options of {self.api}: {error}") from error
        self.router = self._build()
        self.app = FastAPI(
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            exception_handlers={
                RequestValidationError: self._invalid,
                HTTPException: self._unroutable,
                Refused: self._refused,
            },
        )
        self.app.include_router(self.router)

    def _build(self) -> APIRouter:
        """Make the generated server, with this vendor as the service of each group of operations."""
        build_router = import_module(f"generated.mock.{self.api}.server").build_router
        arguments = inspect.signature(build_router).parameters.values()
        router: APIRouter = build_router(**{each.name: self for each in arguments if each.default is each.empty})
        return router

    @abstractmethod
    def refuse(self, call: Call) -> MockResponse | None:
        """Refuse a call for its credentials or a limit, before its content is checked, and set `call.credential`."""

    @abstractmethod
    def error(self, status: int, text: str = "", *, call: Call | None = None) -> MockResponse:
        """Return the vendor's response with a status of 400 or above; default of the text: the documented one."""

    def throttled(self, call: Call, text: str = "") -> MockResponse:
        """Return the vendor's response to a call above its limit; default: a 429."""
        return self.error(429, text, call=call)

    def limit(self, operation: str) -> RateLimit | None:
        """Return the limit of an operation: the documented one, or that of the options `rate` (in a second) and `burst`."""
        limit = self.tables[operation].rate_limit if operation in self.tables else None
        if limit is None:
            return None
        rate, burst = getattr(self.options, "rate", None), getattr(self.options, "burst", None)
        return msgspec.structs.replace(
            limit, rate=limit.rate if rate is None else rate * limit.period, burst=limit.burst if burst is None else burst
        )

    def over_limit(self, call: Call, usage: str) -> MockResponse | None:
        """Take the units of a call from the limit of its operation; refuse it above the limit, or with too large a body.

        Args:
            call: the request of a caller that the vendor has identified.
            usage: by what name the journal counts the units.
        """
        limit = self.limit(call.operation)
        if limit is None:
            return None
        chunking = self.tables[call.operation].chunking
        most = chunking.size if chunking else 1
        largest = (chunking and chunking.max_body_bytes) or len(call.body)
        cost = _units(call, limit, most) if len(call.body) <= largest else 1
        self.journal.spend(usage, cost, limit.period)
        if not self.limits.take(limit, _scope(call, limit), cost):
            return self.throttled(call)
        if limit.concurrency and self.limits.parallel(_scope(call, limit)) > limit.concurrency:
            return self.throttled(call, f"More than {limit.concurrency} requests run in parallel.")
        if len(call.body) > largest:
            return self.error(400, f"The body has more than {largest} bytes.", call=call)
        return None

    def held(self) -> Iterator[dict[str, Any]]:
        """Yield the products that have changed since the start, for the admin endpoint; default: none, as none can change."""
        return iter(())

    @abstractmethod
    def look_up(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """Return the state of some products, changed or not, in the order of the identifiers."""

    @abstractmethod
    def credentials(self) -> dict[str, str]:
        """Return the credentials of a client, by the names of environment variables."""

    @abstractmethod
    def known(self) -> dict[str, Any]:
        """Return values that the vendor accepts, by location (`body.allApplicableStores`, `path.businessId`, ...)."""

    @abstractmethod
    def example(self) -> str:
        """Return lines of shell to try the vendor with: one or several commands of curl."""

    def headers(self, call: Call) -> Mapping[str, str]:
        """Return the headers, in lower case, that the vendor sends with every response; default: those that report its limit."""
        limit = self.limit(call.operation)
        return self.limits.headers(limit, _scope(call, limit)) if limit else {}

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the background, until it ends or the vendor is stopped."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancel what runs in the background."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def response(self, call: Call) -> MockResponse:
        """Respond to a call as the vendor does."""
        for path, respond in self.beside.items():
            if call.path.startswith(path):
                call.operation = path
                return await respond(call)
        self.find(call)
        with self.limits.running(_scope(call, self.limit(call.operation))):
            response = self.refuse(call) or await self._generated(call)
            response.headers.update(self.headers(call))
        return response

    def find(self, call: Call) -> None:
        """Set the operation that a call is for, and the parameters of its path."""
        for route in self.router.routes:
            if (
                isinstance(route, APIRoute)
                and call.method in (route.methods or ())
                and (found := route.path_regex.match(call.path))
            ):
                call.operation = route.operation_id or ""
                call.parameters = {name: unquote(value) for name, value in found.groupdict().items()}

    async def _generated(self, call: Call) -> MockResponse:
        call.scope["state"] = {"call": call}
        body = MockResponse(status=500, headers={}, body=b"")

        async def receive() -> Message:
            return {"type": "http.request", "body": call.body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                body.status = message["status"]
                body.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
            else:
                body.body += message.get("body", b"")

        await self.app(call.scope, receive, send)
        body.headers.pop("content-length", None)
        return body

    async def _invalid(self, request: Request, error: RequestValidationError) -> Response:
        call = called(request)
        call.why = _why(error)
        return as_response(self.invalid(call, error))

    async def _refused(self, _: Request, error: Refused) -> Response:
        return as_response(error.response)

    async def _unroutable(self, request: Request, error: HTTPException) -> Response:
        call = called(request)
        call.why = str(error.detail)
        response = self.error(error.status_code, call.why, call=call)
        response.headers.update(error.headers or {})
        return as_response(response)

    def invalid(self, call: Call, error: RequestValidationError) -> MockResponse:  # noqa: ARG002 - some vendors report it
        """Return the vendor's response to a request that violates the spec; default: a 400."""
        return self.error(400, call=call)


def _why(error: RequestValidationError) -> str:
    """Return in one line where and why a request violates the spec: `body.items[0].sku: Field required`."""
    first, *others = error.errors()
    start, *path = first["loc"]
    location = str(start) + "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    message = " ".join(first["msg"].split())
    return f"{location}: {message}" + (f", and {len(others)} more" if others else "")


def _scope(call: Call, limit: RateLimit | None) -> tuple[str, ...]:
    """Return what has a limit of its own, by the names of the caller and of the operation."""
    names = {"credential": call.credential, "operation": call.operation}
    return tuple(names[each] for each in limit.scope) if limit else ()


def _units(call: Call, limit: RateLimit, most: int) -> int:
    """Return how many units a call takes: one for each element of an array, as far as the array is readable, up to the most."""
    if isinstance(limit.cost, int):
        return limit.cost
    found = call.json()
    for name in limit.cost.path:
        found = found.get(name) if isinstance(found, dict) else None
    return min(max(len(found), 1), most) if isinstance(found, list) else 1


def called(request: Request) -> Call:
    """Return the call that a request of the generated server belongs to."""
    call = request.state.call
    assert isinstance(call, Call)  # noqa: S101 - put there by `Vendor`
    return call


def as_response(response: MockResponse) -> Response:
    """Convert a response to the type that handlers of the generated server return."""
    return Response(response.body, status_code=response.status, headers=response.headers)


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
