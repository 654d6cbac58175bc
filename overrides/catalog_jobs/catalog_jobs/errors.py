"""Errors of jobs. Each message is one line that says what to do. No message contains a secret."""

from __future__ import annotations

from catalog_clients import CatalogError


class JobError(CatalogError):
    """Base of every error of this package."""


class DatabaseError(JobError):
    """The database of jobs cannot be used, or was written by a newer version of this package; the message names it.

    Attributes:
        is_temporary: whether a retry may succeed, for instance when the server is available again.
    """

    is_temporary = False


class NoSuchJob(JobError):
    """The database has no job with this id, or several that begin with it."""


class InputError(JobError, ValueError):
    """An input cannot be read as rows of items. The message names the file and, if known, line and column."""


class ConfigError(JobError, ValueError):
    """A setting is missing or invalid. The message names it, and says where to set it."""


class ExportError(JobError):
    """The result files of a job cannot be written, or would replace those of another job. The message names the folder or file."""


def what_to_set(error: Exception) -> str:
    """Return an error of missing credentials in words for those who run a process, and not for those who write it."""
    return str(error).replace("give `auth`, or set", "set")
