"""Lists of what a vendor holds, page by page: the products of the start, with their new content, and then those that were sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from scripts.mock.generic.contents import Contents, key_of
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.errors import Errors
from scripts.mock.generic.items import item_schema
from scripts.mock.generic.lookups import Lookups
from scripts.mock.generic.paging import Paging
from scripts.mock.generic.requests import SentRequest
from scripts.mock.generic.responses import Change, Path
from scripts.mock.generic.store import Scope, Store
from scripts.mock.generic.values import schema_of
from scripts.runtime.behaviour import Expression, Matching, Pagination
from scripts.spec.document import Json


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
        self._described, self._store, self._contents, self._option = described, store, contents, option
        self._paging = Paging(described, errors=errors, seed=seed)
        self._lookups = Lookups(described, contents=contents, store=store)

    def page(self, operation: Operation, table: Pagination, sent: SentRequest, scope: Scope) -> tuple[list[Change], dict[str, str]]:
        """Return the items of the requested page and what the response says of the pages, as changes of its body, and headers.

        Raises:
            Refused: there is no such page.
        """
        element = self._element_schema(operation, table.items)
        nth: Callable[[int], Any]
        matching, taken = operation.table.matching, operation.taken
        if matching is not None and taken is not None and sent.at(taken.part, taken.path):
            found = self._lookups.found(operation, matching, sent, element)
            total, nth = len(found), found.__getitem__
        else:
            total, nth = self._all(table, element, scope)
        section = self._paging.section(operation, table, sent, total)
        items = Change(path=table.items.path, values=([nth(place) for place in section.positions],))
        return [items, *section.changes], section.headers

    def looked_up(self, operation: Operation, matching: Matching, sent: SentRequest) -> Change:
        """Return the items that a request asks for by their identifiers, as a change of the response."""
        found = self._lookups.found(operation, matching, sent, self._element_schema(operation, matching.items))
        return Change(path=matching.items.path, values=(found,))

    def _element_schema(self, operation: Operation, items: Expression) -> Json:
        return self._described.schemas.reached(schema_of(operation.success[1]), (*items.path, "0"))

    def _all(self, table: Pagination, element: Json, scope: Scope) -> tuple[int, Callable[[int], Any]]:
        """Return how many elements a list has in a scope, and what makes one by its place: first the products of the start."""
        path = self._key_path(element)
        identifiers = None if path is None else self._contents.identifiers(self._described.schemas.reached(element, path))
        initial = min(self._option("listed"), identifiers.size, table.limit or identifiers.size) if identifiers else 0
        keys = [
            key
            for key in self._store.listed(self._described.schemas.kind(element), scope)
            if identifiers is None or not 1 <= (identifiers.number(key[0]) or 0) <= initial
        ]

        def nth(place: int) -> Any:
            key = keys[place - initial] if identifiers is None or place >= initial else (identifiers.identifier(place + 1),)
            record = self._store.find(scope, key)
            return self._contents.item(element, path, key[0], record.content if record is not None else None)

        return initial + len(keys), nth

    def kind(self, operation: Operation) -> str:
        """Return what lists the items that an operation sends: a list of the same schema, or the one above in the path."""
        schemas, chunking = self._described.schemas, operation.table.chunking
        sent = item_schema(self._described, operation) or schema_of(operation.spec.value.get("requestBody", {}))
        if any(schemas.kind(element) == schemas.kind(sent) for _, element in self._listed):
            return schemas.kind(sent)
        parts, key = operation.path.split("/"), chunking.key[0] if chunking is not None else ()
        above = [
            (len(path), schemas.kind(element))
            for path, element in ((each.path.split("/"), element) for each, element in self._listed)
            if path == parts[: len(path)] and schemas.reached(element, key)
        ]
        return max(above)[1] if above else schemas.kind(sent)

    def created(self, operation: Operation) -> Path | None:
        """Return the path of what identifies the one item that an operation adds to the list at its path; None if it adds none."""
        if operation.method != "POST" or operation.table.chunking is not None:
            return None
        return next((self._key_path(element) or None for each, element in self._listed if each.path == operation.path), None)

    @cached_property
    def _listed(self) -> list[tuple[Operation, Json]]:
        """The operations that list things, with the schema of an element."""
        return [
            (each, self._element_schema(each, each.table.pagination.items))
            for each in self._described.operations.values()
            if each.table.pagination is not None and each.id not in self._described.lists_of_results
        ]

    def _key_path(self, element: Json) -> Path | None:
        """Return the path of what identifies an element: by a table of what is sent and listed here, or by its names."""
        schemas = self._described.schemas
        kind = schemas.kind(element)
        for operation in self._described.operations.values():
            key = operation.table.chunking.key[0] if operation.table.chunking is not None else ()
            if key and self.kind(operation) == kind and schemas.reached(element, key):
                return key
        return key_of(self._described, element)
