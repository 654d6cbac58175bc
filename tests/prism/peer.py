"""Both clients of a package, connected to Prism over TCP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx2

from scripts.tools.prism import VIOLATIONS
from tests.properties.cases import Case
from tests.properties.credentials import credentials
from tests.properties.package import Package

WAYS = ("sync", "async")


@dataclass(frozen=True, kw_only=True)
class Called:
    """How a call ended, and the response as it came."""

    response: httpx2.Response
    result: Any = None
    error: Any = None

    @property
    def violations(self) -> str:
        """What Prism finds wrong with the request and with its own response; empty if nothing."""
        return self.response.headers.get(VIOLATIONS, "")

    @property
    def request_is_right(self) -> bool:
        """Whether Prism finds nothing wrong with the request."""
        return '"location":["request"' not in self.violations

    @property
    def failed(self) -> bool:
        """Whether Prism has failed itself: what makes its responses up ends, for some seeds, in an error of its own."""
        return b'"https://stoplight.io/prism/errors#UNKNOWN"' in self.response.content


class Peer:
    """Prism at a base URL, and both clients of a package that call it."""

    def __init__(self, package: Package, url: str) -> None:
        self.package = package
        self.url = url
        self._came: list[httpx2.Response] = []
        # Nothing on the way to the loopback interface is taken from the environment, such as a proxy.
        self._http = httpx2.Client(trust_env=False, event_hooks={"response": [self._came.append]})
        self._async_http = httpx2.AsyncClient(trust_env=False, event_hooks={"response": [self._keep]})
        given = (each.auth for each in credentials(package, "key") if each.token_url is None)
        self._auth = next(given, None)  # Prism looks only whether there are any
        self._client = package.module.Client(base_url=url, auth=self._auth, http_client=self._http)
        self._async_client = package.module.AsyncClient(base_url=url, auth=self._auth, http_client=self._async_http)
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """End the connections and the event loop."""
        self._http.close()
        self._runner.run(self._async_http.aclose())
        self._runner.close()

    def call(self, way: str, case: Case, prefer: str = "") -> Called:
        """Call an operation.

        Args:
            way: one of `WAYS`.
            case: the request.
            prefer: which response Prism shall give; without it, an example of the success.

        Raises:
            InvalidRequest: the client refuses to send it.
        """
        self._http.headers["Prefer"] = self._async_http.headers["Prefer"] = prefer
        client = self._client if way == "sync" else self._async_client
        call = getattr(client, self.package.method(case.operation))
        arguments = self.package.arguments(case)
        try:
            result = call(**arguments) if way == "sync" else self._runner.run(call(**arguments))
        except self.package.errors.ResponseError as error:
            return Called(response=self._came.pop(), error=error)
        return Called(response=self._came.pop(), result=result)

    def send(self, case: Case, *, credentials: bool = True, **changed: Any) -> Called:
        """Send the request of a case without a client, which would refuse a wrong one.

        Args:
            case: a request that is right.
            credentials: whether they are sent as well.
            changed: what is sent instead of the `target`, the `headers` or the `content` of the request.
        """
        request = self.package.functions(case.operation).request(**self.package.arguments(case))
        sent = {"target": request.target, "headers": request.headers, "content": request.content} | changed
        url = self.url + sent.pop("target")
        with httpx2.Client(trust_env=False, auth=self._auth if credentials else None) as http:
            return Called(response=http.request(request.method, url, **sent))

    async def _keep(self, response: httpx2.Response) -> None:
        self._came.append(response)
