"""Classes for credentials that are sent as they are; what is computed for each request, like a signature, has no class here."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.document import Document, Json
from scripts.generate.names import class_name, unique

_AUTHORIZATION = '"Authorization"'
_COMBINED = "Several credentials that an operation asks for together."


@dataclass(frozen=True, kw_only=True)
class SchemeView:
    """A security scheme as the templates write it."""

    class_name: str
    base: str
    arguments: str
    values: str
    description: str


def scheme_views(document: Document) -> tuple[SchemeView, ...]:
    """Return a class for each security scheme whose credential is sent as it is, and one for several that are sent together."""
    taken: set[str] = set()
    views = []
    for name, scheme in _schemes(document).items():
        view = _scheme_view(unique(class_name(name), taken), scheme)
        views += [] if view is None else [view]
    required = [document.data.get("security", []), *(operation.get("security", []) for _, operation in document.operations())]
    if views and any(len(requirement) > 1 for requirements in required for requirement in requirements):
        arguments = "*auths: _auth.HeaderAuth | _auth.QueryAuth"
        name = unique("Combined", taken)
        views.append(SchemeView(class_name=name, base="CombinedAuth", arguments=arguments, values="*auths", description=_COMBINED))
    return tuple(views)


@dataclass(frozen=True, kw_only=True)
class ComputedView:
    """A security scheme without a class: `is_sigv4` where each request is signed with AWS Signature Version 4."""

    name: str
    description: str
    is_sigv4: bool


def computed_schemes(document: Document) -> tuple[ComputedView, ...]:
    """Return the security schemes whose credential is computed for each request, or is no part of it."""
    return tuple(
        ComputedView(
            name=name,
            description=" ".join(str(scheme.get("description", "")).split()),
            is_sigv4=str(scheme.get("x-amazon-apigateway-authtype", "")).lower() == "awssigv4",
        )
        for name, scheme in _schemes(document).items()
        if _scheme_view(class_name(name), scheme) is None
    )


def secret_query_parameters(document: Document) -> tuple[str, ...]:
    """Return the query parameters that carry a credential."""
    return tuple(s["name"] for s in _schemes(document).values() if s["type"] == "apiKey" and s["in"] == "query")


def _schemes(document: Document) -> dict[str, dict[str, Json]]:
    found: dict[str, dict[str, Json]] = document.resolved.data.get("components", {}).get("securitySchemes", {})
    return found


def _scheme_view(name: str, scheme: dict[str, Json]) -> SchemeView | None:
    text = " ".join(str(scheme.get("description", "")).split())
    kind = scheme["type"]
    if kind == "apiKey" and "x-amazon-apigateway-authtype" not in scheme:
        base = {"header": "HeaderAuth", "query": "QueryAuth", "cookie": "CookieAuth"}[scheme["in"]]
        description = text or f"A key in the {scheme['in']} `{scheme['name']}`."
        return SchemeView(
            class_name=name, base=base, arguments="key: str", values=f"{scheme['name']!r}, key", description=description
        )
    if kind in ("oauth2", "openIdConnect") or (kind == "http" and scheme["scheme"].lower() == "bearer"):
        values = f"{_AUTHORIZATION}, _auth.bearer(token)"
        return SchemeView(
            class_name=name, base="HeaderAuth", arguments="token: str", values=values, description=text or "A bearer token."
        )
    if kind == "http" and scheme["scheme"].lower() == "basic":
        values = f"{_AUTHORIZATION}, _auth.basic(username, password)"
        return SchemeView(
            class_name=name,
            base="HeaderAuth",
            arguments="username: str, password: str",
            values=values,
            description=text or "A user name and password.",
        )
    return None
