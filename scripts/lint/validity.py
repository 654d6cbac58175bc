"""Whether a document is valid OpenAPI 3.0, 3.1 or 3.2 at all; without rules of style, so that foreign documents pass, too."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import jsonschema_rs
from openapi_schema_validator._specifications import REGISTRY  # the only place that has the dialect's own vocabulary
from openapi_spec_validator.schemas import schema_v30, schema_v31, schema_v32

from scripts.lint.messages import short
from scripts.lint.values import Values
from scripts.spec.document import SCHEMAS, Document, Pointer, join, references
from scripts.spec.expressions import operations
from scripts.spec.finding import Finding, SpecError
from scripts.spec.objects import definition_of, reference_to, walk

RULES = (
    "unsupported-version",
    "unknown-reference",
    "external-reference",
    "circular-reference",
    "wrong-reference",
    "structure",
    "path-template",
    "path-parameter",
    "duplicate-operation-id",
    "duplicate-parameter",
    "duplicate-tag",
    "default",
)

_LOCATIONS = ("query", "header", "path", "cookie")
# Patterns have to be regular expressions; all other formats are not checked, as foreign documents often have relative URLs.
_FORMATS = dict.fromkeys(("email", "media-range", "uri", "uri-reference", "uri-template"), lambda _: True)
# By version: the JSON Schema of documents, and those of the Schema Objects in them.
_SCHEMAS = {
    "3.1": (schema_v31, "https://spec.openapis.org/oas/3.1/dialect/base", "https://spec.openapis.org/oas/3.1/meta/base"),
    "3.2": (
        schema_v32,
        "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
        "https://spec.openapis.org/oas/3.2/meta/2025-09-17",
    ),
}


def check(document: Document) -> list[Finding]:
    """Find what keeps the document from being valid OpenAPI; each step runs only if the one before has found nothing.

    An empty list also means that `document.resolved` can be used.
    """
    for step in (_version, _references, _structure, _resolved_structure, _templates, _semantics):
        findings = step(document)
        if findings:
            return sorted(set(findings))
    return []


def ignorable(document: Document) -> list[Finding]:
    """Find what a client does not depend on in a document whose structure is right."""
    rules = ("duplicate-tag", "duplicate-parameter", "default")
    found = (*_duplicates(document), *_defaults(document, patterns=False))
    return [finding for finding in found if finding.rule in rules]


def version(document: Document) -> list[Finding]:
    """Find that a document is of another version of OpenAPI; one that is written in an unusual way is not, as it can be read."""
    found = str(document.data.get("openapi"))
    return [] if re.fullmatch(r"3\.[012](\.\S*)?", found) else _version(document)


def _version(document: Document) -> list[Finding]:
    version = document.data.get("openapi")
    if isinstance(version, str) and re.fullmatch(r"3\.[012]\.\d+", version):
        return []
    field = "swagger" if version is None and "swagger" in document.data else "openapi"
    found = document.data.get(field)
    said = (
        "the document does not say its OpenAPI version" if found is None else f"version {short(found)} of OpenAPI is not supported"
    )
    advice = "convert it to 3.0.x, 3.1.x or 3.2.x"
    if field == "swagger":
        advice = f"convert it: npx swagger2openapi --patch --outfile openapi.json {shlex.quote(document.path.name)}"
    return [document.finding((field,) if found is not None else (), "unsupported-version", f"{said}; {advice}")]


def _references(document: Document) -> list[Finding]:
    findings = [
        document.finding(pointer, "circular-reference", f"{target!r} leads back to itself; let it end at a definition")
        for pointer, target in references(document.data)
        if _is_circular(document, pointer)
    ]
    if findings:
        return findings
    try:
        _ = document.resolved
    except SpecError as error:
        return error.findings
    return [
        document.finding((*thing.pointer, "$ref"), "wrong-reference", f"{target!r} is a schema; refer to a {thing.kind}")
        for thing in walk(document)
        if thing.kind != "schema" and (target := str(thing.value.get("$ref"))).startswith(SCHEMAS)
    ]


def _is_circular(document: Document, pointer: Pointer) -> bool:
    """Return whether a reference, followed by those that it leads to, leads back to itself."""
    here = join(*pointer[:-1])
    seen: set[str] = set()
    target = document.get(join(*pointer))
    while target not in seen:
        if target == here:
            return True
        seen.add(target)
        try:
            value = document.get(target)
        except (LookupError, ValueError):
            return False
        target = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(target, str):
            return False
    return False


def _structure(document: Document) -> list[Finding]:
    return [
        document.finding((*error.instance_path, *below), "structure", advice)
        for error in structure_errors(document)
        for below, advice in problems(error)
    ]


def references_to_another_kind(document: Document) -> Iterator[tuple[Pointer, str]]:
    """Yield what refers to a schema without being one, or the reverse, and advice; a schema may have any keywords, also theirs."""
    things = [*walk(document)]
    kinds = {join(*thing.pointer): thing.kind for thing in things}
    for thing in things:
        target = str(thing.value.get("$ref"))
        other = kinds.get(target, thing.kind)
        if thing.kind != other and "schema" in (thing.kind, other):
            what = "a schema" if other == "schema" else f"of the kind {other}"
            yield thing.pointer, f"{target!r} is {what}; refer to a {thing.kind}"


def _resolved_structure(document: Document) -> list[Finding]:
    """Find references that lead to a thing of the wrong kind, such as a parameter where a response has to be."""
    found = references_to_another_kind(document)
    findings = [document.finding((*pointer, "$ref"), "wrong-reference", advice) for pointer, advice in found]
    for error in structure_errors(document.resolved):
        pointer = reference_to(document, tuple(error.instance_path))
        if pointer is not None:
            advice = f"{document.get(join(*pointer))['$ref']!r} is not allowed here; refer to something of the right kind"
            findings.append(document.finding((*pointer, "$ref"), "wrong-reference", advice))
        else:
            place = definition_of(document, tuple(error.instance_path))
            findings.extend(document.finding((*place, *below), "structure", advice) for below, advice in problems(error))
    return findings


def structure_errors(document: Document) -> Iterator[jsonschema_rs.ValidationError]:
    """Yield where a document is not what the JSON Schema of its version of OpenAPI says, of alternatives the one that was meant."""
    for error in _structure_validator(_version_of(document)).iter_errors(document.data):
        yield from _innermost(error)


def _version_of(document: Document) -> str:
    return str(document.data["openapi"])[:3]


@cache
def _structure_validator(version: str) -> jsonschema_rs.Validator:
    """Compile the official JSON Schema of OpenAPI, such that one pass checks the document and every Schema Object in it."""
    if version == "3.0":
        return jsonschema_rs.validator_for(_with_any_names(schema_v30), validate_formats=True, formats=_FORMATS, mask="the value")
    schema, dialect, vocabulary = _SCHEMAS[version]
    whole: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:openapi-with-schemas",
        "$ref": schema["$id"],
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": dialect}},
    }
    parts = [(schema["$id"], dict(schema)), *((uri, REGISTRY.contents(uri)) for uri in (dialect, vocabulary))]
    registry = jsonschema_rs.Registry(parts)
    return jsonschema_rs.validator_for(whole, registry=registry, validate_formats=True, formats=_FORMATS, mask="the value")


def _with_any_names(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of OpenAPI 3.0, such that it also checks components whose names it does not know."""
    whole: dict[str, Any] = deepcopy(dict(schema))
    for component in whole["definitions"]["Components"]["properties"].values():
        (component["additionalProperties"],) = component.pop("patternProperties").values()
    return whole


def _innermost(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """Of the alternatives that all fail, take the one that was meant: not a reference if there is none, else the deepest."""
    context: list[list[jsonschema_rs.ValidationError]] = error.kind.as_dict().get("context") or []
    meant = [branch for branch in context if branch and not any(_lacks_reference(inner) for inner in branch)]
    if not meant:
        yield error
        return
    here = len(error.instance_path)
    for inner in min(meant, key=lambda errors: _distance(errors, here)):
        yield from _innermost(inner)


def _distance(errors: list[jsonschema_rs.ValidationError], here: int) -> tuple[bool, int, int, int]:
    """Return how far an alternative is from what was meant: of another type, or for other values of `type`, `in` or other fields.

    Of equals, the deepest is meant.
    """
    is_of_other_type = any(inner.kind.name == "type" and len(inner.instance_path) == here for inner in errors)
    fields = [
        inner.instance_path[-1] for inner in errors if inner.kind.name in ("const", "enum") and len(inner.instance_path) > here
    ]
    of_other_kind = sum(field in ("type", "in") for field in fields)
    return is_of_other_type, of_other_kind, len(fields), -max(len(inner.instance_path) for inner in errors)


def _lacks_reference(error: jsonschema_rs.ValidationError) -> bool:
    return error.kind.name == "required" and error.kind.as_dict().get("property") == "$ref"


def problems(error: jsonschema_rs.ValidationError) -> Iterator[tuple[Pointer, str]]:
    """Yield what is wrong, and where below the pointer of the error."""
    details = error.kind.as_dict()
    if error.kind.name in ("unevaluatedProperties", "additionalProperties"):
        for name in details["unexpected"]:
            yield (name,), f"{name!r} is not allowed here; correct the name or remove it"
    elif error.kind.name == "required":
        yield (), f"the field {details['property']!r} is missing; add it"
    elif error.kind.name == "enum":
        place = tuple(error.instance_path)
        options = _LOCATIONS if place[-1:] == ("in",) and "parameters" in place[-4:] else details["options"]
        yield (), f"{short(error.instance)} is none of {', '.join(map(repr, options))}; use one of them"
    elif error.kind.name == "not" and isinstance(details["schema"], dict) and "required" in details["schema"]:
        names = " and ".join(map(repr, details["schema"]["required"]))
        yield (), f"{names} cannot stand beside what else is here; remove one"
    else:
        yield (), f"{error.message.replace('the value', short(error.instance), 1)}; correct it"


def _templates(document: Document) -> list[Finding]:
    return [
        document.finding(("paths", path), "path-template", "the braces do not match; write each parameter as {name}")
        for path in document.data.get("paths", {})
        if not path.startswith("x-") and re.search(r"[{}]", re.sub(r"\{[^{}]+\}", "", path))
    ]


def _semantics(document: Document) -> list[Finding]:
    """Find what a JSON Schema cannot say."""
    return [*_duplicates(document), *_path_parameters(document), *_defaults(document, patterns=True)]


def _duplicates(document: Document) -> Iterator[Finding]:
    tags: list[tuple[Pointer, str]] = [(("tags", i), f"tag {tag['name']!r}") for i, tag in enumerate(document.data.get("tags", ()))]
    named = [operation for operation in operations(document) if "operationId" in operation.value]
    ids = [((*operation.pointer, "operationId"), f"operationId {operation.value['operationId']!r}") for operation in named]
    groups = [("duplicate-tag", tags), ("duplicate-operation-id", ids)]
    for thing in walk(document.resolved):
        if thing.kind in {"path-item", "operation"}:
            parameters = enumerate(thing.value.get("parameters", ()))
            names = [((*thing.pointer, "parameters", i), f"{each['in']} parameter {each['name']!r}") for i, each in parameters]
            groups.append(("duplicate-parameter", names))
    for rule, group in groups:
        seen: dict[str, Pointer] = {}
        for pointer, name in group:
            place = definition_of(document, pointer)
            if name in seen:
                advice = f"the {name} is also in line {document.line(*seen[name])}; remove or rename one"
                yield document.finding(place, rule, advice)
            seen.setdefault(name, place)


def _path_parameters(document: Document) -> Iterator[Finding]:
    for operation in operations(document):
        named = {*re.findall(r"\{([^{}]+)\}", str(operation.pointer[1]))}
        defined = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "path"}
        for name in named ^ defined:
            lack = "not defined" if name in named else "not in the path"
            advice = f"the parameter {name!r} is {lack}; name it in the path and define it as a required path parameter"
            yield document.finding(definition_of(document, operation.pointer), "path-parameter", advice)


def _defaults(document: Document, *, patterns: bool) -> Iterator[Finding]:
    values = Values(document, patterns=patterns)
    for thing in walk(document):
        if thing.kind != "schema" or "default" not in thing.value:
            continue
        default = thing.value["default"]
        in_request_body = thing.pointer[3:4] == ("requestBody",) or thing.pointer[1] == "requestBodies"
        if in_request_body or (default is None and thing.value.get("nullable")):
            continue  # only the server applies the default of a request body; foreign documents are often wrong there
        for below, message in values.errors(thing.pointer, default):
            advice = f"{message}; correct the default or its schema"
            yield document.finding((*thing.pointer, "default", *below), "default", advice)
