"""The report of a run: a table, and the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scripts import command
from scripts.chaos.ledger import CONFIRMED, REJECTED, UNKNOWN
from scripts.torture.killing import ALL, DATABASE, WORKER
from scripts.torture.run import Row

_SHOWN = 5
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


def findings(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the first findings of each operation and the number of the others, and then the unknown outcomes that are none."""
    for row in rows:
        name = f"{row.api} {row.database} {row.operation}"
        for wrong in row.wrong[:_SHOWN]:
            yield f"{name}: {wrong}"
        if len(row.wrong) > _SHOWN:
            yield f"{name}: and {len(row.wrong) - _SHOWN} more"
    for row in rows:
        if row.found.open:
            text = "refused after a lost response, so that their state before that attempt is unknown"
            yield f"{row.api} {row.database} {row.operation}: {row.found.open} of the unknown SKUs were {text}"
