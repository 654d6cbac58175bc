"""Arrays in requests whose elements have to be unique.

Those of parameters, and those that are properties of a body, are listed beside the operation, because one look at the whole array
is quickest there. All others keep their `uniqueItems`, and are checked where they are.
"""

from __future__ import annotations

from collections.abc import Collection

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.keywords import without
from scripts.generate.parse.references import own_reference, referenced


def listed_arrays(api: Api) -> dict[str, tuple[str, ...]]:
    """Return the properties that are to be listed, by the names of schemas that are nothing but bodies."""
    bodies = {name for op in api.operations for body in op.bodies for name in own_reference(body.schema or {})}
    only_bodies = bodies - {name for schema in api.schemas.values() for name in referenced(schema)}
    properties = {name: api.schemas[name].get("properties", {}) for name in only_bodies}
    return {name: tuple(key for key, child in found.items() if child.get("uniqueItems")) for name, found in properties.items()}


def without_listed(schema: Schema, listed: Collection[str]) -> Schema:
    """Return a schema that says nothing of unique elements for the properties that are listed."""
    if not listed:
        return schema
    properties = {key: without(child, "uniqueItems") if key in listed else child for key, child in schema["properties"].items()}
    return {**schema, "properties": properties}
