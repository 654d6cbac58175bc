"""How a request is authenticated, from what stands in environment variables: for `requests`, as Schemathesis sends with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests import PreparedRequest, Response
from requests.auth import AuthBase

from scripts.command import ROOT
from scripts.spec.document import read

_SPECS = ROOT / "specs"
_LOGIN = read(_SPECS / "amazon_catalog_items.yaml").data["components"]["securitySchemes"]["LoginWithAmazon"]
_SERVICE = "execute-api"
_TOKEN_SECONDS = 20
# A token is renewed after this share of its lifetime, so that none expires on the way.
_RENEW_AFTER = 0.8


class AuthError(Exception):
    """Credentials were refused, or cannot be checked; the message says by whom and why."""


class Signature(AuthBase):
    """Signs each request with AWS Signature Version 4, as the last thing before it is sent."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        token = environ.get("AWS_SESSION_TOKEN") or None
        self._credentials = Credentials(environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"], token)
        self._region = environ["AWS_REGION"]

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the headers of the signature."""
        body = request.body or b""
        content = {name: value for name, value in request.headers.items() if name.lower() == "content-type"}
        signed = AWSRequest(method=request.method, url=request.url, data=body, headers=content)
        SigV4Auth(self._credentials, _SERVICE, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


class Header(AuthBase):
    """Sends a fixed key in a header."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header."""
        request.headers[self._name] = self._value
        return request


class LoginWithAmazon(AuthBase):
    """Sends an access token, which it gets for a refresh token, renews before it expires, and once after a 403.

    Attributes:
        tokens: all that were had, since none of them may stand in a report.
    """

    def __init__(self, environ: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = environ["SP_API_TOKEN_URL"]
        self._form = {
            "grant_type": "refresh_token",
            "refresh_token": environ["SP_API_REFRESH_TOKEN"],
            "client_id": environ["SP_API_CLIENT_ID"],
            "client_secret": environ["SP_API_CLIENT_SECRET"],
        }
        self._clock = clock
        self._until = float("-inf")
        self._fresh = False
        self.tokens: list[str] = []

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header with the token."""
        if self._clock() >= self._until:
            self.renew()
        request.headers["x-amz-access-token"] = self.tokens[-1]
        request.register_hook("response", self._again)
        return request

    def renew(self) -> None:
        """Get a new token.

        Raises:
            AuthError: none was given.
        """
        try:
            response = httpx2.post(self._url, data=self._form, timeout=_TOKEN_SECONDS)
            if not response.is_success:
                raise AuthError(f"{self._url} gives no access token: it returns {response.status_code} {response.reason_phrase}")
            told = response.json()
            self.tokens.append(str(told["access_token"]))
            self._until = self._clock() + float(told["expires_in"]) * _RENEW_AFTER
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError) as error:
            raise AuthError(f"{self._url} gives no access token: {_reason(error)}") from error
        self._fresh = True

    def _again(self, response: Response, **options: Any) -> Response:
        if response.status_code != 403:
            self._fresh = False
            return response
        if self._fresh:  # a new token was refused too: it is not the token
            return response
        self.renew()
        response.content  # noqa: B018 - read to its end, so that the connection is free
        response.close()
        again = response.request.copy()
        again.headers["x-amz-access-token"] = self.tokens[-1]
        sent: Response = response.connection.send(again, **options)
        sent.history.append(response)
        sent.request = again
        self._fresh = sent.status_code == 403
        return sent


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, (httpx2.HTTPError, httpx2.InvalidURL)) else "its response has no token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How an API authenticates.

    Attributes:
        required: environment variables that have to be set.
        optional: those that may be, and what stands for them if they are not.
        secret: those whose values may stand nowhere.
        make: makes the authentication of the variables.
        curl: what a curl command takes to authenticate likewise, by the names of the variables.
    """

    required: tuple[str, ...]
    optional: Mapping[str, str]
    secret: tuple[str, ...]
    make: Callable[[Mapping[str, str]], AuthBase]
    curl: str

    def missing(self, environ: Mapping[str, str]) -> list[str]:
        """Return the names of the required variables that are not set."""
        return [name for name in self.required if not environ.get(name)]

    def chosen(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of this scheme, with defaults."""
        return {name: environ.get(name) or self.optional.get(name, "") for name in (*self.required, *self.optional)}


SCHEMES: Mapping[str, Scheme] = {
    "amazon_jwo_catalog": Scheme(
        required=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"),
        optional={"AWS_SESSION_TOKEN": ""},
        secret=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        make=Signature,
        curl=(
            f'--aws-sigv4 "aws:amz:$AWS_REGION:{_SERVICE}" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" '
            '-H "x-amz-security-token: $AWS_SESSION_TOKEN"'
        ),
    ),
    "amazon_catalog_items": Scheme(
        required=("SP_API_CLIENT_ID", "SP_API_CLIENT_SECRET", "SP_API_REFRESH_TOKEN"),
        optional={"SP_API_TOKEN_URL": _LOGIN["x-client-credentials"]["refresh"]["url"]},
        secret=("SP_API_CLIENT_ID", "SP_API_CLIENT_SECRET", "SP_API_REFRESH_TOKEN"),
        make=LoginWithAmazon,
        curl='-H "x-amz-access-token: $SP_API_ACCESS_TOKEN"',
    ),
    "yandex_market_offers": Scheme(
        required=("YANDEX_MARKET_API_KEY",),
        optional={},
        secret=("YANDEX_MARKET_API_KEY",),
        make=lambda environ: Header("Api-Key", environ["YANDEX_MARKET_API_KEY"]),
        curl='-H "Api-Key: $YANDEX_MARKET_API_KEY"',
    ),
    "shipsidekick_products": Scheme(
        required=("SHIPSIDEKICK_API_KEY",),
        optional={},
        secret=("SHIPSIDEKICK_API_KEY",),
        make=lambda environ: Header("Authorization", f"Bearer {environ['SHIPSIDEKICK_API_KEY']}"),
        curl='-H "Authorization: Bearer $SHIPSIDEKICK_API_KEY"',
    ),
}
