"""What is written of a class that derives from one of `scripts.runtime.decoding`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from scripts.generate.parse.api import Schema
from scripts.generate.parse.schemas.keywords import without
from scripts.generate.text.escapes import literal
from scripts.generate.types.annotations import annotation
from scripts.spec.document import split


@dataclass(frozen=True, kw_only=True)
class CustomClass:
    """Parts of a custom class.

    Attributes:
        base: name of the class that it derives from.
        type: a string literal, the type that type checkers see in its place.
        body: its lines.
    """

    base: str
    type: str
    body: tuple[str, ...]


def custom_class(schema: Schema) -> CustomClass | None:
    """Return the class of a schema that `custom_types` has marked, or None for any other schema."""
    base = schema.get("x-custom")
    if base is None:
        return None
    kind = annotation(schema, module="")
    if base == "Extended":
        body = [f"{part}: {annotation(schema[part], module='')}" for part in ("named", "others")]
    elif base == "Checked":
        rules = without(schema, "x-custom", "value", "description")
        body = [*(f"{name}: ClassVar = {_rule(name, value)}" for name, value in rules.items()), f"value: {kind}"]
    else:
        body = [*_discriminator(schema.get("discriminator", {})), f"any_of: {kind}"]
    return CustomClass(base=base, type=literal(kind), body=tuple(body))


def _discriminator(given: Schema) -> Iterator[str]:
    if given:
        mapping = {value: split(target)[-1] for value, target in given["mapping"].items()}
        yield f"discriminator: ClassVar = {literal(given['propertyName'])}"
        yield f"mapping: ClassVar = {literal(mapping)}"
    if "otherwise" in given:
        yield f"otherwise: ClassVar = {literal(split(given['otherwise'])[-1])}"


def _rule(name: str, value: Any) -> str:
    if name == "multiple_of":
        return literal(str(value))
    if name == "values":
        return literal(tuple(msgspec.json.encode(each).decode() for each in value))
    return literal(tuple(map(tuple, value)) if name == "any_required" else value)
