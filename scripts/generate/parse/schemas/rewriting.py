"""Schemas written in another way that means the same to a client, before they are normalized."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scripts.generate.parse.api import Schema
from scripts.generate.parse.schemas.keywords import described, is_nothing, without
from scripts.spec.document import Json, split

_CONDITIONS = frozenset(["then", "else", "dependentSchemas"])


def with_conditional_properties(schema: Schema, components: Mapping[str, Json]) -> Schema:
    """Return an object with the properties that it has under a condition only, all of which are optional."""
    if not schema.keys() & _CONDITIONS or ("properties" not in schema and schema.get("type") != "object"):
        return schema
    own = schema.get("properties", {})
    found: dict[str, list[Json]] = {}
    for part in _conditional(schema, components, ()):
        for name, child in part.get("properties", {}).items():
            if name not in own and not is_nothing(child) and child not in found.setdefault(name, []):
                found[name].append(child)
    more = {name: several[0] if len(several) == 1 else {"anyOf": several} for name, several in found.items() if several}
    return {**schema, "properties": {**own, **more}} if more else schema


def _conditional(schema: Schema, components: Mapping[str, Json], seen: tuple[str, ...]) -> Iterator[Schema]:
    dependent = schema.get("dependentSchemas") or {}
    parts = [schema.get("then"), schema.get("else"), *dependent.values(), *schema.get("allOf", ())]
    for part in parts:
        name = split(part["$ref"])[-1] if isinstance(part, dict) and "$ref" in part else ""
        target = components.get(name) if name and name not in seen else part
        if isinstance(target, dict):
            yield target
            yield from _conditional(target, components, (*seen, name) if name else seen)


def as_list(schema: Schema) -> None:
    """Write a tuple as a list of any of its types, which is as long as it may be."""
    if "prefixItems" not in schema:
        return
    first = schema["prefixItems"]
    schema["prefixItems"] = True
    rest = False if schema.get("maxItems", len(first) + 1) <= len(first) else schema.get("items", True)
    rest = False if is_nothing(rest) else rest
    options = [*first, *([] if rest is False else [rest])]
    schema["items"] = options[0] if len(options) == 1 else {"anyOf": options} if options else {}
    if rest is False:
        schema.setdefault("maxItems", len(first))


def split_types(schema: Schema) -> Schema:
    """Write a schema of several types other than null as a union."""
    kinds = schema.get("type")
    if not isinstance(kinds, list) or len(kinds) - kinds.count("null") < 2 or "enum" in schema:
        return schema
    rest = without(schema, "type", "description")
    options = [{"type": "null"} if kind == "null" else {**rest, "type": kind} for kind in kinds]
    return described({"anyOf": options}, schema)


def merge_required_parts(schema: Schema) -> Schema:
    """Write a union that only lists required properties as one keyword, by which all of one list are required."""
    for keyword in ("anyOf", "oneOf"):
        options = schema.get(keyword, [])
        if options and all(isinstance(each, dict) and each.keys() == {"required"} for each in options):
            rest = without(schema, keyword)
            return {"type": "object", **rest, "x-any-required": [each["required"] for each in options]}
    return schema


def with_default(schema: Schema, written: Json) -> Schema:
    """Document the default of a property; the client only sends that of a constant which names a member of a union."""
    if not isinstance(written, dict) or "default" not in written:
        return schema
    text = f"Default: {written['default']!r}."
    kept = {"default": schema["const"]} if "const" in schema and schema["const"] == written["default"] else {}
    return {**schema, **kept, "description": f"{schema['description'].rstrip()} {text}" if "description" in schema else text}
