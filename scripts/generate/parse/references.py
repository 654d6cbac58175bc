"""Which schemas refer to which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from scripts.generate.parse.api import Schema
from scripts.spec.document import SCHEMAS, split


def children(schema: Schema) -> Iterable[Schema]:
    """Yield the schemas that a normalized schema is made of."""
    yield from schema.get("properties", {}).values()
    for key in ("items", "additionalProperties", "x-any-value", "value", "named", "others"):
        if isinstance(schema.get(key), dict):
            yield schema[key]
    yield from schema.get("anyOf", ())


def referenced(schema: Schema | None) -> Iterable[str]:
    """Yield the names of the schemas that a schema refers to."""
    if schema is not None:
        yield from own_reference(schema)
        for child in children(schema):
            yield from referenced(child)


def own_reference(schema: Schema) -> Iterable[str]:
    """Yield the name of the schema that a schema is a mere reference to, if it is one."""
    target = schema.get("$ref")
    if isinstance(target, str) and target.startswith(SCHEMAS):
        yield split(target)[-1]


def closure(names: Iterable[str], schemas: Mapping[str, Schema]) -> set[str]:
    """Return the names and all that they refer to, directly or not."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(referenced(schemas[name]))
    return found


def reaching(targets: Collection[str], schemas: Mapping[str, Schema]) -> set[str]:
    """Return the targets and all that refer to one of them, directly or not."""
    users: dict[str, list[str]] = {name: [] for name in schemas}
    for name, schema in schemas.items():
        for each in referenced(schema):
            users[each].append(name)
    found: set[str] = set()
    todo = list(targets)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(users[name])
    return found
