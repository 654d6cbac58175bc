"""Whether a success response that can say that its request was refused is read by a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from scripts.lint.behaviour import READING
from scripts.spec.document import Document, Json, join
from scripts.spec.expressions import Operation, Unresolved, alternatives, operations, resolve
from scripts.spec.finding import Finding
from scripts.spec.objects import is_type

RULES = ("success",)

_FLAG: Final = re.compile(r"(is|was)?(success|succeeded|successful|ok)")
_CODE: Final = re.compile(r"(error|result|return|response)?(code|no|number)|errno")
_STATE: Final = re.compile(r"(result|response)?(status|state|result|outcome)")
_FAILED: Final = re.compile(r"(?i)err(or)?|fail(ed|ure)?|(n|not)?_?(ok|ko)|rejected|refused|invalid|denied")
_LIST: Final = re.compile(r"(?i)fail|reject|refused|errors?$|skipped|denied|invalid|unprocessed|excluded|(?-i:^not(?=[A-Z_]))")
_DEEPEST: Final = 4  # objects within objects, which may be within themselves
_READ: Final = ("x-client-chunking", "x-client-confirmation")


def check(document: Document) -> list[Finding]:
    """Find operations that change something, whose success response can say that nothing was done, which no table reads."""
    followed = {each.value.get("x-client-polling", {}).get("operation") for each in operations(document)}
    return [
        document.finding(operation.pointer, "success", advice)
        for operation in operations(document)
        if operation.value.get("operationId") not in followed and _changes(operation)
        for advice in _unread(operation)
    ]


def _changes(operation: Operation) -> bool:
    """Return whether a success confirms items, and neither its status, each item of a list nor the end of work is said to do so."""
    listing = operation.value.get("x-client-chunking", {}).get("rejections", {})
    is_said = "statuses" in operation.value.get("x-client-confirmation", {}) or "status" in listing
    others = {"x-client-matching", "x-client-pagination", "x-client-polling"} & operation.value.keys()
    return operation.pointer[-1] not in READING and not others and not is_said


def _unread(operation: Operation) -> Iterator[str]:
    try:
        bodies = resolve(operation, "$response.body")
    except Unresolved:
        return
    read = {text for name in _READ for text in _texts(operation.value.get(name, {}))}
    fields = {name: schema for body in bodies for name, schema in body.get("properties", {}).items()}
    for pointer in _lists(operation.document, bodies, "$response.body#"):
        if pointer not in read:
            advice = f"{pointer!r} can list items that were refused, and a success with any confirms nothing; say how it is read"
            yield f"{advice}: rejections: {{items: {pointer}, key: ..., reason: ...}} in x-client-chunking, or informational there"
    for name, schema in fields.items():
        can_refuse = any(_can_refuse(name, each) for each in alternatives(operation.document, schema))
        if can_refuse and not any(text.startswith(f"$response.body#/{name}") for text in read):
            advice = (
                f"{name!r} of a success can say that the request was refused, and a success confirms its items, whatever it has"
            )
            condition = f"{{value: $response.body#/{name}, values: [...], failures: [...]}}"
            yield f"{advice}; add {condition} to conditions of x-client-confirmation, or statuses if it never says that"


def _lists(document: Document, schemas: list[Json], pointer: str) -> Iterator[str]:
    """Yield where objects within objects have a list of what has failed, by its name."""
    for name, schema in {name: each for one in schemas for name, each in one.get("properties", {}).items()}.items():
        at, found = f"{pointer}{join(name)[1:]}", alternatives(document, schema)
        if any(is_type(each, "array") for each in found) and _LIST.search(name):
            yield at
        elif pointer.count("/") < _DEEPEST:
            yield from _lists(document, found, at)


def _can_refuse(name: str, schema: Json) -> bool:
    plain = re.sub(r"[\W_]", "", name).lower()
    if _FLAG.fullmatch(plain):
        return is_type(schema, "boolean") or is_type(schema, "string")
    if _CODE.fullmatch(plain):
        return is_type(schema, "integer")
    return bool(_STATE.fullmatch(plain)) and any(_FAILED.fullmatch(str(each)) for each in schema.get("enum", ()))


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts of a table."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
