"""Properties of objects that the spec allows without naming them: msgspec neither reads nor writes them by itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from numbers import Integral
from typing import Any, get_args, get_type_hints

import msgspec

from .decoding import convert, properties
from .models import OTHERS, Model, OpenModel

_SINGLE = frozenset((str, int, float, bool, type(None)))  # which most values are, and which are written as they are


def read_extras(found: Any, given: Any) -> None:
    """Add to what was read from JSON the properties that the spec does not name.

    Args:
        found: what msgspec made of the JSON.
        given: the same JSON, untyped.

    Raises:
        msgspec.ValidationError: one of them has another type than the spec says.
    """
    if isinstance(found, list) and isinstance(given, list):
        for one, other in zip(found, given, strict=True):
            read_extras(one, other)
    elif isinstance(found, Mapping) and isinstance(given, Mapping):
        for name, each in found.items():
            read_extras(each, given[name])
    elif isinstance(found, msgspec.Struct) and isinstance(given, Mapping):
        for wire_name, name in zip(found.__struct_encode_fields__, found.__struct_fields__, strict=True):
            if wire_name in given and wire_name != OTHERS:
                read_extras(getattr(found, name), given[wire_name])
        if isinstance(found, OpenModel):
            found.additional_properties = _others(type(found), given)


def named_fields(kind: type[msgspec.Struct]) -> frozenset[str]:
    """Return the properties of a model that the spec names, as they are on the wire."""
    return frozenset(kind.__struct_encode_fields__) - {OTHERS}


@cache
def type_of_others(kind: type[OpenModel]) -> Any:
    """Return the type of the properties of a model that the spec does not name."""
    return get_args(get_type_hints(kind)["additional_properties"])[1]


def with_extras(value: Any) -> Any:
    """Return a value with the objects in it that have additional properties as msgspec has to write them."""
    if type(value) in _SINGLE:
        return value
    if isinstance(value, Model):
        return {name: with_extras(each) for name, each in properties(value)}
    if isinstance(value, Mapping):
        return {name: with_extras(each) for name, each in value.items()}
    return [with_extras(each) for each in value] if isinstance(value, list | tuple) else value


def as_builtin(value: Any) -> Any:
    """Return a text or a number of another class, such as those of NumPy, as what JSON has; to be given to msgspec.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, float):
        return float.__float__(value)
    raise TypeError(f"Encoding objects of type {type(value).__name__} is unsupported")


def builtins(value: Any) -> Any:
    """Return a value as the lists, objects and single values that JSON has."""
    return value if type(value) in _SINGLE else msgspec.to_builtins(with_extras(value))


def _others(kind: type[OpenModel], given: Mapping[str, Any]) -> dict[str, Any]:
    others = {name: each for name, each in given.items() if name not in named_fields(kind)}
    if type_of_others(kind) is Any:
        return others
    read = {}
    for name, each in others.items():
        read[name] = convert(each, type_of_others(kind))
        read_extras(read[name], each)
    return read
