"""Totals and reasons of all rows for the report and the summary, collected while rows are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from catalog_jobs.records import RowOutcome

SHOWN = 5_000  # rows in the report
_REASONS = 1_000  # different reasons that are counted
OTHER = "other reasons"
_LONGEST, _CELLS = 200, 12  # characters of a text, and cells of a row, in the report


class Totals(msgspec.Struct, kw_only=True):
    """Numbers of rows in the result files of a job.

    Attributes:
        confirmed, rejected, unknown, pending: rows with that status.
        accepted: unknown rows that the vendor has accepted, for work of which the end is not known.
        not_sent: rejected rows that were not sent, as they break a rule of the spec.
        may_be_deleted: SKUs that may be deleted elsewhere.
    """

    confirmed: int = 0
    rejected: int = 0
    unknown: int = 0
    pending: int = 0
    accepted: int = 0
    not_sent: int = 0
    may_be_deleted: int = 0

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.confirmed + self.rejected + self.unknown + self.pending


class Reason(msgspec.Struct, frozen=True):
    """A reason, and its number of rows."""

    status: str
    reason: str
    rows: int


class Tally:
    """Counts rows and their reasons, and keeps some rows for the report, in bounded memory.

    Reasons that differ only in the SKU count as one. After a thousand different reasons, new ones are counted together.

    Attributes:
        totals: numbers of rows.
    """

    def __init__(self) -> None:
        self.totals = Totals()
        self._reasons = Counter[tuple[str, str]]()
        self._shown: dict[str, list[RowOutcome]] = {"rejected": [], "unknown": [], "pending": []}

    def add(self, outcomes: dict[str, list[RowOutcome]]) -> None:
        """Add rows, by their status."""
        for status, some in outcomes.items():
            setattr(self.totals, status, getattr(self.totals, status) + len(some))
            if status != "confirmed":
                shown = self._shown[status]
                shown += [_short(outcome) for outcome in some[: SHOWN - len(shown)]]
            if status in ("rejected", "unknown"):
                self._count_reasons(status, some)
        self.totals.accepted += sum(1 for outcome in outcomes["unknown"] if outcome.ingestion_id)
        self.totals.not_sent += sum(1 for outcome in outcomes["rejected"] if not outcome.attempt)

    def _count_reasons(self, status: str, outcomes: Sequence[RowOutcome]) -> None:
        for outcome in outcomes:
            key = (status, general_reason(outcome))
            if key not in self._reasons and len(self._reasons) >= _REASONS:
                key = (status, OTHER)
            self._reasons[key] += 1

    def reasons(self) -> list[Reason]:
        """Return the reasons, the most frequent one first."""
        return [Reason(status, reason, rows) for (status, reason), rows in self._reasons.most_common()]

    def shown(self) -> list[RowOutcome]:
        """Return the first rows that are not confirmed, at most 5,000, with a fair share of each status."""
        share = dict.fromkeys(self._shown, SHOWN // 3)
        left = SHOWN - sum(min(len(rows), share[status]) for status, rows in self._shown.items())
        for status, rows in self._shown.items():
            more = min(left, max(0, len(rows) - share[status]))
            share[status] += more
            left -= more
        return [row for status, rows in self._shown.items() for row in rows[: share[status]]]


def general_reason(outcome: RowOutcome) -> str:
    """Return the reason of a row with an ellipsis instead of its SKU; for a bad row, with the invalid column."""
    reason, sku = outcome.reason, outcome.sku
    if outcome.column:
        reason = f"{outcome.column}: {reason}"
    if not sku or sku not in reason:
        return reason or "no reason given"
    return " ".join(word.replace(sku, "…") if word.strip("'\"`.,:;()[]") == sku else word for word in reason.split(" "))


def _short(outcome: RowOutcome) -> RowOutcome:
    """Return a row with its cells shortened to what the report shows."""
    cells = tuple(_shortened(cell) if isinstance(cell, str) else cell for cell in outcome.cells[:_CELLS])
    return msgspec.structs.replace(outcome, cells=cells, sku=_shortened(outcome.sku), reason=outcome.reason[:500])


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
