"""Identifiers that a spec allows, for lists that are longer than those of generated cases."""

from __future__ import annotations

from scripts.mock.generic.contents import Contents
from scripts.mock.generic.described import of_roster
from scripts.mock.generic.items import identifier_schema
from scripts.mock.generic.values import Values

_FIRST = 100_000  # above those that cases usually have
_MOST = 1_000_000


class Keys:
    """Makes identifiers of the items of an API's operations.

    Args:
        api: name of the API.
    """

    def __init__(self, api: str) -> None:
        self._described = of_roster(api)
        self._contents = Contents(self._described, Values(self._described.schemas), seed=0, size=_MOST)

    def key(self, operation: str, number: int) -> str:
        """Return the identifier of an item by its number, as the schema of the operation allows it."""
        schema = identifier_schema(self._described, self._described.operations[operation]) or {}
        identifiers = self._contents.identifiers(schema)
        if not identifiers.size:
            return f"other-{number}"
        return identifiers.identifier(1 + (_FIRST + number) % identifiers.size)
