"""Durable jobs for retail catalog APIs: a file of SKUs in, a ledger of outcomes out, on one machine or many, whatever is killed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ._version import VERSION

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
"""Where the names of this package are. Each is imported when it is used, so that the help of the command comes at once."""

__version__ = VERSION
__all__ = ["AsyncJobs", "Jobs", "Submission", "Worker"]
__all__ += ["BadRow", "Duplicate", "Job", "Moment", "Options", "Row", "RowOutcome", "Table"]
__all__ += ["ConfigError", "DatabaseError", "ExportError", "InputError", "JobError", "NoSuchJob"]
__all__ += ["__version__"]


def __getattr__(name: str) -> object:
    """Import what is used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = found
    return found
