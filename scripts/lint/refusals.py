"""Whether an operation that can be sent something invalid documents how it refuses that."""

from __future__ import annotations

from typing import Final

from scripts.spec.document import Document
from scripts.spec.expressions import Operation, alternatives, operations
from scripts.spec.finding import Finding
from scripts.spec.objects import is_type
from scripts.spec.statuses import INVALID, documented

RULES = ("refusal",)

_BOUNDS: Final = frozenset(
    [
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "enum", "const"),
        *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    ]
)


def check(document: Document) -> list[Finding]:
    """Find operations that can be sent something invalid, and have no response for that."""
    findings = []
    for operation in operations(document):
        reason = _reason(operation)
        if reason and documented(operation, INVALID) is None:
            advice = f"{reason}, and no response to an invalid request is documented; document 400 or 422, or 4XX or default"
            findings.append(document.finding((*operation.pointer, "responses"), "refusal", advice))
    return findings


def _reason(operation: Operation) -> str:
    """Say why a request can be invalid: it has a body, or a parameter with bounds; empty if it cannot be."""
    if "requestBody" in operation.value:
        return "the request has a body"
    for parameter in operation.parameters:
        for schema in alternatives(operation.document, parameter.get("schema", {})):
            items = alternatives(operation.document, schema.get("items", {})) if is_type(schema, "array") else []
            if any(_BOUNDS & each.keys() for each in (schema, *items)):
                return f"the parameter {parameter['name']!r} has bounds"
    return ""
