"""Whether a parameter or a field can take the key by which a request is executed once; see `behaviour` for the form of problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_schema_validator import OAS31Validator

from scripts.lint import behaviour
from scripts.lint.behaviour import READING, Problem, Value, schemas
from scripts.lint.messages import innermost, message_of
from scripts.spec.document import Json, Pointer
from scripts.spec.expressions import Operation, parse

_FIELD: Final[Pointer] = ("idempotencyKey",)
_MAY_FOLLOW: Final = 500  # such a status, and any higher one, may follow an execution
_HARM: Final = (
    "may follow an execution, and by idempotent: false a second one may do harm; remove the response, so that its items stay "
    "unknown, add the text by which the vendor says that it has executed nothing, or name an idempotencyKey"
)
_UUID: Final = "7d0b2a36-94c1-4f0e-8a57-1c3f5e9d2b48"


def retry(operation: Operation, value: Value) -> Iterator[Problem]:
    """The responses are documented, and do no harm; a key is of an operation that writes, and has a place for a UUID."""
    yield from behaviour.retry(operation, value)
    for index, response in enumerate(() if value["idempotent"] or "idempotencyKey" in value else value["responses"]):
        if response["status"] >= _MAY_FOLLOW and "text" not in response:
            yield ("responses", index, "status"), f"{response['status']} {_HARM}"
    if "idempotencyKey" in value:
        yield from _key(operation, value["idempotencyKey"])


def _key(operation: Operation, expression: str) -> Iterator[Problem]:
    if operation.pointer[-1] in READING or "x-client-pagination" in operation.value:
        yield _FIELD, "the operation only reads, and so needs no key; remove it"
        return
    if _is_of_items(expression, operation.value.get("x-client-chunking", {})):
        yield _FIELD, f"{expression!r} is in the items of a request by x-client-chunking; name something beside them"
        return
    for schema in (yield from schemas(operation, _FIELD, expression)):
        if wrong := _wrong(schema):
            yield _FIELD, f"{expression!r} cannot be a UUID: {wrong}; correct its schema, or name another one"


def _is_of_items(expression: str, chunking: Json) -> bool:
    """Return whether an expression names the items of a request, or something in them."""
    items = chunking.get("array") or chunking.get("item")
    if items is None:
        return False
    (_, part, path), (_, own_part, own_path) = parse(expression), parse(items)
    return part == own_part and own_path[:1] in ((), path)


def _wrong(schema: Json) -> str:
    """Return why a value of a schema cannot be a UUID; empty if it can."""
    if schema.get("format", "uuid") != "uuid":
        return f"it has the format {schema['format']!r}"
    return next((message_of(innermost(error)) for error in OAS31Validator(schema).iter_errors(_UUID)), "")
