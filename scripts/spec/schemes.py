"""Which credentials the security schemes of a document require."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

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
_FIXED = (Kind.KEY, Kind.BEARER, Kind.BASIC)  # the same in each request, beside which others can be sent
_REFRESHED = Arguments(required=("client_id", "client_secret", "refresh_token"), optional=("url",))


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


def is_refreshable(scheme: Mapping[str, Json]) -> bool:
    """Return whether the credential of a scheme is one text in a header, which a client can renew."""
    return kind_of(scheme) in (Kind.KEY, Kind.BEARER) and scheme.get("in", "header") == "header"


def arguments(scheme: Mapping[str, Json]) -> Arguments:
    """Return the arguments of a scheme's credential; none where its kind is not known."""
    kind = kind_of(scheme)
    if kind is None:
        return Arguments()
    return _REFRESHED if scheme.get(_DECLARED, {}).get("refresh") else ARGUMENTS[kind]


def variables(name: str, scheme: Mapping[str, Json], package: str) -> dict[str, str]:
    """Return the environment variables of a scheme's required arguments, by these.

    Args:
        name: that of the scheme.
        scheme: its description; what it does not name a variable for has one of the names of package and scheme.
        package: import name of the generated client.
    """
    declared = scheme.get(_DECLARED, {}).get("environment", {})
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", re.sub(r"\W+", "_", name))
    needed = arguments(scheme).required
    return {each: declared.get(each, f"{package}_{words}{f'_{each}' if len(needed) > 1 else ''}".upper()) for each in needed}


def optional_variables(scheme: Mapping[str, Json]) -> dict[str, str]:
    """Return the environment variables of a scheme's optional arguments, by these."""
    return {**scheme.get(_DECLARED, {}).get("optional", {})}


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
    return bool(schemes) and all(kind_of(each) in _FIXED and not each.get(_DECLARED, {}).get("refresh") for each in schemes)
