"""JSON Schemas of a spec: valid requests, responses that a tolerant reader accepts, and the paths of violations."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from scripts.spec.document import SCHEMAS, Json
from tests.properties.contract import BODY, Api, DocumentedResponse, JsonPath, Operation, Schema

CHECKED_FORMATS = ("uuid", "date", "date-time")
INTEGER_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_LIMITS = ("minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_MORE_LIMITS = ("multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties")
_UNREAD = {
    "allOf", "oneOf", "not", "if", "const", "prefixItems", "contains", "patternProperties", "propertyNames", "dependentRequired",
}  # fmt: skip
_OF_FORMAT = {"uuid": "12345678-90ab-cdef-1234-567890abcdef", "date": "2024-02-29", "date-time": "2024-02-29T12:34:56Z"}

Change = Callable[[Schema], Schema]


def target(api: Api, schema: Schema) -> Schema:
    """Return the schema that a reference leads to."""
    while "$ref" in schema:
        schema = api.schemas[schema["$ref"].removeprefix(SCHEMAS)]
    return schema


def non_null(api: Api, schema: Schema) -> Schema:
    """Return the schema of the values other than null."""
    schema = target(api, schema)
    if "anyOf" in schema:
        return non_null(api, next(each for each in schema["anyOf"] if each.get("type") != "null"))
    return schema


def kinds(schema: Schema) -> set[str]:
    """Return the JSON types that a schema other than a reference allows; empty where it allows all."""
    if "anyOf" in schema:
        return {kind for each in schema["anyOf"] for kind in (kinds(each) or {"object"})}
    kind = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


def everywhere(schema: Schema, change: Change) -> Schema:
    """Return the schema with a change made to it and to every schema inside.

    Raises:
        NotImplementedError: the schema has a keyword that no module here reads.
    """
    members = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    unread = [*({*schema} & _UNREAD), *(["anyOf"] if len(members) > 1 else [])]
    if unread:
        raise NotImplementedError(f"extend schemas.py, violations.py and package.py for {', '.join(unread)}")
    changed = dict(schema)
    if "properties" in changed:
        changed["properties"] = {name: everywhere(each, change) for name, each in changed["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(changed.get(key), dict):
            changed[key] = everywhere(changed[key], change)
    if "anyOf" in changed:
        changed["anyOf"] = [everywhere(each, change) for each in changed["anyOf"]]
    return change(changed)


def plain(schema: Schema) -> Schema:
    """Leave out extensions and formats that are not checked, and write integer formats as limits."""
    kept = {key: value for key, value in schema.items() if not key.startswith("x-") and key not in ("example", "examples")}
    kind = kept.get("format")
    if kind in INTEGER_RANGES:
        low, high = INTEGER_RANGES[kind]
        kept["minimum"] = max(low, kept.get("minimum", low))
        kept["maximum"] = min(high, kept.get("maximum", high))
    if kind not in CHECKED_FORMATS:
        kept.pop("format", None)
    return kept


def closed(schema: Schema) -> Schema:
    """Allow only named fields: a Struct has no others."""
    if "properties" in schema and "additionalProperties" not in schema:
        return {**schema, "additionalProperties": False}
    return schema


def small(schema: Schema) -> Schema:
    """Keep lists short: large pages are slower and find nothing more."""
    few = max(3, schema.get("minItems", 0))
    return {**schema, "maxItems": min(few, schema.get("maxItems", few))} if "array" in kinds(schema) else schema


def tolerant(schema: Schema) -> Schema:
    """Accept what a tolerant reader does: values beyond limits, unknown values of open enums, null in optional fields."""
    dropped = (*_LIMITS, *_MORE_LIMITS, *(["enum"] if schema.get("x-client-enum") == "open" else []))
    kept = {key: value for key, value in schema.items() if key not in dropped}
    required = kept.get("required", [])
    if "properties" in kept:
        kept["properties"] = {
            name: each if name in required else {"anyOf": [each, {"type": "null"}]} for name, each in kept["properties"].items()
        }
    return kept


def complete(api: Api, schema: Schema, inside: tuple[str, ...] = ()) -> Schema:
    """Return the schema of values that lack nothing: every field is there and not null, every list has an element.

    A field that leads back into a schema which contains it is left out, as the value would be infinite.
    """
    reference = schema.get("$ref")
    if reference is not None:
        return complete(api, target(api, schema), (*inside, reference))
    if "anyOf" in schema:
        return complete(api, next(each for each in schema["anyOf"] if each.get("type") != "null"), inside)
    changed = dict(schema)
    if isinstance(changed.get("type"), list):
        changed["type"] = next(each for each in changed["type"] if each != "null")
    if "properties" in changed:
        kept = {name: each for name, each in changed["properties"].items() if not _leads_into(api, each, inside)}
        changed["properties"] = {name: complete(api, each, inside) for name, each in kept.items()}
        changed["required"] = list(kept)
    if isinstance(changed.get("items"), dict):
        changed["items"] = complete(api, changed["items"], inside)
        changed["minItems"] = max(1, changed.get("minItems", 1))
    return changed


def sample(api: Api, schema: Schema, path: str = "$") -> Json:
    """Return a value that lacks nothing, by a schema that `complete` has made; no two of its texts or numbers are the same."""
    if "enum" in schema:
        return schema["enum"][-1]
    kind = next(iter(kinds(schema)), "object")
    if kind == "object":
        named = {name: sample(api, each, f"{path}.{name}") for name, each in schema.get("properties", {}).items()}
        return named if "properties" in schema else {"text": path, "list": [1, None, {"a": 1.5}]}
    if kind == "array":
        size = min(schema.get("maxItems", 2), max(schema.get("minItems", 0), 2))
        return [
            sample(api, schema["items"], f"{path}[{index}]") if schema["items"] else f"{path}[{index}]" for index in range(size)
        ]
    if kind == "string":
        return _OF_FORMAT.get(schema.get("format", ""), path[-schema.get("maxLength", len(path)) :])
    number = min(schema.get("maximum", 2**31), max(schema.get("minimum", 0), zlib.crc32(path.encode()) % 2**31))
    return {"integer": number, "number": number + 0.5, "boolean": True}[kind]


def _leads_into(api: Api, schema: Schema, inside: tuple[str, ...]) -> bool:
    if "$ref" in schema:
        return schema["$ref"] in inside
    below = [*schema.get("anyOf", []), *([schema["items"]] if isinstance(schema.get("items"), dict) else [])]
    return any(_leads_into(api, each, inside) for each in below)


def parameters_schema(operation: Operation) -> Schema:
    """Return the schema of an object that has every parameter of an operation under its key."""
    return {
        "type": "object",
        "properties": {each.key: each.schema for each in operation.parameters},
        "required": [each.key for each in operation.parameters if each.required],
    }


def request_schema(operation: Operation) -> Schema:
    """Return the schema of an object that has every parameter of an operation under its key, and its body."""
    schema = parameters_schema(operation)
    if operation.body is not None:
        schema["properties"][BODY] = operation.body
        schema["required"] += [BODY] if operation.body_required else []
    return schema


class Validator:
    """Validates values by a schema."""

    def __init__(self, api: Api, schema: Schema, *, reading: Change = plain) -> None:
        components = {name: everywhere(each, reading) for name, each in api.schemas.items()}
        document: dict[str, Any] = {**everywhere(schema, reading), "components": {"schemas": components}}
        self._validator = jsonschema_rs.Draft202012Validator(document, validate_formats=True)

    def allows(self, value: Json) -> bool:
        """Whether the value is allowed."""
        return bool(self._validator.is_valid(value))

    def invalid_paths(self, value: Json) -> set[JsonPath]:
        """Return the paths of the violations: of each missing field, and of each repeated element."""
        found: set[JsonPath] = set()
        for error in self._validator.iter_errors(value):
            path: JsonPath = tuple(error.instance_path)
            if error.kind.name == "required":
                found.add((*path, error.kind.as_dict()["property"]))
            elif error.kind.name == "uniqueItems":
                items = at(value, path)
                found |= {(*path, index) for index, each in enumerate(items) if any(equal(each, one) for one in items[:index])}
            else:
                found.add(path)
        return found


@cache
def parameters_validator(operation: Operation) -> Validator:
    """Return the validator of the parameters of an operation, given by their keys."""
    return Validator(operation.api, parameters_schema(operation))


@cache
def request_validator(operation: Operation) -> Validator:
    """Return the validator of the parameters and the body of an operation."""
    return Validator(operation.api, request_schema(operation))


@cache
def response_validator(response: DocumentedResponse) -> Validator:
    """Return the validator of a response for a tolerant reader, which a client has to be."""
    return Validator(response.api, response.schema or {}, reading=lambda each: plain(tolerant(each)))


def at(value: Json, path: JsonPath) -> Json:
    """Return the value at a path; None where there is none."""
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value


def path_of(path: JsonPath) -> str:
    """Write a path as a JSON path, such as `$.offerIds[3]`."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def equal(one: Json, other: Json) -> bool:
    """Whether two JSON values are the same; unlike in Python, true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)
