"""Write `_strict.py`: for each schema that is sent an enum, a msgspec Struct, a class of `scripts.runtime.decoding`, or an alias.

Its classes have no docstrings, since callers do not see them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from graphlib import TopologicalSorter

from datamodel_code_generator.format import PythonVersion
from datamodel_code_generator.model.field_name import MsgspecFieldNameResolver
from datamodel_code_generator.reference import EnumFieldNameResolver, FieldNameResolver

from scripts.generate.parse.api import Schema
from scripts.generate.parse.schemas.enum_names import NAMES
from scripts.generate.parse.schemas.keywords import is_nullable, kind_of, without_null
from scripts.generate.parse.schemas.references import referenced
from scripts.generate.text.escapes import literal
from scripts.generate.text.names import python_name
from scripts.generate.types.annotations import BUILTINS, FORMATS, annotation, union
from scripts.generate.types.comparison import prove_classes
from scripts.generate.types.custom_classes import custom_class
from scripts.generate.types.directions import Directions

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
_IMPORTS = """
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import UNSET, Meta, UnsetType, field

from ._runtime.decoding import AnyOf, Checked, Extended
from ._runtime.formats import Date, DateTime, Uuid
from ._runtime.forms import File
from ._runtime.models import Model
"""
# The names that datamodel-code-generator gives in `models.py`.
_FIELDS = MsgspecFieldNameResolver(snake_case_field=True, target_python_version=PythonVersion.PY_311)
_MEMBERS = EnumFieldNameResolver(capitalise_enum_members=True, use_subclass_enum=True, target_python_version=PythonVersion.PY_311)


def generate_checks(directions: Directions, *, header: str) -> str:
    """Return the text of the module that requests are checked against, with one class or alias for each strict schema.

    Args:
        directions: the schemas.
        header: comment and docstring at the top.

    Raises:
        SpecError: a class does not match its schema.
    """
    schemas = directions.strict
    text = f"{header}\n"
    if schemas:
        text = "\n".join([header, "", "from __future__ import annotations", _IMPORTS, *Checks(schemas).definitions()])
    prove_classes(directions, schemas, text)
    return text


class Checks:
    """The classes and aliases of strict schemas."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self.schemas = schemas
        self.names = {name: _names(_FIELDS, schema["properties"]) for name, schema in schemas.items() if "properties" in schema}
        # A field hides the type of the same name in the rest of its class.
        self.hidden = BUILTINS & {field for names in self.names.values() for field in names}

    def definitions(self) -> Iterator[str]:
        """Yield the classes, whose annotations are evaluated late, then the aliases, each behind what it needs."""
        yield from (f"from builtins import {name} as {name}_aliased" for name in sorted(self.hidden))
        aliases = {name: schema for name, schema in self.schemas.items() if not schema.keys() & {"x-custom", "enum", "properties"}}
        yield from (self._class(name, schema) for name, schema in self.schemas.items() if name not in aliases)
        needed = {name: [each for each in referenced(schema) if each in aliases] for name, schema in aliases.items()}
        yield from (f"{name}: TypeAlias = {_type(aliases[name])}\n" for name in TopologicalSorter(needed).static_order())

    def _class(self, name: str, schema: Schema) -> str:
        custom = custom_class(schema)
        if custom is not None:
            body = "".join(f"        {line}\n" for line in custom.body)
            return f"if TYPE_CHECKING:\n    {name}: TypeAlias = {custom.type}\nelse:\n    class {name}({custom.base}):\n{body}"
        if "enum" in schema:
            base = "StrEnum" if schema["type"] == "string" else "IntEnum"
            return _written(f"{name}({base})", _members(schema))
        return _written(f"{name}(Model, kw_only=True)", self._fields(schema, self.names[name]))

    def _fields(self, schema: Schema, names: Collection[str]) -> Iterator[str]:
        required = schema.get("required", ())
        fields = zip(schema["properties"].items(), names, strict=True)
        for (name, child), attribute in sorted(fields, key=lambda field: field[0][0] not in required):
            given = [f"name={literal(name)}"] if attribute != name else []
            kind = _type(child, self.hidden)
            if name in required:
                value = f" = field({given[0]})" if given else ""
            else:
                kind = f"{kind} | UnsetType"
                value = f" = field({given[0]}, default=UNSET)" if given else " = UNSET"
            yield f"{attribute}: {kind}{value}"


def _written(head: str, body: Iterator[str]) -> str:
    return "\n".join([f"class {head}:", *(f"    {each}" for each in [*body] or ["pass"]), ""])


def _members(schema: Schema) -> Iterator[str]:
    values = schema["enum"]
    names = schema.get(NAMES) or [each if isinstance(each, str) else f"integer_{each}" for each in values]
    for value, name in zip(values, _names(_MEMBERS, names), strict=True):
        yield f"{name} = {literal(value)}"


def _type(schema: Schema, hidden: Collection[str] = ()) -> str:
    """Return the type of a schema, with the limits that msgspec checks."""
    if "anyOf" in schema:
        members = [_type(each, hidden) for each in schema["anyOf"]]
        return "Any" if "Any" in members else union(members)
    if is_nullable(schema) and "const" not in schema:
        return union([_type(without_null(schema), hidden), "None"])
    kind = FORMATS.get(schema.get("format", "")) or annotation(schema, module="", hidden=hidden)
    limits = ", ".join(sorted(f"{_LIMITS[key]}={_limit(schema, key)}" for key in schema if key in _LIMITS))
    return f"Annotated[{kind}, Meta({limits})]" if limits else kind


def _limit(schema: Schema, key: str) -> str:
    value = schema[key]
    return literal(float(value) if kind_of(schema) == "number" else value)


def _names(resolver: FieldNameResolver, wanted: Collection[str]) -> list[str]:
    found: list[str] = []
    taken: set[str] = set()
    for name in wanted:
        found.append(resolver.get_valid_name(python_name(name), excludes=taken))
        taken.add(found[-1])
    return found
