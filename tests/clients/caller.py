"""Both clients of a package, connected to a mock vendor over TCP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from msgspec.structs import replace

from scripts.mock.serving import Mocks
from tests.clients.access import USER, auth_of
from tests.clients.conformance import OPERATIONS, deviations
from tests.properties.contract import load
from tests.properties.package import Package, difference
from tests.support.ways import Way


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a call ended, and the raw response, if there is one."""

    response: httpx2.Response | None
    result: Any = None
    error: Any = None


class Caller:
    """A client of a vendor's package.

    Args:
        way: how it calls.
        mocks: the mock vendors.
        api: the vendor.
        auth: its credentials; by default, those of the vendor's user.
    """

    def __init__(self, way: Way, mocks: Mocks, api: str, auth: httpx2.Auth | str | None = USER) -> None:
        self.package = Package(load(api), None)
        self.models = self.package.models
        self.way = way
        given = auth_of(mocks, api, auth) if isinstance(auth, str) else auth
        self._client = way.client(self.package.module, base_url=mocks.served.urls[api], auth=given)

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
            changed: parts of the request (`target`, `headers`, `content`) that are replaced after the client has checked it.

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
