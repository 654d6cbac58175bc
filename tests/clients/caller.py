"""Both clients of a package, connected to a mock vendor over TCP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from msgspec.structs import replace

from scripts.mock.serving import Mocks
from tests.clients.access import USER, auth_of
from tests.clients.conformance import OPERATIONS, deviations
from tests.properties.contract import load
from tests.properties.package import Package, difference

WAYS = ("sync", "async")
_PATIENCE = 30


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a call ended, and the response as it came, if one did."""

    response: httpx2.Response | None
    result: Any = None
    error: Any = None


class Way:
    """One of the ways to call: in this thread, or in an event loop.

    Args:
        name: one of `WAYS`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.came: list[httpx2.Response] = []
        self._runner = asyncio.Runner()
        # Nothing on the way to the loopback interface is taken from the environment, such as a proxy.
        self._http: httpx2.Client | httpx2.AsyncClient = (
            httpx2.Client(trust_env=False, timeout=_PATIENCE, event_hooks={"response": [self.came.append]})
            if name == "sync"
            else httpx2.AsyncClient(trust_env=False, timeout=_PATIENCE, event_hooks={"response": [self._keep]})
        )

    def client(self, module: Any, **options: Any) -> Any:
        """Return a client of a package."""
        kind = module.Client if self.name == "sync" else module.AsyncClient
        return kind(http_client=self._http, **options)

    def finish(self, result: Any) -> Any:
        """Return what a method of the client has returned, or in the end returns."""
        return self._runner.run(result) if asyncio.iscoroutine(result) else result

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Wait for a response no longer than this."""
        self._http.timeout = seconds
        try:
            yield
        finally:
            self._http.timeout = _PATIENCE

    def close(self) -> None:
        """End the connections and the event loop."""
        if isinstance(self._http, httpx2.AsyncClient):
            self.finish(self._http.aclose())
        else:
            self._http.close()
        self._runner.close()

    async def _keep(self, response: httpx2.Response) -> None:
        self.came.append(response)


class Caller:
    """A client of a vendor's package.

    Args:
        way: how it calls.
        mocks: whom it calls.
        api: the vendor.
        auth: its credentials; by default, those of the vendor's user.
        below: path that it wrongly takes to belong to the base URL.
    """

    def __init__(self, way: Way, mocks: Mocks, api: str, auth: httpx2.Auth | str | None = USER, *, below: str = "") -> None:
        self.package = Package(load(api), None)
        self.models = self.package.models
        self.way = way
        given = auth_of(mocks, api, auth) if isinstance(auth, str) else auth
        self._client = way.client(self.package.module, base_url=mocks.served.urls[api] + below, auth=given)

    def succeed(self, operation: str, **arguments: Any) -> Any:
        """Call an operation and return its result, in which all is that the response says."""
        ended = self.call(operation, arguments)
        assert ended.error is None, ended.error
        assert ended.response is not None
        assert difference(ended.result, ended.response.json()) is None
        return ended.result

    def call(self, operation: str, arguments: Mapping[str, Any], changed: Mapping[str, Any] | None = None) -> Ended:
        """Call an operation of a vendor whose responses are as documented; see `attempt`."""
        ended = self.attempt(operation, arguments, changed)
        assert ended.response is not None, ended.error
        assert deviations(OPERATIONS[operation], ended.response) == []
        return ended

    def attempt(self, operation: str, arguments: Mapping[str, Any], changed: Mapping[str, Any] | None = None) -> Ended:
        """Call an operation.

        Args:
            operation: its operationId.
            arguments: of the client's method.
            changed: what of the request (`target`, `headers`, `content`) is sent in another way than the client would.

        Raises:
            Exception: any that a caller of the client need not expect from a response, or from the lack of one.
        """
        self.way.came.clear()
        try:
            result = self._send(operation, arguments, changed) if changed else self._call(operation, arguments)
        except (self.package.errors.ResponseError, httpx2.TransportError) as error:
            return Ended(response=self.way.came[-1] if self.way.came else None, error=error)
        return Ended(response=self.way.came[-1], result=result)

    def _call(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        return self.way.finish(getattr(self._client, self.package.method(OPERATIONS[operation]))(**arguments))

    def _send(self, operation: str, arguments: Mapping[str, Any], changed: Mapping[str, Any]) -> Any:
        request = self.package.functions(OPERATIONS[operation]).request(**arguments)
        headers = [*request.headers, *changed.get("headers", ())]
        return self.way.finish(self._client.send(replace(request, **{**changed, "headers": headers}))).parse()
