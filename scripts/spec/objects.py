"""The objects of an OpenAPI document: which kind is where, so that no check mistakes a name for a keyword."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.spec.document import METHODS, Document, Json, Pointer, join, split

_SCHEMA = {
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs"), "{schema}"),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]"),
    **dict.fromkeys(("items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"), "schema"),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties", "contentSchema"), "schema"),
    "discriminator": "discriminator",
    "externalDocs": "external-docs",
    "xml": "xml",
}
_PARAMETER = {"schema": "schema", "content": "{media-type}", "examples": "{example}"}

# Which field of an object has which kind: `{kind}` is a map and `[kind]` a list of them; `*` is any field that is not an extension.
_FIELDS: dict[str, dict[str, str]] = {
    "document": {
        "info": "info",
        "servers": "[server]",
        "paths": "paths",
        "webhooks": "{path-item}",
        "components": "components",
        "tags": "[tag]",
        "externalDocs": "external-docs",
    },
    "info": {"contact": "contact", "license": "license"},
    "server": {"variables": "{server-variable}"},
    "tag": {"externalDocs": "external-docs"},
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": "{example}",
        "requestBodies": "{request-body}",
        "headers": "{header}",
        "securitySchemes": "{security-scheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{path-item}",
    },
    "paths": {"*": "path-item"},
    "path-item": {**dict.fromkeys(METHODS, "operation"), "parameters": "[parameter]", "servers": "[server]"},
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "request-body",
        "responses": "responses",
        "callbacks": "{callback}",
        "servers": "[server]",
        "externalDocs": "external-docs",
    },
    "request-body": {"content": "{media-type}"},
    "responses": {"*": "response"},
    "response": {"headers": "{header}", "content": "{media-type}", "links": "{link}"},
    "callback": {"*": "path-item"},
    "media-type": {"schema": "schema", "itemSchema": "schema", "examples": "{example}", "encoding": "{encoding}"},
    "encoding": {"headers": "{header}"},
    "parameter": _PARAMETER,
    "header": _PARAMETER,
    "link": {"server": "server"},
    "schema": _SCHEMA,
    "security-scheme": {"flows": "oauth-flows"},
    "oauth-flows": {"*": "oauth-flow"},
}


@dataclass(frozen=True, slots=True)
class Object:
    """An object of the document: its pointer, its kind (such as `operation` or `media-type`) and its value."""

    pointer: Pointer
    kind: str
    value: dict[str, Json]


def walk(document: Document, pointer: Pointer = (), kind: str = "document", *, follow: bool = False) -> Iterator[Object]:
    """Yield the object of this kind at `pointer` and all below it, each once; with `follow` also those that they refer to."""
    todo: list[tuple[Pointer, str, Any]] = [(pointer, kind, document.get(join(*pointer)))]
    seen: set[tuple[str, ...]] = set()
    while todo:
        here, kind, value = todo.pop()
        if not isinstance(value, dict):
            continue
        if follow:  # otherwise only one way leads to an object
            key = tuple(map(str, here))
            if key in seen:
                continue
            seen.add(key)
        yield Object(here, kind, value)
        target = value.get("$ref")
        if follow and isinstance(target, str):
            todo.append((split(target), kind, document.get(target)))
        for child_place, child_kind, child in _children(kind, value):
            todo.append(((*here, *child_place), child_kind, child))


def _children(kind: str, value: dict[str, Json]) -> Iterator[tuple[Pointer, str, Json]]:
    fields = _FIELDS.get(kind, {})
    for name, child in value.items():
        if not isinstance(child, (dict, list)):  # most of what there is
            continue
        form = fields.get(name) or (None if name.startswith("x-") else fields.get("*"))
        if form is None:
            continue
        if form.startswith("{"):
            if isinstance(child, dict):
                yield from (((name, key), form[1:-1], item) for key, item in child.items())
        elif form.startswith("["):
            if isinstance(child, list):
                yield from (((name, index), form[1:-1], item) for index, item in enumerate(child))
        else:
            yield (name,), form, child


def several_of(kind: str) -> tuple[str, ...]:
    """Return the fields of an object of a kind that have a list or a map of others."""
    return tuple(field for field, form in _FIELDS.get(kind, {}).items() if form.startswith(("{", "[")))


def is_type(schema: Json, name: str) -> bool:
    """Return whether `name` is the type of a schema, or one of its types."""
    types = schema.get("type")
    return name in types if isinstance(types, list) else types == name


def definition_of(document: Document, pointer: Pointer) -> Pointer:
    """Return where in the document the thing is defined that a pointer into the resolved document names."""
    return _followed(document, pointer)[0]


def reference_to(document: Document, pointer: Pointer) -> Pointer | None:
    """Return where the last reference is that a pointer into the resolved document follows; None if it follows none."""
    return _followed(document, pointer)[1]


def _followed(document: Document, pointer: Pointer) -> tuple[Pointer, Pointer | None]:
    """Return where a pointer into the resolved document leads, and the last reference on the way."""
    result: list[str | int] = []
    last: Pointer | None = None
    value: Json = document.data
    for index, part in enumerate(pointer):
        here = tuple(result)
        while isinstance(value, dict) and "$ref" in value and str(part) not in value:
            last = here
            result = list(split(value["$ref"]))
            value = document.get(value["$ref"])
        result.append(part)
        try:
            value = value[int(part)] if isinstance(value, list) else value[str(part)]  # statuses are texts
        except (LookupError, TypeError, ValueError):
            return (*result, *pointer[index + 1 :]), last
    return tuple(result), tuple(result) if isinstance(value, dict) and "$ref" in value else last
