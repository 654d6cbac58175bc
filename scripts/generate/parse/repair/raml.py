"""Read names between slashes as RAML means them: patterns that the names of properties and of parameters match."""

from __future__ import annotations

import re

from scripts.generate.parse.api import Refuse
from scripts.spec.document import Json, Pointer

_PATTERN = re.compile(r"/(?:\^.*|.*\$)?/")


def with_patterns(schema: Json, pointer: Pointer, note: Refuse) -> None:
    """Let properties that have a pattern as their name be all those that match it, or, where only one has, all others."""
    properties = schema.get("properties")
    named = [name for name in properties if _PATTERN.fullmatch(name)] if isinstance(properties, dict) else []
    if not named:
        return
    found = {name[1:-1]: properties.pop(name) for name in named}
    if len(found) == 1 and not isinstance(schema.get("additionalProperties"), dict):
        (schema["additionalProperties"],) = found.values()
    else:
        schema["patternProperties"] = {**schema.get("patternProperties", {}), **found}
    for name in named:
        note(
            (*pointer, "properties", name),
            "structure",
            f"{name!r} is a pattern of RAML; it is read as all that match it",
        )


def named_by_pattern(parameter: Json, pointer: Pointer, note: Refuse) -> None:
    """Let a parameter of the query that has a pattern as its name be an object of all those that match it."""
    name = parameter.get("name")
    if parameter.get("in") == "query" and isinstance(name, str) and _PATTERN.fullmatch(name) and "schema" in parameter:
        parameter["schema"] = {"type": "object", "additionalProperties": parameter["schema"]}
        parameter |= {"style": "form", "explode": True}
        note((*pointer, "name"), "structure", f"{name!r} is a pattern of RAML; it is read as an object of all that match it")
