"""Names and descriptions of the values of enums, for which OpenAPI has no keyword, and tools have several."""

from __future__ import annotations

from typing import Any

from scripts.generate.parse.api import Schema
from scripts.generate.text.names import python_name
from scripts.spec.document import Json

NAMES, DESCRIPTIONS = "x-enum-varnames", "x-enum-descriptions"
_OTHER_NAMES = ("x-enumNames", "x-enum-names")
_AZURE = "x-ms-enum"
KEYWORDS = (NAMES, DESCRIPTIONS, *_OTHER_NAMES, _AZURE)


def value_names(schema: Schema, values: list[Any]) -> Schema:
    """Return `x-enum-varnames` and `x-enum-descriptions` of the values that are left of the enum of a schema.

    They are there only if the schema gives a name to each, or a description to one, or if Python reads a value as another name.
    """
    given = [str(each) for each in schema["enum"]]
    names: dict[str, str] = {}
    texts = _by_value(schema.get(DESCRIPTIONS), given)
    for key in (NAMES, *_OTHER_NAMES):
        names = names or _by_value(schema.get(key), given)
    azure = schema.get(_AZURE)
    for each in azure.get("values", ()) if isinstance(azure, dict) else ():
        if isinstance(each, dict) and "value" in each:
            names.setdefault(str(each["value"]), str(each.get("name", each["value"])))
            if each.get("description"):
                texts.setdefault(str(each["value"]), str(each["description"]))
    keys = [str(value) for value in values]
    found: Schema = {}
    if all(key in names for key in keys):
        found[NAMES] = [names[key] for key in keys]
    elif any(python_name(key) != key for key in keys):
        found[NAMES] = [python_name(key) for key in keys]
    if any(key in texts for key in keys):
        found[DESCRIPTIONS] = [texts.get(key, "") for key in keys]
    return found


def enum_name(schema: Schema) -> str | None:
    """Return the name that a schema gives to its enum."""
    azure = schema.get(_AZURE)
    name = azure.get("name") if isinstance(azure, dict) else None
    return name if isinstance(name, str) and name else None


def constant_names(constants: list[Schema]) -> Schema:
    """Return the names of integers that are listed one by one, each with a title."""
    titles = [each.get("title") for each in constants]
    if not all(isinstance(each["const"], int) for each in constants) or not all(isinstance(each, str) for each in titles):
        return {}
    return {NAMES: titles}


def _by_value(texts: Json, given: list[str]) -> dict[str, str]:
    """Return texts by value; they are in a list, in the order of the values, or in an object."""
    if isinstance(texts, list):
        texts = dict(zip(given, texts, strict=False))
    pairs = texts.items() if isinstance(texts, dict) else ()
    return {str(value): text.strip() for value, text in pairs if isinstance(text, str) and text.strip()}
