"""Write the modules of types: for each schema an enum, a msgspec Struct, a class of `scripts.runtime.decoding`, or an alias."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import msgspec

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.enum_names import DESCRIPTIONS
from scripts.generate.parse.keywords import has_extras, is_nullable, kind_of, without, without_null
from scripts.generate.parse.references import referenced
from scripts.generate.text.docstrings import docstring
from scripts.generate.text.escapes import literal
from scripts.generate.types.annotations import annotation, union
from scripts.generate.types.attributes import attributes
from scripts.generate.types.directions import Directions
from scripts.runtime.models import OTHERS
from scripts.spec.document import split

_FORMATS = {"uuid": "Uuid", "date": "Date", "date-time": "DateTime"}
_LIMITS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
    "minItems": "min_length",
    "maxItems": "max_length",
    "minProperties": "min_length",
    "maxProperties": "max_length",
}
_BUILTINS = frozenset(["bool", "dict", "float", "int", "list", "str"])
_IMPORTS = """
import builtins
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import UNSET, Meta, UnsetType, field

from ._runtime.decoding import AnyOf, Checked, Extended
from ._runtime.formats import Date, DateTime, Uuid
from ._runtime.forms import File
from ._runtime.models import Model, OpenIntEnum, OpenModel, OpenStrEnum
"""


def generate_models(directions: Directions, *, header: str, strict: bool) -> str:
    """Return the text of a module with one class or alias for each schema, whose imports are yet to be sorted.

    Args:
        directions: the schemas.
        header: comment and docstring at the top.
        strict: whether it is the private module that requests are checked against, whose classes have no docstrings.
    """
    schemas = directions.strict if strict else directions.public
    if not schemas:
        return f"{header}\n"
    described = None if strict else directions.api
    written = [_written(name, schemas[name], described, directions.open_enums) for name in _in_order(schemas)]
    return "\n".join([header, "", "from __future__ import annotations", _IMPORTS, *written])


def _in_order(schemas: Mapping[str, Schema]) -> list[str]:
    """Return the names, first of the classes, whose annotations are evaluated late, then of aliases, each behind what it needs."""
    aliases = {name: schema for name, schema in schemas.items() if _is_alias(schema)}
    needed = {name: [each for each in referenced(schema) if each in aliases] for name, schema in aliases.items()}
    return [*(name for name in schemas if name not in aliases), *TopologicalSorter(needed).static_order()]


def _is_alias(schema: Schema) -> bool:
    return not schema.keys() & {"x-custom", "enum", "properties"}


def _written(name: str, schema: Schema, described: Api | None, open_enums: Collection[str]) -> str:
    """Return the class or the alias of a schema, with docstrings if an API is given."""
    if _is_alias(schema):
        return f"{name}: TypeAlias = {_checked(schema)}\n"
    text = schema.get("description") or f"{name} of {described.title}." if described else ""
    doc = [docstring(text)] if described else []
    if "x-custom" in schema:
        return _custom(name, schema, doc)
    if "enum" in schema:
        base = "StrEnum" if schema["type"] == "string" else "IntEnum"
        prefix = "Open" if described and name in open_enums else ""
        return _class(f"{name}({prefix}{base})", [*doc, *_members(schema, described)])
    base = "OpenModel" if has_extras(schema) else "Model"
    return _class(f"{name}({base}, kw_only=True)", [*doc, *_fields(schema, described)])


def _members(schema: Schema, described: Api | None) -> Iterator[str]:
    texts = schema.get(DESCRIPTIONS, ()) if described else ()
    for index, (value, name) in enumerate(attributes(schema).items()):
        yield f"{name} = {literal(value)}"
        if index < len(texts) and texts[index]:
            yield docstring(texts[index])


def _fields(schema: Schema, described: Api | None) -> Iterator[str]:
    names = attributes(schema)
    # A field hides the type of the same name in the rest of its class.
    builtins = "builtins." if _BUILTINS & {*names.values()} else ""
    required = schema.get("required", ())
    for name in sorted(schema["properties"], key=lambda name: name not in required):
        child = schema["properties"][name]
        default = [] if name in required else ["default=UNSET"]
        given = [f"name={literal(name)}"] if names[name] != name else []
        kind = " | ".join([_checked(child, builtins), *(["UnsetType"] if default else [])])
        value = f" = field({', '.join([*given, *default])})" if given else " = UNSET" if default else ""
        yield f"{names[name]}: {kind}{value}"
        if described and (text := field_text(child, described)):
            yield docstring(text)
    if has_extras(schema):
        others = annotation(schema["additionalProperties"], module="", builtins=builtins)
        if others != "Any":  # as the base has them
            kind = f"{builtins}dict[{builtins}str, {others}]"
            yield f"additional_properties: {kind} = field(default_factory=dict, name={literal(OTHERS)})"


def _checked(schema: Schema, builtins: str = "") -> str:
    """Return the type of a schema, with the limits that msgspec checks."""
    if "anyOf" in schema:
        members = [_checked(each, builtins) for each in schema["anyOf"]]
        return "Any" if "Any" in members else union(members)
    if is_nullable(schema) and "const" not in schema:
        return union([_checked(without_null(schema), builtins), "None"])
    kind = _FORMATS.get(schema.get("format", "")) or annotation(schema, module="", builtins=builtins)
    limits = ", ".join(sorted(f"{_LIMITS[key]}={_limit(schema, key)}" for key in schema if key in _LIMITS))
    return f"Annotated[{kind}, Meta({limits})]" if limits else kind


def _limit(schema: Schema, key: str) -> str:
    value = schema[key]
    return literal(float(value) if kind_of(schema) == "number" else value)


def _custom(name: str, schema: Schema, doc: list[str]) -> str:
    """Return a class that derives from one of `scripts.runtime.decoding`; type checkers see the type that it stands for."""
    base = schema["x-custom"]
    kind = annotation(schema, module="")
    if base == "Extended":
        body = [f"{part}: {annotation(schema[part], module='')}" for part in ("named", "others")]
    elif base == "Checked":
        rules = without(schema, "x-custom", "value", "description")
        body = [*(f"{name}: ClassVar = {_rule(name, value)}" for name, value in rules.items()), f"value: {kind}"]
    else:
        body = [*_discriminator(schema.get("discriminator", {})), f"any_of: {kind}"]
    written = _class(f"{name}({base})", [*doc, *body], indent=4)
    return f"if TYPE_CHECKING:\n    {name}: TypeAlias = {literal(kind)}\nelse:\n{written}"


def _class(head: str, body: list[str], *, indent: int = 0) -> str:
    margin = " " * indent
    return "\n".join([f"{margin}class {head}:", *(f"{margin}    {each}" for each in body or ["pass"]), ""])


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


def field_text(schema: Schema, api: Api) -> str:
    """Return the description of a field: its own, or that of its type."""
    text = schema.get("description", "")
    if not text:
        text = next((api.schemas[name].get("description", "") for name in referenced(schema) if name in api.schemas), "")
    return str(text)
