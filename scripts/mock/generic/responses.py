"""Success responses: the example of the document, or a body of its schema, with the values that follow from what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from scripts.mock.engine.call import MockResponse
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.errors import required_headers
from scripts.mock.generic.requests import below
from scripts.mock.generic.values import UnmadeError, Values, schema_of
from scripts.spec.document import Json

Path: TypeAlias = tuple[str, ...]


class _Absent:
    """Says that a field is left out."""


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value in the body of a response.

    Attributes:
        path: where it is.
        values: what it may be, the best first; the first that makes the body valid is taken.
        is_optional: whether the body may stay without it, if none of them makes it valid.
    """

    path: Path
    values: Sequence[Any]
    is_optional: bool = False


class Responses:
    """Makes the success responses of an API.

    Args:
        described: the API.
        values: makes values for its schemas.
    """

    def __init__(self, described: Described, values: Values) -> None:
        self._described, self._values = described, values
        self._bases: dict[str, tuple[int, Mapping[str, str], str, Any]] = {}

    def make(self, operation: Operation, changes: Iterable[Change] = ()) -> tuple[MockResponse, Any]:
        """Return the success response of an operation, and its body as JSON; None if it is not JSON.

        Raises:
            UnmadeError: no valid body was found.
        """
        status, headers, kind, base = self._base(operation)
        if not kind:
            return MockResponse(status=status, headers=dict(headers), body=b""), None
        if "json" not in kind:
            content = base if isinstance(base, bytes) else str(base).encode()
            return MockResponse(status=status, headers={"content-type": kind, **headers}, body=content), None
        body, schema = deepcopy(base), self.schema(operation)
        for change in changes:
            body = self._changed(schema, body, change)
        if complaint := self._described.schemas.complaint(schema, body):
            raise UnmadeError(f"{operation.id}: no valid response was found{complaint}; give it an example in the document")
        return MockResponse.json(status, body, {"content-type": kind, **headers}), body

    def schema(self, operation: Operation) -> Json:
        """Return the schema of the success response of an operation."""
        return schema_of(operation.success[1])

    def at(self, operation: Operation, path: Path) -> Json:
        """Return the schema of what a path leads to in the success response of an operation; `{}` if it leads to nothing."""
        return self._described.schemas.reached(self.schema(operation), path)

    def put(self, schema: Json, body: Any, path: Path, value: Any) -> Any:
        """Return a body of a schema with a value at a path, or without it if that is `ABSENT`; objects on the way are made."""
        if not path:
            return value
        holder = body
        for part in path[:-1]:
            schema = self._described.schemas.child(schema, part)
            inner = below(holder, (part,))
            if not isinstance(inner, (dict, list)):
                if value is ABSENT or not isinstance(holder, dict):
                    return body
                made = self._values.make(schema)
                inner = holder[part] = made if isinstance(made, dict) else {}
            holder = inner
        if isinstance(holder, dict):
            if value is ABSENT:
                holder.pop(path[-1], None)
            else:
                holder[path[-1]] = value
        return body

    def _base(self, operation: Operation) -> tuple[int, Mapping[str, str], str, Any]:
        if operation.id not in self._bases:
            status, described = operation.success
            headers = required_headers(described, self._values)
            content: Mapping[str, Json] = described.get("content", {})
            kind = min(content, key=lambda each: "json" not in each, default="")
            if not kind or operation.method == "HEAD":
                made: Any = None
            elif "json" in kind:
                made = self._values.of(content[kind])
            else:
                example = self._values.of(content[kind]) if content[kind].get("schema", {}).get("type") == "string" else ""
                made = example if isinstance(example, str) and example else "mock"
            self._bases[operation.id] = status, headers, kind.replace("*", "plain") if operation.method != "HEAD" else "", made
        return self._bases[operation.id]

    def _changed(self, schema: Json, body: Any, change: Change) -> Any:
        """Return a body with a value, the first that makes it valid; without any, if it may stay as it is."""
        before = body
        for value in change.values:
            body = self.put(schema, deepcopy(before), change.path, value)
            if len(change.values) == 1 and not change.is_optional:
                return body
            if self._described.schemas.valid(schema, body):
                return body
        return before if change.is_optional else body


def place(value: Any, path: Path, leaf: Any) -> Any:
    """Return a value with another one at a path in it, whose objects exist; an empty path is the value itself."""
    if not path:
        return leaf
    holder = below(value, path[:-1])
    if isinstance(holder, dict):
        holder[path[-1]] = leaf
    return value
