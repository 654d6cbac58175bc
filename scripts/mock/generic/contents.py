"""The products that a vendor holds at the start: numbered ones, with identifiers that the document allows, and its examples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.identifiers import Identifiers
from scripts.mock.generic.items import documented, identifier_schema
from scripts.mock.generic.responses import place
from scripts.mock.generic.values import UnmadeError, Values, examples, schema_of, text_of
from scripts.spec.document import Json

_MADE: Final = 3


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
            schemas, values = self._described.schemas, self._values
            self._identifiers[kind] = Identifiers(schemas, values, schema, seed=self._seed, size=self._size)
        return self._identifiers[kind]

    def is_initial(self, schema: Json, text: str) -> bool:
        """Return whether there is a product with an identifier at the start: a numbered one, or one that the document shows."""
        return self.identifiers(schema).number(text) is not None or text in self.documented(schema)

    def documented(self, schema: Json) -> frozenset[str]:
        """Return the identifiers of the products that the document shows, by the schema of one."""
        return self._documented.get(self._described.schemas.kind(schema), frozenset())

    @cached_property
    def _documented(self) -> Mapping[str, frozenset[str]]:
        found = defaultdict[str, set[str]](set)
        for operation in self._described.operations.values():
            schema = identifier_schema(self._described, operation)
            if schema is not None:
                found[self._described.schemas.kind(schema)].update(documented(self._described, operation))
        return {kind: frozenset(texts) for kind, texts in found.items()}

    def places(self, operation: Operation, name: str) -> frozenset[str]:
        """Return the values that exist of a parameter of the path, as texts: its examples, or some that are made."""
        if (operation.path, name) not in self._places:
            schema = schema_of(operation.spec.parameter(name, "path") or {})
            self._places[operation.path, name] = self.examples(operation, name) or frozenset(map(text_of, self._made(schema)))
        return self._places[operation.path, name]

    def examples(self, operation: Operation, name: str) -> frozenset[str]:
        """Return the valid examples of a parameter of the path, as texts."""
        parameter = operation.spec.parameter(name, "path") or {}
        schema = schema_of(parameter)
        return frozenset(text_of(each) for each in examples(parameter) if self._described.schemas.valid(schema, each))

    def _made(self, schema: Json) -> list[Any]:
        try:
            return [self._values.make(schema, number) for number in range(1, _MADE + 1)]
        except UnmadeError:
            return []

    def made(self, schema: Json) -> Any:
        """Return a value for a schema."""
        return self._values.make(schema)

    def item(self, schema: Json, key: tuple[str, ...] | None, text: str, content: Any = None) -> Any:
        """Return a product in the form of a schema, by its identifier: what was sent of it, as far as that fits."""
        if content is not None and self._described.schemas.valid(schema, content):
            return content
        made = self._initial(schema, key, text)
        if isinstance(made, dict) and isinstance(content, dict):
            for name, value in content.items():
                if self._described.schemas.child(schema, name) and self._described.schemas.valid(schema, {**made, name: value}):
                    made[name] = value
        return made

    def _initial(self, schema: Json, key: tuple[str, ...] | None, text: str) -> Any:
        identifiers = self.identifiers(self._described.schemas.reached(schema, key or ()))
        made = self._values.make(schema, identifiers.number(text) or 0)
        return made if key is None else place(made, key, identifiers.value(text))


def key_of(described: Described, schema: Json) -> tuple[str, ...] | None:
    """Return the path of what identifies a product in its content, by the names of its fields; None if nothing does.

    Args:
        described: the API.
        schema: of the content.
    """
    found = described.schemas.follow(schema)
    if found.get("type") not in {None, "object"}:
        return ()
    parameters = {each["name"] for op in described.operations.values() for each in op.spec.parameters if each["in"] == "path"}
    properties: Mapping[str, Json] = found.get("properties", {})
    named = [name for name in properties if name in parameters]
    required = [
        name for name in found.get("required", ()) if described.schemas.follow(properties.get(name)).get("type") == "string"
    ]
    chosen = next(iter([*named, *(["id"] if "id" in properties else []), *required]), None)
    return (chosen,) if chosen else None
