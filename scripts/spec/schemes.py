"""Which credentials the security schemes of a document require."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from scripts.spec.document import Document, Json

AUTHORIZER = "x-amazon-apigateway-authtype"
_DECLARED = "x-client-credentials"


class Kind(Enum):
    """How a request carries a credential."""

    SIGNATURE = "AWS Signature Version 4"
    KEY = "an API key"
    BEARER = "a bearer token"
    BASIC = "a user name and a password"


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """Names of the string arguments of a credential: those that are required, and those that can be left out."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


ARGUMENTS = {
    Kind.SIGNATURE: Arguments(required=("region",), optional=("role_arn", "sts_url")),
    Kind.KEY: Arguments(required=("key",)),
    Kind.BEARER: Arguments(required=("token",)),
    Kind.BASIC: Arguments(required=("username", "password")),
}
_BESIDE_OTHERS = (Kind.KEY, Kind.BEARER, Kind.BASIC)  # a part of a request that leaves all others as they are
_UNAUTHORIZED = 401
_FORM = "form"  # where a token endpoint takes the name and secret of a client; by default, as user name and password


@dataclass(frozen=True, kw_only=True)
class TokenRequest:
    """How a client gets an access token: OAuth 2.0 (RFC 6749).

    Attributes:
        is_refresh: whether it is issued for a refresh token (section 6), or for the credentials of the client (section 4.4).
        url: token endpoint URL; empty where the document has none, and the caller has to give it.
        refused: statuses after which the token is renewed, and the request sent once more.
        in_form: whether the name and secret of the client are fields of the form; otherwise they are user name and password.
        fields: further fields of the form.
    """

    is_refresh: bool
    url: str
    refused: tuple[int, ...]
    in_form: bool
    fields: Mapping[str, str]

    @property
    def arguments(self) -> Arguments:
        """The arguments of the credentials."""
        grant = ("refresh_token",) if self.is_refresh else ()
        needed, optional = ((), ("url",)) if self.url else (("url",), ())
        scope = () if self.is_refresh else ("scope",)
        return Arguments(required=("client_id", "client_secret", *grant, *needed), optional=(*optional, *scope))


def security_schemes(document: Document) -> dict[str, dict[str, Json]]:
    """Return the security schemes of a valid document by their names."""
    found: dict[str, dict[str, Json]] = document.resolved.data.get("components", {}).get("securitySchemes", {})
    return found


def kind_of(scheme: Mapping[str, Json]) -> Kind | None:
    """Return how a request carries the credential of a scheme; None if it is not part of a request, or not known."""
    if str(scheme.get(AUTHORIZER, "")).lower() == "awssigv4":
        return Kind.SIGNATURE
    if scheme["type"] == "apiKey":
        return None if AUTHORIZER in scheme else Kind.KEY
    if scheme["type"] in ("oauth2", "openIdConnect"):
        return Kind.BEARER
    return {"bearer": Kind.BEARER, "basic": Kind.BASIC}.get(scheme["scheme"].lower()) if scheme["type"] == "http" else None


def is_renewable(scheme: Mapping[str, Json]) -> bool:
    """Return whether the credential of a scheme is one text in a header, which a client can renew."""
    return kind_of(scheme) in (Kind.KEY, Kind.BEARER) and scheme.get("in", "header") == "header"


def token_request(scheme: Mapping[str, Json]) -> TokenRequest | None:
    """Return how a client gets the token that a scheme needs; None if its credential is not issued by a token endpoint.

    A scheme of OAuth 2.0 with the flow `clientCredentials` says it by that alone.
    """
    flow = scheme.get("flows", {}).get("clientCredentials") if scheme["type"] == "oauth2" else None
    declared = scheme.get(_DECLARED, {}).get("token")
    if flow is None and declared is None:
        return None
    said: Mapping[str, Json] = declared or {}
    url = str(said.get("url") or (flow or {}).get("tokenUrl", ""))
    return TokenRequest(
        is_refresh=said.get("grant") == "refresh_token",
        url=url if urlsplit(url).scheme in ("http", "https") else "",
        refused=tuple(said.get("refused", (_UNAUTHORIZED,))),
        in_form=said.get("client") == _FORM,
        fields=said.get("fields", {}),
    )


def required_scopes(document: Document, name: str) -> str:
    """Return the scopes of a scheme that operations require, separated by spaces."""
    whole: list[dict[str, Json]] = document.data.get("security", [])
    requirements = [each for _, operation in document.operations() for each in operation.get("security", whole)]
    return " ".join(dict.fromkeys(str(scope) for each in requirements for scope in each.get(name, ())))


def arguments(scheme: Mapping[str, Json]) -> Arguments:
    """Return the arguments of a scheme's credential; none where its kind is not known."""
    kind = kind_of(scheme)
    if kind is None:
        return Arguments()
    requested = token_request(scheme)
    return requested.arguments if requested else ARGUMENTS[kind]


def variables(name: str, scheme: Mapping[str, Json], package: str) -> dict[str, str]:
    """Return the environment variables of a scheme's required arguments, by these.

    Args:
        name: that of the scheme.
        scheme: its description; what it does not name a variable for has one of the names of package and scheme.
        package: import name of the generated client.
    """
    declared = scheme.get(_DECLARED, {}).get("environment", {})
    prefix, needed = _prefix(name, package), arguments(scheme).required
    return {each: declared.get(each, f"{prefix}{f'_{each}' if len(needed) > 1 else ''}".upper()) for each in needed}


def optional_variables(name: str, scheme: Mapping[str, Json], package: str) -> dict[str, str]:
    """Return the environment variables of a scheme's optional arguments, by these; see `variables`.

    Where a token is requested, each has one, so that another token endpoint can be named.
    """
    declared = scheme.get(_DECLARED, {}).get("optional", {})
    if token_request(scheme) is None:
        return {**declared}
    prefix = _prefix(name, package)
    return {each: declared.get(each, f"{prefix}_{each}".upper()) for each in arguments(scheme).optional}


def _prefix(name: str, package: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", re.sub(r"\W+", "_", name))
    return f"{package}_{words}"


def schemes_of_environment(document: Document) -> tuple[str, ...]:
    """Return the names of the schemes whose credentials, sent together, a client reads from the environment.

    These are those of the first requirement that a client can satisfy, if possible of one with variables that the document names.
    Where an operation can be called without credentials, it requires none. There are none if no operation requires any, and the
    document names no variables.
    """
    schemes = security_schemes(document)
    named = [name for name, scheme in schemes.items() if _DECLARED in scheme and kind_of(scheme) is not None]
    found = [each for each in _required(document, schemes) if _can_be_sent([schemes[name] for name in each])]
    chosen = (*(each for each in found if {*named} & {*each}), *((name,) for name in named), *found)
    return next(iter(chosen), ())


def _required(document: Document, schemes: Mapping[str, Mapping[str, Json]]) -> Iterator[tuple[str, ...]]:
    """Yield the requirements of the operations, without the certificates of a connection, which are no part of a request."""
    whole: list[dict[str, Json]] = document.data.get("security", [])
    for _, operation in document.operations():
        alternatives = operation.get("security", whole)
        if all(alternatives):
            known = (each for each in alternatives if schemes.keys() >= each.keys())
            yield from (tuple(name for name in each if schemes[name]["type"] != "mutualTLS") for each in known)


def _can_be_sent(schemes: Sequence[Mapping[str, Json]]) -> bool:
    """Return whether a client can send the credentials of some schemes together."""
    if len(schemes) == 1:
        return kind_of(schemes[0]) is not None
    renewed = sum(token_request(each) is not None for each in schemes)
    return bool(schemes) and renewed <= 1 and all(kind_of(each) in _BESIDE_OTHERS for each in schemes)
