"""Whether each example matches its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from openapi_schema_validator import OAS30Validator, oas31_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from scripts.lint.messages import innermost, message_of
from scripts.spec.document import Document, Json, Pointer, join
from scripts.spec.finding import Finding
from scripts.spec.objects import Object, definition_of, walk

RULES = ("example",)

_URI = "urn:document"


def check(document: Document) -> list[Finding]:
    """Find examples of media types, parameters, headers and schemas that are not valid against their schema."""
    registry: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(document.data))
    validator = OAS30Validator if str(document.data["openapi"]).startswith("3.0.") else Draft202012Validator
    findings: list[Finding] = []
    for thing in walk(document):
        for schema, pointer, value in _examples(document, thing):
            reference = {"$ref": f"{_URI}#{quote(join(*schema)[1:])}"}
            errors = validator(reference, registry=registry, format_checker=oas31_format_checker).iter_errors(value)
            findings.extend(_finding(document, pointer, error) for error in errors)
    return findings


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


def _finding(document: Document, pointer: Pointer, error: ValidationError) -> Finding:
    inner = innermost(error)
    return document.finding((*pointer, *inner.absolute_path), "example", f"{message_of(inner)}; correct the example or its schema")
