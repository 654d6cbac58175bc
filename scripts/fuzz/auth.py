"""How requests are authenticated: by the generated client, with credentials from environment variables that the spec names."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, cast

import httpx2
from requests import PreparedRequest, Response
from requests.auth import AuthBase

from scripts.apis import apis, client
from scripts.fuzz.redaction import KEYS
from scripts.generate.identity import identify
from scripts.spec.document import Document, Json, read
from scripts.spec.schemes import (
    Kind,
    kind_of,
    optional_variables,
    schemes_of_environment,
    security_schemes,
    token_request,
    variables,
)

_TOKEN_SECONDS = 20
_SIGV4_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_SIGV4_SESSION = "AWS_SESSION_TOKEN"
# Options of curl, by where a key is or by how a request carries another credential.
_CURL: Mapping[object, str] = {
    "header": '-H "{name}: ${key}"',
    "query": '--url-query "{name}=${key}"',
    "cookie": '-b "{name}=${key}"',
    Kind.BASIC: '--user "${username}:${password}"',
    Kind.BEARER: '-H "Authorization: Bearer ${token}"',
}
# Arguments of generated credentials that are not secret.
_PUBLIC = ("region", "url", "scope", "role_arn", "sts_url")

Flow = Generator[httpx2.Request, httpx2.Response, None]


class AuthError(Exception):
    """There are no usable credentials, or no access token is given for them; the message says why."""


class ClientAuth(AuthBase):
    """Authenticates a request of `requests` as the generated client authenticates its own.

    Args:
        auth: credentials of the generated client.
        refused: what these credentials raise if they are refused.

    Attributes:
        tokens: all access tokens received so far, none of which may appear in a report.
    """

    def __init__(self, auth: httpx2.Auth, refused: type[Exception]) -> None:
        self._auth = auth
        self._errors = (httpx2.HTTPError, httpx2.InvalidURL, refused)
        self.tokens: list[str] = []

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the credentials to a request.

        Raises:
            AuthError: there is no access token for them.
        """
        model = httpx2.Request(request.method or "", request.url or "", content=cast("bytes | str", request.body or b""))
        flow = self._auth.sync_auth_flow(model)
        before = str(model.url)
        self._advance(flow, model, None)
        request.headers.update(_headers(model))
        if str(model.url) != before:  # a key in the query; otherwise the URL stays exactly as Schemathesis wrote it
            request.url = str(model.url)
        request.register_hook("response", partial(self._again, flow, model))
        return request

    def _again(self, flow: Flow, model: httpx2.Request, response: Response, **options: Any) -> Response:
        """Send a request once more if the generated client would, with a new access token."""
        if not self._advance(flow, model, httpx2.Response(response.status_code, request=model)):
            return response
        response.content  # noqa: B018 - read to its end, so that the connection is free
        response.close()
        again = response.request.copy()
        again.headers.update(_headers(model))
        sent: Response = response.connection.send(again, **options)
        sent.history.append(response)
        sent.request = again
        flow.close()
        return sent

    def _advance(self, flow: Flow, model: httpx2.Request, response: httpx2.Response | None) -> bool:
        """Send requests for access tokens until the request itself can be sent; returns False if it does not have to be."""
        try:
            request = next(flow) if response is None else flow.send(response)
            while request is not model:
                with httpx2.Client(timeout=_TOKEN_SECONDS) as sender:
                    given = sender.send(request)
                with suppress(ValueError, KeyError, TypeError):  # the flow raises why there is no token
                    self.tokens.append(given.json()["access_token"])
                request = flow.send(given)
        except StopIteration:
            return False
        except self._errors as error:
            flow.close()  # it holds the lock of the credentials
            raise AuthError(str(error)) from error
        return True


def _headers(model: httpx2.Request) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in model.headers.raw if name.lower() not in (b"host", b"content-length")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The credentials of an API, as its spec describes them (`securitySchemes`, `x-client-credentials`).

    Attributes:
        required: environment variables that have to be set.
        optional: those that may be set, and their defaults.
        secret: those whose values must not appear in any file.
        names: names of the header, query parameter or cookie that carries the credentials.
        curl: options for curl to authenticate likewise, with the values taken from environment variables.
    """

    required: tuple[str, ...] = ()
    optional: Mapping[str, str] = field(default_factory=dict)
    secret: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    curl: str = ""

    @property
    def described(self) -> str:
        """The variables for a reader."""
        optional = (f"{name} (default: {default or 'none'})" for name, default in self.optional.items())
        return "; ".join([", ".join(self.required) or "none", *optional])

    @property
    def keys(self) -> list[str]:
        """Names, in lower case, of headers, parameters and fields whose values must not be written."""
        return sorted({*KEYS, *(name.lower() for name in self.names)})

    def missing(self, environ: Mapping[str, str]) -> list[str]:
        """Return the names of the required variables that are not set."""
        return [name for name in self.required if not environ.get(name)]

    def chosen(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that are set, or have a default."""
        values = {name: environ.get(name) or self.optional.get(name, "") for name in (*self.required, *self.optional)}
        return {name: value for name, value in values.items() if value}

    def secrets(self, environ: Mapping[str, str]) -> tuple[str, ...]:
        """Return the values that must not appear in any file."""
        return tuple(value for name in self.secret if (value := environ.get(name)))


@cache
def credentials(api: str) -> Credentials:
    """Return the credentials of an API; empty if it needs none."""
    return declared_in(read(apis()[api].spec))


def declared_in(document: Document) -> Credentials:
    """Return the credentials that a spec describes; empty if the generated client reads none from the environment."""
    schemes, package = security_schemes(document), identify(document).package
    found = [_of_scheme(name, schemes[name], package) for name in schemes_of_environment(document)]
    return Credentials(
        required=tuple(variable for each in found for variable in each.required),
        optional={variable: default for each in found for variable, default in each.optional.items()},
        secret=tuple(variable for each in found for variable in each.secret),
        names=tuple(name for each in found for name in each.names),
        curl=" ".join(each.curl for each in found),
    )


def _of_scheme(name: str, scheme: Mapping[str, Json], package: str) -> Credentials:
    requested, named = token_request(scheme), variables(name, scheme, package)
    defaults = {"url": requested.url} if requested else {}
    optional = {variable: defaults.get(argument, "") for argument, variable in optional_variables(name, scheme, package).items()}
    secret = tuple(variable for argument, variable in named.items() if argument not in _PUBLIC)
    kind = kind_of(scheme)
    if kind is Kind.SIGNATURE:
        return Credentials(
            required=(*_SIGV4_KEYS, *named.values()),
            optional={_SIGV4_SESSION: "", **optional},
            secret=(*_SIGV4_KEYS, _SIGV4_SESSION, *secret),
            names=("Authorization", "X-Amz-Security-Token", "X-Amz-Date"),
            curl=f'--aws-sigv4 "aws:amz:${named["region"]}:execute-api" --user "${_SIGV4_KEYS[0]}:${_SIGV4_KEYS[1]}" '
            f'-H "X-Amz-Security-Token: ${_SIGV4_SESSION}"',
        )
    arguments = {"key": "ACCESS_TOKEN", "token": "ACCESS_TOKEN"} if requested else named
    option = _CURL[scheme["in"] if kind is Kind.KEY else kind]
    return Credentials(
        required=tuple(named.values()),
        optional=optional,
        secret=secret,
        names=(scheme.get("name", "Authorization"),),
        curl=option.format(name=scheme.get("name"), **arguments),
    )


def authentication(api: str) -> ClientAuth | None:
    """Return what authenticates requests to an API with the credentials of this process's environment; None if it has none.

    Raises:
        AuthError: there are no credentials.
    """
    package = client(api)
    if not credentials(api).required:
        return None
    try:
        return ClientAuth(package.auth.from_environment(), package.errors.CredentialsError)
    except package.errors.CredentialsError as error:
        raise AuthError(str(error)) from error
