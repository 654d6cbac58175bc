"""Properties that only one side writes: `readOnly` ones are not sent, and `writeOnly` ones need not be answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from scripts.generate.parse.api import Api, ApiContent, Schema
from scripts.generate.parse.references import closure, map_children, reaching, referenced
from scripts.generate.text.names import unique
from scripts.spec.document import SCHEMAS, split


def separate_sides(api: Api) -> Api:
    """Return the API with a schema `...Input` for each that is answered as well as sent and has properties that are not sent."""
    schemas = dict(api.schemas)
    sent = closure((name for op in api.operations for body in op.bodies for name in referenced(body.schema)), schemas)
    answered = closure(
        (n for op in api.operations for a in op.responses for c in a.contents for n in referenced(c.schema)), schemas
    )
    answered |= closure((name for op in api.operations for each in op.parameters for name in referenced(each.schema)), schemas)
    concerned = sent & reaching({name for name, schema in schemas.items() if "x-read-only" in schema}, schemas)
    taken = {*schemas}
    names = {name: unique(f"{name}Input", taken) if name in answered else name for name in schemas if name in concerned}
    places = dict(api.places)
    for name, own in names.items():
        schemas[own] = _written(_renamed(api.schemas[name], names))
        places[own] = api.places[name]

    def body(content: ApiContent) -> ApiContent:
        return content if content.schema is None else replace(content, schema=_renamed(content.schema, names))

    operations = tuple(replace(op, bodies=tuple(body(each) for each in op.bodies)) for op in api.operations)
    final = {name: _unmarked(_read(schema) if name in answered else schema) for name, schema in schemas.items()}
    return replace(api, schemas=final, operations=operations, places=places)


def _written(schema: Schema) -> Schema:
    hidden = schema.get("x-read-only", ())
    return _without(schema, hidden) if hidden else schema


def _without(schema: Schema, names: list[str]) -> Schema:
    kept = {**schema, "properties": {name: child for name, child in schema["properties"].items() if name not in names}}
    return _optional(kept, names)


def _optional(schema: Schema, names: list[str]) -> Schema:
    required = [name for name in schema.get("required", []) if name not in names]
    return {**{key: value for key, value in schema.items() if key != "required"}, **({"required": required} if required else {})}


def _read(schema: Schema) -> Schema:
    return _optional(schema, schema["x-write-only"]) if "x-write-only" in schema else schema


def _unmarked(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in ("x-read-only", "x-write-only")}


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
