"""Durable jobs for retail catalog APIs: a file of SKUs in, a ledger of outcomes out, on one machine or many, whatever is killed."""

from __future__ import annotations

from ._version import VERSION
from .async_jobs import AsyncJobs
from .errors import ConfigError, DatabaseError, ExportError, InputError, JobError, NoSuchJob
from .jobs import Jobs, Submission
from .records import BadRow, Job, Moment, Options, Row, RowOutcome, Table
from .worker import Worker

__version__ = VERSION
__all__ = ["AsyncJobs", "Jobs", "Submission", "Worker"]
__all__ += ["BadRow", "Job", "Moment", "Options", "Row", "RowOutcome", "Table"]
__all__ += ["ConfigError", "DatabaseError", "ExportError", "InputError", "JobError", "NoSuchJob"]
__all__ += ["__version__"]
