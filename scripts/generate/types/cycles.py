"""Aliases that lead back to themselves through a class.

The annotations of a class are evaluated late, the type of an alias at once. So the classes of such a circle name the types behind
the aliases, and every alias can be defined after the classes that it needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from scripts.generate.parse.api import Schema
from scripts.generate.parse.references import map_children, own_reference, referenced


def without_circular_aliases(schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the schemas, changed so that nothing refers to an alias that is part of a circle."""
    graph = {name: [] if "x-custom" in schema else list(referenced(schema)) for name, schema in schemas.items()}
    aliases = {name for name, schema in schemas.items() if not schema.keys() & {"properties", "enum", "x-custom"}}
    names = {name for circle in _circles(graph) for name in circle if name in aliases}
    return {name: inline(schema, schemas, names) for name, schema in schemas.items()} if names else dict(schemas)


def inline(schema: Schema, schemas: Mapping[str, Schema], names: Collection[str]) -> Schema:
    """Return the schema with references to the names replaced by their schemas."""
    name = next(iter(own_reference(schema)), None)
    if name in names and name is not None:
        described = {"description": schema["description"]} if "description" in schema else {}
        return {**inline(schemas[name], schemas, names), **described}
    return map_children(schema, lambda child: inline(child, schemas, names))


def _circles(graph: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Yield the strongly connected components that hold a circle (Tarjan's algorithm, without recursion)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: list[str] = []
    for root in graph:
        todo = [(root, iter(graph[root]))] if root not in order else []
        if todo:
            order[root] = lowest[root] = len(order)
            open_.append(root)
        while todo:
            name, targets = todo[-1]
            for target in targets:
                if target not in order:
                    order[target] = lowest[target] = len(order)
                    open_.append(target)
                    todo.append((target, iter(graph[target])))
                    break
                if lowest[target] >= 0:
                    lowest[name] = min(lowest[name], order[target])
            else:
                todo.pop()
                if todo:
                    lowest[todo[-1][0]] = min(lowest[todo[-1][0]], lowest[name])
                if lowest[name] == order[name]:
                    component = [open_.pop()]
                    while component[-1] != name:
                        component.append(open_.pop())
                    lowest.update(dict.fromkeys(component, -1))
                    if len(component) > 1 or name in graph[name]:
                        yield component
