"""Places in requests: the arguments for them, and their paths in errors."""

from __future__ import annotations

from collections.abc import Mapping

from catalog_clients._engine.flows.effects import find
from catalog_clients._engine.tables.expressions import Expression
from catalog_clients._engine.tables.operations import GeneratedOperation

from .shapes import fields_of

BODY = "body"


def path_in_errors(place: Expression) -> str:
    """Return the JSON path of a place as the errors of requests have it: msgspec writes names without quotes."""
    return ".".join(("$", *place.path))


def argument_of(operation: GeneratedOperation[object], place: Expression) -> str:
    """Return the keyword of the parameter that an expression names."""
    return next(each.argument for each in operation.parameters if (each.location, each.name) == (place.part, place.path[0]))


def keyword_of(operation: GeneratedOperation[object], place: Expression) -> str | None:
    """Return the argument for the place of an expression; None if it is below the fields of the body."""
    if place.part != BODY:
        return argument_of(operation, place)
    fields = fields_of(operation.model) if operation.model else ()
    return next((each.attribute for each in fields if (each.name,) == place.path), None)


def given_at(operation: GeneratedOperation[object], place: Expression, given: Mapping[str, object]) -> tuple[str, object]:
    """Return the argument for a place in a request, and the value that is given there, also in a whole body; None without one."""
    if place.part != BODY:
        name = argument_of(operation, place)
        return name, given.get(name)
    fields = fields_of(operation.model) if operation.model else ()
    name = next((each.attribute for each in fields if each.name == place.path[0]), BODY)
    return name, find(given[name], place.path[1:]) if name in given else find(given.get(BODY), place.path)
