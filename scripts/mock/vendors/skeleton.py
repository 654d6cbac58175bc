"""Vendors with hand-written operations: the generated server checks a call against the spec, and calls the vendor's methods."""

from __future__ import annotations

import inspect
from importlib import import_module

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from scripts.mock.engine.call import Call, MockResponse, Refused
from scripts.mock.engine.clock import Clock
from scripts.mock.generic.vendor import GenericVendor
from scripts.mock.settings import Settings


class Skeleton(GenericVendor):
    """A vendor with methods for the operations, by the names that they have in its generated server.

    Attributes:
        app: the generated server with this vendor's behaviour.
    """

    def __init__(self, settings: Settings, clock: Clock, base_url: str) -> None:
        super().__init__(settings, clock, base_url)
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
        self.app.include_router(self._build())

    def _build(self) -> APIRouter:
        """Make the generated server, with this vendor as the service of each group of operations."""
        build_router = import_module(f"generated.mock.{self.api}.server").build_router
        arguments = inspect.signature(build_router).parameters.values()
        router: APIRouter = build_router(**{each.name: self for each in arguments if each.default is each.empty})
        return router

    async def operate(self, call: Call) -> MockResponse:
        """Let the generated server respond to a call."""
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

    def invalid(self, call: Call, error: RequestValidationError) -> MockResponse:
        """Return the vendor's response to a request that violates the spec; default: a 400."""
        return self.error(400, call=call)


def _why(error: RequestValidationError) -> str:
    """Return in one line where and why a request violates the spec: `body.items[0].sku: Field required`."""
    first, *others = error.errors()
    start, *path = first["loc"]
    location = str(start) + "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    message = " ".join(first["msg"].split())
    return f"{location}: {message}" + (f", and {len(others)} more" if others else "")


def called(request: Request) -> Call:
    """Return the call that a request of the generated server belongs to."""
    call = request.state.call
    assert isinstance(call, Call)  # noqa: S101 - put there by `Skeleton`
    return call


def as_response(response: MockResponse) -> Response:
    """Convert a response to the type that handlers of the generated server return."""
    return Response(response.body, status_code=response.status, headers=response.headers)
