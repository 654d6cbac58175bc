"""Errors of jobs. Each message is one line that says what to do; none contains a secret."""

from __future__ import annotations

from catalog_clients import CatalogError


class JobError(CatalogError):
    """Base of every error of this package."""


class DatabaseError(JobError):
    """The database of jobs cannot be used, or is of a newer version; the message names it.

    Attributes:
        is_temporary: whether the same may succeed later, as when the server is back.
    """

    is_temporary = False


class NoSuchJob(JobError):
    """The database has no job with this id."""


class InputError(JobError, ValueError):
    """An input cannot be read as rows of items: the message names the file, and the line and column where there are some."""


class ConfigError(JobError, ValueError):
    """A setting is missing or invalid; the message names it, and where it can be set."""


class ExportError(JobError):
    """The files of a job cannot be written, or would replace those of another job; the message names the folder or file."""
