"""Python types of schemas, as the generated functions are annotated."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scripts.document import split
from scripts.generate.api import Schema

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def annotation(schema: Schema, *, enums: Collection[str] = (), arguments: bool = False) -> str:
    """Return the type of a schema as Python text; a class or alias of the models stands behind `models.`.

    Args:
        schema: a normalized schema.
        enums: names of string enums.
        arguments: whether it is a parameter, which takes any sequence for an array and the bare text for an enum.
    """
    if "$ref" in schema:
        name = split(schema["$ref"])[-1]
        return f"models.{name} | str" if arguments and name in enums else f"models.{name}"
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return _union(annotation(member, enums=enums, arguments=arguments) for member in schema[keyword])
    kind = schema.get("type")
    if isinstance(kind, list):
        return _union(annotation({**schema, "type": each}, enums=enums, arguments=arguments) for each in kind)
    if kind == "array":
        item = annotation(schema.get("items", {}), enums=enums, arguments=arguments)
        return f"Sequence[{item}]" if arguments else f"list[{item}]"
    if kind == "object":
        return f"dict[str, {annotation(schema.get('additionalProperties', {}), enums=enums, arguments=arguments)}]"
    return _SCALARS.get(str(kind), "Any")


def _union(members: Iterable[str]) -> str:
    found = list(dict.fromkeys(members))
    if "Any" in found:
        return "Any"
    return " | ".join([each for each in found if each != "None"] + (["None"] if "None" in found else []))
