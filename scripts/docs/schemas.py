"""Say in words what a schema of a spec allows, and list the fields of an object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from scripts.generate.text.markdown import cell, code
from scripts.spec.document import Json

_MOST_VALUES = 12
_DEEPEST = 4
_BOUNDS = (
    ("Length", "character", "characters"),
    ("Items", "element", "elements"),
    ("Properties", "property", "properties"),
)

Schema = Mapping[str, Json]
Followed = Callable[[Schema], Schema]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body.

    Attributes:
        name: its name; that of an inner field has the names of the objects around it, and `[]` for an element of an array.
        schema: what its value may be.
        required: whether the object around it has to have it.
        description: what it means.
        place: where a parameter is: path, query, header or cookie; empty for a field.
    """

    name: str
    schema: Schema
    required: bool
    description: str
    place: str = ""


def field_table(rows: Iterable[Field], followed: Followed) -> str:
    """Return a table of parameters and fields: what each may be, and what it means."""
    lines = ["| name | value | meaning |", "|---|---|---|"]
    for each in rows:
        place = f"in the {each.place}: " if each.place else ""
        value = in_words(each.schema, followed) + (", required" if each.required else "")
        lines.append(f"| {cell(code(each.name))} | {place}{cell(value)} | {cell(each.description)} |")
    return "\n".join(lines)


def fields(schema: Schema, followed: Followed, prefix: str = "", depth: int = 0) -> Iterator[Field]:
    """Yield the fields of an object and, up to four levels below, those of the objects in it.

    Args:
        schema: of the object, or of an array of objects.
        followed: returns what a schema refers to, or the schema itself.
        prefix: the name of the object.
        depth: how many objects are around it.
    """
    whole = followed(schema)
    for each in map(followed, (whole, *(each for key in ("allOf", "anyOf", "oneOf") for each in whole.get(key, ())))):
        if isinstance(each.get("items"), dict) and depth <= _DEEPEST:
            # An array of arrays counts as an object, as it may be one of itself.
            yield from fields(each["items"], followed, f"{prefix}[]", depth + 1 if prefix.endswith("[]") else depth)
        for name, given in each.get("properties", {}).items():
            inner, path = followed(given), f"{prefix}.{name}" if prefix else name
            yield Field(path, inner, name in each.get("required", ()), str(inner.get("description", "")))
            if depth < _DEEPEST:
                yield from fields(inner, followed, path, depth + 1)


def in_words(schema: Schema, followed: Followed, depth: int = 0) -> str:
    """Return which values a schema allows, as text with code spans; that of a schema in itself has an end."""
    if depth > _DEEPEST:
        return "..."
    whole = followed(schema)
    if "$ref" in whole:
        return f"see {code(PurePosixPath(whole['$ref']).stem)}"
    for key in ("oneOf", "anyOf"):
        if key in whole and "type" not in whole:
            return " or ".join(dict.fromkeys(in_words(each, followed, depth + 1) for each in whole[key]))
    if "const" in whole:
        return code(whole["const"])
    if "enum" in whole:
        return _values(whole)
    kinds = whole.get("type", "object" if "properties" in whole or "allOf" in whole else "any value")
    text = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if isinstance(whole.get("items"), dict):
        element = in_words(whole["items"], followed, depth + 1)
        text = text.replace("array", f"array of ({element})" if ", " in element else f"array of {element}")
    if isinstance(whole.get("additionalProperties"), dict) and whole["additionalProperties"]:
        text = f"{text} whose values are {in_words(whole['additionalProperties'], followed, depth + 1)}"
    if "format" in whole:
        text += f" ({whole['format']})"
    return ", ".join([text, *_bounds(whole)])


def _values(schema: Schema) -> str:
    values = [code("null" if each is None else each) for each in schema["enum"]]
    more = f" or {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
    others = ", or others" if schema.get("x-client-enum") == "open" else ""
    return f"one of {', '.join(values[:_MOST_VALUES])}{more}{others}"


def _bounds(schema: Schema) -> Iterator[str]:
    for name, unit, units in _BOUNDS:
        least, most = schema.get(f"min{name}"), schema.get(f"max{name}")
        if words := _between(least, most):
            yield f"{words} {unit if (most or least) == 1 else units}"
    if words := _between(schema.get("minimum"), schema.get("maximum")):
        yield words
    if "exclusiveMinimum" in schema:
        yield f"above {schema['exclusiveMinimum']}"
    if "exclusiveMaximum" in schema:
        yield f"below {schema['exclusiveMaximum']}"
    if "pattern" in schema:
        yield f"matches {code(schema['pattern'])}"
    if schema.get("uniqueItems"):
        yield "each once"
    if "default" in schema:
        yield f"default: {code(schema['default'])}"


def _between(least: float | None, most: float | None) -> str:
    if least is None and most is None:
        return ""
    if most is None:
        return f"at least {least:,}"
    if not least:
        return f"at most {most:,}"
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"
