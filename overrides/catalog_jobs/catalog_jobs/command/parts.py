"""Where the command meets the rest of the package: databases, workers, inputs and result files, loaded when they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from catalog_jobs.jobs import Jobs
    from catalog_jobs.records import BadRow, Job, Row, Table
    from catalog_jobs.worker import Worker


class Reading(NamedTuple):
    """How an input is read; what is empty is recognized.

    Attributes:
        format: name of its format.
        encoding: of its text.
        separator: of its columns.
        columns: field of the spec by column.
    """

    format: str = ""
    encoding: str = ""
    separator: str = ""
    columns: Mapping[str, str] = {}


def open_jobs(database: str) -> Jobs:
    """Return the jobs of a database."""
    from catalog_jobs.jobs import Jobs  # noqa: PLC0415 - loads the database's library

    return Jobs(database)


def make_worker(database: str, *, width: int, jobs: tuple[str, ...] = ()) -> Worker:
    """Return a worker, which has not begun."""
    from catalog_jobs.worker import Worker  # noqa: PLC0415 - loads DBOS

    return Worker(database, width=width, jobs=jobs)


def read_input(
    api: str, operation: str, files: Sequence[str], reading: Reading, extra_fields: Sequence[str] = ()
) -> tuple[Table, Iterator[Row | BadRow]]:
    """Return what files are, and their rows.

    Args:
        api: name of the module of a generated client.
        operation: operationId of that whose items, or identifiers, the rows are.
        files: names and patterns of files; `-` for standard input.
        reading: how they are read.
        extra_fields: names of fields of items that the spec does not have.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    raise NotImplementedError


def export(jobs: Jobs, job: Job, folder: Path) -> None:
    """Write the result files of a job into a folder."""
    raise NotImplementedError
