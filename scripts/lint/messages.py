"""Say in one line what a JSON Schema validator found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from typing import cast

from jsonschema.exceptions import ValidationError

from scripts.spec.document import Json

_MOST = 12  # values that a message lists


def short(value: Json) -> str:
    """Write a value for a message: in full if that is short, its kind only if it is an object or a list."""
    if isinstance(value, dict):
        return "the object"
    if isinstance(value, list):
        return "the list"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def enumerated(values: Iterable[Json]) -> str:
    """Write values for a message, the first dozen of them."""
    shown = [*map(short, values)]
    return ", ".join(shown[:_MOST]) + (f" and {len(shown) - _MOST} others" if len(shown) > _MOST else "")


def instead(name: str, known: Iterable[str]) -> str:
    """Return what may be meant by an unknown name: the known one that is like it, or all of them."""
    names = [*known]
    near = get_close_matches(name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {enumerated(names)}"


def message_of(error: ValidationError) -> str:
    """Return the message of an error without the whole of a long value."""
    if error.validator == "additionalProperties" and error.validator_value is False:
        schema, found = cast("dict[str, Json]", error.schema), cast("dict[str, Json]", error.instance)
        known = schema["properties"]
        return ", ".join(f"there is no {name!r} here ({instead(name, known)})" for name in found if name not in known)
    message, value = error.message, repr(error.instance)
    return f"{short(error.instance)}{message.removeprefix(value)}" if message.startswith(value) else message


def innermost(error: ValidationError) -> ValidationError:
    """Of the alternatives of anyOf and oneOf take the only one that allows the type of the value, and what is wrong by it."""
    branches: dict[str | int, list[ValidationError]] = defaultdict(list)
    for inner in error.context or ():
        branches[inner.schema_path[0]].append(inner)
    meant = [errors for errors in branches.values() if not any(e.validator == "type" and not e.path for e in errors)]
    if len(meant) != 1:
        return error
    return innermost(max(meant[0], key=lambda inner: len(inner.path)))
