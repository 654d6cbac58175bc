"""Whether the links from responses to other operations lead somewhere: operation, parameters, body and expressions exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.spec.document import Document, Json, Pointer
from scripts.spec.expressions import Operation, Unresolved, bare, below, find, operations, resolve
from scripts.spec.finding import Finding
from scripts.spec.objects import definition_of

RULES = ("link",)

_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_WITHOUT_PLACE = ("$url", "$method", "$statusCode")


def check(document: Document) -> list[Finding]:
    """Find links that name what does not exist."""
    return [
        document.finding(definition_of(document, pointer), "link", advice)
        for operation in operations(document)
        for code, response in operation.responses.items()
        for name, link in response.get("links", {}).items()
        for pointer, advice in _link(operation, response, (*operation.pointer, "responses", code, "links", name), link)
    ]


def _link(
    operation: Operation, response: dict[str, Json], pointer: Pointer, link: dict[str, Json]
) -> Iterator[tuple[Pointer, str]]:
    if "operationId" not in link:
        yield pointer, "the link has no operationId; name the operation by it"
        return
    target = find(operation.document, link["operationId"])
    if target is None:
        yield (*pointer, "operationId"), f"there is no operation {link['operationId']!r}; correct the name"
        return
    for key, value in link.get("parameters", {}).items():
        name = bare(key)
        if target.parameter(name, key.removesuffix(name).rstrip(".") or None) is None:
            yield (*pointer, "parameters", key), f"{link['operationId']!r} has no parameter {key!r}; correct the name"
        yield from _expressions(operation, response, (*pointer, "parameters", key), value)
    if "requestBody" in link:
        yield from _fields(target, (*pointer, "requestBody"), link["requestBody"])
        yield from _expressions(operation, response, (*pointer, "requestBody"), link["requestBody"])


def _fields(target: Operation, pointer: Pointer, body: Json) -> Iterator[tuple[Pointer, str]]:
    try:
        schemas = resolve(target, "$request.body")
    except Unresolved as error:
        yield pointer, f"{error}; remove it"
        return
    for field in body if isinstance(body, dict) else ():
        try:
            for schema in schemas:
                below(target.document, schema, f"/{field.replace('~', '~0').replace('/', '~1')}")
        except Unresolved:
            yield (*pointer, field), f"the request body has no field {field!r}; correct the name"


def _expressions(operation: Operation, response: dict[str, Json], pointer: Pointer, value: Json) -> Iterator[tuple[Pointer, str]]:
    """Check every expression in a value: a text that begins with `$`, or has `{$...}` in it."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _expressions(operation, response, (*pointer, key), child)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _expressions(operation, response, (*pointer, index), child)
    elif isinstance(value, str):
        for expression in [value] if value.startswith("$") else _EMBEDDED.findall(value):
            if expression not in _WITHOUT_PLACE:
                try:
                    resolve(operation, expression, response)
                except Unresolved as error:
                    yield pointer, f"{error}; name something that exists"
