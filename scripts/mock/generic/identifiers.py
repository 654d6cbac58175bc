"""Identifiers of numbered products: any number of them, in a form that a schema allows, without using memory.

Several forms are tried: numbers, texts that end in a number, and then a text of the schema of which other characters change.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Final, Protocol

from scripts.mock.engine.catalog import Catalog
from scripts.mock.generic.described import Schemas
from scripts.mock.generic.values import UnmadeError, Values, text_of
from scripts.spec.document import Json

_FORMS: Final = (("SKU-", 7), ("00000000-0000-4000-8000-", 12), ("", 7), ("SKU", 7), ("S", 6), ("B", 9), ("", 9), ("", 12), ("", 1))
"""Of texts: how one begins, and how many digits it has at least."""
_MADE: Final = 3
_INTEGER: Final = re.compile(r"-?[0-9]{1,30}")


class Numbering(Protocol):
    """Identifiers in one form."""

    @property
    def size(self) -> int:
        """How many there are."""

    def number(self, identifier: str) -> int | None:
        """Return the number of an identifier, from 1; None if it is not one of them."""

    def identifier(self, number: int) -> str:
        """Return an identifier by its number, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integers:
    """Integers with the same distance between them."""

    first: int
    step: int
    size: int

    def number(self, identifier: str) -> int | None:
        """Return the number of an identifier, from 1; None if it is not one of them."""
        if not _INTEGER.fullmatch(identifier) or str(int(identifier)) != identifier:
            return None
        place, rest = divmod(int(identifier) - self.first, self.step)
        return place + 1 if not rest and 0 <= place < self.size else None

    def identifier(self, number: int) -> str:
        """Return an identifier by its number, from 1."""
        return str(self.first + (number - 1) * self.step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spellings:
    """Texts that differ in some of their characters.

    Attributes:
        characters: those that each place of a text can have.
        size: how many texts there are.
    """

    characters: Sequence[str]
    size: int

    def number(self, identifier: str) -> int | None:
        """Return the number of an identifier, from 1; None if it is not one of them."""
        if len(identifier) != len(self.characters):
            return None
        found = 0
        for character, able in zip(identifier, self.characters, strict=True):
            if character not in able:
                return None
            found = found * len(able) + able.index(character)
        return found + 1 if found < self.size else None

    def identifier(self, number: int) -> str:
        """Return an identifier by its number, from 1."""
        rest, found = number - 1, ""
        for able in reversed(self.characters):
            rest, place = divmod(rest, len(able))
            found = able[place] + found
        return found


@dataclass(frozen=True, slots=True)
class Listed:
    """Identifiers that are listed."""

    texts: Sequence[str]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.texts)

    def number(self, identifier: str) -> int | None:
        """Return the number of an identifier, from 1; None if it is not one of them."""
        return self.texts.index(identifier) + 1 if identifier in self.texts else None

    def identifier(self, number: int) -> str:
        """Return an identifier by its number, from 1."""
        return self.texts[number - 1]


class Identifiers:
    """The identifiers of numbered products, in a form that a schema allows.

    Args:
        schemas: those of the document.
        values: makes values for them.
        schema: of an identifier.
        seed, size: of the products; there are fewer if the schema allows fewer.

    Attributes:
        size: how many there are; 0 if no value can be made for the schema.
    """

    def __init__(self, schemas: Schemas, values: Values, schema: Json, *, seed: int, size: int) -> None:
        self._schemas, self._values, self._schema, self._seed = schemas, values, schema, seed
        found = self._numbering(size)
        self.size, self.number, self.identifier = found.size, found.number, found.identifier

    def value(self, text: str) -> Any:
        """Return the value of an identifier, by its text."""
        return self._schemas.read(self._schema, text)

    @cached_property
    def _made(self) -> list[Any]:
        listed = next((each["enum"] for each in self._schemas.alternatives(self._schema) if "enum" in each), ())
        found = []
        with suppress(UnmadeError):
            found += [self._values.make(self._schema, number) for number in range(1, max(_MADE, len(listed)) + 1)]
        return found

    def _numbering(self, size: int) -> Numbering:
        """Return identifiers in the first form that the schema allows."""
        kinds = self._schemas.kinds(self._schema)
        if not {"enum", "const"}.isdisjoint(chain.from_iterable(self._schemas.alternatives(self._schema))):
            found: Numbering | None = None
        elif "string" not in kinds and not kinds.isdisjoint({"integer", "number"}):
            found = self._integers(size)
        else:
            found = self._texts(size) or self._spellings(size)
        if found is not None and found.size >= min(size, _MADE):
            return found
        listed = Listed([*dict.fromkeys(map(text_of, self._made))])
        return found if found is not None and found.size >= listed.size else listed

    def _allows(self, text: str) -> bool:
        return self._schemas.valid(self._schema, self.value(text))

    def _integers(self, size: int) -> Integers | None:
        """Return integers, from 1 or the least one."""
        parts = [*self._schemas.alternatives(self._schema)]
        wide = next((each["multipleOf"] for each in parts if "multipleOf" in each), 1)
        step = int(wide) if wide >= 1 and wide == int(wide) else 1
        bounds = [each[name] for each in parts for name in ("minimum", "exclusiveMinimum") if name in each]
        least = -int(-max(bounds, default=0) // step) * step
        for first in (step, least, least + step, *self._made):
            if isinstance(first, int) and self._allows(str(first)):
                found = Integers(first=first, step=step, size=size)
                return replace(found, size=self._many(found))
        return None

    def _texts(self, size: int) -> Catalog | None:
        """Return texts that end in a number; fewer of them if longer numbers are not allowed."""
        for prefix, many in chain(_FORMS, self._made_form()):
            found = Catalog(seed=self._seed, size=size, prefix=prefix, shares={}, digits=many)
            if (most := self._many(found)) >= min(size, 10**many - 1):
                return replace(found, size=most)
        return None

    def _many(self, found: Numbering) -> int:
        """Return how many identifiers are allowed, from the first one on."""
        return bisect_left(range(1, found.size + 1), x=True, key=lambda number: not self._allows(found.identifier(number)))

    def _made_form(self) -> Iterator[tuple[str, int]]:
        """Yield the form of a made identifier, if it ends in digits."""
        made = re.fullmatch(r"(.*?)([0-9]+)", text_of(self._made[0])) if self._made else None
        if made:
            yield made[1], len(made[2])

    def _spellings(self, size: int) -> Spellings | None:
        """Return the texts that a made one becomes by other letters and digits, from its end."""
        if not self._made:
            return None
        text = text_of(self._made[0])
        characters, first, last, found = [*text], text, text, 1
        for place in range(len(text) - 1, -1, -1):
            if found >= size:
                break
            able = self._able(place, text, first, last)
            if len(able) > 1:
                characters[place] = able
                first, last = _changed(first, place, able[0]), _changed(last, place, able[-1])
                found *= len(able)
        made = Spellings(characters=characters, size=min(found, size))
        return made if all(self._allows(made.identifier(each)) for each in (1, made.size)) else None

    def _able(self, place: int, *texts: str) -> str:
        """Return the characters that a place can have in all of some texts."""
        for group in (digits, ascii_uppercase, ascii_lowercase):
            able = [each for each in group if all(self._allows(_changed(text, place, each)) for text in texts)]
            if len(able) > 1:
                return "".join(able)
        return ""


def _changed(text: str, place: int, character: str) -> str:
    return f"{text[:place]}{character}{text[place + 1 :]}"
