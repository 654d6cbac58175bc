"""Python types of schemas, as the generated functions are annotated."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scripts.document import split
from scripts.generate.api import Schema

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def annotation(schema: Schema, *, module: str = "models.", enums: Collection[str] = (), arguments: bool = False) -> str:
    """Return the type of a schema as Python text.

    Args:
        schema: a normalized schema.
        module: what stands before the name of a class or alias.
        enums: names of string enums.
        arguments: whether it is a parameter, which takes any sequence for an array and the bare text for an enum.
    """

    def inner(each: Schema) -> str:
        return annotation(each, module=module, enums=enums, arguments=arguments)

    if "$ref" in schema:
        name = split(schema["$ref"])[-1]
        return f"{module}{name} | str" if arguments and name in enums else f"{module}{name}"
    if "value" in schema and "x-custom" in schema:
        return inner(schema["value"])
    if "anyOf" in schema:
        return _union(map(inner, schema["anyOf"]))
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    kind = schema.get("type")
    if isinstance(kind, list):
        return _union(inner({**schema, "type": each}) for each in kind)
    if kind == "array":
        item = inner(schema.get("items", {}))
        return f"Sequence[{item}]" if arguments else f"list[{item}]"
    if kind == "object":
        return f"dict[str, {inner(schema.get('x-any-value', schema.get('additionalProperties', {})))}]"
    return _SCALARS.get(str(kind), "Any")


def _union(members: Iterable[str]) -> str:
    found = list(dict.fromkeys(members))
    if "Any" in found:
        return "Any"
    return " | ".join([each for each in found if each != "None"] + (["None"] if "None" in found else []))
