"""Arrays in what is sent whose elements differ from each other."""

from __future__ import annotations

from collections.abc import Mapping

from scripts.generate.api import Schema
from scripts.generate.closures import children, closure, own_reference, reaching, referenced


class UniqueArrays:
    """Finds them in the schemas of an API."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self.schemas = schemas
        self.concerned = reaching({name for name, schema in schemas.items() if _has_unique_items(schema)}, schemas)

    def paths(self, schema: Schema, path: tuple[str, ...] = (), seen: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        """Return their wire paths; `*` is any element of an array or value of a map. Those below a circle are not among them."""
        name = next(iter(own_reference(schema)), None)
        if name is not None:
            return [] if name in seen or name not in self.concerned else self.paths(self.schemas[name], path, (*seen, name))
        found = [path] if schema.get("uniqueItems") else []
        for key, child in schema.get("properties", {}).items():
            found += self.paths(child, (*path, key), seen)
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict):
                found += self.paths(schema[key], (*path, "*"), seen)
        for member in schema.get("anyOf", []):
            found += self.paths(member, path, seen)
        return list(dict.fromkeys(found))


def circular_arrays(schemas: Mapping[str, Schema]) -> set[str]:
    """Return the names of schemas that have such an array and contain themselves."""
    return {name for name, schema in schemas.items() if _has_unique_items(schema) and name in closure(referenced(schema), schemas)}


def _has_unique_items(schema: Schema) -> bool:
    return bool(schema.get("uniqueItems")) or any(map(_has_unique_items, children(schema)))
