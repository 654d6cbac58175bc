"""Identifiers of what is new, such as work that begins: each another one, in a form that all that takes it allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid5

from scripts.mock.generic.described import Described
from scripts.mock.generic.identifiers import Identifiers
from scripts.mock.generic.values import Values
from scripts.spec.document import Json

_MOST: Final = 1_000_000
"""How many identifiers differ, where a schema says what one looks like."""


class NewIdentifiers:
    """Makes identifiers, the same ones in each run.

    Args:
        described: the API.
        values: makes values for its schemas.
        seed: from which identifiers follow.
    """

    def __init__(self, described: Described, values: Values, *, seed: int) -> None:
        self._described, self._values, self._seed, self._number = described, values, seed, 0
        self._forms: dict[tuple[str, ...], Identifiers | None] = {}

    def next(self, taking: Sequence[Json]) -> str:
        """Return the text of the next identifier.

        Args:
            taking: schemas of the places where a response has it, and of what takes it, by which it may be a number, too; an empty
                one allows all.
        """
        self._number += 1
        schemas = [each for each in taking if each]
        made = str(uuid5(UUID(int=0), f"{self._described.name} {self._seed} {self._number}"))
        for text in (made, f"M-{self._number}", str(self._number)):
            if self._allow(schemas, text):
                return text
        form = self._form(schemas)
        return form.identifier((self._number - 1) % form.size + 1) if form is not None else made

    def _allow(self, schemas: Sequence[Json], text: str) -> bool:
        return all(self._described.schemas.valid(each, self._described.schemas.read(each, text)) for each in schemas)

    def _form(self, schemas: Sequence[Json]) -> Identifiers | None:
        """Return identifiers in a form that all schemas allow; None if that of none of them is one."""
        known = tuple(map(self._described.schemas.kind, schemas))
        if known not in self._forms:
            made = (Identifiers(self._described.schemas, self._values, each, seed=self._seed, size=_MOST) for each in schemas)
            fitting = (each for each in made if each.size and all(self._allow(schemas, each.identifier(n)) for n in (1, each.size)))
            self._forms[known] = next(fitting, None)
        return self._forms[known]
