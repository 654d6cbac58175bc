"""Classes for the credentials that a document's security schemes ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.generate.text.names import class_name, unique
from scripts.spec.document import Document, Json

_AUTHORIZATION = '"Authorization"'
_COMBINED = "Several credentials that an operation asks for together."
_SIGNED = """
Args:
    region: AWS region that requests are signed for.
    credentials: Those of botocore, which may renew themselves; without them, those of the AWS chain (environment, profile, role).
    role_arn: Role to assume with them; its keys are renewed before they expire.
    sts_url: Where it is assumed, if not at the STS of AWS.

Raises:
    CredentialsError: There are none; while a request is sent: AWS gives no key for them.
    ImportError: botocore is not installed, which is the extra `aws` of this package."""
_RENEWED = """
Any number of threads, or of tasks of one event loop, share it: it gets a token with the first request, renews it before it expires,
and renews it once where a response is {refused}.

Args:
    client_id: Identifier of the application.
    client_secret: Secret of the application.
    refresh_token: What was given to the application when it was authorized.
    url: Where tokens are had.
    clock: Seconds, never going back.

Raises:
    CredentialsError: While a request is sent: no token is given, and would not be if asked again."""
_AT_HAND = "{description} This is for a token that is at hand, which is not renewed; `{renewing}` renews it."
_CLOCK = "clock: Callable[[], float] = monotonic"
_KEYS = ("client_id", "client_secret", "refresh_token")
_OPTIONAL = {"signing": ("role_arn", "sts_url"), "tokens": ("url",)}  # arguments that are texts and can be left out


@dataclass(frozen=True, kw_only=True)
class SchemeView:
    """A security scheme as the templates write it.

    Attributes:
        needs: what is part of the runtime only where it is needed: `signing`, `tokens` or nothing.
        renewed_by: the class that gets the token which this one sends, if there is one.
        environment, optional: environment variables by arguments.
    """

    class_name: str
    base: str
    arguments: str
    values: str
    description: str
    needs: str = ""
    renewed_by: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> tuple[str, ...]:
        """The arguments that have to be given."""
        return tuple(re.findall(r"(\w+): str(?=,|$)", self.arguments))

    @property
    def takes_names(self) -> bool:
        """Whether arguments are given by their names."""
        return self.arguments.startswith("*,")


@dataclass(frozen=True, kw_only=True)
class UnknownView:
    """A security scheme that has no class, as its credential is no part of a request."""

    name: str
    description: str


def scheme_views(document: Document) -> tuple[SchemeView, ...]:
    """Return the classes for all security schemes, and one for several credentials that are sent together."""
    taken: set[str] = set()
    views = [view for name, scheme in _schemes(document).items() for view in _scheme_views(unique(class_name(name), taken), scheme)]
    required = [document.data.get("security", []), *(operation.get("security", []) for _, operation in document.operations())]
    if views and any(len(requirement) > 1 for requirements in required for requirement in requirements):
        arguments = "*auths: _auth.HeaderAuth | _auth.QueryAuth"
        name = unique("Combined", taken)
        views.append(
            SchemeView(class_name=name, base="_auth.CombinedAuth", arguments=arguments, values="*auths", description=_COMBINED)
        )
    return tuple(views)


def unknown_schemes(document: Document) -> tuple[UnknownView, ...]:
    """Return the security schemes that have no class."""
    return tuple(
        UnknownView(name=name, description=" ".join(str(scheme.get("description", "")).split()))
        for name, scheme in _schemes(document).items()
        if not _scheme_views(class_name(name), scheme)
    )


def arguments(scheme: Mapping[str, Json]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the arguments that the class of a scheme needs, and those that can be left out; none where it has no class."""
    return next(((view.needed, _OPTIONAL.get(view.needs, ())) for view in _scheme_views("Any", scheme)), ((), ()))


def secret_query_parameters(document: Document) -> tuple[str, ...]:
    """Return the query parameters that carry a credential."""
    return tuple(s["name"] for s in _schemes(document).values() if s["type"] == "apiKey" and s["in"] == "query")


def _schemes(document: Document) -> dict[str, dict[str, Json]]:
    found: dict[str, dict[str, Json]] = document.resolved.data.get("components", {}).get("securitySchemes", {})
    return found


def _scheme_views(name: str, scheme: Mapping[str, Json]) -> list[SchemeView]:
    credentials = scheme.get("x-client-credentials", {})
    variables = {each: credentials.get(each, {}) for each in ("environment", "optional")}
    text = " ".join(str(scheme.get("description", "")).split())
    if str(scheme.get("x-amazon-apigateway-authtype", "")).lower() == "awssigv4":
        signs = SchemeView(
            class_name=name,
            base="_signing.SigV4",
            arguments="region: str, *, credentials: Any = None, role_arn: str | None = None, sts_url: str | None = None",
            values="region, credentials=credentials, role_arn=role_arn, sts_url=sts_url",
            description=f"{text or 'AWS Signature Version 4.'}\n{_SIGNED}",
            needs="signing",
            **variables,
        )
        return [signs]
    sent = _sent(scheme)
    if sent is None:
        return []
    base, given, values, otherwise = sent
    refresh, description = credentials.get("refresh"), text or otherwise
    if not refresh:
        return [SchemeView(class_name=name, base=base, arguments=given, values=values, description=description, **variables)]
    token, refused = f"{name}Token", tuple(refresh["refused"])
    known = _AT_HAND.format(description=description, renewing=name)
    return [
        SchemeView(
            class_name=name,
            base="_tokens.RefreshedToken",
            arguments=f"*, {': str, '.join(_KEYS)}: str, url: str = {refresh['url']!r}, {_CLOCK}",
            values=f"{token}, {refused!r}, {''.join(f'{each}={each}, ' for each in (*_KEYS, 'url', 'clock'))}",
            description=f"{description}\n{_RENEWED.format(refused=' or '.join(map(str, refused)))}",
            needs="tokens",
            **variables,
        ),
        SchemeView(class_name=token, base=base, arguments=given, values=values, description=known, renewed_by=name),
    ]


def _sent(scheme: Mapping[str, Json]) -> tuple[str, str, str, str] | None:
    """Return base class, arguments, values for the base and description of what is sent as it is; None if nothing is."""
    kind = scheme["type"]
    if kind == "apiKey" and "x-amazon-apigateway-authtype" not in scheme:
        base = {"header": "HeaderAuth", "query": "QueryAuth", "cookie": "CookieAuth"}[scheme["in"]]
        return f"_auth.{base}", "key: str", f"{scheme['name']!r}, key", f"A key in the {scheme['in']} `{scheme['name']}`."
    if kind in ("oauth2", "openIdConnect") or (kind == "http" and scheme["scheme"].lower() == "bearer"):
        return "_auth.HeaderAuth", "token: str", f"{_AUTHORIZATION}, _auth.bearer(token)", "A bearer token."
    if kind == "http" and scheme["scheme"].lower() == "basic":
        values = f"{_AUTHORIZATION}, _auth.basic(username, password)"
        return "_auth.HeaderAuth", "username: str, password: str", values, "A user name and password."
    return None
