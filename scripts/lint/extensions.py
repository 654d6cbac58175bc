"""Whether each `x-client-*` extension is known, is where it is read, matches its JSON Schema, and is true of its spec."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from scripts.command import ROOT
from scripts.lint import behaviour, matching, pagination, polling, rate_limits, retries
from scripts.lint.messages import innermost, instead, message_of
from scripts.runtime import errors
from scripts.spec.document import Document, Json, Pointer, join
from scripts.spec.expressions import Operation, Unresolved, operations, resolve
from scripts.spec.finding import Finding
from scripts.spec.objects import Object, walk
from scripts.spec.schemes import arguments, is_renewable, token_request

SCHEMAS = ROOT / "specs" / "extensions"
PREFIX = "x-client-"

# The kind of object on which an extension is read; a note may be on any.
KINDS = {
    "x-client-package": "info",
    "x-client-request-id": "document",
    "x-client-server": "server",
    "x-client-enum": "schema",
    "x-client-error-name": "response",
    "x-client-credentials": "security-scheme",
    "x-client-chunking": "operation",
    "x-client-matching": "operation",
    "x-client-polling": "operation",
    "x-client-confirmation": "operation",
    "x-client-pagination": "operation",
    "x-client-rate-limit": "operation",
    "x-client-retry": "operation",
    "x-client-rules": "operation",
    "x-client-check": "operation",
    "x-client-note": None,
}

_Check = Callable[[Operation, Any], Iterator[behaviour.Problem]]
_BEHAVIOUR: dict[str, _Check] = {
    "chunking": behaviour.chunking,
    "matching": matching.matching,
    "polling": polling.polling,
    "confirmation": behaviour.confirmation,
    "pagination": pagination.pagination,
    "rate-limit": rate_limits.rate_limit,
    "retry": retries.retry,
    "rules": behaviour.rules,
    "check": behaviour.check,
}

RULES = (
    *("extension-unknown", "extension-place", "extension-schema", "request-id", "server-name", "credentials", "error-name"),
    *_BEHAVIOUR,
)


def check(document: Document) -> list[Finding]:
    """Find extensions that are unknown or misplaced, do not match their JSON Schema, or are not true of this spec.

    The meaning is checked only if the form of all of them is right.
    """
    things = list(walk(document))
    findings = [finding for thing in things for finding in _forms(document, thing)]
    if findings:
        return findings
    findings = [finding for operation in operations(document) for finding in _operation(document, operation)]
    return [
        *findings,
        *_request_id(document),
        *_server_names(document, things),
        *_credentials(document, things),
        *_error_names(document),
    ]


def _forms(document: Document, thing: Object) -> Iterator[Finding]:
    for key, value in thing.value.items():
        if not key.startswith(PREFIX):
            continue
        pointer: Pointer = (*thing.pointer, key)
        if key not in KINDS:
            advice = f"there is no extension {key!r} ({instead(key, KINDS)}); correct the name, or describe it in specs/extensions"
            yield document.finding(pointer, "extension-unknown", advice)
        elif thing.kind == "components":
            yield from _shared(document, pointer, value)
        elif (kind := KINDS[key]) not in (None, thing.kind):
            yield document.finding(pointer, "extension-place", f"it is not read on this {thing.kind}; move it to the {kind}")
        elif isinstance(value, dict) and "$ref" in value:
            shared = f"#/components/{key}/"
            if not str(value["$ref"]).startswith(shared):
                yield document.finding((*pointer, "$ref"), "extension-place", f"refer to something below {shared}")
        else:
            yield from _schema(document, pointer, key, value)


def _shared(document: Document, pointer: Pointer, value: Json) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield document.finding(pointer, "extension-schema", "components have names; give this extension's value one")
        return
    for name, item in value.items():
        yield from _schema(document, (*pointer, name), str(pointer[-1]), item)


def _schema(document: Document, pointer: Pointer, key: str, value: Json) -> Iterator[Finding]:
    for error in _validator(key).iter_errors(value):
        inner = innermost(error)
        advice = f"{message_of(inner)}; correct it by specs/extensions/{key}.yaml"
        yield document.finding((*pointer, *inner.absolute_path), "extension-schema", advice)


@cache
def _validator(key: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{key}.yaml"}, registry=_registry())


@cache
def _registry() -> Registry[Any]:
    """Load the JSON Schemas of all extensions, which refer to each other by the names of their files."""
    files = {path.name: yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in SCHEMAS.glob("*.yaml")}
    return Registry().with_resources((name, DRAFT202012.create_resource(contents)) for name, contents in files.items())


def _operation(document: Document, operation: Operation) -> Iterator[Finding]:
    for rule, problems in _BEHAVIOUR.items():
        key = PREFIX + rule
        if key not in operation.value:
            continue
        pointer: Pointer = (*operation.pointer, key)
        written = document.get(join(*pointer))
        shared = isinstance(written, dict) and "$ref" in written
        for below, advice in problems(operation, operation.value[key]):
            # What a shared value says can be right for another operation, so the finding is at this one.
            advice_below = f"{join(*below)[2:]}: {advice}" if shared and below else advice
            yield document.finding(pointer if shared else (*pointer, *below), rule, advice_below)


def _request_id(document: Document) -> Iterator[Finding]:
    key = f"{PREFIX}request-id"
    if key not in document.data:
        return
    expression = document.data[key]
    for operation in operations(document):
        try:
            resolve(operation, expression)
        except Unresolved:
            continue
        return
    yield document.finding((key,), "request-id", f"no response has the header of {expression!r}; document it, or correct the name")


def _server_names(document: Document, things: list[Object]) -> Iterator[Finding]:
    key = f"{PREFIX}server"
    seen: set[Json] = set()
    for thing in sorted((t for t in things if t.kind == "server" and key in t.value), key=lambda t: tuple(map(str, t.pointer))):
        name = thing.value[key]
        if name in seen:
            yield document.finding((*thing.pointer, key), "server-name", f"another server is named {name!r}; choose another name")
        seen.add(name)


def _error_names(document: Document) -> Iterator[Finding]:
    """Find names of error classes that another status has, or that belong to all clients."""
    key = f"{PREFIX}error-name"
    statuses: dict[str, str] = {}
    for operation in operations(document):
        for status, response in operation.value.get("responses", {}).items():
            name = response.get(key)
            if name is None:
                continue
            other = "every client" if name in vars(errors) else statuses.setdefault(name, status)
            if other != status:
                advice = f"{other} has a class {name} already; choose another name"
                yield document.finding((*operation.pointer, "responses", status), "error-name", advice)


def _credentials(document: Document, things: list[Object]) -> Iterator[Finding]:
    """Find variables of unknown arguments, arguments without a variable, and tokens that are not renewable."""
    key = f"{PREFIX}credentials"
    for thing in (each for each in things if each.kind == "security-scheme" and key in each.value):
        pointer, value = (*thing.pointer, key), thing.value[key]
        if token_request(thing.value) is not None and not is_renewable(thing.value):
            yield document.finding(
                (*pointer, "token"), "credentials", "only a token that is sent in a header can be renewed; remove it"
            )
            continue
        given = arguments(thing.value)
        named = value.get("environment")
        for name in sorted((named or {}).keys() - {*given.required}):
            advice = f"the class of this scheme needs no {name!r}; it needs {', '.join(given.required) or 'nothing'}"
            yield document.finding((*pointer, "environment", name), "credentials", advice)
        for name in sorted(value.get("optional", {}).keys() - {*given.optional}):
            advice = f"{name!r} is not an optional argument of this scheme; these are {', '.join(given.optional) or 'none'}"
            yield document.finding((*pointer, "optional", name), "credentials", advice)
        for name in sorted({*given.required} - named.keys()) if named else ():
            yield document.finding((*pointer, "environment"), "credentials", f"name the variable that holds {name!r}")
