"""What the readers of all formats make of a file: rows of cells, which are not items yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

_IGNORED = re.compile(r"[\s_-]+")
Value: TypeAlias = Any
"""A cell as its format has it: a text, a number, a date, or what JSON has; no type says it."""


class Fault(NamedTuple):
    """A row that cannot be read.

    Attributes:
        line: number of its first line.
        rule: what is wrong with it.
        column: name of the column that is wrong, if it is one.
        cells: what could be read of it.
    """

    line: int
    rule: str
    column: str = ""
    cells: Sequence[Value] = ()


Record: TypeAlias = tuple[int, Sequence[Value]] | Fault
"""The number of the first line of a row, and its cells."""


class Raw(NamedTuple):
    """The rows of a file.

    Attributes:
        records: the rows, with the header if `columns` is None.
        columns: names of the columns, where the format has them apart from the rows. None: the first row may have them.
        notes: what was found, such as the encoding.
        is_typed: whether cells may be something else than texts.
        keeps_null: whether a cell that is None is a value, and not an absent one.
        is_even: whether each row has to have as many cells as the header.
        are_values: whether each row is one value, and not a row of cells.
    """

    records: Iterator[Record]
    columns: Sequence[str] | None = None
    notes: Sequence[str] = ()
    is_typed: bool = True
    keeps_null: bool = False
    is_even: bool = False
    are_values: bool = False


def normal_name(name: str) -> str:
    """Return what all spellings of the name of a column have in common: without case, spaces, underscores and hyphens."""
    return _IGNORED.sub("", name).casefold()
