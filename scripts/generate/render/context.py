"""The one value that the templates of a package and its README see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.generate.identity import identify
from scripts.generate.parse.api import Api
from scripts.generate.parse.servers import ServerArgument, servers_of
from scripts.generate.render.auth import (
    EnvironmentView,
    SchemeView,
    environment_view,
    scheme_views,
    secret_query_parameters,
    unknown_schemes,
)
from scripts.generate.render.behaviour import behaviour
from scripts.generate.render.formatting import first_line
from scripts.generate.render.metadata import Metadata, metadata
from scripts.generate.render.operations import OperationView, StatusView, operation_views, status_views
from scripts.generate.text.escapes import comment
from scripts.generate.types.comparison import WireNames
from scripts.generate.types.directions import Directions
from scripts.runtime.behaviour import Behaviour
from scripts.runtime.servers import ServerVariable


@dataclass(frozen=True, kw_only=True)
class PackageContext:
    """A package as it is written; the variables of a template are these attributes.

    Attributes:
        api: what is generated from.
        header: first line of every file.
        title: title of the API, on one line.
        info: the document's `info`.
        ours: whether it is a distribution of this project, whose licence and sources it names.
        suffix: that of the document's file name.
        package, distribution, version: import name, name for pip, and version.
        operations: the operations, in the order of the document.
        statuses: error classes.
        servers: base URLs by name, with variables in braces.
        root: path of the API where the spec names no host.
        variables: variables in the base URLs, by the name of the server.
        variable_arguments: keywords of a client for the variables.
        needed_variables: those without which the default server has no URL.
        schemes: classes of credentials.
        environment: how those of the environment are made; None if the spec requires none that a client can send.
        unknown: descriptions of the security schemes without a class.
        needs: parts of the runtime that only some packages need.
        raises_credentials_error: whether it reads, or obtains, credentials by itself, which may fail.
        request_id: response headers that may hold the vendor's id of a request.
        secret_parameters: query parameters that carry a credential.
        has_extras: whether objects may have other properties than those that the spec names.
        has_tags: whether there are unions whose members a tag names.
        behaviours: by operation id, the tables of how it is used.
        metadata: what a package index shows.
    """

    api: Api
    header: str
    title: str
    info: Mapping[str, Any]
    ours: bool
    suffix: str
    package: str
    distribution: str
    version: str
    operations: tuple[OperationView, ...]
    statuses: tuple[StatusView, ...]
    servers: Mapping[str, str]
    root: str
    variables: Mapping[str, tuple[ServerVariable, ...]]
    variable_arguments: tuple[ServerArgument, ...]
    needed_variables: tuple[str, ...]
    schemes: tuple[SchemeView, ...]
    environment: EnvironmentView | None
    unknown: Mapping[str, str]
    needs: tuple[str, ...]
    raises_credentials_error: bool
    request_id: tuple[str, ...]
    secret_parameters: tuple[str, ...]
    has_extras: bool
    has_tags: bool
    behaviours: Mapping[str, Behaviour]
    metadata: Metadata


def package_context(directions: Directions, models: WireNames) -> PackageContext:
    """Return the context of the package of an API.

    Args:
        directions: what is sent and what is received.
        models: attributes of the models, by class and name on the wire.

    Raises:
        SpecError: an `x-client-*` extension cannot be compiled.
    """
    api = directions.api
    document, info = api.document, api.document.data["info"]
    identity = identify(document)
    schemes = scheme_views(document, identity.package)
    environment = environment_view(document, schemes)
    servers = servers_of(document)
    return PackageContext(
        api=api,
        header=first_line(document),
        title=comment(api.title),
        info=info,
        ours="x-client-package" in info,
        suffix=document.path.suffix,
        package=identity.package,
        distribution=identity.distribution,
        version=identity.version,
        operations=operation_views(directions, models),
        statuses=status_views(api),
        servers=servers.urls,
        root=servers.root,
        variables=servers.variables,
        variable_arguments=servers.arguments,
        needed_variables=tuple(each.name for each in servers.arguments if each.is_needed),
        schemes=schemes,
        environment=environment,
        unknown=unknown_schemes(document),
        needs=tuple(sorted({each.needs for each in schemes if each.needs})),
        raises_credentials_error=environment is not None or any(each.needs for each in schemes),
        request_id=_request_id(api),
        secret_parameters=secret_query_parameters(document),
        has_extras=bool(directions.with_extras),
        has_tags=any("discriminator" in schema for schema in directions.public.values()),
        behaviours={operation.id: behaviour(api, operation) for operation in api.operations},
        metadata=metadata(document, identity.package),
    )


def _request_id(api: Api) -> tuple[str, ...]:
    given = api.document.data.get("x-client-request-id")
    if given is not None:
        return (str(given).removeprefix("$response.header."),)
    documented = (header for operation in api.operations for response in operation.responses for header in response.headers)
    return tuple(dict.fromkeys(name for name in documented if name.lower().replace("-", "").endswith("requestid")))
