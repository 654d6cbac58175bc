"""Keywords of single schemas: types, constants and enums, and OpenAPI 3.0 written as 3.1."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scripts.generate.parse.api import Schema
from scripts.runtime.decoding import plain
from scripts.spec.document import Json

_OF_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern"),
    "integer": _OF_NUMBERS,
    "number": _OF_NUMBERS,
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": ("properties", "additionalProperties", "required", "minProperties", "maxProperties", "unevaluatedProperties"),
}
OF_SOME_TYPE = frozenset(key for keys in _KEYWORDS.values() for key in keys)
_KIND_BY_KEYWORD = {key: kind for kind in ("string", "number", "array", "object") for key in _KEYWORDS[kind]} | {
    "patternProperties": "object",
    "prefixItems": "array",
}


def without(schema: Schema, *keywords: str) -> Schema:
    """Return a schema without some of its keywords."""
    return {key: value for key, value in schema.items() if key not in keywords}


def described(result: Schema, schema: Schema) -> Schema:
    """Return a schema with the description that another one has, if it has any."""
    return {**result, "description": schema["description"]} if "description" in schema else result


def is_nothing(schema: Json) -> bool:
    """Return whether it is plain that no value is valid: by `false`, `not: {}`, a part of `allOf`, or all members of a union."""
    if not isinstance(schema, dict):
        return schema is False
    parts = schema.get("allOf") or []
    unions = [schema[key] for key in ("anyOf", "oneOf") if schema.get(key)]
    return schema.get("not") in ({}, True) or any(map(is_nothing, parts)) or any(all(map(is_nothing, each)) for each in unions)


def is_nullable(schema: Schema) -> bool:
    """Return whether null is one of the types of a schema."""
    return isinstance(schema.get("type"), list) and "null" in schema["type"]


def with_null(schema: Schema) -> Schema:
    """Return a schema that null is also valid against."""
    kind = schema.get("type")
    if schema.keys() <= {"description"} or kind == "null" or is_nullable(schema):
        return schema
    if isinstance(kind, str):
        return {**schema, "type": [kind, "null"]}
    rest = without(schema, "description")
    members = rest["anyOf"] if rest.keys() == {"anyOf"} else [rest]
    return described({"anyOf": members if {"type": "null"} in members else [*members, {"type": "null"}]}, schema)


def without_null(schema: Schema) -> Schema:
    """Return a schema whose type is not null, where it has another one."""
    return {**schema, "type": kind_of(schema)} if is_nullable(schema) else schema


_WIDE = "a number of more than 64 bits is not checked"


def has_extras(schema: Schema) -> bool:
    """Return whether a normalized schema is an object with named properties that may have others, too."""
    return "properties" in schema and "additionalProperties" in schema


def modern(schema: Schema) -> Schema:
    """Write a schema of OpenAPI 3.0 as one of 3.1."""
    if "$ref" in schema:  # 3.0 ignores other keywords beside it, but `nullable` is meant where it is written
        schema = {key: schema[key] for key in ("$ref", "nullable") if key in schema}
    schema = null_as_type(schema)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)
    return schema


def null_as_type(schema: Schema) -> Schema:
    """Write `nullable` of OpenAPI 3.0, which documents of 3.1 have, too, as a type or as an alternative."""
    schema = dict(schema)
    if schema.pop("nullable", False) is not True:
        return schema
    kinds = schema.get("type")
    if kinds is not None:
        schema["type"] = [*dict.fromkeys([*([kinds] if isinstance(kinds, str) else kinds), "null"])]
    elif schema.keys() & {"$ref", "allOf", "anyOf", "oneOf"}:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema


def kind_of(schema: Schema) -> str | None:
    """Return the one type of a schema that is not null; without `type`, the one that its keywords are for."""
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((each for each in kind if each != "null"), "null")
    if kind is None:
        return next((_KIND_BY_KEYWORD[key] for key in schema if key in _KIND_BY_KEYWORD), None)
    return str(kind)


def relevant(schema: Schema, kind: str) -> Schema:
    """Return the schema without the keywords that do not apply to its type."""
    return {key: value for key, value in schema.items() if key not in OF_SOME_TYPE or key in _KEYWORDS.get(kind, ())}


def is_only_null(schema: Json) -> bool:
    """Return whether null is the only value of a schema."""
    return isinstance(schema, dict) and (
        schema.get("type") == "null" or schema.get("enum") == [None] or schema.get("const", 0) is None
    )


def constant(schema: Schema, refuse: Callable[[str], None]) -> Schema:
    """Return the schema of one value."""
    value = schema["const"]
    kinds = schema.get("type", json_type(value))
    if value is None:
        _note_null(kinds, refuse)
        return {"type": "null"}
    if not _is_of(value, kinds):
        refuse(f"{value!r} is not of type {kinds}; it is read as that type")
        value = _as(value, kinds)
        if value is None:
            return without(schema, "const")
    if _is_wide(value):
        refuse(_WIDE)
        return without(schema, "const")
    result = _types([value], kinds)
    return {**result, "const": value} if result["type"] in ("string", "integer") else {**result, "x-values": [value]}


def closed_values(schema: Schema, refuse: Callable[[str], None]) -> tuple[Schema, bool]:
    """Return the schema of an enum, and whether null is one of its values.

    Strings and integers keep `enum` and get a class. Others have no class: their schema is their type, with `x-values`.
    """
    kinds = schema.get("type")
    null = None in schema["enum"]
    if null:
        _note_null(kinds, refuse)
    elif isinstance(kinds, list) and "null" in kinds:
        null = True  # a nullable enum that forgets null in its list
    values: list[Any] = []
    for given in schema["enum"]:
        value = given if kinds is None or _is_of(given, kinds) else _as(given, kinds)
        if value is not given:
            refuse(f"{given!r} is not of type {kinds}; it is " + ("ignored" if value is None else "read as that type"))
        if value is not None:
            values.append(value)
    values = distinct(values)
    if not values:
        return ({"type": "null"} if kinds in (None, "null") or null else without(schema, "enum")), null
    if _is_wide(values):
        refuse(_WIDE)
        return without(schema, "enum"), null
    result = _types(values, kinds)
    if result.get("type") in ("string", "integer"):
        return {**result, "enum": values}, null
    if null:
        values.append(None)
    return {**_types(values, kinds), "x-values": values}, null


def _note_null(kinds: str | list[str] | None, refuse: Callable[[str], None]) -> None:
    """Note that null is listed as a value although the type does not have it, as some tools write what may be null."""
    if kinds is not None and "null" not in kinds:
        refuse(f"None is not of type {kinds}; it is a value all the same")


def _is_wide(value: Json) -> bool:
    """Return whether there is an integer in a value that does not fit into 64 bits."""
    if isinstance(value, dict | list):
        return any(map(_is_wide, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and not -(2**63) <= value < 2**63


def json_type(value: Json) -> str:
    """Return the JSON Schema type of a value."""
    return {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}.get(type(value), "null")


def _types(values: list[Any], allowed: str | list[str] | None) -> Schema:
    """Return the schema of the types of some values, where an integer is a number if the schema allows numbers and not integers."""
    kinds = list(dict.fromkeys(json_type(value) for value in values))
    if "integer" in kinds and ("number" in kinds or ("number" in (allowed or ()) and "integer" not in (allowed or ()))):
        kinds = list(dict.fromkeys("number" if kind == "integer" else kind for kind in kinds))
    more: dict[str, Schema] = {"array": {"items": {}}, "object": {"additionalProperties": {}}}
    schemas = [{"type": kind, **more.get(kind, {})} for kind in kinds]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _is_of(value: Json, kinds: str | list[str]) -> bool:
    kind = json_type(value)
    allowed = [kinds] if isinstance(kinds, str) else kinds
    return kind in allowed or (kind == "integer" and "number" in allowed)


def _as(value: Json, kinds: str | list[str]) -> Json:
    """Return a value that is written as another type as what it means; None if that is nothing."""
    allowed = [kinds] if isinstance(kinds, str) else kinds
    if "integer" in allowed and isinstance(value, float) and value.is_integer():
        return int(value)
    if "string" in allowed and isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    text = str(value).lower()
    if "boolean" in allowed and text in ("true", "false"):
        return text == "true"
    if {"integer", "number"} & {*allowed} and isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
        return int(value)
    return None


def distinct(values: Sequence[Json]) -> list[Json]:
    """Return values, each once."""
    return list({as_json(each): each for each in reversed(values)}.values())[::-1]


def as_json(value: Json) -> str:
    """Return the text of a value, the same of values that are equal in JSON: 1 is 1.0, and not true."""
    return json.dumps(plain(value), sort_keys=True)
