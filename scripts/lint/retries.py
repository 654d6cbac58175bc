"""Whether what `x-client-retry` says of an operation exists in the spec and fits; see `behaviour` for the form of problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_schema_validator import OAS31Validator

from scripts.lint.behaviour import READING, Problem, Value, documented, schemas, words
from scripts.lint.messages import innermost, message_of
from scripts.spec.document import Json, Pointer
from scripts.spec.expressions import Operation, Unresolved, header_of, parse, resolve

_FIELD: Final[Pointer] = ("idempotencyKey",)
_MAY_FOLLOW: Final = 500  # such a status, and any higher one, may follow an execution
_HARM: Final = (
    "may follow an execution, and by idempotent: false a second one may do harm; remove the response, so that its items stay "
    "unknown, add the text or the value by which the vendor says that it has executed nothing, or name an idempotencyKey"
)
_UUID: Final = "7d0b2a36-94c1-4f0e-8a57-1c3f5e9d2b48"


def retry(operation: Operation, value: Value) -> Iterator[Problem]:
    """The responses are documented, and do no harm; a key is of an operation that writes, and has a place for a UUID."""
    for index, row in enumerate(value["responses"]):
        yield from _response(operation, ("responses", index), row)
    for index, response in enumerate(() if value["idempotent"] or "idempotencyKey" in value else value["responses"]):
        if response["status"] >= _MAY_FOLLOW and not response.keys() & {"text", "value"}:
            yield ("responses", index, "status"), f"{response['status']} {_HARM}"
    if "idempotencyKey" in value:
        yield from _key(operation, value["idempotencyKey"])


def _response(operation: Operation, at: Pointer, row: Value) -> Iterator[Problem]:
    """The response is documented, with the header that says how long to wait, and the value that asks for another attempt."""
    response = operation.response(row["status"])
    if response is None:
        yield from documented(operation, (*at, "status"), row["status"])
        return
    if isinstance(row["wait"], str) and header_of(response, name := row["wait"].removeprefix("$response.header.")) is None:
        advice = f"the response {row['status']} has no header {name!r}; document it there, or wait a number of seconds"
        yield (*at, "wait"), advice
    if "value" in row:
        yield from _asking(operation, at, row, response)


def _asking(operation: Operation, at: Pointer, row: Value, response: dict[str, Json]) -> Iterator[Problem]:
    """The response may have the values, and no condition confirms or rejects items by one of them."""
    try:
        known = resolve(operation, row["value"], response)
    except Unresolved as error:
        yield (*at, "value"), f"{error}; name something that exists"
        return
    yield from words(at, known, row, ("values", "failures"), "it")
    conditions = operation.value.get("x-client-confirmation", {}).get("conditions", ())
    named = [each for each in conditions if each["value"] == row["value"]]
    decided = [(type(word), word) for each in named for word in (*each.get("values", ()), *each.get("failures", ()))]
    for index, word in enumerate(row["values"]):
        if (type(word), word) in decided:
            yield (*at, "values", index), f"{word!r} confirms or rejects items in x-client-confirmation; leave it in one list"


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
