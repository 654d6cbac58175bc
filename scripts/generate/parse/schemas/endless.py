"""Unions that are alternatives of themselves, which no value can tell from what else they have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from scripts.generate.parse.schemas.keywords import without
from scripts.generate.parse.schemas.references import reachable
from scripts.spec.document import Json, split

_UNIONS = ("anyOf", "oneOf")
_DESCRIBING = frozenset(["description", "title"])


def without_endless_unions(components: Mapping[str, Json], note: Callable[[str, str], None]) -> dict[str, Json]:
    """Return schemas, where unions that are alternatives of each other have all alternatives but themselves.

    Args:
        components: the schemas by name, as a document has them or normalized.
        note: notes the name of each of these unions, and an advice.
    """
    members = {name: [*_members(schema)] for name, schema in components.items()}
    leading = {name: [target for each in several for target in _target(each)] for name, several in members.items()}
    changed = dict(components)
    for name, schema in components.items():
        others = reachable([each for each in leading[name] if each in leading], lambda each: leading.get(each, ()))
        if name not in others:
            continue
        circle = {each for each in others if name in reachable(leading.get(each, ()), lambda one: leading.get(one, ()))}
        ends = [each for one in components if one in circle for each in members[one] if not {*_target(each)} & circle]
        ends = [each for index, each in enumerate(ends) if each not in ends[:index]]
        ends = [] if ends == [{"type": "null"}] else ends
        rest = without(schema, *_UNIONS, "discriminator", "$ref", "allOf")
        is_one = len(ends) == 1 and isinstance(ends[0], dict) and rest.keys() <= {"description"}
        changed[name] = {**ends[0], **rest} if is_one else {**rest, "anyOf": ends} if ends else rest
        advice = "it is an alternative of itself, which says nothing"
        note(name, advice if ends or rest else f"{advice}; it is any value")
    return changed


def _members(schema: Json) -> Iterator[Json]:
    """Yield the alternatives that a schema names, also in unions within it; of another name of a schema that schema."""
    if not isinstance(schema, dict):
        return
    if [*_target(schema)]:
        yield schema
    for each in [each for key in _UNIONS if isinstance(schema.get(key), list) for each in schema[key]]:
        is_union = isinstance(each, dict) and each.keys() - _DESCRIBING <= {*_UNIONS} and each.keys() & {*_UNIONS}
        yield from _members(each) if is_union else [each]


def _target(schema: Json) -> Iterator[str]:
    """Yield the name of the schema that another one is only another name of, if it is."""
    parts = schema.get("allOf") if isinstance(schema, dict) and schema.keys() - _DESCRIBING == {"allOf"} else None
    if isinstance(parts, list) and len(parts) == 1:
        schema = parts[0]
    target = schema.get("$ref") if isinstance(schema, dict) else None
    if isinstance(target, str) and target.startswith("#/"):
        yield split(target)[-1]
