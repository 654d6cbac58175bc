"""Lookups: the items that have identifiers which a request names, by `x-client-matching`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scripts.mock.generic.contents import Contents
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.items import identifier_schema
from scripts.mock.generic.requests import SentRequest, below
from scripts.mock.generic.responses import place
from scripts.mock.generic.store import Store
from scripts.mock.generic.values import text_of
from scripts.runtime import behaviour
from scripts.runtime.behaviour import Ignored, Matching
from scripts.spec.document import Json


class Lookups:
    """Finds items by their identifiers.

    Args:
        described: the API.
        contents, store: what the vendor holds.
    """

    def __init__(self, described: Described, *, contents: Contents, store: Store) -> None:
        self._described, self._contents, self._store = described, contents, store

    def found(self, operation: Operation, matching: Matching, sent: SentRequest, element: Json) -> list[Any]:
        """Return the items that a request asks for, each once; what no item has is left out.

        Args:
            operation: the operation, which takes a list of identifiers or one.
            matching: its table.
            sent: the request.
            element: schema of an item.
        """
        taken, chunking = operation.taken, operation.table.chunking
        assert taken is not None  # noqa: S101 - identifiers are its items
        assert chunking is not None  # noqa: S101 - likewise
        given = sent.at(taken.part, taken.path)
        kind = None if matching.kind is None else str(sent.at(matching.kind.part, matching.kind.path))
        ignored = matching.ignore if kind is None else matching.spellings.get(kind, ())
        items: dict[str, Any] = {}
        for each in given if isinstance(given, list) else [given]:
            text = text_of(below(each, chunking.key[0]))
            held = next((spelt for spelt in _spellings(text, ignored) if self.is_held(operation, spelt)), None)
            if held is not None:
                items.setdefault(held, self._item(matching, element, held, kind))
        return list(items.values())

    def is_held(self, operation: Operation, text: str) -> bool:
        """Return whether there is an item with an identifier that an operation takes: issued, not deleted, or initial."""
        records = self._store.named(text)
        if records:
            return not all(each.is_gone for each in records)
        schema = identifier_schema(self._described, operation)
        return self._store.is_issued(text) or (schema is not None and self._contents.is_initial(schema, text))

    def _item(self, matching: Matching, element: Json, text: str, kind: str | None) -> Any:
        """Return an item that has an identifier."""
        content = next((record.content for record in self._store.named(text) if record.content is not None), None)
        is_whole = content is not None and self._described.schemas.valid(element, content)
        if is_whole or matching.identifiers is None or kind == matching.key_kind:
            return self._contents.item(element, matching.key, text, content)
        identifiers = self._contents.identifiers(self._described.schemas.reached(element, matching.key))
        number = 1 + int.from_bytes(text.encode(), "big") % max(1, identifiers.size)
        item = self._contents.item(element, matching.key, identifiers.identifier(number) if identifiers.size else text)
        self._put(matching.identifiers, element, item, text, kind)
        return item

    def _put(self, identifiers: behaviour.Identifiers, element: Json, item: Any, text: str, kind: str | None) -> None:
        """Put an identifier into an item, where the table says that the item has its identifiers."""
        schema, made = element, item
        for part in identifiers.items:
            schema = self._described.schemas.child(schema, part)
            inner = below(made, (part,))
            is_list = "items" in self._described.schemas.follow(schema)
            if not inner:
                inner = made[part] = [] if is_list else self._contents.made(schema)
            made = inner
            if is_list and part != identifiers.items[-1]:
                schema = self._described.schemas.child(schema, "0")
                if not made:
                    made.append(self._contents.made(schema))
                made = made[0]
        entry = self._contents.made(self._described.schemas.child(schema, "0"))
        entry = place(entry, identifiers.value, text)
        made.append(place(entry, identifiers.kind, kind) if identifiers.kind and kind is not None else entry)


def _spellings(text: str, ignored: Sequence[Ignored]) -> Iterator[str]:
    """Yield spellings of an identifier that are the same one, itself first."""
    yield text
    if "separators" in ignored:
        text = re.sub(r"[-\s]", "", text)
        yield text
    if "letter-case" in ignored:
        yield from (text.upper(), text.lower())
    if "leading-zeros" in ignored:
        yield text.lstrip("0")
