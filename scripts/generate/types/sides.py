"""Properties that only one side writes: `readOnly` ones are not sent, and `writeOnly` ones need not be in a response."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from scripts.generate.parse.api import Api, ApiContent, Schema
from scripts.generate.parse.references import map_children, reaching
from scripts.generate.text.names import unique
from scripts.generate.types.usage import Usage
from scripts.spec.document import SCHEMAS, split


def separate_sides(api: Api, usage: Usage) -> Api:
    """Return the API with a schema `...Input` for each that is received as well as sent and has properties that are not sent."""
    schemas = dict(api.schemas)
    received = usage.received | usage.in_parameters
    concerned = usage.sent & reaching([name for name, schema in schemas.items() if _marked(schema, "readOnly")], schemas)
    taken = {*schemas}
    names = {name: unique(f"{name}Input", taken) if name in received else name for name in schemas if name in concerned}
    pointers = dict(api.pointers)
    for name, own in names.items():
        schemas[own] = _sent(_renamed(api.schemas[name], names))
        pointers[own] = api.pointers[name]

    def body(content: ApiContent) -> ApiContent:
        return content if content.schema is None else replace(content, schema=_renamed(content.schema, names))

    operations = tuple(replace(op, bodies=tuple(body(each) for each in op.bodies)) for op in api.operations)
    final = {name: _unmarked(_received(schema) if name in received else schema) for name, schema in schemas.items()}
    return replace(api, schemas=final, operations=operations, pointers=pointers)


def _marked(schema: Schema, key: str) -> set[str]:
    return {name for name, child in schema.get("properties", {}).items() if key in child}


def _sent(schema: Schema) -> Schema:
    hidden = _marked(schema, "readOnly")
    if not hidden:
        return schema
    kept = {**schema, "properties": {name: child for name, child in schema["properties"].items() if name not in hidden}}
    return _optional(kept, hidden)


def _received(schema: Schema) -> Schema:
    hidden = _marked(schema, "writeOnly")
    return _optional(schema, hidden) if hidden else schema


def _optional(schema: Schema, names: set[str]) -> Schema:
    required = [name for name in schema.get("required", []) if name not in names]
    return {**{key: value for key, value in schema.items() if key != "required"}, **({"required": required} if required else {})}


def _unmarked(schema: Schema) -> Schema:
    if "properties" not in schema:
        return schema
    return map_children(schema, lambda child: {key: value for key, value in child.items() if key not in ("readOnly", "writeOnly")})


def _renamed(schema: Schema, names: Mapping[str, str]) -> Schema:
    """Return a normalized schema with other names in its references."""

    def target(reference: str) -> str:
        name = split(reference)[-1]
        return f"{SCHEMAS}{names.get(name, name)}"

    changed = dict(schema)
    if "$ref" in changed:
        changed["$ref"] = target(changed["$ref"])
    if "discriminator" in changed:
        changed["discriminator"] = _renamed_discriminator(changed["discriminator"], target)
    return map_children(changed, lambda child: _renamed(child, names))


def _renamed_discriminator(discriminator: Schema, target: Callable[[str], str]) -> Schema:
    changed = {**discriminator, "mapping": {value: target(each) for value, each in discriminator["mapping"].items()}}
    return changed | ({"otherwise": target(discriminator["otherwise"])} if "otherwise" in discriminator else {})
