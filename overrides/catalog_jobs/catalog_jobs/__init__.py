"""Durable jobs for retail catalog APIs: from a file of SKUs to their outcomes, on one or many machines. Jobs survive crashes."""

from __future__ import annotations

from ._version import VERSION

TYPE_CHECKING = False  # as of `typing`, which takes long to load
if TYPE_CHECKING:
    from .async_jobs import AsyncJobs
    from .errors import ConfigError, DatabaseError, ExportError, InputError, JobError, NoSuchJob
    from .jobs import Jobs, Submission
    from .records import BadRow, Duplicate, Job, Moment, Options, Row, RowOutcome, Table
    from .worker import Worker

_MODULES = {
    "AsyncJobs": "catalog_jobs.async_jobs",
    "Worker": "catalog_jobs.worker",
    **dict.fromkeys(("Jobs", "Submission"), "catalog_jobs.jobs"),
    **dict.fromkeys(("BadRow", "Duplicate", "Job", "Moment", "Options", "Row", "RowOutcome", "Table"), "catalog_jobs.records"),
    **dict.fromkeys(("ConfigError", "DatabaseError", "ExportError", "InputError", "JobError", "NoSuchJob"), "catalog_jobs.errors"),
}
"""Modules of the public names. Each is imported on first use, so that the command shows its help at once."""

__version__ = VERSION
__all__ = ["AsyncJobs", "Jobs", "Submission", "Worker"]
__all__ += ["BadRow", "Duplicate", "Job", "Moment", "Options", "Row", "RowOutcome", "Table"]
__all__ += ["ConfigError", "DatabaseError", "ExportError", "InputError", "JobError", "NoSuchJob"]
__all__ += ["__version__"]


def __getattr__(name: str) -> object:
    """Import a name on first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - nothing is loaded before a name is used

    found: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = found
    return found
