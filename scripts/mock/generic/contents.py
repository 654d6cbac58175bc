"""The products that a vendor holds at the start: numbered ones, with identifiers that the document allows, and its examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

from scripts.mock.engine.catalog import Catalog
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.requests import below
from scripts.mock.generic.values import UnmadeError, Values, examples, schema_of
from scripts.spec.document import Json

_FORMS: Final = (("SKU-", 7), ("00000000-0000-4000-8000-", 12), ("", 7), ("SKU", 7), ("S", 6), ("B", 9), ("", 9), ("", 12), ("", 1))
"""Of identifiers: how one begins, and how many digits it has at least."""
_MADE: Final = 3


class Identifiers:
    """The identifiers of numbered products, in a form that a schema allows.

    Args:
        described: the API.
        values: makes values for its schemas.
        schema: of an identifier.
        seed, size: of the products.

    Attributes:
        size: how many there are.
    """

    def __init__(self, described: Described, values: Values, schema: Json, *, seed: int, size: int) -> None:
        self._described, self._values, self._schema = described, values, schema
        self._whole = not described.schemas.valid(schema, "1") and described.schemas.valid(schema, 1)
        self._catalog = self._chosen(seed, size)
        self._listed: list[str] = []
        if self._catalog is None:
            try:
                self._listed = [*dict.fromkeys(str(values.make(schema, number)) for number in range(1, _MADE + 1))]
            except UnmadeError:
                self._listed = []
        self.size = self._catalog.size if self._catalog else len(self._listed)

    def _chosen(self, seed: int, size: int) -> Catalog | None:
        """Return numbered products in the first form that the schema allows; fewer of them if longer numbers are not allowed."""
        for prefix, digits in chain(_FORMS, self._made_form()):
            for most in (size, min(size, 10**digits - 1)):
                found = Catalog(seed=seed, size=most, prefix=prefix, shares={}, digits=digits)
                if all(self._described.schemas.valid(self._schema, self.value(found.identifier(each))) for each in (1, most)):
                    return found
        return None

    def _made_form(self) -> Iterator[tuple[str, int]]:
        """Yield the form of a made identifier, if it ends in digits."""
        try:
            made = re.fullmatch(r"(.*?)([0-9]+)", str(self._values.make(self._schema)))
        except UnmadeError:
            return
        if made:
            yield made[1], len(made[2])

    def value(self, text: str) -> Any:
        """Return the value of an identifier, by its text."""
        return int(text) if self._whole and text.isascii() and text.isdecimal() else text

    def number(self, text: str) -> int | None:
        """Return the number of an identifier, from 1; None if there is no such product."""
        if self._catalog is not None:
            return self._catalog.number(text)
        return self._listed.index(text) + 1 if text in self._listed else None

    def identifier(self, number: int) -> str:
        """Return the text of an identifier by its number, from 1."""
        return self._catalog.identifier(number) if self._catalog else self._listed[number - 1]


class Contents:
    """The products of the start, and what of a path exists.

    Args:
        described: the API.
        values: makes values for its schemas.
        seed, size: of the products.
    """

    def __init__(self, described: Described, values: Values, *, seed: int, size: int) -> None:
        self._described, self._values, self._seed, self._size = described, values, seed, size
        self._identifiers: dict[str, Identifiers] = {}
        self._places: dict[tuple[str, str], frozenset[str]] = {}

    def identifiers(self, schema: Json) -> Identifiers:
        """Return the identifiers of products, by the schema of one."""
        kind = self._described.schemas.kind(schema)
        if kind not in self._identifiers:
            self._identifiers[kind] = Identifiers(self._described, self._values, schema, seed=self._seed, size=self._size)
        return self._identifiers[kind]

    def known(self) -> list[Identifiers]:
        """Return the identifiers of all products that were asked for so far."""
        return [*self._identifiers.values()]

    def places(self, operation: Operation, name: str) -> frozenset[str]:
        """Return the values that exist of a parameter of the path, as texts: its examples, or some that are made."""
        if (operation.path, name) not in self._places:
            schema = schema_of(operation.spec.parameter(name, "path") or {})
            self._places[operation.path, name] = self.examples(operation, name) or frozenset(map(str, self._made(schema)))
        return self._places[operation.path, name]

    def examples(self, operation: Operation, name: str) -> frozenset[str]:
        """Return the valid examples of a parameter of the path, as texts."""
        parameter = operation.spec.parameter(name, "path") or {}
        schema = schema_of(parameter)
        return frozenset(str(each) for each in examples(parameter) if self._described.schemas.valid(schema, each))

    def _made(self, schema: Json) -> list[Any]:
        try:
            return [self._values.make(schema, number) for number in range(1, _MADE + 1)]
        except UnmadeError:
            return []

    def made(self, schema: Json) -> Any:
        """Return a value for a schema."""
        return self._values.make(schema)

    def item(self, schema: Json, key: tuple[str, ...] | None, text: str) -> Any:
        """Return the content of a product of the start, by its identifier."""
        inner = schema
        for part in key or ():
            inner = self._described.schemas.child(inner, part)
        identifiers = self.identifiers(inner)
        made = self._values.make(schema, identifiers.number(text) or 0)
        if key is not None:
            holder = below(made, key[:-1])
            if not key:
                return identifiers.value(text)
            if isinstance(holder, dict):
                holder[key[-1]] = identifiers.value(text)
        return made


def key_of(described: Described, schema: Json, parameters: Mapping[str, Json]) -> tuple[str, ...] | None:
    """Return the path of what identifies a product in its content, by the names of its fields; None if nothing does.

    Args:
        described: the API.
        schema: of the content.
        parameters: of the paths of the API, by name.
    """
    found = described.schemas.follow(schema)
    if found.get("type") not in {None, "object"}:
        return ()
    properties: Mapping[str, Json] = found.get("properties", {})
    named = [name for name in properties if name in parameters]
    required = [
        name for name in found.get("required", ()) if described.schemas.follow(properties.get(name)).get("type") == "string"
    ]
    chosen = next(iter([*named, *(["id"] if "id" in properties else []), *required]), None)
    return (chosen,) if chosen else None
