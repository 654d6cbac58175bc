"""Errors in the form that the document gives them: a documented status, its example or a body of its schema, and the cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from http import HTTPStatus
from typing import Any, Final

from scripts.mock.engine.call import MockResponse
from scripts.mock.generic.described import JSON_TYPE, Described, Operation
from scripts.mock.generic.values import UnmadeError, Values, examples, text_of
from scripts.spec.document import Json
from scripts.spec.expressions import header_of
from scripts.spec.statuses import INVALID, documented

MEDIA_TYPE: Final = (415, *INVALID)
NOT_FOUND: Final = (404, 410)
_TEXTS: Final = (
    "message",
    "detail",
    "details",
    "errormsg",
    "errormessage",
    "msg",
    "description",
    "errordescription",
    "explanation",
    "text",
    "title",
    "reason",  # which is a code as often as it is words
    "error",
    "errors",
)
_PLACES: Final = ("field", "path", "pointer", "parameter", "property", "location")  # of an error that has no words but these
_OPEN: Final = frozenset(("description", "type", "minLength", "maxLength", "title", "example", "examples", "nullable", "$ref"))


class Errors:
    """Makes the error responses of an API.

    Args:
        described: the API.
        values: makes values for its schemas.
    """

    def __init__(self, described: Described, values: Values) -> None:
        self._described = described
        self._values = values
        self._made: dict[tuple[str, int, str], tuple[Mapping[str, Json], Any]] = {}

    def status(self, operation: Operation | None, wanted: Sequence[int]) -> int:
        """Return the first of some statuses that is documented; without any, another one that refuses what is asked for."""
        found = documented(operation.spec, wanted) if operation is not None else None
        return wanted[0] if found is None else found

    def denial(self, operation: Operation | None) -> int:
        """Return the status for wrong credentials: a documented one, unless a table says that it means something else."""
        found = self.status(operation, (401, 403))
        return 401 if operation is not None and found in _meant(operation) else found

    def throttling(self, operation: Operation | None) -> int:
        """Return the status for a call above a limit: 429, or one that is retryable after a time which a header says."""
        if operation is not None and "429" not in operation.spec.responses and operation.table.retry is not None:
            for each in operation.table.retry.responses:
                if isinstance(each.wait, str) and 400 <= each.status < 500:
                    return each.status
        return 429

    def documents(self, operation: Operation, status: int) -> bool:
        """Return whether an operation documents a status, by itself, by its range or by a default."""
        return operation.spec.response(status) is not None or "default" in operation.spec.responses

    def with_text(self, operation: Operation, text: str) -> int | None:
        """Return the documented status with an example that contains a text, or None."""
        for code, response in operation.spec.responses.items():
            if code.isdigit() and int(code) >= 400 and any(text in str(each) for each in examples(response)):
                return int(code)
        return None

    def response(self, operation: Operation | None, status: int, text: str = "", *, containing: str = "") -> MockResponse:
        """Return an error response.

        Args:
            operation: what was called; None if it is no operation.
            status: that of the response.
            text: the cause in words; default: what the document says.
            containing: the example has this text, if there is one with it.
        """
        described, body = self._body(operation, status, containing)
        headers = required_headers(described, self._values)
        if body is None:
            return MockResponse(status=status, headers=headers, body=b"")
        kind, content = body
        value = deepcopy(content)
        if isinstance(value, (dict, list)):
            if text:
                self._put(described["content"][kind].get("schema", True), value, text)
            return MockResponse.json(status, value, {"content-type": kind, **headers})
        return MockResponse(status=status, headers={"content-type": kind, **headers}, body=(text or str(value)).encode())

    def _body(self, operation: Operation | None, status: int, containing: str) -> tuple[Mapping[str, Json], Any]:
        """Return the description of a response, and its media type and body, if it has one."""
        key = (operation.id if operation else "", status, containing)
        if key not in self._made:
            described = next(self._descriptions(operation, status), None)
            if described is None:
                phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else f"Status {status}"
                self._made[key] = {"content": {JSON_TYPE: {}}}, (JSON_TYPE, {"message": phrase})
            elif not described.get("content"):
                self._made[key] = described, None
            else:
                kind = min(described["content"], key=lambda each: "json" not in each)
                self._made[key] = described, (kind, self._example(described["content"][kind], containing))
        return self._made[key]

    def _descriptions(self, operation: Operation | None, status: int) -> Iterator[Mapping[str, Json]]:
        """Yield descriptions of a response, the best one first: that of the status, of another error, of another operation."""
        own = [operation] if operation is not None else []
        for each in (*own, *self._described.operations.values()):
            if found := each.spec.response(status):
                yield found
            if "default" in each.spec.responses:
                yield each.spec.responses["default"]
        for each in (*own, *self._described.operations.values()):
            yield from (response for code, response in each.spec.responses.items() if code[0] in "45" and response.get("content"))

    def _example(self, media: Mapping[str, Json], containing: str) -> Any:
        for value in examples(media):
            if containing in str(value) and self._described.schemas.valid(media.get("schema", True), value):
                return value
        return self._values.of(media)

    def _put(self, schema: Json, value: Any, text: str) -> bool:
        """Put a text where an error has its words, if there is such a place; return whether it was put."""
        if isinstance(value, list):
            return self._put_in_list(schema, value, text)
        if not isinstance(value, dict):
            return False
        properties = self._described.schemas.follow(schema).get("properties", dict.fromkeys(value, True))
        names = {name.lower().replace("_", ""): name for name in properties}
        place, _, rule = text.partition(": ")
        wanted = [*((each, text) for each in _TEXTS), *((each, place) for each in _PLACES if rule)]
        for name, found in ((names[each], found) for each, found in wanted if each in names):
            if (words := self._words(properties[name], found)) is not None:
                value[name] = words
                return True
        for name, inner in properties.items():
            if name not in value and self._described.schemas.follow(inner).keys() & {"properties", "items"}:
                made = self._made_inner(inner)
                if made and self._put(inner, made, text) and self._described.schemas.valid(inner, made):
                    value[name] = made
                    return True
            elif name in value and self._put(inner, value[name], text):
                return True
        return False

    def _put_in_list(self, schema: Json, value: list[Any], text: str) -> bool:
        """Put a text into the first element of a list, which is made if the list has none."""
        inner = self._described.schemas.follow(schema).get("items", True)
        first = value[:1] or self._made_inner(schema) or [None]
        if isinstance(first[0], str) and (words := self._words(inner, text)) is not None:
            first = [words]
        elif not self._put(inner, first[0], text):
            return False
        value[:1] = first
        return True

    def _words(self, schema: Json, text: str) -> str | None:
        """Return a text as a schema allows it, cut if it is too long; None if the schema has other texts than words."""
        found = self._described.schemas.follow(schema)
        most = found.get("maxLength", len(text))
        cut = text if len(text) <= most else f"{text[: max(most - 3, 0)]}..."
        return cut if found.keys() <= _OPEN and self._described.schemas.valid(schema, cut) else None

    def _made_inner(self, schema: Json) -> Any:
        """Return a value for an optional part of an error; a list has one element."""
        found = self._described.schemas.follow(schema)
        try:
            return [self._values.make(found["items"])] if "items" in found else self._values.make(schema)
        except UnmadeError:
            return None


def _meant(operation: Operation) -> set[int | None]:
    """Return the statuses of refusals to which the tables of an operation give a meaning."""
    table, found = operation.table, set[int | None]()
    if table.pagination is not None:
        found.add(table.pagination.beyond)
    if table.confirmation is not None:
        found.update(table.confirmation.rejects)
    if table.chunking is not None:
        found.update(each.status for each in table.chunking.refusals)
    if table.retry is not None:
        found.update(each.status for each in table.retry.responses)
    return found - {401, 403}


def required_headers(described: Mapping[str, Json], values: Values) -> dict[str, str]:
    """Return the headers, in lower case, that a response has to have."""
    found = {}
    for name, header in described.get("headers", {}).items():
        if header.get("required") and name.lower() != "content-type":
            found[name.lower()] = text_of(values.of(header))
    return found


def documents_header(described: Mapping[str, Json] | None, name: str) -> bool:
    """Return whether a response is documented to have a header."""
    return described is not None and header_of(dict(described), name) is not None
