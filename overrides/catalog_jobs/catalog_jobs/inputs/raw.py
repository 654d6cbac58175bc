"""The output of the readers of all formats: rows of cells, which are not items yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

_IGNORED = re.compile(r"[\s_-]+")
Value: TypeAlias = Any
"""A cell as its format has it: a text, a number, a date, or a value of JSON."""


class Fault(NamedTuple):
    """A row that cannot be read.

    Attributes:
        line: number of its first line.
        rule: what is wrong with it.
        column: name of the invalid column; empty if the whole row is invalid.
        cells: the cells that could be read.
    """

    line: int
    rule: str
    column: str = ""
    cells: Sequence[Value] = ()


Record: TypeAlias = tuple[int, Sequence[Value]] | Fault
"""The number of a row's first line, and the cells of the row."""


class Raw(NamedTuple):
    """The rows of a file.

    Attributes:
        records: the rows, including the header if `columns` is None.
        columns: names of the columns, if the format stores them outside of the rows; None: the first row may have them.
        notes: what was detected, such as the encoding.
        is_typed: whether cells can have other types than text.
        keeps_null: whether None is a value; otherwise, it means an absent cell.
        is_even: whether each row must have as many cells as the header.
        are_values: whether each row is one value, and not a row of cells.
        guess: the encoding, if it was detected without certainty; otherwise empty.
    """

    records: Iterator[Record]
    columns: Sequence[str] | None = None
    notes: Sequence[str] = ()
    is_typed: bool = True
    keeps_null: bool = False
    is_even: bool = False
    are_values: bool = False
    guess: str = ""


def normal_name(name: str) -> str:
    """Return the normal form of a column name: lower case, without spaces, underscores and hyphens."""
    return _IGNORED.sub("", name).casefold()
