"""Python types of schemas, as the generated functions are annotated."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scripts.generate.parse.api import Schema
from scripts.generate.text.escapes import literal
from scripts.spec.document import split

BUILTINS = frozenset(["bool", "dict", "float", "int", "list", "str"])
"""What annotations name without an import."""
FORMATS = {"uuid": "Uuid", "date": "Date", "date-time": "DateTime"}
"""By format, the type of `scripts.runtime.formats`, which checks it."""

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None", "file": "File"}


def annotation(
    schema: Schema, *, module: str = "models.", enums: Collection[str] | None = None, hidden: Collection[str] = ()
) -> str:
    """Return the type of a schema as Python text.

    Args:
        schema: a normalized schema.
        module: prefix of the name of a class or alias.
        enums: for an argument, which takes any sequence for an array and the bare text for an enum: the names of string enums.
        hidden: built-in types that other things hide, which are named with `_aliased` behind.
    """

    def inner(each: Schema) -> str:
        return annotation(each, module=module, enums=enums, hidden=hidden)

    def builtin(name: str) -> str:
        return f"{name}_aliased" if name in hidden else name

    if "$ref" in schema:
        name = split(schema["$ref"])[-1]
        return f"{module}{name} | str" if enums is not None and name in enums else f"{module}{name}"
    if "value" in schema and "x-custom" in schema:
        return inner(schema["value"])
    if "anyOf" in schema:
        return _union(map(inner, schema["anyOf"]))
    kind = schema.get("type")
    if isinstance(kind, list):
        return _union(inner({**schema, "type": each}) for each in kind)
    if kind in ("array", "object"):
        inside: Schema = schema.get("items" if kind == "array" else "additionalProperties", {})
        lists = builtin("list") if enums is None else "Sequence"
        container = f"{builtin('dict')}[{builtin('str')}, " if kind == "object" else f"{lists}["
        return f"{container}{inner(inside)}]"
    return f"Literal[{literal(schema['const'])}]" if "const" in schema else builtin(_SCALARS.get(str(kind), "Any"))


def union(members: Iterable[str]) -> str:
    """Return a union of types, each once and None last."""
    found = list(dict.fromkeys(members))
    return " | ".join([each for each in found if each != "None"] + (["None"] if "None" in found else []))


def _union(members: Iterable[str]) -> str:
    found = list(members)
    return "Any" if "Any" in found else union(found)
