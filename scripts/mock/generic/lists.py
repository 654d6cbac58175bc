"""Lists of what a vendor holds, page by page: the products of the start, with their new content, and then those that were sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from scripts.mock.engine.call import Refused
from scripts.mock.engine.pages import Page, Pages
from scripts.mock.generic.contents import Contents, Identifiers, key_of
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.errors import INVALID, Errors
from scripts.mock.generic.requests import Sent
from scripts.mock.generic.responses import ABSENT, Change, Path
from scripts.mock.generic.store import Key, Scope, Store
from scripts.mock.generic.values import schema_of
from scripts.runtime.behaviour import Expression, Pagination
from scripts.spec.document import Json

_SIZES: Final = ("size", "limit", "count", "max")
_PAGE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """A list.

    Attributes:
        element: schema of an element.
        path: of what identifies an element; None if nothing does.
        scope: what its elements belong to.
        initial: number of products of the start, which come first.
        keys: those of the others.
    """

    element: Json
    path: Path | None
    scope: Scope
    initial: int
    keys: list[Key]


class Lists:
    """Makes the pages of an API.

    Args:
        described: the API.
        store, contents: what the vendor holds.
        errors: makes its errors.
        option: gives an option by its name.
        seed: from which contents are derived.
    """

    def __init__(
        self, described: Described, *, store: Store, contents: Contents, errors: Errors, option: Callable[[str], Any], seed: int
    ) -> None:
        self._described, self._store, self._contents, self._errors = described, store, contents, errors
        self._option, self._seed = option, seed
        self._parameters = {
            each["name"]: each for op in described.operations.values() for each in op.spec.parameters if each["in"] == "path"
        }

    def page(self, operation: Operation, sent: Sent, scope: Scope) -> tuple[Change, ...]:
        """Return the items of the requested page, and the token of the next one, as changes of the response.

        Raises:
            Refused: the token was not issued for this list.
        """
        table = operation.table.pagination
        assert table is not None  # noqa: S101 - the caller has looked
        schema = schema_of(operation.success[1])
        for part in table.items.path:
            schema = self._described.schemas.child(schema, part)
        found = self._list(table, self._described.schemas.child(schema, "0"), scope)
        page = self._page(operation, table, sent, found.initial + len(found.keys))
        return (
            Change(path=table.items.path, values=([self._element(found, place) for place in page.positions],)),
            Change(path=table.token.path, values=(page.next,) if page.next else (ABSENT, None, "")),
        )

    def _list(self, table: Pagination, element: Json, scope: Scope) -> _List:
        path = self._key_path(element)
        identifiers = self._identifiers(element, path)
        initial = min(self._option("listed"), identifiers.size, table.limit or identifiers.size) if identifiers else 0
        keys = [
            key
            for key in self._store.listed(self._described.schemas.kind(element), scope)
            if identifiers is None or not 1 <= (identifiers.number(key[0]) or 0) <= initial
        ]
        return _List(element=element, path=path, scope=scope, initial=initial, keys=keys)

    def _identifiers(self, element: Json, path: Path | None) -> Identifiers | None:
        if path is None:
            return None
        for part in path:
            element = self._described.schemas.child(element, part)
        return self._contents.identifiers(element)

    def _key_path(self, element: Json) -> Path | None:
        """Return the path of what identifies an element: by a table of what is sent in the same form, or by its names."""
        kind = self._described.schemas.kind(element)
        for operation in self._described.operations.values():
            if operation.table.chunking is not None and kind_of_items(self._described, operation) == kind:
                return operation.table.chunking.key[0]
        return key_of(self._described, element, self._parameters)

    def _element(self, found: _List, place: int) -> Any:
        """Return an element by its place."""
        if place >= found.initial:
            record = self._store.find(found.scope, found.keys[place - found.initial])
            return record.item if record is not None else None
        identifiers = self._identifiers(found.element, found.path)
        text = identifiers.identifier(place + 1) if identifiers else str(place)
        record = self._store.find(found.scope, (text,))
        if record is not None and record.item is not None and self._described.schemas.valid(found.element, record.item):
            return record.item
        return self._contents.item(found.element, found.path, text)

    def _page(self, operation: Operation, table: Pagination, sent: Sent, total: int) -> Page:
        place = (table.parameter.part, table.parameter.path[0])
        others = sorted((key, repr(value)) for key, value in sent.parameters.items() if key != place)
        query, size = repr((self._seed, operation.id, others)), self._size(operation, sent)
        token = sent.at(table.parameter.part, table.parameter.path)
        try:
            return Pages(query=query, size=size, end=min(total, table.limit or total)).page(None if token is None else str(token))
        except ValueError as error:
            status = self._errors.status(operation, INVALID)
            raise Refused(self._errors.response(operation, status, f"{place[1]}: {error}")) from error

    def _size(self, operation: Operation, sent: Sent) -> int:
        """Return the size of a page: that of a parameter, if there is one that looks like it."""
        for parameter in operation.spec.parameters:
            schema, name = self._described.schemas.follow(schema_of(parameter)), parameter["name"]
            if parameter["in"] == "query" and schema.get("type") == "integer" and any(word in name.lower() for word in _SIZES):
                given = sent.parameters.get(("query", name), schema.get("default", schema.get("maximum", _PAGE)))
                return max(1, int(given))
        return _PAGE


def sent_schema(described: Described, operation: Operation, expression: Expression) -> Json:
    """Return the schema of a value of a request."""
    if expression.part != "body":
        return schema_of(operation.spec.parameter(expression.path[0], expression.part) or {})
    schema = schema_of(operation.spec.value.get("requestBody", {}))
    for part in expression.path:
        schema = described.schemas.child(schema, part)
    return schema


def kind_of_items(described: Described, operation: Operation) -> str:
    """Return what lists the items that an operation sends: those of the same schema."""
    chunking = operation.table.chunking
    if chunking is not None:
        return described.schemas.kind(described.schemas.child(sent_schema(described, operation, chunking.array), "0"))
    return described.schemas.kind(schema_of(operation.spec.value.get("requestBody", {})))
