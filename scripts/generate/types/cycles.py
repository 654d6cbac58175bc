"""Aliases that lead back to themselves through a class.

The annotations of a class are evaluated late, the type of an alias at once. So the classes of such a circle name the types behind
the aliases, and every alias is defined after the classes that it needs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from scripts.generate.parse.api import Schema
from scripts.generate.parse.schemas.keywords import described
from scripts.generate.parse.schemas.references import leading_to_circles, map_children, own_reference, reachable, referenced


def without_circular_aliases(schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the schemas, changed so that nothing refers to an alias that is part of a circle, and that aliases come last."""
    graph = {name: [] if "x-custom" in schema else list(referenced(schema)) for name, schema in schemas.items()}
    aliases = {name for name, schema in schemas.items() if not schema.keys() & {"properties", "enum", "x-custom"}}
    names = {name for name in aliases if name in reachable(graph[name], graph.__getitem__)}
    inlined = {name: inline(schema, schemas, names) for name, schema in schemas.items()} if names else dict(schemas)
    return _aliases_last(inlined, aliases)


def _aliases_last(schemas: Mapping[str, Schema], aliases: Collection[str]) -> dict[str, Schema]:
    """Return the schemas with the aliases that lead to a circle of classes behind all that they need.

    Such schemas datamodel-code-generator writes in the order in which it is given them.
    """
    graph = {name: [] if "x-custom" in schema else list(referenced(schema)) for name, schema in schemas.items()}
    late = leading_to_circles(graph) & {*aliases}
    ordered: dict[str, Schema] = {}
    todo = list(schemas)
    while todo:
        before = len(ordered)
        for name in todo:
            if name not in late or ordered.keys() >= {*graph[name]}:
                ordered[name] = schemas[name]
        todo = [name for name in todo if name not in ordered]
        if len(ordered) == before:
            ordered |= {name: schemas[name] for name in todo}
            todo = []
    return ordered


def inline(schema: Schema, schemas: Mapping[str, Schema], names: Collection[str]) -> Schema:
    """Return the schema with references to the names replaced by their schemas."""
    for name in own_reference(schema):
        if name in names:
            return described(inline(schemas[name], schemas, names), schema)
    return map_children(schema, lambda child: inline(child, schemas, names))
