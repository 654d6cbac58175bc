"""The totals of a job as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from catalog_jobs.records import Job

from .tally import Reason, Totals

_REASONS = 20


class _Summary(msgspec.Struct, kw_only=True):
    """The content of the file.

    Attributes:
        job: id of the job that the folder belongs to.
        columns: names of the columns that the tables add to those of the input, by content.
        is_complete: whether each row has an outcome.
        duplicates: number of rows that are not sent, as another row has the same key.
        reasons: the most frequent reasons.
        Others: see `Job` and `Totals`.
    """

    job: str
    api: str
    operation: str
    arguments: dict[str, object]
    input: str
    state: str
    is_complete: bool
    reason: str
    retires: bool
    created: float
    started: float
    ended: float
    rows: int
    duplicates: int
    repeated: int
    totals: Totals
    reasons: Sequence[Reason]
    columns: dict[str, str]


def summary(job: Job, totals: Totals, reasons: Sequence[Reason], columns: dict[str, str]) -> str:
    """Return the summary of a job as JSON."""
    found = _Summary(
        job=job.id,
        api=job.api,
        operation=job.operation,
        arguments=job.arguments,
        input=job.input.name,
        state=job.condition,
        is_complete=not totals.pending,
        reason=job.reason,
        retires=job.retires,
        created=job.created,
        started=job.started,
        ended=job.ended,
        rows=job.rows,
        duplicates=job.counts.duplicates,
        repeated=job.repeated,
        totals=totals,
        reasons=reasons[:_REASONS],
        columns=columns,
    )
    return f"{json.dumps(msgspec.to_builtins(found, enc_hook=str), indent=2)}\n"
