"""Which of the statuses that an operation documents is that of a request which it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scripts.spec.expressions import Operation

INVALID: Final = (400, 422)
"""Statuses of a request that is not valid, the usual one first."""
_OF_OTHER_CAUSES: Final = {401, 402, 403, 405, 406, 407, 408, 409, 412, 423, 425, 426, 428, 429, 431, 451}


def documented(operation: Operation, wanted: Sequence[int]) -> int | None:
    """Return the first of some statuses that is documented; without any, another one that refuses what is asked for, or None."""
    for each in wanted:
        if str(each) in operation.responses:
            return each
    if operation.response(wanted[0]) is not None or "default" in operation.responses:
        return wanted[0]
    others = [int(code) for code in operation.responses if code.startswith("4") and code.isdigit()]
    return next((each for each in others if each not in _OF_OTHER_CAUSES), None)
