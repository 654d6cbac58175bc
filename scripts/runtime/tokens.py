"""Access tokens from a token endpoint: OAuth 2.0, RFC 6749, sections 4.4 and 6."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncGenerator, Callable, Collection, Generator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

import httpx2

from .auth import HeaderAuth, HiddenAuth, basic, sendable
from .bodies import aread_body, read_body
from .connections import running_loop
from .errors import CredentialsError
from .redaction import hidden, note

if TYPE_CHECKING:
    from asyncio import Lock

_LARGEST = 2**20  # bytes of a response that has a token, or refuses one
_TOO_MANY = 429
_LONGEST_LIFETIME = 86_400.0  # seconds for which a token is used, whatever its lifetime is said to be, and if nothing is said
_RENEW_AFTER = 0.9  # share of its lifetime after which a token is renewed, so that none expires on the way


class RenewedToken(HiddenAuth):
    """Send an access token that is renewed before it expires, and once when it is refused.

    Args:
        token: makes the credentials of an access token.
        refused: statuses of responses which may mean that the token is refused.
        refresh_token: for which it is issued; by default, it is issued for the credentials of the client alone.
        scope: scopes to ask for, separated by spaces; if empty, the token endpoint chooses.
        fields: further fields of the form that is sent to the token endpoint.
        in_form: whether the client's name and secret are fields of the form, and not user name and password.
    """

    def __init__(
        self,
        token: Callable[[str], HeaderAuth],
        refused: Collection[int],
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str | None = None,
        scope: str = "",
        fields: Mapping[str, str] = MappingProxyType({}),
        in_form: bool = False,
        url: str,
        clock: Callable[[], float],
    ) -> None:
        grant = {"grant_type": "client_credentials"} if refresh_token is None else {"grant_type": "refresh_token"}
        issued = {} if refresh_token is None else {"refresh_token": refresh_token}
        client = {"client_id": client_id, "client_secret": client_secret}
        self._secrets = [sendable(secret, name) for name, secret in (issued | client).items()]
        self.identity = (client_id, *issued.values())
        scopes = {"scope": scope} if scope else {}
        form = {**grant, **issued, **(client if in_form else {}), **scopes, **fields}
        self._form, self._url, self._clock = urlencode(form).encode(), url, clock
        # RFC 6749, section 2.3.1: each of them is encoded before they are joined, as a name may have a colon
        self._basic = None if in_form else basic(quote(client_id, safe=""), quote(client_secret, safe=""))
        self._made, self._refused = token, refused
        self._token, self._until = token("none-yet"), float("-inf")
        self._process, self._lock = os.getpid(), threading.Lock()
        self._locks: WeakKeyDictionary[object, Lock] = WeakKeyDictionary()

    @property
    def _turn(self) -> threading.Lock:
        """The lock of the threads of this process; in a forked one, a thread of the parent may hold that of the parent."""
        if self._process != os.getpid():
            self._process, self._lock = os.getpid(), threading.Lock()
        return self._lock

    @property
    def _aturn(self) -> Lock:
        """The lock of the tasks of the running event loop; a loop that was closed early may hold its own for ever."""
        from asyncio import Lock  # noqa: PLC0415 - slow to import, and not needed in threads

        return self._locks.setdefault(running_loop() or self, Lock())

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add a token to a request, and send it once more with a new one if that is refused."""
        refused = None
        for _ in range(2):
            with self._turn:
                if self._is_due(refused):
                    response = yield self._request()
                    read_body(response, _LARGEST)
                    self._take(response)
                refused = token = self._token
            response = yield next(token.auth_flow(request))
            if response.status_code not in self._refused:
                return
            read_body(response, _LARGEST)

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Add a token to a request, and send it once more with a new one if that is refused."""
        refused = None
        for _ in range(2):
            async with self._aturn:
                if self._is_due(refused):
                    response = yield self._request()
                    await aread_body(response, _LARGEST)
                    self._take(response)
                refused = token = self._token
            response = yield next(token.auth_flow(request))
            if response.status_code not in self._refused:
                return
            await aread_body(response, _LARGEST)

    def _is_due(self, refused: HeaderAuth | None) -> bool:
        return self._clock() >= self._until or self._token is refused

    def _request(self) -> httpx2.Request:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if self._basic:
            headers["Authorization"] = self._basic
        request = httpx2.Request("POST", self._url, headers=headers, content=self._form)
        note(request, *self._secrets, *(self._basic or "").split())
        return request

    def _take(self, response: httpx2.Response) -> None:
        """Keep the token of a response, or raise why it has none."""
        try:
            found = response.json(parse_int=float)  # which has no longest number of digits
            if response.is_success:
                lifetime = min(max(0.0, float(found.get("expires_in", _LONGEST_LIFETIME))), _LONGEST_LIFETIME)
                self._token, self._until = self._made(found["access_token"]), self._clock() + _RENEW_AFTER * lifetime
                return
            reason = f"{found['error']}: {found.get('error_description', '')}"
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            reason = f"{response.status_code}, which is not a response of a token endpoint"
        is_passing = response.is_success or response.is_server_error or response.status_code == _TOO_MANY
        kind = httpx2.ConnectError if is_passing else CredentialsError  # retryable: nothing was sent
        raise kind(f"{type(self).__name__} got no token: {hidden(reason, self._secrets)}")
