"""Watch a job until it has ended, or the process is stopped."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import msgspec

from catalog_jobs.command.signals import Stopping
from catalog_jobs.errors import DatabaseError
from catalog_jobs.jobs import Jobs
from catalog_jobs.records import Job

from .display import Display
from .meter import Meter

INTERVAL = 0.5
"""Seconds between two checks of a job."""


def watch(
    jobs: Jobs, job: Job, display: Display, stopping: Stopping, stop: Callable[[], object], *, is_worker: bool = False
) -> Job:
    """Show a job until it has ended or the process is stopped, and return its last state.

    Args:
        jobs: the jobs of its database.
        job: the job.
        display: shows the job.
        stopping: whether the process is stopped.
        stop: called when the process is stopped.
        is_worker: whether this process works on the job, even if the database does not know it, as after an outage.

    Raises:
        DatabaseError: the database cannot be used for longer than the patience of the job.
    """
    meter, lost_since = Meter(), 0.0
    job = msgspec.structs.replace(job, has_worker=is_worker or job.has_worker)
    display.progress(meter.view(job))
    while not job.is_over:
        if stopping.wait(INTERVAL):
            stop()
            return job
        try:
            found, lost_since = jobs.status(job.id), 0.0
            job = msgspec.structs.replace(found, has_worker=is_worker or found.has_worker)
        except DatabaseError as error:
            lost_since = lost_since or monotonic()
            if not error.is_temporary or monotonic() - lost_since > job.options.patience:
                raise
            job = msgspec.structs.replace(job, waits_for=f"the database: {error}")
        display.progress(meter.view(job))
    return job
