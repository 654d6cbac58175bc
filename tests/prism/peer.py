"""Both clients of a package, connected to Prism over TCP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

from scripts.tools.prism import VIOLATIONS
from tests.properties.cases import Case
from tests.properties.credentials import credentials
from tests.properties.package import Package
from tests.support.ways import WAYS, Way


@dataclass(frozen=True, kw_only=True)
class Called:
    """How a call ended, and the raw response."""

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
        """Whether Prism itself has failed, as its generator of responses does for some seeds."""
        return b'"https://stoplight.io/prism/errors#UNKNOWN"' in self.response.content


class Peer:
    """Prism at a base URL, and both clients of a package that call it."""

    def __init__(self, package: Package, url: str) -> None:
        self.package = package
        self.url = url
        given = (each.auth for each in credentials(package, "key") if each.token_url is None)
        self._auth = next(given, None)  # Prism looks only whether there are any
        self._ways = {name: Way(name) for name in WAYS}
        options = {"base_url": url, "auth": self._auth, "strict": True}
        self._clients = {name: way.client(package.module, **options) for name, way in self._ways.items()}

    def close(self) -> None:
        """Close the connections."""
        for way in self._ways.values():
            way.close()

    def call(self, way: str, case: Case, prefer: str = "") -> Called:
        """Call an operation.

        Args:
            way: one of `WAYS`.
            case: the request.
            prefer: which response Prism shall give; without it, an example of the success.

        Raises:
            InvalidRequest: the client refuses to send it.
        """
        used = self._ways[way]
        used.prefer(prefer)
        call = getattr(self._clients[way], self.package.method(case.operation))
        try:
            result = used.finish(call(**self.package.arguments(case)))
        except self.package.errors.ResponseError as error:
            return Called(response=used.came.pop(), error=error)
        return Called(response=used.came.pop(), result=result)

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
