"""The installed generated clients, their operations and the arguments of these, read from the specs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from inspect import getdoc
from types import ModuleType
from typing import Any, Literal, TypeAlias, get_args, get_origin

from catalog_clients._engine.items.requests import key_place, place_of
from catalog_clients._engine.items.shapes import element_of, fields_of, model_of, plain
from catalog_clients._engine.tables.behaviour import Behaviour
from catalog_clients._engine.tables.operations import GeneratedOperation, check_package, operations_by_method

from .errors import ConfigError

GROUP = "catalog_clients"
"""The entry point group in which generated clients are registered."""
Kind: TypeAlias = Literal["text", "integer", "number", "flag", "json"]
Use: TypeAlias = Literal["run", "lookup", "search"]
"""What an operation is used for: `run` sends items, `lookup` finds the items of identifiers, `search` reads all pages."""
_READING = frozenset(("GET", "HEAD", "OPTIONS"))
_KINDS: Mapping[object, Kind] = {str: "text", int: "integer", float: "number", bool: "flag"}
_PARAMETER = re.compile(r"    (?P<name>\w+): (?P<text>.*)")
# Any, below: types from annotations, and results of operations, for which each client has its own classes.


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """An argument of an operation, with the same value in all requests.

    Attributes:
        name: the keyword of the method.
        kind: type of its value, or of each value of a list; `json` for an object.
        is_list: whether it takes several values.
        is_required: whether it is required.
        values: the documented values; empty if the spec lists none.
        help: description in the spec.
    """

    name: str
    kind: Kind
    is_list: bool
    is_required: bool
    values: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class CredentialsCheck:
    """A request that checks credentials and changes nothing.

    Attributes:
        arguments: arguments of the method.
        accepted: HTTP statuses of errors that also mean that the credentials are accepted.
    """

    arguments: Mapping[str, object]
    accepted: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation of an installed client.

    Attributes:
        api: name of the client's module.
        name: operationId.
        method: name of the method of the client.
        title: summary in the spec, one line.
        description: description in the spec.
        uses: what it can be used for.
        arguments: its arguments besides items, for each use.
        writes: whether it changes data of the vendor.
        is_limited: whether the spec has a rate limit for it.
        check: its request that checks credentials; None if it has none.
    """

    api: str
    name: str
    method: str
    title: str
    description: str
    uses: tuple[Use, ...]
    arguments: Mapping[Use, Sequence[Argument]]
    writes: bool
    is_limited: bool
    check: CredentialsCheck | None


@cache
def installed() -> Mapping[str, EntryPoint]:
    """Return the entry points of the installed clients, by module name."""
    return {each.name: each for each in sorted(entry_points(group=GROUP), key=lambda each: each.name)}


def client(api: str) -> ModuleType:
    """Return the module of an installed client.

    Raises:
        ConfigError: the client is not installed, or cannot be imported.
    """
    known = installed()
    if api not in known:
        raise ConfigError(f"there is no API {api!r}; {advice(api, known, 'installed are')}")
    try:
        package = known[api].load()
        check_package(package)
    except (ImportError, AttributeError, TypeError) as error:
        raise ConfigError(f"the client of {api} cannot be imported: {error}") from error
    return package  # type: ignore[no-any-return]  # check_package has refused what is not a module


@cache
def operations(api: str) -> Mapping[str, Operation]:
    """Return the operations of an installed client, by operationId.

    Raises:
        ConfigError: the client is not installed, or cannot be imported.
    """
    package = client(api)
    found = operations_by_method(package.__name__)
    tables: Mapping[str, Behaviour] = package.behaviour.OPERATIONS
    polling = {table.polling.operation for table in tables.values() if table.polling}
    made = [_operation(package, method, each, tables[each.name], polling) for method, each in found.items()]
    return {each.name: each for each in sorted(made, key=lambda each: list(tables).index(each.name))}


def operation(api: str, name: str, use: Use = "run") -> Operation:
    """Return an operation of an installed client, by its operationId or the name of its method.

    Raises:
        ConfigError: there is no such operation, or it cannot be used like this.
    """
    known = operations(api)
    found = known.get(name) or next((each for each in known.values() if each.method == name), None)
    if found is None:
        names = [*known, *(each.method for each in known.values())]
        raise ConfigError(f"{api} has no operation {name!r}; {advice(name, names, 'it has', list(known))}")
    if use not in found.uses:
        others = ", ".join(each.name for each in known.values() if use in each.uses) or "none that does"
        what = {"run": "sends no items", "lookup": "looks nothing up", "search": "reads no pages"}[use]
        raise ConfigError(f"{api}.{found.name} {what}; {api} has {others}")
    return found


def base_url(api: str, *, base_url: str = "", server: str = "") -> str:
    """Return the base URL of an API.

    Raises:
        ConfigError: no URL is given and the spec has no server; or the spec has no such server.
    """
    if base_url:
        return base_url
    client_module = client(api).client
    servers: Mapping[str, str] = getattr(client_module, "SERVERS", {})
    if server and server not in servers:
        raise ConfigError(f"{api} has no server {server!r}; {advice(server, servers, 'it has')}")
    if not servers:
        raise ConfigError(f"{api} needs the URL of its endpoint: give --base-url, or set base_url of the API in the profile")
    return servers[server] if server else next(iter(servers.values()))


def variables(api: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the names of the environment variables with the credentials of an API: required ones, and optional ones.

    Raises:
        ConfigError: the client is not installed, or cannot be imported.
    """
    auth = getattr(client(api), "auth", None)
    needed: Mapping[str, str] = getattr(auth, "VARIABLES", {})
    others: Mapping[str, str] = getattr(auth, "OPTIONAL_VARIABLES", {})
    return tuple(needed.values()), tuple(others.values())


def advice(name: str, known: Mapping[str, object] | Sequence[str], begin: str, listed: Sequence[str] | None = None) -> str:
    """Return a text that lists known names, and suggests one that is similar to an unknown name.

    Args:
        name: the unknown name.
        known: the known names.
        begin: beginning of the text, such as `it has`.
        listed: the names to list; default: all known names.
    """
    names = ", ".join(listed or known) or "none"
    suggested = get_close_matches(name, list(known), n=1)
    return f"{begin} {names}{f'; did you mean {suggested[0]}?' if suggested else ''}"


def _operation(package: ModuleType, method: str, found: GeneratedOperation[Any], table: Behaviour, polling: set[str]) -> Operation:
    title, description, helps = _documented(getdoc(getattr(package.Client, method)) or "")
    every = [*_arguments(found, table, helps)]
    arguments: dict[Use, Sequence[Argument]] = {}
    if table.matching and table.chunking and (taken := _taken(found, table)) is not None:
        later = _changing(table)
        kind = table.matching.kind.path[0] if table.matching.kind else ""
        given = [(name, replace(each, is_required=each.is_required or name == kind)) for name, each in every]
        arguments["lookup"] = [each for name, each in given if name not in taken | later]
    elif found.method not in _READING and (taken := _taken(found, table)) is not None:
        arguments["run"] = [each for name, each in every if name not in taken]
    if table.pagination:
        arguments["search"] = [replace(each, is_required=each.is_required and name not in _changing(table)) for name, each in every]
    reads = found.method in _READING
    return Operation(
        api=package.__name__,
        name=found.name,
        method=method,
        title=title,
        description=description,
        uses=tuple(arguments),
        arguments=arguments,
        writes=not reads and found.name not in polling,
        is_limited=table.rate_limit is not None,
        check=_check(found, table, needs_nothing=not any(each.is_required for _, each in every)),
    )


def _changing(table: Behaviour) -> set[str]:
    """Return the name of the argument that changes with each page, such as a token; the caller need not give it."""
    place = table.pagination.changing if table.pagination else None
    return set() if place is None or len(place.path) > 1 else {place.path[0]}


def _check(found: GeneratedOperation[Any], table: Behaviour, *, needs_nothing: bool) -> CredentialsCheck | None:
    """Return the request that the spec names; or one without arguments, if the operation only reads and requires none."""
    if table.check is None:
        return CredentialsCheck({}) if found.method in _READING and not found.body_required and needs_nothing else None
    names = {each.name: each.argument for each in found.parameters}
    fields = {each.name: each.attribute for each in fields_of(found.model)} if found.model else {}
    given = [*((names[name], value) for name, value in table.check.parameters.items())]
    given += ((fields[name], value) for name, value in table.check.body.items())
    return CredentialsCheck({name: [*value] if isinstance(value, tuple) else value for name, value in given}, table.check.accepted)


def _taken(found: GeneratedOperation[Any], table: Behaviour) -> set[str] | None:
    """Return the names of the arguments that hold the items of a request, or parts of them; None if it has no place for items."""
    try:
        place = place_of(found, table.chunking)
    except ValueError:
        return None
    own = {*(table.chunking.parameters if table.chunking else ())}
    if place.path:
        return {place.path[0], *own}
    return {*own, *(each.name for each in fields_of(found.model))} if found.model else own


def _arguments(found: GeneratedOperation[Any], table: Behaviour, helps: Mapping[str, str]) -> Iterator[tuple[str, Argument]]:
    """Yield all arguments of an operation with their names in the spec, required ones first.

    The key of a request is not included: each request has its own.
    """
    key = key_place(table)
    place = (key.part, key.path) if key else None
    kinds = {each.attribute: each.kind for each in fields_of(found.strict)} if found.strict else {}
    parameters = [(each.name, each.argument, kinds.get(each.argument), each.required, each.location) for each in found.parameters]
    fields = fields_of(found.model) if found.model else ()
    known = [*parameters, *((each.name, each.attribute, each.kind, each.is_required, "body") for each in fields)]
    for name, argument, kind, required, location in sorted(known, key=lambda each: not each[3]):
        if (location, (name,)) != place:
            yield name, _argument(argument, kind, is_required=required, text=helps.get(argument, ""))


def _argument(name: str, kind: Any, *, is_required: bool, text: str) -> Argument:
    element = element_of(kind)
    inner, _ = plain(kind if element is None else element)
    values: tuple[str, ...] = ()
    if isinstance(inner, type) and issubclass(inner, Enum):
        values = tuple(str(each.value) for each in inner)
    elif get_origin(inner) is Literal:
        values = tuple(map(str, get_args(inner)))
    is_json = model_of(inner) is not None or get_origin(inner) is not None or inner is Any
    of_json: Kind = "json" if is_json and not values else "text"
    return Argument(
        name=name,
        kind=_KINDS.get(inner, of_json),
        is_list=element is not None,
        is_required=is_required,
        values=values,
        help=text,
    )


def _documented(text: str) -> tuple[str, str, dict[str, str]]:
    """Return title, description and argument descriptions from the docstring of a method of a generated client."""
    prose, mark, rest = text.rpartition("\nArgs:\n")
    if not mark:
        prose, rest = text, ""
    title, _, description = prose.partition("\nRaises:\n")[0].partition("\n")
    helps, name = dict[str, list[str]](), ""
    for line in rest.splitlines():
        if line and not line.startswith(" "):
            break
        if found := _PARAMETER.fullmatch(line):
            name = found["name"]
        if name:
            helps.setdefault(name, []).append(found["text"] if found else line.strip())
    return title.removesuffix("."), description.strip(), {key: " ".join(filter(None, lines)) for key, lines in helps.items()}
