"""Credentials for each security scheme of a spec, and what a request has to carry because of them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from botocore.credentials import Credentials

from scripts.spec.document import Json
from tests.properties.package import Package, named
from tests.properties.wire import Sent

_REGION = "eu-west-9"
_SIGNATURE = (
    rf"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{{8}}/{_REGION}/execute-api/aws4_request, "
    r"SignedHeaders=host;x-amz-date, Signature=[0-9a-f]{64}"
)


@dataclass(frozen=True, kw_only=True)
class Credential:
    """Credentials of a generated package.

    Attributes:
        auth: what a client is given.
        carried: location (`header`, `query`, `cookie`), name and pattern of each part that a request has to carry.
        token_url: where the credentials request an access token first; None if they need none.
    """

    auth: httpx2.Auth
    carried: tuple[tuple[str, str, str], ...]
    token_url: str | None = None

    def missing_in(self, sent: Sent) -> list[str]:
        """Return the names of the parts that a request does not carry."""
        headers = {name.lower(): value for name, value in sent.headers}
        cookies = dict(pair.partition("=")[::2] for pair in headers.get("cookie", "").split("; "))
        query = {name: values[-1] for name, values in parse_qs(urlsplit(sent.url).query).items()}
        found = {"header": headers, "query": query, "cookie": cookies}
        return [
            name
            for location, name, pattern in self.carried
            if not re.fullmatch(pattern, found[location].get(name.lower() if location == "header" else name, ""))
        ]


def credentials(package: Package, secret: str) -> list[Credential]:
    """Return credentials with a secret for each security scheme that has a class in the package.

    A scheme whose access tokens are renewed has two: one that requests a token, where the token endpoint has to return the secret,
    and one that is given the token.
    """
    return [each for name, scheme in package.api.security.items() for each in _of_scheme(package, name, scheme, secret)]


def _of_scheme(package: Package, name: str, scheme: Mapping[str, Json], secret: str) -> list[Credential]:
    if "x-amazon-apigateway-authtype" in scheme:
        signs = _class(package, name)(_REGION, credentials=Credentials("AKIDEXAMPLE", secret))
        return [
            Credential(auth=signs, carried=(("header", "Authorization", _SIGNATURE), ("header", "X-Amz-Date", r"\d{8}T\d{6}Z")))
        ]
    carried = _carried(scheme, secret)
    if carried is None:
        return []
    arguments = [secret] * (2 if scheme.get("scheme", "").lower() == "basic" else 1)
    token = scheme.get("x-client-credentials", {}).get("token", {})
    url = token.get("url") or scheme.get("flows", {}).get("clientCredentials", {}).get("tokenUrl")
    given = Credential(auth=_class(package, f"{name}Token" if url else name)(*arguments), carried=(carried,))
    if not url:
        return [given]
    names = ["client_id", "client_secret", *(["refresh_token"] if token.get("grant") == "refresh_token" else [])]
    renews = _class(package, name)(**dict.fromkeys(names, secret))
    return [given, Credential(auth=renews, carried=(carried,), token_url=url)]


def _carried(scheme: Mapping[str, Json], secret: str) -> tuple[str, str, str] | None:
    """Return what a request carries as it is given; None for a scheme whose credential is not a part of a request."""
    if scheme["type"] == "apiKey":
        return scheme["in"], scheme["name"], re.escape(secret)
    if scheme["type"] in ("oauth2", "openIdConnect") or scheme.get("scheme", "").lower() == "bearer":
        return "header", "Authorization", re.escape(f"Bearer {secret}")
    if scheme.get("scheme", "").lower() == "basic":
        return "header", "Authorization", re.escape(f"Basic {b64encode(f'{secret}:{secret}'.encode()).decode()}")
    return None


def _class(package: Package, name: str) -> Any:
    return getattr(package.module.auth, named(dir(package.module.auth), name))
