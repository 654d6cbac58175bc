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
from scripts.mock.generic.parameters import InvalidError
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
        """Check a call against the spec, and let the generated server respond to it.

        The server alone would let pass null for an absent field, other spellings of numbers, and patterns before a line feed.
        """
        operation = self.described.operations.get(call.operation)
        if operation is not None:
            try:
                self.requests.read(operation, call)
            except InvalidError as error:
                call.why = str(error)
                return self.invalid(call, call.why)
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
        call, first = called(request), error.errors()[0]
        call.why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        return as_response(self.invalid(call, call.why))

    async def _refused(self, _: Request, error: Refused) -> Response:
        return as_response(error.response)

    async def _unroutable(self, request: Request, error: HTTPException) -> Response:
        call = called(request)
        call.why = str(error.detail)
        response = self.error(error.status_code, call.why, call=call)
        response.headers.update(error.headers or {})
        return as_response(response)

    def invalid(self, call: Call, why: str) -> MockResponse:
        """Return the vendor's response to a request that violates the spec; default: a 400."""
        return self.error(400, call=call)


def called(request: Request) -> Call:
    """Return the call that a request of the generated server belongs to."""
    call = request.state.call
    assert isinstance(call, Call)  # noqa: S101 - put there by `Skeleton`
    return call


def as_response(response: MockResponse) -> Response:
    """Convert a response to the type that the handlers of the generated server return."""
    return Response(response.body, status_code=response.status, headers=response.headers)
