"""What a normalized schema is made of, and which schemas refer to which."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from scripts.generate.parse.api import Schema
from scripts.spec.document import SCHEMAS, Pointer, split

Node = TypeVar("Node", bound=Hashable)

# All keywords of a normalized schema that hold schemas: by name, one, or several.
_BY_NAME = "properties"
_ONE = ("items", "additionalProperties", "value", "named", "others")
_SEVERAL = "anyOf"


def children(schema: Schema) -> Iterator[tuple[Pointer, Schema]]:
    """Yield the schemas that a normalized schema is made of, each with its pointer in it."""
    for name, child in schema.get(_BY_NAME, {}).items():
        yield (_BY_NAME, name), child
    for key in _ONE:
        if isinstance(schema.get(key), dict):
            yield (key,), schema[key]
    for index, member in enumerate(schema.get(_SEVERAL, ())):
        yield (_SEVERAL, index), member


def map_children(schema: Schema, change: Callable[[Schema], Schema], *, properties: bool = True) -> Schema:
    """Return a normalized schema with each child changed; without `properties`, those of its properties stay as they are."""
    changed = dict(schema)
    if properties and _BY_NAME in changed:
        changed[_BY_NAME] = {name: change(child) for name, child in changed[_BY_NAME].items()}
    for key in _ONE:
        if isinstance(changed.get(key), dict):
            changed[key] = change(changed[key])
    if _SEVERAL in changed:
        changed[_SEVERAL] = [change(member) for member in changed[_SEVERAL]]
    return changed


def referenced(schema: Schema | None) -> Iterator[str]:
    """Yield the names of the schemas that a schema refers to, in the order in which it has them."""
    todo = [] if schema is None else [schema]
    while todo:
        each = todo.pop()
        yield from own_reference(each)
        parts = [*each[_BY_NAME].values()] if _BY_NAME in each else []
        parts += [each[key] for key in _ONE if key in each and isinstance(each[key], dict)]
        if _SEVERAL in each:
            parts += each[_SEVERAL]
        todo += reversed(parts)


def own_reference(schema: Schema) -> Iterator[str]:
    """Yield the name of the schema that a schema refers to, if it is a reference."""
    target = schema.get("$ref")
    if isinstance(target, str) and target.startswith(SCHEMAS):
        name = target.removeprefix(SCHEMAS)
        yield name if name.isidentifier() else split(target)[-1]


def alternatives(schema: Schema, named: Mapping[str, Schema], seen: set[str] | None = None) -> Iterator[Schema]:
    """Yield the normalized schemas that are neither references nor unions, of which a value has one."""
    seen = set() if seen is None else seen
    for name in own_reference(schema):
        if name not in seen:
            seen.add(name)
            yield from alternatives(named[name], named, seen)
    for member in schema.get(_SEVERAL, ()):
        yield from alternatives(member, named, seen)
    if not schema.keys() & {"$ref", _SEVERAL}:
        yield schema


def reachable(starts: Iterable[Node], edges: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """Return the starts and all that the edges lead to from them, directly or not."""
    found: set[Node] = set()
    todo = list(starts)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(edges(name))
    return found


def leading_to_circles(graph: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the nodes of a graph from which one can go on for ever; an edge from a node to itself does not count."""
    edges = {node: {*following} - {node} for node, following in graph.items()}
    users: dict[str, list[str]] = {node: [] for node in graph}
    open_ends = {node: len(following) for node, following in edges.items()}
    for node, following in edges.items():
        for each in following:
            users[each].append(node)
    ended = [node for node, count in open_ends.items() if not count]
    for node in ended:  # which grows
        for user in users[node]:
            open_ends[user] -= 1
            if not open_ends[user]:
                ended.append(user)
    return {*graph} - {*ended}


def closure(names: Iterable[str], schemas: Mapping[str, Schema]) -> set[str]:
    """Return the names and all that they refer to, directly or not."""
    return reachable(names, lambda name: referenced(schemas[name]))


def reaching(targets: Collection[str], schemas: Mapping[str, Schema]) -> set[str]:
    """Return the targets and all that refer to one of them, directly or not."""
    users: dict[str, list[str]] = {name: [] for name in schemas}
    for name, schema in schemas.items():
        for each in referenced(schema):
            users[each].append(name)
    return reachable(targets, users.__getitem__)
