"""Classes for the credentials that a document's security schemes require."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from scripts.generate.text.escapes import literal
from scripts.generate.text.names import class_name, module_name, unique
from scripts.spec.document import Document, Json
from scripts.spec.schemes import (
    ARGUMENTS,
    Kind,
    TokenRequest,
    arguments,
    kind_of,
    optional_variables,
    required_scopes,
    schemes_of_environment,
    security_schemes,
    token_request,
    variables,
)

_AUTHORIZATION = '"Authorization"'
_COMBINED = "Several credentials that an operation requires together."
_COMBINED_BASE = "_auth.CombinedAuth"
_SIGNED = """
Args:
    region: AWS region that requests are signed for.
    credentials: Credentials of botocore, which may renew themselves; default: those of the AWS chain (environment, profile, role).
    role_arn: Role to assume with them; its keys are renewed before they expire.
    sts_url: Endpoint of the STS at which it is assumed; default: that of AWS.

Raises:
    CredentialsError: There are no credentials; while a request is sent: AWS issues no key for them.
    ImportError: botocore is not installed, which is the extra `aws` of this package."""
_RENEWED = """
Threads, and async tasks of one loop, can share it: it gets a token with the first request, renews it before it expires, and once
if the response is {refused}.

Args:
    client_id: Identifier of the application.
    client_secret: Secret of the application.
{arguments}    clock: Returns seconds that never decrease.

Raises:
    CredentialsError: While a request is sent: the token endpoint refuses to issue a token."""
_MEANINGS = {
    "refresh_token": "The token that was issued when the application was authorized.",
    "url": "Token endpoint URL.",
    "scope": "Scopes to ask for, separated by spaces; if empty, the token endpoint chooses.",
}
_EXISTING = "{description} This sends an existing token, which is not renewed; `{renewing}` renews it."
_CLOCK = "clock: Callable[[], float] = monotonic"


@dataclass(frozen=True, kw_only=True)
class SchemeView:
    """A security scheme as the templates write it.

    Attributes:
        needed: the arguments that have to be given.
        needs: what is part of the runtime only where it is needed: `signing`, `tokens` or nothing.
        renewed_by: the class that gets the token which this one sends, if there is one.
        scheme: name of the scheme; empty for what sends an existing token of it, or several credentials.
        environment, optional: environment variables by arguments.
        defaults: values of the optional arguments that have one, by these.
    """

    class_name: str
    base: str
    arguments: str
    values: str
    description: str
    needed: tuple[str, ...] = ()
    needs: str = ""
    renewed_by: str = ""
    scheme: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def takes_names(self) -> bool:
        """Whether arguments are given by their names."""
        return self.arguments.startswith("*,")


@dataclass(frozen=True, kw_only=True)
class EnvironmentView:
    """How the credentials are made that a client reads from environment variables.

    Attributes:
        makes: the class of credentials.
        parts: for several that are sent together, the class of each, and what its arguments are called here.
        schemes: names of the security schemes.
        required, optional: variables by the argument that each is for.
        defaults: values of the optional arguments of several that are sent together.
    """

    makes: str
    parts: Mapping[str, Mapping[str, str]]
    schemes: tuple[str, ...]
    required: Mapping[str, str]
    optional: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)


def scheme_views(document: Document, package: str) -> tuple[SchemeView, ...]:
    """Return the classes for all security schemes, and one for several credentials that are sent together.

    Args:
        document: what is generated from.
        package: import name of the client.
    """
    taken = {"VARIABLES"}  # which the module has besides
    views = [
        view
        for name, scheme in security_schemes(document).items()
        for view in _scheme_views(unique(class_name(name), taken), name, scheme, document, package)
    ]
    required = [document.data.get("security", []), *(operation.get("security", []) for _, operation in document.operations())]
    if views and any(len(requirement) > 1 for requirements in required for requirement in requirements):
        name = unique("Combined", taken)
        views.append(
            SchemeView(
                class_name=name, base=_COMBINED_BASE, arguments="*auths: _auth.HiddenAuth", values="*auths", description=_COMBINED
            )
        )
    return tuple(views)


def environment_view(document: Document, views: Sequence[SchemeView]) -> EnvironmentView | None:
    """Return how credentials of the environment are made; None if the document requires none that a client can send."""
    names = schemes_of_environment(document)
    sent = [next(view for view in views if view.scheme == name) for name in names]
    if not sent:
        return None
    if len(sent) == 1:
        (view,) = sent
        return EnvironmentView(
            makes=view.class_name,
            parts={},
            schemes=names,
            required=view.environment,
            optional=view.optional,
        )
    taken = set[str]()
    called = {
        view.class_name: {each: unique(f"{module_name(view.class_name)}_{each}", taken) for each in (*view.needed, *view.optional)}
        for view in sent
    }
    return EnvironmentView(
        makes=views[-1].class_name,
        parts=called,
        schemes=names,
        required={called[view.class_name][each]: view.environment[each] for view in sent for each in view.needed},
        optional={called[view.class_name][each]: variable for view in sent for each, variable in view.optional.items()},
        defaults={called[view.class_name][each]: value for view in sent for each, value in view.defaults.items()},
    )


def unknown_schemes(document: Document) -> dict[str, str]:
    """Return the descriptions of the security schemes that have no class, as their credential is not part of a request."""
    return {
        name: " ".join(str(scheme.get("description", "")).split())
        for name, scheme in security_schemes(document).items()
        if kind_of(scheme) is None
    }


def secret_query_parameters(document: Document) -> tuple[str, ...]:
    """Return the query parameters that carry a credential."""
    return tuple(s["name"] for s in security_schemes(document).values() if s["type"] == "apiKey" and s["in"] == "query")


def _scheme_views(name: str, scheme_name: str, scheme: Mapping[str, Json], document: Document, package: str) -> list[SchemeView]:
    text = " ".join(str(scheme.get("description", "")).split())
    kind, needed = kind_of(scheme), arguments(scheme).required
    if kind is None:
        return []
    environment, optional = variables(scheme_name, scheme, package), optional_variables(scheme_name, scheme, package)
    if kind is Kind.SIGNATURE:
        signs = SchemeView(
            class_name=name,
            base="_signing.SigV4",
            arguments="region: str, *, credentials: Any = None, role_arn: str | None = None, sts_url: str | None = None",
            values="region, credentials=credentials, role_arn=role_arn, sts_url=sts_url",
            description=f"{text or 'AWS Signature Version 4.'}\n{_SIGNED}",
            needed=needed,
            needs="signing",
            scheme=scheme_name,
            environment=environment,
            optional=optional,
        )
        return [signs]
    sent = _sent(name, scheme, kind)
    description = text or sent.description
    requested = token_request(scheme)
    if requested is None:
        return [replace(sent, description=description, scheme=scheme_name, environment=environment)]
    renews = SchemeView(
        class_name=name,
        base="_tokens.RenewedToken",
        arguments="",
        values="",
        description=description,
        needed=needed,
        needs="tokens",
        scheme=scheme_name,
        environment=environment,
        optional=optional,
    )
    known = _EXISTING.format(description=description, renewing=name)
    scope = required_scopes(document, scheme_name)
    return [_renewing(renews, requested, scope), replace(sent, class_name=f"{name}Token", description=known, renewed_by=name)]


def _renewing(view: SchemeView, requested: TokenRequest, scope: str) -> SchemeView:
    """Return the class of a token that is renewed, with its arguments."""
    optional, known = requested.arguments.optional, {"scope": scope, "url": requested.url}
    defaults = {each: known[each] for each in optional}
    given = [*(f"{each}: str" for each in view.needed), *(f"{each}: str = {literal(value)}" for each, value in defaults.items())]
    fixed = [f"fields={literal(dict(requested.fields))}"] if requested.fields else []
    fixed += ["in_form=True"] if requested.in_form else []
    passed = [f"{each}={each}" for each in (*view.needed, *optional, "clock")]
    meanings = "".join(f"    {each}: {_MEANINGS[each]}\n" for each in (*view.needed, *optional) if each in _MEANINGS)
    renewed = _RENEWED.format(refused=" or ".join(map(str, requested.refused)), arguments=meanings)
    return replace(
        view,
        arguments=f"*, {', '.join(given)}, {_CLOCK}",
        values=", ".join([f"{view.class_name}Token", literal(requested.refused), *fixed, *passed]),
        description=f"{view.description}\n{renewed}",
        defaults=defaults,
    )


def _sent(name: str, scheme: Mapping[str, Json], kind: Kind) -> SchemeView:
    """Return the class of a credential that is sent unchanged."""
    base, values, description = "_auth.HeaderAuth", f"{_AUTHORIZATION}, _auth.bearer(token)", "A bearer token."
    if kind is Kind.BASIC:
        values, description = f"{_AUTHORIZATION}, _auth.basic(username, password)", "A user name and password."
    elif kind is Kind.KEY:
        base = {"header": "_auth.HeaderAuth", "query": "_auth.QueryAuth", "cookie": "_auth.CookieAuth"}[scheme["in"]]
        values, description = f"{literal(scheme['name'])}, key", f"A key in the {scheme['in']} `{scheme['name']}`."
    needed = ARGUMENTS[kind].required
    given = ", ".join(f"{each}: str" for each in needed)
    return SchemeView(class_name=name, base=base, arguments=given, values=values, description=description, needed=needed)
