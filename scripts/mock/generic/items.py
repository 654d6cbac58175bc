"""What the items of an operation are: where a request has them, what identifies one, and which of them a document shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.requests import below
from scripts.mock.generic.values import examples, schema_of, text_of
from scripts.spec.document import Json


def item_schema(described: Described, operation: Operation) -> Json:
    """Return the schema of an item that an operation takes; `{}` if it takes none."""
    taken = operation.taken
    if taken is None:
        return {}
    if taken.part == "body":
        schema = described.schemas.reached(schema_of(operation.spec.value.get("requestBody", {})), taken.path)
    else:
        schema = schema_of(operation.spec.parameter(taken.path[0], taken.part) or {})
    chunking = operation.table.chunking
    return described.schemas.child(schema, "0") if chunking is not None and chunking.array is not None else schema


def identifier_schema(described: Described, operation: Operation) -> Json | None:
    """Return the schema of what identifies an item that an operation takes, by its table or in its path; None if it takes none."""
    chunking = operation.table.chunking
    parameter = operation.spec.parameter(operation.item_parameter, "path")
    own = described.schemas.reached(item_schema(described, operation), chunking.key[0]) if chunking is not None else {}
    if own or (chunking is not None and operation.item_parameter not in chunking.parameters):
        return own
    return schema_of(parameter) if parameter is not None else None


def documented(described: Described, operation: Operation) -> Iterator[str]:
    """Yield the identifiers of the items that a document shows: in the examples of what an operation takes, and of a schema."""
    schema = identifier_schema(described, operation)
    if schema is None:
        return
    shown = described.schemas.follow(schema)
    listed = shown.get("examples")
    found = [shown.get("example"), *(listed if isinstance(listed, list) else ())]
    for each in (*found, *_in_examples(operation)):
        if each is not None and described.schemas.valid(schema, each):
            yield text_of(each)


def _in_examples(operation: Operation) -> Iterator[Any]:
    taken, chunking = operation.taken, operation.table.chunking
    if taken is not None and taken.part == "body":
        shown = [below(each, taken.path) for each in examples(operation.spec.value.get("requestBody", {}))]
    else:
        part, name = (taken.part, taken.path[0]) if taken is not None else ("path", operation.item_parameter)
        shown = examples(operation.spec.parameter(name, part) or {})
    for each in shown:
        items = each if chunking is not None and chunking.array is not None and isinstance(each, list) else [each]
        yield from (below(item, chunking.key[0] if chunking is not None else ()) for item in items)
