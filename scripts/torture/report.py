"""The report of a run: a table."""

from __future__ import annotations

from collections.abc import Sequence

from scripts import command
from scripts.chaos.ledger import CONFIRMED, REJECTED, UNKNOWN
from scripts.torture.killing import ALL, DATABASE, WORKER
from scripts.torture.run import Row

_COLUMNS = (
    ("API", "database", "operation", "jobs", "SKUs", "con-", "re-", "un-", "faults", "kills of", "", "", "re-", "sent/", "re-", ""),
    ("", "", "", "", "", "firmed", "jected", "known", "", "a worker", "all", "database", "sumed", "least", "peated", "seconds"),
)


def table(rows: Sequence[Row]) -> str:
    """Return the table for the terminal."""
    return command.table([*_COLUMNS, *map(_cells, rows)], left=(0, 1, 2))


def _cells(row: Row) -> tuple[str, ...]:
    numbers = [row.jobs, row.skus, *(row.found.statuses[each] for each in (CONFIRMED, REJECTED, UNKNOWN)), row.faults]
    numbers += [*(row.killed[each] for each in (WORKER, ALL, DATABASE)), row.resumed]
    sent = f"{row.sent}/{row.least}"
    return row.api, row.database, row.operation, *map(str, numbers), sent, str(row.repeated), f"{row.seconds:.1f}"
