"""Aliases that lead back to themselves through a class.

The annotations of a class are evaluated late, the type of an alias at once. So the classes of such a circle name the types behind
the aliases, and every alias is defined after the classes that it needs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from scripts.generate.parse.api import Schema
from scripts.generate.parse.keywords import described
from scripts.generate.parse.references import map_children, own_reference, reachable, referenced


def without_circular_aliases(schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the schemas, changed so that nothing refers to an alias that is part of a circle."""
    graph = {name: [] if "x-custom" in schema else list(referenced(schema)) for name, schema in schemas.items()}
    aliases = {name for name, schema in schemas.items() if not schema.keys() & {"properties", "enum", "x-custom"}}
    names = {name for name in aliases if name in reachable(graph[name], graph.__getitem__)}
    if not names:
        return dict(schemas)
    inlined = {name: inline(schema, schemas, names) for name, schema in schemas.items()}
    return {name: inlined[name] for name in sorted(inlined, key=names.__contains__)}


def inline(schema: Schema, schemas: Mapping[str, Schema], names: Collection[str]) -> Schema:
    """Return the schema with references to the names replaced by their schemas."""
    for name in own_reference(schema):
        if name in names:
            return described(inline(schemas[name], schemas, names), schema)
    return map_children(schema, lambda child: inline(child, schemas, names))
