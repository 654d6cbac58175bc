"""Read items that are models or mappings, with names of the spec or of Python."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Annotated, NamedTuple, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec

from catalog_clients._engine.responses.json_paths import json_path, step
from catalog_clients._engine.tables.chunks import Chunking
from catalog_clients._engine.tables.operations import GeneratedOperation

Path: TypeAlias = tuple[str, ...]
NO_FIELD = "the spec has no such field"
NO_NUMBER = "NaN and infinity cannot be sent"
_NAME = re.compile(r"\.([^.\[\]`]+)")


class Field(NamedTuple):
    """A field of a model: its names in the spec and in Python, its type, and whether it is required."""

    name: str
    attribute: str
    kind: object
    is_required: bool


@cache
def fields_of(model: type[msgspec.Struct]) -> Sequence[Field]:
    """Return the fields of a model."""
    kinds = get_type_hints(model, include_extras=True)
    return [Field(each.encode_name, each.name, kinds[each.name], each.required) for each in msgspec.structs.fields(model)]


def plain(kind: object) -> tuple[object, tuple[object, ...]]:
    """Return a type without its constraints and without types for absent values; and its constraints."""
    if get_origin(kind) in (Union, UnionType):
        members = [each for each in get_args(kind) if each not in (msgspec.UnsetType, type(None))]
        return plain(members[0]) if len(members) == 1 else (kind, ())
    if get_origin(kind) is Annotated:
        inner, *limits = get_args(kind)
        return inner, tuple(limits)
    return kind, ()


def model_of(kind: object) -> type[msgspec.Struct] | None:
    """Return a type if it is a model; otherwise None."""
    inner, _ = plain(kind)
    return inner if isinstance(inner, type) and issubclass(inner, msgspec.Struct) else None


def element_of(kind: object) -> object:
    """Return the type of the elements of a list; None for another type."""
    inner, _ = plain(kind)
    return get_args(inner)[0] if get_origin(inner) is list else None


def field_at(kind: object, path: Iterable[str]) -> Field | None:
    """Return the field at a path of wire names in a model; None if there is none."""
    found = None
    for name in path:
        model = model_of(kind)
        found = next((each for each in fields_of(model) if each.name == name), None) if model else None
        if found is None:
            return None
        kind = found.kind
    return found


def rule_of(error: msgspec.ValidationError, kind: object) -> str:
    """Return which rule a value of a type breaks, and where; with advice if it is in place of a file."""
    rule, at, path = str(error).partition(" - at `$")
    names = _NAME.findall(path)
    field = field_at(kind, names)
    inner = field.kind if field else None if names else kind
    is_file = any(each and each.__module__.endswith("._runtime.forms") for each in (model_of(inner), model_of(element_of(inner))))
    return f"{rule}; give a file as `File(...)`{at}{path}" if is_file else f"{rule}{at}{path}"


class Shape:
    """The form of an operation's items.

    Args:
        kind: type of an item, with the constraints of the spec; None if it is not known.
        extra: names of fields of mappings that the spec does not have; they are sent unchanged.
        apart: types of fields of mappings that are sent in the path alone, by their names.

    Attributes:
        kind: type of an item.
        model: the model of an item, if it has one.
        apart: as given.
    """

    def __init__(self, kind: object = None, extra: Iterable[str] = (), apart: Mapping[str, object] | None = None) -> None:
        self.kind, self.apart, self.model = kind, apart or {}, model_of(kind)
        self._extra = frozenset([*extra, *self.apart])
        self._names = _names(self.model) if self.model else None

    def read(self, item: object) -> object:
        """Return an item as its model, or as a mapping with the same fields and extra ones.

        Raises:
            ValueError: it is neither, or has an unknown field, which would be lost.
        """
        model = self.model
        if model is None or type(item) is model:
            return item
        if isinstance(item, msgspec.Struct) and {*item.__struct_encode_fields__} == {*model.__struct_encode_fields__}:
            return item
        if not isinstance(item, Mapping):
            raise ValueError(f"an item must be a {model.__name__} or a mapping")
        values = named(item, model)
        if unknown := self.unknown(values):
            raise ValueError(f"{json_path(unknown[:1])}: {NO_FIELD}")
        if wrong := self.wrong_numbers(values):
            raise ValueError(f"{wrong[0]}: {NO_NUMBER}")
        try:
            known = msgspec.convert(values, model)
        except msgspec.ValidationError as error:
            raise ValueError(rule_of(error, model)) from error
        more = {name: values[name] for name in self._extra if name in values}
        return {**msgspec.to_builtins(known), **more} if more else known

    def read_all(self, items: list[object]) -> list[object]:
        """Return items as `read` does; all at once, if none needs a change.

        Raises:
            ValueError: as in `read`.
        """
        return items if self.model is None or {*map(type, items)} == {self.model} else [self.read(each) for each in items]

    def unknown(self, values: Mapping[str, object]) -> list[str]:
        """Return the names in a mapping that the spec does not have."""
        return sorted(map(str, values.keys() - self._names.wire - self._extra)) if self._names else []

    def wrong_numbers(self, values: Mapping[str, object]) -> list[str]:
        """Return the JSON paths of NaN and infinite numbers in extra fields; JSON would have them as null."""
        try:
            return [path for name in sorted(self._extra & values.keys()) for path in _not_finite(values[name], json_path([name]))]
        except RecursionError:  # writing it as JSON reports the error
            return []

    def sent(self, item: object) -> object:
        """Return an item that is a body, without what is sent in the path alone; it is a mapping if it has any of that."""
        if not self.apart or not isinstance(item, Mapping):
            return item
        return {name: each for name, each in item.items() if name not in self.apart}

    def alias(self, path: Path) -> Path:
        """Return a path in names of the spec as a path in Python names."""
        fields = [field_at(self.kind, path[: end + 1]) for end in range(len(path))]
        return tuple(field.attribute if field else name for field, name in zip(fields, path, strict=True))

    def is_number(self, path: Path) -> bool:
        """Return whether the value at a path in an item is a whole number."""
        field = field_at(self.kind, path)
        return plain(field.kind if field else self.apart.get(path[0]) if path else self.kind)[0] is int


def apart_of(operation: GeneratedOperation[object], chunking: Chunking | None, kind: object) -> Mapping[str, object]:
    """Return the types of what an item has for the path alone: values with the name of a parameter, which the body does not have.

    Args:
        operation: the operation.
        chunking: says which parameters of the path have a value of the item.
        kind: type of the item.
    """
    if chunking is None or model_of(kind) is None:
        return {}
    kinds = {each.attribute: each.kind for each in fields_of(operation.strict)} if operation.strict else {}
    names = {name for name, path in chunking.parameters.items() if path == (name,) and field_at(kind, path) is None}
    return {each.name: kinds.get(each.argument) for each in operation.parameters if each.location == "path" and each.name in names}


class _Names(NamedTuple):
    """The names of a model's fields: those of the spec, Python names that differ, and fields whose values have fields."""

    wire: frozenset[str]
    attributes: Mapping[str, str]
    nested: Mapping[str, type[msgspec.Struct]]


@cache
def _names(model: type[msgspec.Struct]) -> _Names:
    fields = fields_of(model)
    wire = frozenset(each.name for each in fields)
    nested = {each.name: inner for each in fields if (inner := model_of(each.kind) or model_of(element_of(each.kind)))}
    return _Names(wire, {each.attribute: each.name for each in fields if each.attribute not in wire}, nested)


def named(item: Mapping[str, object], model: type[msgspec.Struct]) -> Mapping[str, object]:
    """Return a mapping with names of the spec, from one with names of the spec or of Python.

    Raises:
        ValueError: a field is given by both names.
    """
    names = _names(model)
    if item.keys() <= names.wire and item.keys().isdisjoint(names.nested):
        return item
    found: dict[str, object] = {}
    for name, value in item.items():
        wire = names.attributes.get(name, name)
        if wire in found:
            raise ValueError(f"{json_path([wire])}: it is given twice")
        found[wire] = _named_below(value, names.nested[wire]) if wire in names.nested else value
    return found


def _named_below(value: object, model: type[msgspec.Struct]) -> object:
    if isinstance(value, Mapping):
        return named(value, model)
    if isinstance(value, list | tuple):
        return [named(each, model) if isinstance(each, Mapping) else each for each in value]
    return value


def inserted(body: Mapping[str, object], path: Path, value: object) -> dict[str, object]:
    """Return a body that also has a value at a path."""
    name, *below = path
    inner = body.get(name)
    if below:
        value = inserted(inner if isinstance(inner, Mapping) else {}, tuple(below), value)
    return {**body, name: value}


def _not_finite(value: object, path: str) -> Iterator[str]:
    """Yield the paths of numbers that are not finite."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _not_finite(each, path + step(str(name)))
    elif isinstance(value, list | tuple | set | frozenset):
        for index, each in enumerate(value):
            yield from _not_finite(each, f"{path}[{index}]")
    elif isinstance(value, float | Decimal) and not math.isfinite(value):
        yield path
