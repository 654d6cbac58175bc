"""The rows of a job as CSV: the original columns, and what became of each row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from operator import attrgetter
from typing import TextIO

import msgspec

from catalog_jobs.records import Cell, Duplicate, RowOutcome

_OWN = ("line", "file", "sku", "store", "status", "reason", "column", "ingestion_id", "attempt")
_FORMULA = frozenset("=+-@\t\r")  # what a cell begins with that a spreadsheet runs


def own_columns(columns: Sequence[str], *, has_files: bool) -> dict[str, str]:
    """Return the names of the columns that are added: `line` is `job_line`, and `job2_line` where the input has such a column.

    They begin alike, and never like a column of the input, so that a table can be corrected and be the input of a next job.
    """
    taken = [column.strip().casefold() for column in columns]
    prefix, number = "job_", 1
    while any(column.startswith(prefix) for column in taken):
        number += 1
        prefix = f"job{number}_"
    return {name: f"{prefix}{name}" for name in _OWN if has_files or name != "file"}


class RowWriter:
    """Writes rows to a CSV file in UTF-8.

    Cells are written as they are, also those that a spreadsheet would run as a formula: the file is for programs. What a row has
    beyond its columns is at its end.

    Args:
        file: opened with `newline=""`.
        columns: of the input.
        own: names of the columns that are added, see `own_columns`.
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
        """Write rows; `csv.writer`, which is slower, only where a text has what separates texts or lines, which most have not."""
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
    """Return outcomes with reasons that no spreadsheet runs: one that begins like a formula is put behind an apostrophe."""
    if any(each.reason[:1] in _FORMULA for each in outcomes):
        replace = msgspec.structs.replace
        return [replace(each, reason=f"'{each.reason}") if each.reason[:1] in _FORMULA else each for each in outcomes]
    return outcomes
