"""What a value means that OpenAPI does not allow, where that is plain, and what is understood as it is."""

from __future__ import annotations

import re
from copy import deepcopy

import jsonschema_rs

from scripts.generate.parse.schemas.keywords import distinct
from scripts.spec.document import NAMING, Json, Pointer

_TYPES = frozenset(["array", "boolean", "integer", "null", "number", "object", "string"])
# Keywords of OpenAPI 3.1 that documents of 3.0 have, too, and of 3.2, with the types of their values; they are read as there.
_NEWER: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("const", "examples"), object),
    **dict.fromkeys(("contentMediaType", "contentEncoding"), str),
    **dict.fromkeys(("patternProperties", "dependentRequired", "dependentSchemas", "$defs", "definitions"), dict),
    "prefixItems": list,
    "allowReserved": bool,
    **dict.fromkeys(("propertyNames", "contains", "if", "then", "else", "contentSchema", "itemSchema"), (dict, bool)),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), (dict, bool)),
}
UNEXPECTED = ("unevaluatedProperties", "additionalProperties")
"""Kinds of the error of a field that is not allowed."""
RESPONSES: Json = {"default": {"description": ""}}
"""The responses of an operation that has none."""
_MISSPELT = {
    **dict.fromkeys(("int", "long", "int32", "int64"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("str", "text"), "string"),
    **dict.fromkeys(("date", "date-time", "datetime", "uuid", "uri", "url", "email", "password", "enum"), "string"),
    "bool": "boolean",
    "list": "array",
    **dict.fromkeys(("map", "dict"), "object"),
}
# As YAML 1.1 has them, too.
_BOOLEANS = {**dict.fromkeys(("true", "yes", "on"), True), **dict.fromkeys(("false", "no", "off"), False)}


def meant(value: Json, pointer: Pointer, error: jsonschema_rs.ValidationError) -> Json:
    """Return what a value means that an error is about; None if that is not plain."""
    kinds = error.kind.as_dict().get("types", [error.kind.as_dict().get("type")])
    found = _of_field(value, pointer)
    if found is None and error.kind.name == "uniqueItems":
        return distinct(value)
    return _of_type(value, kinds) if found is None and error.kind.name == "type" else found


def _of_field(value: Json, pointer: Pointer) -> Json:
    """Return what a value means because of the field that has it."""
    last, text = pointer[-1] if pointer else "", value.lower() if isinstance(value, str) else ""
    kind = _MISSPELT.get(text, text if text in _TYPES else None)
    is_named = bool(pointer) and is_name(pointer)
    if kind is not None and (
        pointer[-2:-1] == ("properties",) if is_named else last in ("schema", "items", "additionalProperties")
    ):
        return {"type": kind}
    if is_named or last == "type":
        found = _kinds(value) if isinstance(value, list) else kind
        return None if is_named or found == value else found
    if last == "additionalProperties" and text in ("true", "false"):
        return text == "true"
    if last == "discriminator" and text:
        return {"propertyName": value}
    if last == "responses" and value == {}:
        return deepcopy(RESPONSES)
    is_of_path = last == "required" and pointer[-3:-2] == ("parameters",)
    return True if is_of_path and value is False else None


def _kinds(values: list[Json]) -> list[str] | None:
    """Return the types that a list names; None if it names anything else."""
    found = [_MISSPELT.get(each, each) for each in (str(value).lower() for value in values)]
    return found if {*found} <= _TYPES else None


def _of_type(value: Json, kinds: list[str]) -> Json:
    if "string" in kinds and isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if "boolean" in kinds and str(value).lower() in _BOOLEANS:
        return _BOOLEANS[str(value).lower()]
    if {"integer", "number"} & {*kinds} and isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
        return int(value)
    if "array" in kinds and isinstance(value, str | dict):
        return [value]  # the only one of a list
    if "object" in kinds and value == []:
        return {}  # as PHP writes an empty one
    return None


def is_name(pointer: Pointer) -> bool:
    """Return whether the last part of a pointer is a name that the document gives, and not a field or an index."""
    named = False
    for part in pointer[:-1]:
        named = not named and part in NAMING
    return named and isinstance(pointer[-1], str)


def is_harmless(error: jsonschema_rs.ValidationError) -> bool:
    """Return whether a value is understood although the JSON Schema of OpenAPI forbids it."""
    path, details = tuple(error.instance_path), error.kind.as_dict()
    value: Json = error.instance
    last = path[-1] if path else ""
    if error.kind.name == "format":
        return True  # a pattern, which is checked where it is used
    if error.kind.name == "propertyNames" or (error.kind.name == "pattern" and path[:1] == ("components",) and len(path) == 2):
        return True
    if error.kind.name == "required" and details["property"] == "default" and path[-2:-1] == ("variables",):
        return True  # of a server, which the client then has to be given
    if not is_name(path):
        kinds = error.instance if isinstance(error.instance, list) else [error.instance]
        if last == "type" and kinds and {*map(str, kinds)} <= _TYPES:
            return True
        if last in ("exclusiveMinimum", "exclusiveMaximum") and isinstance(error.instance, bool | int | float):
            return True
    return error.kind.name in UNEXPECTED and all(is_newer(name, value[name]) for name in details["unexpected"])


def is_newer(name: str, value: Json) -> bool:
    """Return whether a field is one of a newer version of OpenAPI, with a value that it may have."""
    return name in _NEWER and isinstance(value, _NEWER[name])
