"""Whether the links from responses to other operations lead somewhere: operation, parameters, body and expressions exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.spec.document import Document, Json, Pointer
from scripts.spec.expressions import Operation, Unresolved, below, find, operations, resolve
from scripts.spec.finding import Finding
from scripts.spec.objects import source

RULES = ("link",)

_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_WITHOUT_PLACE = ("$url", "$method", "$statusCode")


def check(document: Document) -> list[Finding]:
    """Find links that name what does not exist."""
    return [
        document.finding(source(document, place), "link", advice)
        for operation in operations(document)
        for code, response in operation.responses.items()
        for name, link in response.get("links", {}).items()
        for place, advice in _link(operation, response, (*operation.place, "responses", code, "links", name), link)
    ]


def _link(operation: Operation, response: dict[str, Json], place: Pointer, link: dict[str, Json]) -> Iterator[tuple[Pointer, str]]:
    if "operationId" not in link:
        yield place, "the link has no operationId; name the operation by it"
        return
    target = find(operation.document, link["operationId"])
    if target is None:
        yield (*place, "operationId"), f"there is no operation {link['operationId']!r}; correct the name"
        return
    for key, value in link.get("parameters", {}).items():
        where, _, name = key.rpartition(".")
        if target.parameter(name, where or None) is None:
            yield (*place, "parameters", key), f"{link['operationId']!r} has no parameter {key!r}; correct the name"
        yield from _expressions(operation, response, (*place, "parameters", key), value)
    if "requestBody" in link:
        yield from _fields(target, (*place, "requestBody"), link["requestBody"])
        yield from _expressions(operation, response, (*place, "requestBody"), link["requestBody"])


def _fields(target: Operation, place: Pointer, body: Json) -> Iterator[tuple[Pointer, str]]:
    try:
        schemas = resolve(target, "$request.body")
    except Unresolved as error:
        yield place, f"{error}; remove it"
        return
    for field in body if isinstance(body, dict) else ():
        try:
            for schema in schemas:
                below(target.document, schema, f"/{field.replace('~', '~0').replace('/', '~1')}")
        except Unresolved:
            yield (*place, field), f"the request body has no field {field!r}; correct the name"


def _expressions(operation: Operation, response: dict[str, Json], place: Pointer, value: Json) -> Iterator[tuple[Pointer, str]]:
    """Check every expression in a value: a text that begins with `$`, or has `{$...}` in it."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _expressions(operation, response, (*place, key), child)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _expressions(operation, response, (*place, index), child)
    elif isinstance(value, str):
        for expression in [value] if value.startswith("$") else _EMBEDDED.findall(value):
            if expression not in _WITHOUT_PLACE:
                try:
                    resolve(operation, expression, response)
                except Unresolved as error:
                    yield place, f"{error}; name a place that exists"
