"""Compare identifiers as the vendor's table says: which two are spellings of one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SEPARATORS = re.compile(r"[\s-]+")
_ALL = ("letter-case", "separators", "leading-zeros")


def normal_form(identifier: str, ignored: Iterable[str]) -> str:
    """Return what all spellings of an identifier have in common.

    Args:
        identifier: one of them.
        ignored: what does not count: `letter-case`, `separators` or `leading-zeros`.
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
    """Return what identifiers have in common that could be spellings of one, if the vendor is generous."""
    return normal_form(identifier, _ALL)
