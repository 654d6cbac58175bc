"""Arrays in what is sent whose elements differ from each other.

Those of parameters, and those that are properties of a body, are listed beside the operation, because one look at the whole array
is quickest there. All others are marked with `x-unique-items`, and checked where they stand.
"""

from __future__ import annotations

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.references import own_reference, referenced
from scripts.generate.types.constraints import below


class UniqueArrays:
    """Finds them in the schemas of an API."""

    def __init__(self, api: Api) -> None:
        self.schemas = api.schemas
        bodies = {name for op in api.operations for body in op.bodies for name in own_reference(body.schema or {})}
        self.listed = bodies - {name for schema in api.schemas.values() for name in referenced(schema)}

    def of_body(self, schema: Schema) -> list[tuple[str, ...]]:
        """Return the wire paths of those that are to be listed for a body."""
        return [path for name in own_reference(schema) if name in self.listed for path in _direct(self.schemas[name])]

    def marked(self, name: str) -> Schema:
        """Return a named schema with the others marked."""
        schema = self.schemas[name]
        if name not in self.listed:
            return _marked(schema)
        if "properties" not in schema:
            return below(dict(schema), _marked)
        properties = {
            key: below(dict(child), _marked) if child.get("uniqueItems") else _marked(child)
            for key, child in schema["properties"].items()
        }
        return below({**schema, "properties": properties}, _marked)


def marked_below(schema: Schema) -> Schema:
    """Return the schema of a parameter with all but the array that it is itself marked."""
    return below(dict(schema), _marked)


def _direct(schema: Schema) -> list[tuple[str, ...]]:
    own: list[tuple[str, ...]] = [()] if schema.get("uniqueItems") else []
    return own + [(name,) for name, child in schema.get("properties", {}).items() if child.get("uniqueItems")]


def _marked(schema: Schema) -> Schema:
    changed = dict(schema)
    if changed.pop("uniqueItems", False):
        changed["x-unique-items"] = True
    if "properties" in changed:
        changed["properties"] = {name: _marked(child) for name, child in changed["properties"].items()}
    return below(changed, _marked)
