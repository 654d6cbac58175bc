"""The contents of the mock of Amazon's catalog: numbered items, their identifiers, and the results of keywords.

All of it follows from the number of an item and from a seed by arithmetic, in both directions. So a catalog of any size takes no
memory, and no search walks through it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import gcd
from typing import Final

from scripts.mock.engine.catalog import draw

MARKETPLACES: Final = {"ATVPDKIKX0DER": "en_US", "A1PA6795UKMFR9": "de_DE"}  # with their primary locales
BRANDS: Final = ("Northlake", "Fjellmark", "Kumo & Sons", "Ostra", "Über Alltag")
CLASSIFICATIONS: Final = {"900000101": "Carry-Ons", "900000102": "Kettles", "900000103": "Novels", "900000104": "Sparkling Water"}
MOST: Final = 999_999_999

FAMILY: Final = 10  # the last of ten items is the parent of the other nine
_PERIOD: Final = FAMILY * len(BRANDS) * len(CLASSIFICATIONS)  # after that many items, brands and classifications begin again

# How an identifier begins, and whether a check digit ends it; between them are nine digits.
_CODES: Final = {
    "ASIN": ("B", False),
    "EAN": ("200", True),
    "GTIN": ("0200", True),
    "ISBN": ("979", True),
    "JAN": ("210", True),
    "MINSAN": ("", False),
    "SKU": ("SKU-", False),
    "UPC": ("40", True),
}
_OWN: Final = {"ASIN", "SKU"}  # no two items share these


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The result of a search.

    Attributes:
        total: how many items.
        nth: gives the number of an item by its position, from 0 up to the total.
        brands, classifications: how many items are of each brand and classification (by identifier), for a search by keywords.
    """

    total: int
    nth: Callable[[int], int]
    brands: Mapping[str, int] = field(default_factory=dict)
    classifications: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """The items with the numbers 1 to the size.

    Attributes:
        seed: all data that does not follow from an item's number follows from this.
        size: number of items, at most `MOST`.
        twins: share of the pairs 1 and 2, 3 and 4, ... that have the same product codes (all but ASIN and SKU).
    """

    seed: int
    size: int
    twins: float

    def identifiers(self, number: int) -> dict[str, str]:
        """Return all identifiers of an item, by their type."""
        holder = self._holder(number)
        return {kind: code(kind, number if kind in _OWN else holder) for kind in _CODES}

    def numbers(self, kind: str, identifier: str) -> list[int]:
        """Return the numbers of the items that have an identifier: none, one or two."""
        number = _number(kind, identifier)
        if number is None or number > self.size:
            return []
        if kind in _OWN:
            return [number]
        return [each for each in (number, number + 1) if each <= self.size and self._holder(each) == number]

    def kinds(self, identifier: str) -> list[str]:
        """Return the types that a text can be an identifier of."""
        return [kind for kind in _CODES if _number(kind, identifier) is not None]

    def listed(self, kind: str, identifiers: Iterable[str]) -> Found:
        """Find the items that have one of several identifiers; the order is not documented."""
        numbers = sorted({number for each in identifiers for number in self.numbers(kind, each)})
        return Found(total=len(numbers), nth=numbers.__getitem__)

    def search(
        self, words: Iterable[str], locale: str, *, brands: Collection[str] | None, classifications: Collection[str] | None
    ) -> Found:
        """Find the items of several words of a language, of some brands and classifications.

        The words, as a set, lead to an arithmetic progression of numbers, with 1 to 100,000 items of a large catalog; one set in
        twenty leads to none. The step has no divisor in common with the period of brands and classifications, so these take turns
        in the progression, too, and can be counted in its first period.
        """
        drawn = ("words", self.seed, locale, *sorted({word.casefold() for word in words}))
        step = max(1, int(self.size / 10 ** (5 * draw("share", *drawn))))
        while gcd(step, _PERIOD) > 1:
            step -= 1
        first = 1 + int(step * draw("first", *drawn))
        length = len(range(first, self.size + 1, step)) if draw("any", *drawn) >= 1 / 20 else 0
        chosen = [
            position
            for position in range(min(_PERIOD, length))
            if (brands is None or brand(first + position * step) in brands)
            and (classifications is None or classification(first + position * step) in classifications)
        ]
        by_brand: Counter[str] = Counter()
        by_classification: Counter[str] = Counter()
        for position in chosen:
            many = len(range(position, length, _PERIOD))
            by_brand[brand(first + position * step)] += many
            by_classification[classification(first + position * step)] += many

        def nth(index: int) -> int:
            rounds, place = divmod(index, len(chosen))
            return first + (rounds * _PERIOD + chosen[place]) * step

        return Found(total=by_brand.total(), nth=nth, brands=by_brand, classifications=by_classification)

    def _holder(self, number: int) -> int:
        """Return the number that is part of an item's product codes."""
        return number - 1 if number % 2 == 0 and draw("twins", self.seed, number) < self.twins else number


def brand(number: int) -> str:
    """Return the brand of an item: that of its family."""
    return BRANDS[(number - 1) // FAMILY % len(BRANDS)]


def classification(number: int) -> str:
    """Return the identifier of an item's classification: that of its family."""
    return tuple(CLASSIFICATIONS)[(number - 1) // (FAMILY * len(BRANDS)) % len(CLASSIFICATIONS)]


def parent(number: int) -> int:
    """Return the number of the parent of an item's family, which may be the item itself, or beyond the end of the catalog."""
    return number + -number % FAMILY


def code(kind: str, number: int) -> str:
    """Return the identifier of a type for a number."""
    prefix, checked = _CODES[kind]
    digits = f"{prefix}{number:09}"
    return digits + _check_digit(digits) if checked else digits


def _number(kind: str, identifier: str) -> int | None:
    """Return the number of an identifier of a type, or None if the identifier is malformed."""
    found = re.fullmatch(rf"{_CODES[kind][0]}([0-9]{{9}})[0-9]?", identifier)
    number = int(found[1]) if found else 0
    return number if number and code(kind, number) == identifier else None


def _check_digit(digits: str) -> str:
    """Return the check digit of GS1 numbers and of ISBN."""
    return str(-sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits))) % 10)
