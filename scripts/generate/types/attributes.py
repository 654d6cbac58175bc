"""Names of the fields of classes and of the members of enums, as datamodel-code-generator gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from datamodel_code_generator.format import PythonVersion
from datamodel_code_generator.model.field_name import MsgspecFieldNameResolver
from datamodel_code_generator.reference import EnumFieldNameResolver, FieldNameResolver

from scripts.generate.parse.api import Schema
from scripts.generate.parse.enum_names import NAMES

_FIELDS = MsgspecFieldNameResolver(snake_case_field=True, target_python_version=PythonVersion.PY_311)
_MEMBERS = EnumFieldNameResolver(capitalise_enum_members=True, use_subclass_enum=True, target_python_version=PythonVersion.PY_311)

WireNames = Mapping[str, Mapping[Any, str] | None]


def wire_names(schemas: Mapping[str, Schema]) -> WireNames:
    """Return, by class, the fields of a Struct by name on the wire, or the members of an enum by value; None for other types."""
    classes = {name for name, schema in schemas.items() if schema.keys() & {"properties", "enum"}}
    return {name: attributes(schema) if name in classes else None for name, schema in schemas.items()}


def attributes(schema: Schema) -> dict[Any, str]:
    """Return the field of each property of an object, by its name on the wire, or the member of each value of an enum.

    Any other schema has none.
    """
    if "enum" in schema:
        values = schema["enum"]
        names = schema.get(NAMES) or [each if isinstance(each, str) else f"integer_{each}" for each in values]
        return dict(zip(values, _unique(_MEMBERS, names), strict=True))
    properties = schema.get("properties", {})
    return dict(zip(properties, _unique(_FIELDS, properties), strict=True))


def _unique(resolver: FieldNameResolver, names: Iterable[str]) -> list[str]:
    taken = {"builtins"}  # which the annotations of a class name
    found = []
    for name in names:
        found.append(resolver.get_valid_name(name, excludes=taken))
        taken.add(found[-1])
    return found
