"""The parts of the package that the command uses: databases, workers, inputs and result files. They are loaded on first use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from catalog_jobs.inputs import Input
    from catalog_jobs.jobs import Jobs
    from catalog_jobs.records import Job
    from catalog_jobs.results import Exported
    from catalog_jobs.worker import Worker

Format: TypeAlias = Literal["csv", "tsv", "text", "jsonl", "json", "parquet", "excel"]
"""A format of inputs."""


class Reading(NamedTuple):
    """How an input is read; None for what is detected.

    Attributes:
        format: name of the format.
        encoding: encoding of the text.
        separator: separator of the columns.
        sheet: name of the sheet of a workbook.
        header: whether the first row is a header.
        decimal: decimal separator of numbers in text.
        columns: field of the spec by column; empty for a column that is not sent.
    """

    format: Format | None = None
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    header: bool | None = None
    decimal: str = "."
    columns: Mapping[str, str] = {}


def open_jobs(database: str) -> Jobs:
    """Return the jobs of a database."""
    from catalog_jobs.jobs import Jobs  # noqa: PLC0415 - loads the database's library

    return Jobs(database)


def make_worker(database: str, *, width: int, jobs: tuple[str, ...] = ()) -> Worker:
    """Return a worker that was not started."""
    from catalog_jobs.worker import Worker  # noqa: PLC0415 - loads DBOS

    return Worker(database, width=width, jobs=jobs)


def open_input(api: str, operation: str, files: Sequence[str], reading: Reading, extra_fields: Sequence[str] = ()) -> Input:
    """Open files, and read their first rows.

    Args:
        api: name of the module of a generated client.
        operation: operationId of the operation for the rows, which are items or identifiers.
        files: names and patterns of files; `-` for standard input.
        reading: how the files are read.
        extra_fields: names of fields of items that the spec does not have.

    Raises:
        InputError: a file does not exist, or cannot be read.
    """
    from catalog_clients._engine.items.fields import item_fields  # noqa: PLC0415 - loads the engine
    from catalog_jobs import apis, inputs  # noqa: PLC0415 - as above

    return inputs.open_input(
        files,
        item_fields(apis.client(api), operation),
        columns=reading.columns,
        form=reading.format,
        encoding=reading.encoding,
        separator=reading.separator,
        sheet=reading.sheet,
        header=reading.header,
        decimal=reading.decimal,
        extra_fields=extra_fields,
    )


def check_output(job: Job, folder: Path) -> None:
    """Refuse a folder that cannot have the result files of a job.

    Raises:
        ExportError: it is refused.
    """
    from catalog_jobs import results  # noqa: PLC0415 - as below

    results.check_folder(job, folder)


def mark_output(job: Job, folder: Path) -> None:
    """Write into a folder that it does not have the result files of a job yet.

    Raises:
        ExportError: it cannot have them.
    """
    from catalog_jobs import results  # noqa: PLC0415 - as below

    results.mark_folder(job, folder)


def export(jobs: Jobs, job: Job, folder: Path) -> Exported:
    """Write the result files of a job into a folder, and return what they have."""
    from catalog_jobs import results  # noqa: PLC0415 - only what ends a job needs it

    return results.export(job, jobs.outcomes(job.id), jobs.timeline(job.id), folder, lambda: jobs.duplicates(job.id))
