"""The report of a run: a table, and all findings as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from scripts import command
from scripts.chaos.ledger import CONFIRMED, REJECTED, UNKNOWN, WRONGLY_CONFIRMED, WRONGLY_REJECTED
from scripts.chaos.run import Row
from scripts.chaos.vendor import burst

_COLUMNS = (
    ("API", "operation", "SKUs", "confirmed", "rejected", "unknown", "wrongly", "wrongly", "calls", "faults", "kills", "most/", ""),
    ("", "", "", "", "", "", "confirmed", "rejected", "", "", "", "limit", "seconds"),
)


def table(rows: Sequence[Row]) -> str:
    """Return the table for the terminal."""
    return command.table([*_COLUMNS, *map(_cells, rows)], left=(0, 1))


def _cells(row: Row) -> tuple[str, ...]:
    statuses, limit = row.found.statuses, burst(row.api)
    numbers = [row.skus, *(statuses[each] for each in (CONFIRMED, REJECTED, UNKNOWN))]
    numbers += [row.found.count(WRONGLY_CONFIRMED), row.found.count(WRONGLY_REJECTED)]
    numbers += [row.usage.calls, row.usage.faults, row.killed]
    most = f"{max(row.usage.most.values(), default=0):g}/{limit:g}" if limit else "-"
    return row.api, row.operation, *map(str, numbers), most, f"{row.seconds:.1f}"


def write(rows: Sequence[Row], path: Path) -> None:
    """Write all findings as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(("api", "operation", "finding"))
        written.writerows((row.api, row.operation, wrong) for row in rows for wrong in row.wrong)
