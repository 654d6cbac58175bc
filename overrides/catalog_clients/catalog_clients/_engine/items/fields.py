"""The fields of an operation's items, for code that makes items from other data, such as the rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Literal, NamedTuple, TypeAlias, get_origin

import msgspec

from catalog_clients._engine.tables.behaviour import Package
from catalog_clients._engine.tables.operations import operation_of

from .places import keyword_of
from .requests import place_of, shape_of
from .shapes import element_of, fields_of, model_of, plain

Want: TypeAlias = Literal["text", "whole", "number", "flag", "list", "object", "any"]
"""The type of a value: `whole` is a whole number, `flag` is true or false, `any` is any other type."""
_DEEPEST = 5  # maximum depth of objects whose fields are listed
_WANTS: dict[type, Want] = {str: "text", int: "whole", float: "number", bool: "flag", dict: "object", list: "list"}


class ItemField(NamedTuple):
    """A value that an item can have.

    Attributes:
        path: its path in the item, in names of the spec; empty for the item itself.
        alias: the same path in Python names.
        want: its type.
        element: type of its elements, if it is a list.
        is_required: whether it is required.
        is_key: whether it is a part of the item's key.
        kind: its type, with the constraints of the spec; None for a field that the spec does not have.
    """

    path: tuple[str, ...]
    alias: tuple[str, ...]
    want: Want
    element: Want
    is_required: bool
    is_key: bool
    kind: object = None


class ItemFields(NamedTuple):
    """The fields of an item.

    Attributes:
        operation: operationId.
        names: names of the list of items in the request, in the spec and in Python, such as `offerIds` and `offer_ids`; empty if
            the item is the whole request.
        fields: the fields, those of inner objects after the objects; the item itself if it has no fields.
        keys: paths of the SKU and of the store, if the item has fields as its key.
    """

    operation: str
    names: Sequence[str]
    fields: Sequence[ItemField]
    keys: Sequence[tuple[str, ...]] = ()


def item_fields(package: Package, operation: str) -> ItemFields:
    """Return the fields of an operation's items.

    Args:
        package: the generated client.
        operation: operationId or method.

    Raises:
        ValueError: there is no such operation, or its tables do not say where its items go.
    """
    found = operation_of(package, operation)
    chunking = package.behaviour.OPERATIONS[found.name].chunking
    place, shape = place_of(found, chunking), shape_of(found, chunking)
    keys = {*chunking.key} if chunking else set()
    names = [place.path[-1], keyword_of(found, place)] if place.path else []
    if shape.model:
        own = [
            ItemField((each,), (each,), want_of(kind), "any", is_required=True, is_key=(each,) in keys, kind=kind)
            for each, kind in shape.apart.items()
        ]
        fields = [*own, *_below(shape.model, (), (), keys, (shape.model,))]
    else:
        fields = [ItemField((), (), want_of(shape.kind), "any", is_required=True, is_key=True, kind=shape.kind)]
    return ItemFields(found.name, [*dict.fromkeys(filter(None, names))], fields, [*chunking.key] if chunking else ())


def want_of(kind: object) -> Want:
    """Return the kind of a type."""
    inner, _ = plain(kind)
    inner = get_origin(inner) or inner
    if not isinstance(inner, type):
        return "any"
    if issubclass(inner, msgspec.Struct):
        return "object"
    if issubclass(inner, Enum):
        return "text" if issubclass(inner, str) else "any"
    return _WANTS.get(inner, "any")


def _below(
    model: type[msgspec.Struct],
    path: tuple[str, ...],
    alias: tuple[str, ...],
    keys: set[tuple[str, ...]],
    outer: tuple[type[msgspec.Struct], ...],
) -> Iterator[ItemField]:
    """Yield the fields of a model, and those of the models below it that do not contain themselves."""
    for each in fields_of(model):
        place, names = (*path, each.name), (*alias, each.attribute)
        element = want_of(element_of(each.kind)) if want_of(each.kind) == "list" else "any"
        yield ItemField(place, names, want_of(each.kind), element, each.is_required and not path, place in keys, each.kind)
        inner = model_of(each.kind)
        if inner and inner not in outer and len(outer) < _DEEPEST:
            yield from _below(inner, place, names, keys, (*outer, inner))
