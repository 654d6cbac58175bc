"""The rows of a job as CSV: the original columns, and the outcome of each row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from operator import attrgetter
from typing import TextIO

import msgspec

from catalog_jobs.records import Cell, Duplicate, RowOutcome

_OWN = ("line", "file", "sku", "store", "status", "reason", "column", "ingestion_id", "attempt")
_FORMULA = frozenset("=+-@\t\r")  # first characters of cells that a spreadsheet runs as a formula


def own_columns(columns: Sequence[str], *, has_files: bool) -> dict[str, str]:
    """Return the names of the added columns: `job_line` for `line`; or `job2_line`, if the input has such a column.

    They have the same prefix, which no column of the input has, so that a corrected table can be the input of another job.
    """
    taken = [column.strip().casefold() for column in columns]
    prefix, number = "job_", 1
    while any(column.startswith(prefix) for column in taken):
        number += 1
        prefix = f"job{number}_"
    return {name: f"{prefix}{name}" for name in _OWN if has_files or name != "file"}


class RowWriter:
    """Writes rows to a CSV file in UTF-8.

    Cells are written unchanged, also those that a spreadsheet would run as a formula: the file is for programs. Extra cells of a
    row are at its end.

    Args:
        file: opened with `newline=""`.
        columns: names of the input's columns.
        own: names of the added columns; see `own_columns`.
    """

    def __init__(self, file: TextIO, columns: Sequence[str], own: dict[str, str]) -> None:
        self._file, self._writer, self._width = file, csv.writer(file), len(columns)
        self._own = attrgetter(*own)
        self._separators = len(columns) + len(own) - 1
        self._line = f"{','.join(['%s'] * (self._separators + 1))}\r\n"
        self._writer.writerow([*columns, *own.values()])

    def write(self, rows: Sequence[RowOutcome | Duplicate]) -> None:
        """Write some rows."""
        own, width = self._own, self._width
        if all(len(each.cells) == width for each in rows):
            self._write_plain([(*each.cells, *own(each)) for each in rows])
        else:
            self._writer.writerows([self._ragged(each) for each in rows])

    def _write_plain(self, rows: list[tuple[Cell, ...]]) -> None:
        """Write rows. The slower `csv.writer` is used only if a text contains a separator, a quotation mark or a line end."""
        lines = "".join([self._line % row for row in rows])
        separators = (lines.count(","), lines.count("\r"), lines.count("\n"), lines.count('"'))
        if separators == (self._separators * len(rows), len(rows), len(rows), 0) and "None" not in lines:
            self._file.write(lines)
        else:
            self._writer.writerows(rows)

    def _ragged(self, row: RowOutcome | Duplicate) -> tuple[Cell, ...]:
        cells = row.cells[: self._width]
        missing = [""] * (self._width - len(cells))
        return (*cells, *missing, *self._own(row), *row.cells[self._width :])


def harmless(outcomes: Sequence[RowOutcome]) -> Sequence[RowOutcome]:
    """Return outcomes with safe reasons: one that begins like a formula gets an apostrophe before it."""
    if any(each.reason[:1] in _FORMULA for each in outcomes):
        replace = msgspec.structs.replace
        return [replace(each, reason=f"'{each.reason}") if each.reason[:1] in _FORMULA else each for each in outcomes]
    return outcomes
