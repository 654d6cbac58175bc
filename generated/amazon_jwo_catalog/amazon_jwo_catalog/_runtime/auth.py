"""Credentials that are sent unchanged with each request, and credentials from the environment. No repr contains their values."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from os import environ
from urllib.parse import quote

import httpx2

from .errors import CredentialsError
from .redaction import HiddenQueryURL, is_printable, note


class HiddenAuth(httpx2.Auth):
    """Credentials that their repr does not contain.

    Attributes:
        identity: what stays the same as long as they are those of the same caller, also in other processes; it is secret. Empty if
            nothing does.
    """

    identity: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"


class SecretAuth(HiddenAuth):
    """A secret and the name under which it is sent.

    Raises:
        CredentialsError: the secret is empty or has other characters than printable ASCII, or white space at its ends.
    """

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = sendable(value, name)
        self.identity = (name, value)


class HeaderAuth(SecretAuth):
    """Send a secret in a header."""

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add the secret to a request."""
        request.headers[self._name] = self._value
        note(request, self._value, self._value.partition(" ")[2])
        yield request


class QueryAuth(SecretAuth):
    """Send a secret in the query."""

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add the secret to a request."""
        pair = f"{quote(self._name, safe='')}={quote(self._value, safe='')}".encode()
        given = request.url.query  # kept as written: encoded and literal commas differ
        request.url = HiddenQueryURL(request.url.copy_with(query=given + b"&" + pair if given else pair))
        note(request, self._value)
        yield request


class CookieAuth(HeaderAuth):
    """Send a secret in a cookie, after the cookies that the request has."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__("Cookie", f"{name}={sendable(value, name)}")
        self._alone = value

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add the secret to a request."""
        given = request.headers.get("Cookie")
        request.headers["Cookie"] = f"{given}; {self._value}" if given else self._value
        note(request, self._alone)
        yield request


class CombinedAuth(HiddenAuth):
    """Send several credentials with each request.

    Args:
        auths: of them, one may be a token that is renewed.
    """

    def __init__(self, *auths: HiddenAuth) -> None:
        self._secrets = [auth for auth in auths if isinstance(auth, SecretAuth)]
        self._renewed = next((auth for auth in auths if not isinstance(auth, SecretAuth)), None)
        self.identity = tuple(part for auth in auths for part in auth.identity)

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add the credentials to a request."""
        self._add(request)
        yield from (self._renewed or httpx2.Auth()).sync_auth_flow(request)

    def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Add the credentials to a request."""
        self._add(request)
        return (self._renewed or httpx2.Auth()).async_auth_flow(request)

    def _add(self, request: httpx2.Request) -> None:
        for auth in self._secrets:
            next(auth.auth_flow(request))


def bearer(token: str) -> str:
    """Write a token as the value of an Authorization header."""
    return f"Bearer {sendable(token, 'token')}"


def basic(username: str, password: str) -> str:
    """Write a user name and password as the value of an Authorization header."""
    return f"Basic {b64encode(f'{username}:{password}'.encode()).decode()}"


def from_environment(make: Callable[..., httpx2.Auth], names: Mapping[str, str], optional: Mapping[str, str]) -> httpx2.Auth:
    """Make credentials from environment variables, given by the name of the argument that each is for.

    Raises:
        CredentialsError: variables that are not optional are not set, or a value cannot be sent.
    """
    if missing := [name for name in names.values() if not environ.get(name)]:
        *some, last = missing
        named = f"{', '.join(some)} and {last}" if some else last
        also = getattr(make, "also_needed", "")
        more = f"; also set {also}" if also else ""
        raise CredentialsError(f"no credentials: give `auth`, or set {named} in the environment{more}")
    given = {argument: name for argument, name in {**names, **optional}.items() if environ.get(name)}
    return make(**{argument: sendable(environ[name], f"{name} in the environment") for argument, name in given.items()})


def sendable(secret: object, name: str) -> str:
    """Return a credential if it can be sent.

    Raises:
        CredentialsError: it cannot; the message has its name, and not its value.
    """
    if not isinstance(secret, str) or not is_printable(secret):
        raise CredentialsError(
            f"{name}: a credential is a text of printable ASCII characters, not empty and without white space at its ends"
        )
    return secret
