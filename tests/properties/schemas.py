"""JSON Schemas of a spec: valid requests, responses that a tolerant reader accepts, and the paths of violations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, reduce
from typing import Any

import jsonschema_rs

from scripts.spec.document import SCHEMAS, Json
from tests.properties.contract import BODY, Api, DocumentedResponse, JsonPath, Operation, Schema
from tests.properties.normal import NARROWED, Change, change_subschemas, subschemas

CHECKED_FORMATS = ("uuid", "date", "date-time")
INTEGER_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_LIMITS = ("minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_MORE_LIMITS = ("multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties")


def target(api: Api, schema: Schema) -> Schema:
    """Return the schema that a reference leads to."""
    while "$ref" in schema:
        schema = api.schemas[schema["$ref"].removeprefix(SCHEMAS)]
    return schema


def non_null(api: Api, schema: Schema) -> Schema:
    """Return the schema of the values other than null."""
    return [*_steps_to_non_null(api, schema)][-1]


def _steps_to_non_null(api: Api, schema: Schema) -> Iterator[Schema]:
    yield schema
    while "$ref" in schema or "anyOf" in schema:
        schema = _alternative(schema) if "anyOf" in schema else api.schemas[schema["$ref"].removeprefix(SCHEMAS)]
        yield schema


def _alternative(schema: Schema) -> Schema:
    """Return what an `anyOf` allows beside null."""
    return next(each for each in schema["anyOf"] if each.get("type") != "null")


def narrowed(api: Api, schema: Schema) -> bool:
    """Whether the spec allows more than this schema, or than what it refers to."""
    return any(NARROWED in each for each in _steps_to_non_null(api, schema))


def narrowed_anywhere(api: Api, schema: Schema, inside: tuple[str, ...] = ()) -> bool:
    """Whether the spec allows more than a schema, or than any schema in it."""
    if narrowed(api, schema):
        return True
    if "$ref" in schema:
        reference = schema["$ref"]
        return reference not in inside and narrowed_anywhere(api, target(api, schema), (*inside, reference))
    return any(narrowed_anywhere(api, each, inside) for each in subschemas(schema))


def inside(api: Api, schema: Schema, path: JsonPath) -> list[Schema]:
    """Return the schemas of a value and of all that is on a path into it, as far as the schema says anything."""
    found = [schema]
    for step in path:
        bare = non_null(api, found[-1])
        others = bare.get("items" if isinstance(step, int) else "additionalProperties")
        below = bare.get("properties", {}).get(step, others)
        if not isinstance(below, dict):
            break
        found.append(below)
    return found


def kinds(schema: Schema) -> set[str]:
    """Return the JSON types that a schema other than a reference allows; empty where it allows all."""
    if "anyOf" in schema:
        return {kind for each in schema["anyOf"] for kind in (kinds(each) or {"object"})}
    kind = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


def everywhere(schema: Schema, change: Change) -> Schema:
    """Return the schema with a change made to it and to every schema inside."""
    return change(change_subschemas(schema, lambda each: everywhere(each, change)))


@cache
def components(api: Api, change: Change) -> Mapping[str, Schema]:
    """Return the schemas that others refer to, with a change made everywhere."""
    return {name: everywhere(each, change) for name, each in api.schemas.items()}


@cache
def successive(*changes: Change) -> Change:
    """Return several changes, from the first to the last, as one."""
    return lambda schema: reduce(lambda changed, change: change(changed), changes, schema)


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
    dropped = {*_LIMITS, *_MORE_LIMITS, *(["enum"] if schema.get("x-client-enum") == "open" else [])}
    dropped |= {"additionalProperties"} if schema.get("additionalProperties") is False else set()
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
        return complete(api, _alternative(schema), inside)
    changed = dict(schema)
    if isinstance(changed.get("type"), list):
        changed["type"] = next(each for each in changed["type"] if each != "null")
    if "properties" in changed:
        changed["properties"] = {name: each for name, each in changed["properties"].items() if not _leads_into(each, inside)}
        changed["required"] = list(changed["properties"])
    if isinstance(changed.get("items"), dict):
        changed["minItems"] = max(1, changed.get("minItems", 1))
    if changed.get("additionalProperties"):
        changed["minProperties"] = max(1, changed.get("minProperties", 1))
    return change_subschemas(changed, lambda each: complete(api, each, inside))


def _leads_into(schema: Schema, inside: tuple[str, ...]) -> bool:
    if "$ref" in schema:
        return schema["$ref"] in inside
    return any(_leads_into(each, inside) for each in subschemas({**schema, "properties": {}}))


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
    """Validates values by a schema, after some changes everywhere in it.

    Args:
        api: what the schema is of; None if it has no references, as reading all components takes long.
        schema: the schema.
        changes: the changes.
    """

    def __init__(self, api: Api | None, schema: Schema, *changes: Change) -> None:
        change = successive(*changes, plain)
        schemas = components(api, change) if api else {}
        document: dict[str, Any] = {**everywhere(schema, change), "components": {"schemas": schemas}}
        self._validator = jsonschema_rs.Draft202012Validator(document, validate_formats=True)

    def allows(self, value: Json) -> bool:
        """Whether the value is allowed."""
        return bool(self._validator.is_valid(value))

    def invalid_paths(self, value: Json) -> set[JsonPath]:
        """Return the paths of the violations: of each missing field, and of each repeated element."""
        return self._paths(self._validator.iter_errors(value), value)

    def _paths(self, errors: Iterable[jsonschema_rs.ValidationError], value: Json) -> set[JsonPath]:
        found: set[JsonPath] = set()
        for error in errors:
            path: JsonPath = tuple(error.instance_path)
            if error.kind.name == "anyOf":  # a schema or null
                found |= self._paths(error.kind.as_dict()["context"][0], value)
            elif error.kind.name == "required":
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
    return Validator(response.api, response.schema or {}, tolerant)


@cache
def exact_validator(response: DocumentedResponse) -> Validator:
    """Return the validator of a response that is just as the spec says, without unknown fields."""
    return Validator(response.api, response.schema or {}, closed)


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


def as_sent(operation: Operation, values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values of a request as they can be read back: an empty list has no element to write, and is absent or empty."""
    sent = dict(values)
    for parameter in operation.parameters:
        if sent.get(parameter.key) == []:
            if parameter.joined:
                sent[parameter.key] = [""]
            else:
                del sent[parameter.key]
    return sent


def equal(one: Json, other: Json) -> bool:
    """Whether two JSON values are the same; unlike in Python, true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)
