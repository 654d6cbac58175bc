"""Which credentials the security schemes of a document require."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from scripts.spec.document import Document, Json

_AUTHORIZER = "x-amazon-apigateway-authtype"


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
_REFRESHED = Arguments(required=("client_id", "client_secret", "refresh_token"), optional=("url",))


def security_schemes(document: Document) -> dict[str, dict[str, Json]]:
    """Return the security schemes of a valid document by their names."""
    found: dict[str, dict[str, Json]] = document.resolved.data.get("components", {}).get("securitySchemes", {})
    return found


def kind_of(scheme: Mapping[str, Json]) -> Kind | None:
    """Return how a request carries the credential of a scheme; None if it is not part of a request, or not known."""
    if str(scheme.get(_AUTHORIZER, "")).lower() == "awssigv4":
        return Kind.SIGNATURE
    if scheme["type"] == "apiKey":
        return None if _AUTHORIZER in scheme else Kind.KEY
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
    return _REFRESHED if scheme.get("x-client-credentials", {}).get("refresh") else ARGUMENTS[kind]


def variables(name: str, scheme: Mapping[str, Json], package: str) -> dict[str, str]:
    """Return the environment variables of a scheme's arguments; a document that names none has those of package and scheme."""
    declared = scheme.get("x-client-credentials")
    if declared is not None:
        return {**declared["environment"], **declared.get("optional", {})}
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", re.sub(r"\W+", "_", name))
    needed = arguments(scheme).required
    return {each: (f"{package}_{words}" + (f"_{each}" if len(needed) > 1 else "")).upper() for each in needed}
