"""The help text about the items of an operation: their fields, with types and limits from the spec."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import msgspec

from catalog_clients._engine.items.fields import ItemField, item_fields
from catalog_clients._engine.items.shapes import element_of, fields_of, model_of, plain
from catalog_jobs import apis
from catalog_jobs.apis import Operation
from catalog_jobs.command.progress import texts

_WORDS = {
    "text": "text",
    "whole": "whole number",
    "number": "number",
    "flag": "true or false",
    "list": "list",
    "object": "object",
    "any": "JSON",
}
_MANY = {"text": "texts", "whole": "whole numbers", "number": "numbers", "object": "objects"}
_BOUNDS = (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than"), ("multiple_of", "a multiple of"))
_MOST_VALUES = 20  # values that are listed
# Any, below: types from annotations, which are not always classes.


def fields_help(operation: Operation) -> str:
    """Return the fields of an operation's items, as a paragraph of help whose line breaks are kept."""
    fields = item_fields(apis.client(operation.api), operation.name).fields
    if len(fields) == 1 and not fields[0].path:
        return f"An item is {_described(fields[0])}; --map calls its column sku."
    rows = [(".".join(each.path), "required" if each.is_required else "", _described(each)) for each in fields]
    table = "\n".join(f"  {line}" for line in texts.table(rows).splitlines())
    return f"\b\nThe fields of an item, which are the columns of FILE or are given by --map:\n{table}"


def _described(field: ItemField) -> str:
    """Return the type and the limits of a field in words."""
    element = element_of(field.kind)
    if element is None:
        limits = [*_limits(field.kind)]
        return ", ".join([*([_WORDS[field.want]] if field.want != "any" or not limits else []), *limits])
    model = model_of(element)
    inner = f" with {', '.join(each.name for each in fields_of(model))}" if model else ""
    what = f"list of {_MANY[field.element]}{inner}" if field.element in _MANY else "list"
    return ", ".join([what, *_limits(field.kind), *(f"each {limit}" for limit in _limits(element))])


def _limits(kind: Any) -> Iterator[str]:
    """Yield the limits of a type in words."""
    inner, limits = plain(kind)
    values = [each.value for each in inner] if isinstance(inner, type) and issubclass(inner, Enum) else []
    values = [*get_args(inner)] if get_origin(inner) is Literal else values
    if values:
        more = f" and {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
        yield f"one of {', '.join(map(str, values[:_MOST_VALUES]))}{more}"
    noun = "element" if element_of(kind) is not None else "character"
    for each in (limit for limit in limits if isinstance(limit, msgspec.Meta)):
        yield from _length(each, noun)
        yield from (f"{word} {value:g}" for name, word in _BOUNDS if (value := getattr(each, name)) is not None)
        if each.pattern:
            yield f"as the pattern {each.pattern}"


def _length(limit: msgspec.Meta, noun: str) -> Iterator[str]:
    least, most = limit.min_length, limit.max_length
    if least and most and least != most:
        yield f"{least} to {texts.count(most, noun)}"
    elif least and most:
        yield texts.count(most, noun)
    elif most:
        yield f"at most {texts.count(most, noun)}"
    elif least:
        yield f"at least {texts.count(least, noun)}"
