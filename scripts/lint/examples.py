"""Whether each example matches its schema."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.lint.values import Values
from scripts.spec.document import Document, Json, Pointer, join
from scripts.spec.finding import Finding
from scripts.spec.objects import Object, definition_of, walk

RULES = ("example",)


def check(document: Document) -> list[Finding]:
    """Find examples of media types, parameters, headers and schemas that are not valid against their schema."""
    values = Values(document)
    return [
        document.finding((*pointer, *below), "example", f"{message}; correct the example or its schema")
        for thing in walk(document)
        for schema, pointer, value in _examples(document, thing)
        for below, message in values.errors(schema, value)
    ]


def _examples(document: Document, thing: Object) -> Iterator[tuple[Pointer, Pointer, Json]]:
    """Yield the pointers of the schema and of the example, and the example."""
    if thing.kind == "schema":
        if "example" in thing.value:
            yield thing.pointer, (*thing.pointer, "example"), thing.value["example"]
        for index, value in enumerate(thing.value.get("examples", ())):
            yield thing.pointer, (*thing.pointer, "examples", index), value
    elif thing.kind in ("media-type", "parameter", "header") and "schema" in thing.value:
        schema = (*thing.pointer, "schema")
        if "example" in thing.value:
            yield schema, (*thing.pointer, "example"), thing.value["example"]
        for name in thing.value.get("examples", {}):
            pointer = definition_of(document, (*thing.pointer, "examples", name, "value"))
            example = document.get(join(*pointer[:-1]))
            if "value" in example:
                yield schema, pointer, example["value"]
