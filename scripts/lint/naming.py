"""What generation needs of our specs beyond validity: names for classes and methods, and formats that mean something."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.spec.document import Document, Pointer
from scripts.spec.finding import Finding
from scripts.spec.objects import Object, is_type, walk

RULES = ("anonymous-object", "anonymous-enum", "anonymous-composition", "one-tag", "operation-id", "array-style", "unknown-format")

# Of JSON Schema 2020-12 and OpenAPI 3.1; any other name is probably a mistake, as it would check nothing.
_FORMATS = frozenset(
    [
        *("date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uuid"),
        *("uri", "uri-reference", "iri", "iri-reference", "uri-template", "json-pointer", "relative-json-pointer", "regex"),
        *("int32", "int64", "float", "double", "password", "byte", "binary"),
    ]
)


def check(document: Document) -> list[Finding]:
    """Find schemas without a name, and operations and parameters that lack what generation has to know."""
    findings: list[Finding] = []
    anonymous: dict[int, Object] = {}  # of what an alias of YAML repeats, only the first, which `walk` has last
    for thing in walk(document):
        if thing.kind == "schema" and thing.value.get("format", "uuid") not in _FORMATS:
            advice = f"{thing.value['format']!r} is not a format of JSON Schema or OpenAPI; correct the name or remove it"
            findings.append(document.finding((*thing.pointer, "format"), "unknown-format", advice))
        if thing.kind == "schema" and not is_named(thing):
            anonymous[id(thing.value)] = thing
        elif thing.kind == "operation":
            findings.extend(_operation(document, thing))
        elif thing.kind == "parameter":
            findings.extend(_parameter(document, thing))
    return findings + [finding for thing in anonymous.values() for finding in _anonymous(document, thing)]


def is_named(thing: Object) -> bool:
    """Return whether a schema has a name: its place is directly below components/schemas."""
    return len(thing.pointer) == 3 and thing.pointer[:2] == ("components", "schemas")


def _anonymous(document: Document, thing: Object) -> Iterator[Finding]:
    schema = thing.value
    if is_type(schema, "object") or "properties" in schema or "additionalProperties" in schema:
        advice = "an object without a name; move it to components/schemas and refer to it"
        yield document.finding(thing.pointer, "anonymous-object", advice)
    if "enum" in schema:
        mark = "" if "x-client-enum" in schema else ", with x-client-enum if a response can contain it,"
        advice = f"an enum without a name; move it to components/schemas{mark} and refer to it"
        yield document.finding(thing.pointer, "anonymous-enum", advice)
    if len(schema.get("allOf", ())) > 1:
        advice = "an allOf of several schemas without a name; move it to components/schemas and refer to it"
        yield document.finding((*thing.pointer, "allOf"), "anonymous-composition", advice)


def _operation(document: Document, thing: Object) -> Iterator[Finding]:
    tags = thing.value.get("tags", [])
    if len(tags) != 1:
        pointer: Pointer = (*thing.pointer, "tags") if "tags" in thing.value else thing.pointer
        yield document.finding(pointer, "one-tag", f"the operation has {len(tags)} tags; give it exactly one")
    if not thing.value.get("operationId"):
        yield document.finding(thing.pointer, "operation-id", "the operation has no operationId; give it one")


def _parameter(document: Document, thing: Object) -> Iterator[Finding]:
    schema = thing.value.get("schema")
    while isinstance(schema, dict) and "$ref" in schema:
        schema = document.get(schema["$ref"])
    missing = [field for field in ("style", "explode") if field not in thing.value]
    if isinstance(schema, dict) and is_type(schema, "array") and missing:
        advice = f"an array parameter has to say {' and '.join(missing)}; add them, even if they are the default"
        yield document.finding(thing.pointer, "array-style", advice)
