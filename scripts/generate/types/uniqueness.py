"""Arrays in requests whose elements have to be unique.

Those of parameters, and those that are properties of a body, are listed beside the operation, because one look at the whole array
is quickest there. All others keep their `uniqueItems`, and are checked where they are.
"""

from __future__ import annotations

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.references import own_reference, referenced


class UniqueArrays:
    """Finds them in the schemas of an API."""

    def __init__(self, api: Api) -> None:
        self.schemas = api.schemas
        bodies = {name for op in api.operations for body in op.bodies for name in own_reference(body.schema or {})}
        self.listed = bodies - {name for schema in api.schemas.values() for name in referenced(schema)}

    def of_body(self, schema: Schema) -> list[tuple[str, ...]]:
        """Return the wire paths of those that are to be listed for a body."""
        return [path for name in own_reference(schema) if name in self.listed for path in _direct(self.schemas[name])]

    def others(self, name: str) -> Schema:
        """Return a named schema with `uniqueItems` only where the array is not listed."""
        schema = self.schemas[name]
        if name not in self.listed:
            return schema
        kept = without_unique(schema)
        if "properties" in kept:
            kept["properties"] = {key: without_unique(child) for key, child in kept["properties"].items()}
        return kept


def without_unique(schema: Schema) -> Schema:
    """Return a schema that itself says nothing of unique elements."""
    return {key: value for key, value in schema.items() if key != "uniqueItems"}


def _direct(schema: Schema) -> list[tuple[str, ...]]:
    own: list[tuple[str, ...]] = [()] if schema.get("uniqueItems") else []
    return own + [(name,) for name, child in schema.get("properties", {}).items() if child.get("uniqueItems")]
