"""Who a caller is: credentials are checked as the security schemes of the document say."""

from __future__ import annotations

import hmac
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from scripts.mock.engine.call import Call, MockResponse
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.login import Login
from scripts.mock.engine.signature import Key, SignatureError, Verifier
from scripts.mock.generic.described import Described, Operation
from scripts.spec.document import Json
from scripts.spec.schemes import Kind, kind_of, optional_variables, security_schemes, token_request, variables

Secret = Callable[[str], Any]
"""Gives a credential by the name of its option."""

_SERVICE: Final = "execute-api"
_TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - no secret
_KEYS: Final = {"AWS_ACCESS_KEY_ID": "access_key_id", "AWS_SECRET_ACCESS_KEY": "secret_access_key"}  # named by AWS's own tools


@dataclass
class Denied(Exception):
    """A caller is not identified.

    Attributes:
        text: why.
        missing: whether there are no credentials at all.
    """

    text: str
    missing: bool


class Access:
    """Checks the credentials of callers.

    Args:
        described: the API.
        clock: the vendor's time.
        base_url: that of the vendor.
        secret: gives a credential by the name of its option.
    """

    def __init__(self, described: Described, clock: Clock, base_url: str, secret: Secret) -> None:
        self._described, self._clock, self._base_url, self._secret = described, clock, base_url, secret
        self._schemes = security_schemes(described.document)
        self._login = Login(clock)
        self.token_path = next(filter(None, map(self._endpoint, self._schemes.values())), "")

    def identify(self, call: Call, operation: Operation | None) -> str:
        """Return the caller of an operation or of another path, by the name of its scheme; empty if no credentials are needed.

        Raises:
            Denied: the credentials are missing or wrong.
        """
        required = self._required(operation)
        denied = Denied("", missing=True)
        for requirement in required:
            try:
                callers = [self._caller(self._schemes[name], name, call) for name in requirement]
            except Denied as error:
                if not error.missing or not denied.text:
                    denied = error
            else:
                return callers[0] if callers else ""
        if required:
            raise denied
        return ""

    def environment(self) -> dict[str, str]:
        """Return the credentials of a client, by the names of environment variables."""
        found: dict[str, str] = {}
        for name, scheme in self._schemes.items():
            if kind_of(scheme) is Kind.SIGNATURE:
                found |= {variable: str(self._secret(option)) for variable, option in _KEYS.items()}
            needed = variables(name, scheme, self._described.name)
            for argument, variable in (needed | optional_variables(name, scheme, self._described.name)).items():
                if (value := self._value(argument)) is not None:
                    found[variable] = value
        return found

    def curl(self, operation: Operation) -> str:
        """Return the options by which curl authenticates a request for an operation."""
        names = next((each for each in self._required(operation) if each), {})
        return "".join(f" {self._option(self._schemes[name])}" for name in names)

    async def issue(self, call: Call) -> MockResponse:
        """Respond to a request for an access token."""
        client = {each: self._secret(each) for each in ("client_id", "client_secret")}
        accounts = {self._secret("refresh_token"): "refreshed"} if any(map(_is_refreshed, self._schemes.values())) else {}
        return self._login.response(call, client, accounts, lifetime=self._secret("token_lifetime"))

    def _required(self, operation: Operation | None) -> list[dict[str, Json]]:
        whole: list[dict[str, Json]] = self._described.document.data.get("security", [])
        return operation.spec.value.get("security", whole) if operation is not None else whole

    def _endpoint(self, scheme: Mapping[str, Json]) -> str:
        """Return the path at which tokens are issued, if the scheme has such tokens."""
        requested = token_request(scheme)
        if requested is None:
            return ""
        path = urlsplit(requested.url).path
        return path if path.strip("/") and not self._described.at(path)[0] else _TOKEN_PATH

    def _value(self, argument: str) -> str | None:
        if argument in {"url", "token_url"}:
            return f"{self._base_url}{self.token_path}"
        try:
            return str(self._secret(argument))
        except KeyError:
            return None

    def _caller(self, scheme: Mapping[str, Json], name: str, call: Call) -> str:
        """Return the caller by one scheme."""
        kind = kind_of(scheme)
        if kind is Kind.SIGNATURE:
            return self._signer(call, name)
        if kind is Kind.BASIC:
            matches = _equal(call.user_and_password(), f"{self._secret('username')}:{self._secret('password')}")
            return _known(name, call.authorization("basic"), f"The user name or the password of {name}", matches=matches)
        if kind is Kind.KEY:
            given = {
                "header": lambda: call.headers.get(scheme["name"], ""),
                "query": lambda: dict(parse_qsl(call.query)).get(scheme["name"], ""),
                "cookie": lambda: next(iter(_cookies(call, scheme["name"])), ""),
            }[scheme["in"]]()
        elif kind is Kind.BEARER:
            given = call.authorization("bearer")
        else:
            return ""
        if _is_refreshed(scheme):
            return _known(name, given, f"The access token of {name}", matches=self._login.account(given) is not None)
        matches = _equal(given, self._key(kind)) or self._login.account(given) is not None
        return _known(name, given, f"The credential of {name}", matches=matches)

    def _signer(self, call: Call, name: str) -> str:
        keys = {self._secret("access_key_id"): Key(account=name, secret=self._secret("secret_access_key"))}
        verifier = Verifier(keys=keys, region=self._secret("region"), service=_SERVICE, skew=self._secret("clock_skew"))
        try:
            return verifier.verify(call, now=self._clock.now()).account
        except SignatureError as error:
            raise Denied(error.text, missing="authorization" not in call.headers) from error

    def _option(self, scheme: Mapping[str, Json]) -> str:
        kind = kind_of(scheme)
        if kind is Kind.SIGNATURE:
            user = f"{self._secret('access_key_id')}:{self._secret('secret_access_key')}"
            return f"--aws-sigv4 aws:amz:{self._secret('region')}:{_SERVICE} --user {shlex.quote(user)}"
        if kind is Kind.BASIC:
            return f"--user {shlex.quote(str(self._secret('username')) + ':' + str(self._secret('password')))}"
        given = self._token() if _is_refreshed(scheme) else self._key(kind)
        if kind is Kind.BEARER:
            return f'-H "Authorization: Bearer {given}"'
        if kind is Kind.KEY:
            return {
                "header": f'-H "{scheme["name"]}: {given}"',
                "query": f'--url-query "{scheme["name"]}={given}"',
                "cookie": f'-b "{scheme["name"]}={given}"',
            }[str(scheme["in"])]
        return ""

    def _key(self, kind: Kind | None) -> str:
        """Return the API key, or the bearer token, that is valid as long as the vendor runs."""
        return str(self._secret("key" if kind is Kind.KEY else "token"))

    def _token(self) -> str:
        """Return the command that prints an access token."""
        names = ("client_id", "client_secret", "refresh_token")
        form = " ".join(f"--data-urlencode {shlex.quote(f'{name}={self._secret(name)}')}" for name in names)
        url = f"{self._base_url}{self.token_path}"
        return f'$(curl -s {url} -d grant_type=refresh_token {form} | grep -o \'"access_token":"[^"]*\' | cut -d\'"\' -f4)'


def _is_refreshed(scheme: Mapping[str, Json]) -> bool:
    requested = token_request(scheme)
    return requested is not None and requested.is_refresh


def _equal(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(errors="surrogatepass"), wanted.encode())


def _known(caller: str, given: str, what: str, *, matches: bool) -> str:
    if not matches:
        raise Denied(f"{what} is {'wrong' if given else 'missing'}.", missing=not given)
    return caller


def _cookies(call: Call, name: str) -> list[str]:
    """Return the value of a cookie, if there is one with this name."""
    try:
        found = SimpleCookie(call.headers.get("cookie", ""))
    except CookieError:
        return []
    return [found[name].value] if name in found else []
