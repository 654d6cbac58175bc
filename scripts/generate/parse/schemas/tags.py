"""Discriminators whose property the schemas do not have that they distinguish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scripts.generate.parse.api import Refuse
from scripts.generate.parse.schemas.keywords import kind_of
from scripts.generate.parse.schemas.references import reachable
from scripts.spec.document import SCHEMAS, Json, split

_UNIONS = ("anyOf", "oneOf")


def with_tags(document: Json, components: Mapping[str, Json], note: Refuse) -> dict[str, Json]:
    """Return the schemas of a document, each with the properties by whose values discriminators name it.

    Args:
        document: where the discriminators are, in the components or anywhere else.
        components: the schemas by name.
        note: notes each property that a schema lacks.
    """
    changed = dict(components)
    for tag, union in dict.fromkeys(_tagged(document)):
        for name in sorted(reachable([union], lambda each: _alternatives(components.get(each)))):
            schema = changed.get(name)
            if isinstance(schema, dict) and _is_object(schema) and not _has(tag, schema, changed):
                changed[name] = {**schema, "properties": {**schema.get("properties", {}), tag: {"type": "string"}}}
                advice = f"the discriminator {tag!r} is no property of it; it is read and sent as a string"
                note(("components", "schemas", name), "unsupported-discriminator", advice)
    return changed


def _tagged(document: Json) -> Iterator[tuple[str, str]]:
    """Yield the property of each discriminator in a document, with the names of the schemas that it distinguishes."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        tag = _tag(schema)
        if tag is not None and not schema.keys() & {*_UNIONS}:
            yield tag, name  # a base type, from which others inherit it
    todo = [document]
    for value in todo:  # which grows
        tag = _tag(value)
        if tag is not None:
            yield from ((tag, each) for each in _alternatives(value))
        if isinstance(value, dict | list):
            todo += value.values() if isinstance(value, dict) else value


def _tag(schema: Json) -> str | None:
    discriminator = schema.get("discriminator") if isinstance(schema, dict) else None
    tag = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    return tag if isinstance(tag, str) else None


def _alternatives(schema: Json) -> Iterator[str]:
    """Yield the names of the schemas that a union consists of, or that another name of a schema stands for."""
    if not isinstance(schema, dict):
        return
    lists = [schema[keyword] for keyword in _UNIONS if isinstance(schema.get(keyword), list)]
    for each in [schema, *(option for options in lists for option in options)]:
        yield from _reference(each)


def _reference(schema: Json) -> Iterator[str]:
    target = schema.get("$ref") if isinstance(schema, dict) else None
    if isinstance(target, str) and target.startswith(SCHEMAS):
        yield split(target)[-1]


def _is_object(schema: Json) -> bool:
    return not schema.keys() & {*_UNIONS, "$ref"} and (kind_of(schema) == "object" or "allOf" in schema)


def _has(tag: str, schema: Json, components: Mapping[str, Json]) -> bool:
    """Return whether a schema has a property, by itself or by what it derives from."""
    seen: set[str] = set()
    todo = [schema]
    for each in todo:  # which grows
        if not isinstance(each, dict):
            continue
        if tag in each.get("properties", {}) or tag in each.get("required", ()):
            return True
        todo += [part for key in ("allOf", *_UNIONS) for part in each.get(key, ())]
        bases = {*_reference(each)} - seen
        seen |= bases
        todo += [components.get(base) for base in bases]
    return False
