"""Whether a document is valid OpenAPI 3.0 or 3.1 at all; without rules of style, so that foreign documents pass, too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import jsonschema_rs
from jsonschema.exceptions import ValidationError
from jsonschema_path import SchemaPath
from openapi_schema_validator._specifications import REGISTRY  # the only place that has the dialect's own vocabulary
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v30, schema_v31
from openapi_spec_validator.validation import exceptions, keywords
from openapi_spec_validator.validation.validators import SpecValidator

from scripts.lint.messages import message_of, short
from scripts.spec.document import SCHEMAS, Document, Pointer, join, references
from scripts.spec.finding import Finding, SpecError
from scripts.spec.objects import definition_of, walk

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

_DIALECT = "https://spec.openapis.org/oas/3.1/dialect/base"
_VOCABULARY = "https://spec.openapis.org/oas/3.1/meta/base"


def check(document: Document) -> list[Finding]:
    """Find what keeps the document from being valid OpenAPI; each step runs only if the one before has found nothing.

    An empty list also means that `document.resolved` can be used.
    """
    for step in (_version, _references, _structure, _resolved_structure, _templates, _semantics):
        findings = step(document)
        if findings:
            return sorted(set(findings))
    return []


def _version(document: Document) -> list[Finding]:
    version = document.data.get("openapi")
    if isinstance(version, str) and re.fullmatch(r"3\.[01]\.\d+", version):
        return []
    field = "swagger" if version is None and "swagger" in document.data else "openapi"
    found = document.data.get(field)
    said = (
        "the document does not say its OpenAPI version" if found is None else f"version {short(found)} of OpenAPI is not supported"
    )
    return [document.finding((field,) if found is not None else (), "unsupported-version", f"{said}; convert it to 3.0.x or 3.1.x")]


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
        for error in _errors(document)
        for below, advice in _problems(error)
    ]


def _resolved_structure(document: Document) -> list[Finding]:
    """Find references that lead to a thing of the wrong kind, such as a parameter where a response has to be."""
    findings = []
    for error in _errors(document.resolved):
        pointer = definition_of(document, tuple(error.instance_path))
        target = _reference(document, pointer)
        if target is not None:
            advice = f"{target!r} is not allowed here; refer to something of the right kind"
            findings.append(document.finding((*pointer, "$ref"), "wrong-reference", advice))
        else:
            findings.extend(document.finding((*pointer, *below), "structure", advice) for below, advice in _problems(error))
    return findings


def _reference(document: Document, pointer: Pointer) -> str | None:
    try:
        value = document.get(join(*pointer))
    except LookupError:
        return None
    return value.get("$ref") if isinstance(value, dict) else None


def _errors(document: Document) -> Iterator[jsonschema_rs.ValidationError]:
    for error in _structure_validator(_version_of(document)).iter_errors(document.data):
        if error.kind.name != "format" or error.kind.as_dict().get("format") == "regex":
            yield _innermost(error)


def _version_of(document: Document) -> str:
    return str(document.data["openapi"])[:3]


@cache
def _structure_validator(version: str) -> jsonschema_rs.Validator:
    """Compile the official JSON Schema of OpenAPI, such that one pass checks the document and every Schema Object in it."""
    if version == "3.0":
        return jsonschema_rs.validator_for(dict(schema_v30), validate_formats=True, mask="the value")
    whole: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:openapi-with-schemas",
        "$ref": schema_v31["$id"],
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": _DIALECT}},
    }
    parts = [(schema_v31["$id"], dict(schema_v31)), *((uri, REGISTRY.contents(uri)) for uri in (_DIALECT, _VOCABULARY))]
    return jsonschema_rs.validator_for(whole, registry=jsonschema_rs.Registry(parts), validate_formats=True, mask="the value")


def _innermost(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """Of the alternatives that all fail, take the one that was meant: not a reference if there is none, else the deepest."""
    context: list[list[jsonschema_rs.ValidationError]] = error.kind.as_dict().get("context") or []
    meant = [branch for branch in context if branch and not any(_lacks_reference(inner) for inner in branch)]
    if not meant:
        return error
    branch = max(meant, key=lambda errors: max(len(inner.instance_path) for inner in errors))
    return _innermost(max(branch, key=lambda inner: len(inner.instance_path)))


def _lacks_reference(error: jsonschema_rs.ValidationError) -> bool:
    return error.kind.name == "required" and error.kind.as_dict().get("property") == "$ref"


def _problems(error: jsonschema_rs.ValidationError) -> Iterator[tuple[Pointer, str]]:
    """Yield what is wrong, and where below the pointer of the error."""
    details = error.kind.as_dict()
    if error.kind.name in ("unevaluatedProperties", "additionalProperties"):
        for name in details["unexpected"]:
            yield (name,), f"{name!r} is not allowed here; correct the name or remove it"
    elif error.kind.name == "required":
        yield (), f"the field {details['property']!r} is missing; add it"
    elif error.kind.name == "enum":
        yield (), f"{short(error.instance)} is none of {', '.join(map(repr, details['options']))}; use one of them"
    else:
        yield (), f"{error.message.replace('the value', short(error.instance), 1)}; correct it"


def _templates(document: Document) -> list[Finding]:
    return [
        document.finding(("paths", path), "path-template", "the braces do not match; write each parameter as {name}")
        for path in document.data.get("paths", {})
        if not path.startswith("x-") and re.search(r"[{}]", re.sub(r"\{[^{}]+\}", "", path))
    ]


def _semantics(document: Document) -> list[Finding]:
    """Run openapi-spec-validator for what a JSON Schema cannot say."""
    base = OpenAPIV30SpecValidator if _version_of(document) == "3.0" else OpenAPIV31SpecValidator
    paths = {path: item for path, item in document.data.get("paths", {}).items() if path.startswith("/")}
    validator = _located(base)({**document.data, "paths": paths})  # it would read an extension of the paths as a path
    schemas: Any = validator.keyword_validators_registry["schema"]
    schemas.visited_schema_ids = _Seen()
    schemas.meta_checked_schema_ids = _Everything()  # the structure step has checked every schema
    findings = []
    for error in validator.root_validator(validator.schema_path):
        if isinstance(error, exceptions.ExtraParametersError):
            continue  # JSON Schema allows a required property that is not described
        pointer = definition_of(document, (*getattr(error, "pointer", ()), *error.absolute_path))
        below, rule, advice = _meaning(document, pointer, error)
        findings.append(document.finding((*pointer, *below), rule, advice))
    return findings


def _meaning(document: Document, pointer: Pointer, error: ValidationError) -> tuple[Pointer, str, str]:
    """Return where below its pointer an error is, its rule, and how to fix it."""
    match error:
        case exceptions.DuplicateOperationIDError():
            return ("operationId",), "duplicate-operation-id", f"{error.message}; give each operation another name"
        case exceptions.ParameterDuplicateError():
            parameters = document.resolved.get(join(*pointer))
            repeated = _repeated([(parameter["name"], parameter["in"]) for parameter in parameters])
            return (repeated,), "duplicate-parameter", f"{error.message}; remove one"
        case exceptions.UnresolvableParameterError():
            return (), "path-parameter", f"{error.message}; name it in the path and define it as a required path parameter"
        case exceptions.OpenAPIValidationError():
            repeated = _repeated([tag["name"] for tag in document.get(join(*pointer))])
            return (repeated,), "duplicate-tag", f"{error.message}; remove one"
        case _:
            return (), "default", f"{message_of(error)}; the default has to be valid against its schema"


def _repeated(values: list[Any]) -> int:
    """Return the index of the first value that repeats an earlier one."""
    return next(index for index, value in enumerate(values) if value in values[:index])


class _Seen(set[int]):
    """Replaces a list of ids, whose search would take quadratic time."""

    append = set.add


class _Everything(list[int]):
    """Replaces the list of schemas that are checked already."""

    def __contains__(self, item: object) -> bool:
        return True


@cache
def _located(base: type[SpecValidator]) -> type[SpecValidator]:
    """Derive a spec validator whose errors have a `pointer` to where in the document they arose."""
    located = {name: _with_place(validator) for name, validator in base.keyword_validators.items()}
    return type(base.__name__, (base,), {"keyword_validators": located})


def _with_place(base: type[keywords.KeywordValidator]) -> type[keywords.KeywordValidator]:
    errors_of: Callable[..., Iterator[ValidationError]] = base.__call__

    def call(self: keywords.KeywordValidator, *args: Any, **options: Any) -> Iterator[ValidationError]:
        pointer = next(arg.parts for arg in args if isinstance(arg, SchemaPath))
        if isinstance(self, keywords.ValueValidator):
            pointer = (*pointer, "default")
        for error in errors_of(self, *args, **options):
            vars(error).setdefault("pointer", pointer)
            yield error

    return type(base.__name__, (base,), {"__call__": call, "_collect_properties": _no_properties})


def _no_properties(_: object, __: object) -> set[str]:
    """Replace a search for an error that is ignored anyway; it never ends where a base lists what derives from it."""
    return set()
