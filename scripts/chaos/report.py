"""The report of a run: a table, and all findings as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from scripts import command
from scripts.chaos.ledger import CONFIRMED, REJECTED, UNKNOWN, WRONGLY_CONFIRMED, WRONGLY_REJECTED
from scripts.chaos.run import Row
from scripts.chaos.vendor import allowed, peaks

_COLUMNS = (
    ("API", "operation", "SKUs", "confirmed", "rejected", "unknown", "wrongly", "wrongly", "calls", "faults", "kills", "most/", ""),
    ("", "", "", "", "", "", "confirmed", "rejected", "", "", "", "limit", "seconds"),
)


def table(rows: Sequence[Row]) -> str:
    """Return the table for the terminal."""
    return command.table([*_COLUMNS, *map(_cells, rows)], left=(0, 1))


def _cells(row: Row) -> tuple[str, ...]:
    statuses = row.found.statuses
    numbers = [row.skus, *(statuses[each] for each in (CONFIRMED, REJECTED, UNKNOWN))]
    numbers += [row.found.count(WRONGLY_CONFIRMED), row.found.count(WRONGLY_REJECTED)]
    numbers += [row.usage.calls, row.usage.faults, row.killed]
    return row.api, row.operation, *map(str, numbers), _most(row), f"{row.seconds:.1f}"


def _most(row: Row) -> str:
    """Return the most units within a period, and their limit; of several limits, of the one of which the largest share was used."""
    most, limit = max(
        ((most, limit) for _, most, limit in peaks(row.api, row.usage)),
        key=lambda each: each[0] / each[1],
        default=(0, allowed(row.api)),
    )
    return "-" if limit is None else f"{most:g}/{limit:g}"


def write(rows: Sequence[Row], path: Path) -> None:
    """Write all findings as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(("api", "operation", "finding"))
        written.writerows((row.api, row.operation, wrong) for row in rows for wrong in row.wrong)
