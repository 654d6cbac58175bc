"""Properties that only one side writes: `readOnly` ones are not sent, and `writeOnly` ones need not be in a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.schemas.keywords import without
from scripts.generate.parse.schemas.references import map_children, reaching
from scripts.generate.text.names import unique
from scripts.generate.types.usage import Usage
from scripts.spec.document import SCHEMAS, split


def separate_sides(api: Api, usage: Usage) -> Api:
    """Return the API with a schema `...Input` for each that is received as well as sent and differs between the two.

    It differs if it has properties that are not sent, or must be sent and need not be received.
    """
    schemas = dict(api.schemas)
    received = usage.received | usage.in_parameters
    unlike = [name for name, schema in schemas.items() if _marked(schema, "readOnly") or _is_required_once(schema)]
    concerned = usage.sent & reaching(unlike, schemas)
    taken = {*schemas}
    names = {name: unique(f"{name}Input", taken) if name in received else name for name in schemas if name in concerned}
    pointers = dict(api.pointers)
    for name, own in names.items():
        schemas[own] = _sent(_renamed(api.schemas[name], names))
        pointers[own] = api.pointers[name]
    operations = tuple(
        replace(op, bodies=tuple(body.with_schema(lambda schema: _renamed(schema, names)) for body in op.bodies))
        for op in api.operations
    )
    for name in received:
        schemas[name] = _optional(schemas[name], _marked(schemas[name], "writeOnly"))
    unmarked = {name: map_children(schema, _unmarked) for name, schema in schemas.items()}
    return replace(api, schemas=unmarked, operations=operations, pointers=pointers)


def _marked(schema: Schema, key: str) -> set[str]:
    return {name for name, child in schema.get("properties", {}).items() if key in child}


def _is_required_once(schema: Schema) -> bool:
    """Return whether a schema has a property that must be sent and need not be received."""
    return not _marked(schema, "writeOnly").isdisjoint(schema.get("required", ()))


def _unmarked(schema: Schema) -> Schema:
    return without(schema, "readOnly", "writeOnly")


def _sent(schema: Schema) -> Schema:
    hidden = _marked(schema, "readOnly")
    if not hidden:
        return schema
    return _optional({**schema, "properties": without(schema["properties"], *hidden)}, hidden)


def _optional(schema: Schema, names: set[str]) -> Schema:
    required = [name for name in schema.get("required", []) if name not in names]
    return {**without(schema, "required"), **({"required": required} if required else {})}


def _renamed(schema: Schema, names: Mapping[str, str]) -> Schema:
    """Return a normalized schema with other names in its references."""

    def target(reference: str) -> str:
        name = split(reference)[-1]
        return f"{SCHEMAS}{names.get(name, name)}"

    changed = dict(schema)
    if "$ref" in changed:
        changed["$ref"] = target(changed["$ref"])
    if "discriminator" in changed:
        given = changed["discriminator"]
        changed["discriminator"] = {**given, "mapping": {value: target(each) for value, each in given["mapping"].items()}}
        if "otherwise" in given:
            changed["discriminator"]["otherwise"] = target(given["otherwise"])
    return map_children(changed, lambda child: _renamed(child, names))
