"""Measure the progress of a job."""

from __future__ import annotations

from collections import deque
from time import monotonic

import msgspec

from catalog_jobs.records import Job

_WINDOW = 30.0  # seconds over which the rate is measured


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The progress of a running job.

    Attributes:
        job: its id.
        state: see `Job.condition`.
        total: number of rows that get an outcome.
        submitted: number of items that the vendor has accepted, or that have an outcome.
        processing: number of items that the vendor has accepted and that have no outcome yet.
        confirmed, rejected, unknown: numbers of outcomes.
        rate: items submitted per second.
        limit: items per second that the vendor's limit allows; 0 without a limit.
        left: seconds until the end at this rate; None if the rate is not known.
        waits_for: what the job waits for; empty if it does not wait.
    """

    job: str
    state: str
    total: int
    submitted: int
    processing: int
    confirmed: int
    rejected: int
    unknown: int
    rate: float
    limit: float
    left: float | None
    waits_for: str


class Meter:
    """Measures the progress of a job."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def view(self, job: Job) -> View:
        """Return the current progress of a job."""
        counts = job.counts
        submitted = max(0, counts.total - job.bad_rows) + job.submitted
        rate = self._rate(submitted)
        limit = job.items / job.seconds if job.seconds else 0.0
        return View(
            job=job.id,
            state=job.condition,
            total=job.items + job.bad_rows,
            submitted=submitted,
            processing=job.submitted,
            confirmed=counts.confirmed,
            rejected=counts.rejected,
            unknown=counts.unknown,
            rate=round(rate, 1),
            limit=round(limit, 1),
            left=round(max(0, job.items - submitted) / rate) if rate else None,
            waits_for=job.waits_for,
        )

    def _rate(self, submitted: int) -> float:
        now = monotonic()
        self._seen.append((now, submitted))
        while now - self._seen[0][0] > _WINDOW and len(self._seen) > 2:
            self._seen.popleft()
        moment, before = self._seen[0]
        return max(0, submitted - before) / (now - moment) if now > moment else 0.0
