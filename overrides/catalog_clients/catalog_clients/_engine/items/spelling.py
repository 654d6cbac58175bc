"""Compare identifiers: find spellings of the same one, by the vendor's table."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SEPARATORS = re.compile(r"[\s-]+")
_ALL = ("letter-case", "separators", "leading-zeros")


def normal_form(identifier: str, ignored: Iterable[str]) -> str:
    """Return the normal form of an identifier, which all of its spellings have.

    Args:
        identifier: one spelling.
        ignored: ignored differences: `letter-case`, `separators` or `leading-zeros`.
    """
    for each in ignored:
        match each:
            case "letter-case":
                identifier = identifier.upper()
            case "separators":
                identifier = _SEPARATORS.sub("", identifier)
            case "leading-zeros":
                identifier = identifier.lstrip("0")
            case _:
                raise ValueError(f"the spec names an unknown difference of spellings: {each}")
    return identifier


def loose_form(identifier: str) -> str:
    """Return a form that is the same for all identifiers which could be spellings of one."""
    return normal_form(identifier, _ALL)
