"""The key of an ingestion, and the request for its status, from the table of the operation that starts it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import unquote

import httpx2

from catalog_clients._engine.flows.effects import CallResult, find
from catalog_clients._engine.items.places import given_at
from catalog_clients._engine.items.shapes import fields_of, plain
from catalog_clients._engine.tables.behaviour import Behaviour, Package, Polling, Request
from catalog_clients._engine.tables.expressions import Expression
from catalog_clients._engine.tables.operations import GeneratedOperation, operation_of
from catalog_clients.errors import InvalidArgument

Key: TypeAlias = Mapping[str, str]
"""The key of an ingestion: texts, by their names in the request for its status."""
StatusRequest: TypeAlias = Callable[[Key], Request[object]]


def polling_of(operation: str, table: Behaviour) -> Polling:
    """Return how the end of an operation's ingestions is detected.

    Raises:
        ValueError: the spec does not say how.
    """
    if table.polling is None:
        raise ValueError(f"{operation} starts no ingestions: its spec does not say how to follow them; add x-client-polling to it")
    return table.polling


def places_of(polling: Polling) -> dict[str, Expression]:
    """Return where a response has the key of the ingestion."""
    places = {**polling.body, **polling.arguments}
    return {name: place for name, place in places.items() if place.message == "response"}


def key_of(polling: Polling, result: CallResult[object]) -> dict[str, str]:
    """Return the key of the ingestion that a request has started; empty texts for parts that the response does not have."""
    found = {name: _text(result.at(place)) for name, place in places_of(polling).items()}
    return found if polling.location is None else {name: parameter_of(polling.path, name, url) for name, url in found.items()}


def missing_key(polling: Polling, result: CallResult[object]) -> str:
    """Return why the key of an ingestion cannot be taken from the response."""
    if polling.location is None:
        return f"its id is not in the response: {result.text()}"
    url = _text(result.at(polling.location))
    if not url:
        return "the response has no URL of its status"
    return f"the URL of its status is {url!r}, and does not end with {polling.path}"


def parameter_of(path: str, name: str, url: str) -> str:
    """Return a parameter of the path of a URL, decoded; empty if the URL does not end with such a path.

    Args:
        path: with its parameters in braces.
        name: of the parameter.
        url: may be relative, and have a base path, a query and a fragment.
    """
    parts = re.split(r"\{([^{}]+)\}", path)
    pattern = "".join(f"(?P<p{index}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    found = re.fullmatch(f"(?:.*?/)??{pattern.removeprefix('/')}/?", re.split("[?#]", url.strip())[0].removeprefix("/"))
    return unquote(found[f"p{parts.index(name)}"]) if found else ""


def accepted(table: Behaviour, response: httpx2.Response) -> object:
    """Return the body of a success response that breaks the spec, if it has the key of an ingestion; otherwise None.

    The vendor has accepted the request; another attempt would start another ingestion. For instance, if the id is a number instead
    of text, the ingestion is followed with the number as text.
    """
    if table.polling is None or not response.is_success:
        return None
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    key = key_of(table.polling, CallResult(value=body, response=response))
    return body if key and all(key.values()) else None


def other_key(key: Key, result: CallResult[object]) -> str:
    """Return the key in a response if it is about another ingestion; otherwise empty."""
    body = result.json() if result.response is not None and result.response.is_success else None
    said = {name: _text(find(body, [name])) for name in key}
    return next((text for name, text in said.items() if text not in ("", key[name])), "")


def key_by_id(operation: str, polling: Polling, ingestion: str) -> dict[str, str]:
    """Return the key of an ingestion, given its id.

    Raises:
        ValueError: the key has no id, or several.
    """
    names = [*places_of(polling)]
    if len(names) != 1:
        raise ValueError(f"an ingestion of {operation} is not identified by one id, but by {' and '.join(names) or 'none'}")
    return {names[0]: ingestion}


def status_request(
    package: Package, operation: GeneratedOperation[object], polling: Polling, given: Mapping[str, object]
) -> StatusRequest:
    """Return a function that builds the request for the status of an ingestion.

    Args:
        package: the generated client.
        operation: the operation that starts the ingestion.
        polling: how its end is detected.
        given: the arguments of that operation; the request for the status may need some of them.

    Raises:
        InvalidArgument: one of these is not given.
    """
    status = operation_of(package, polling.operation)
    body_kinds = {each.name: each.kind for each in fields_of(status.model)} if status.model else {}
    repeated = repeated_values(operation, polling, given)

    def make(key: Key) -> Request[object]:
        values = {**repeated, **key}
        body = {name: _typed(values[name], body_kinds.get(name)) for name in polling.body}
        parameters = typed_arguments(status, {**polling.constants, **{name: values[name] for name in polling.arguments}})
        return status.request(parameters, body or None)

    return make


def repeated_values(operation: GeneratedOperation[object], polling: Polling, given: Mapping[str, object]) -> dict[str, object]:
    """Return what the request for a status has from the request that has begun the work, by its names there.

    Raises:
        InvalidArgument: one of the arguments is not given.
    """
    places = (*polling.body.items(), *polling.arguments.items())
    return {name: _repeated(operation, place, given) for name, place in places if place.message == "request"}


def typed_arguments(operation: GeneratedOperation[object], values: Mapping[str, object]) -> dict[str, object]:
    """Return values by the names of parameters in a link as keyword arguments; texts as their types require."""
    kinds = {each.attribute: each.kind for each in fields_of(operation.strict)} if operation.strict else {}
    named = {_argument(operation, name): value for name, value in values.items()}
    return {argument: _typed(value, kinds.get(argument)) for argument, value in named.items()}


def _argument(status: GeneratedOperation[object], name: str) -> str:
    """Return the keyword of a parameter. In a link, its name may have its location as a prefix."""
    return next(each.argument for each in status.parameters if name in (each.name, f"{each.location}.{each.name}"))


def _repeated(operation: GeneratedOperation[object], place: Expression, given: Mapping[str, object]) -> object:
    """Return the value of a request that the request for the status also needs."""
    argument, value = given_at(operation, place, given)
    if value is None:
        raise InvalidArgument(f"the status of an ingestion of {operation.name} needs the argument {argument}")
    return value


def _text(value: object) -> str:
    """Return a value as text of a key; empty if it cannot be one."""
    if value is None or isinstance(value, bool | list | Mapping):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _typed(value: object, kind: object) -> object:
    """Return a text as a whole number or a boolean, if its type requires that."""
    types = plain(kind)
    if isinstance(value, str) and types[0] is int and value.isdecimal():
        return int(value)
    return value == "true" if types[0] is bool and value in ("true", "false") else value
