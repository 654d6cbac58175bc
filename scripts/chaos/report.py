"""The report of a run: a table, and the findings."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts import command
from scripts.chaos.ledger import CONFIRMED, REJECTED, UNKNOWN
from scripts.chaos.run import Row
from scripts.chaos.vendor import burst

_SHOWN = 5
_COLUMNS = ("API", "operation", "SKUs", "confirmed", "rejected", "unknown", "wrongly", "wrongly", "calls", "faults", "most/", "")
_BELOW = ("", "", "", "", "", "", "confirmed", "rejected", "", "", "limit", "seconds")


def table(rows: Sequence[Row]) -> str:
    """Return the table for the terminal."""
    return command.table([_COLUMNS, _BELOW, *map(_cells, rows)], left=(0, 1))


def _cells(row: Row) -> tuple[str, ...]:
    statuses, limit = row.found.statuses, burst(row.api)
    numbers = (statuses[CONFIRMED], statuses[REJECTED], statuses[UNKNOWN], row.found.wrongly_confirmed, row.found.wrongly_rejected)
    most = f"{max(row.usage.most.values(), default=0):g}/{limit:g}" if limit else "-"
    counts = map(str, (row.skus, *numbers, row.usage.calls, row.usage.faults))
    return row.api, row.operation, *counts, most, f"{row.seconds:.1f}"


def findings(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a line for each of the first findings of each task, and one for the number of the others."""
    for row in rows:
        for wrong in row.wrong[:_SHOWN]:
            yield f"{row.api} {row.operation}: {wrong}"
        if len(row.wrong) > _SHOWN:
            yield f"{row.api} {row.operation}: and {len(row.wrong) - _SHOWN} more"


def remarks(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a line for unknown outcomes that are not findings."""
    for row in rows:
        if row.found.open:
            text = "refused after a lost response, so that their state before that attempt is unknown"
            yield f"{row.api} {row.operation}: {row.found.open} of the unknown SKUs were {text}"


def write(rows: Sequence[Row], path: Path) -> None:
    """Write all findings as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(("api", "operation", "finding"))
        written.writerows((row.api, row.operation, wrong) for row in rows for wrong in row.wrong)
