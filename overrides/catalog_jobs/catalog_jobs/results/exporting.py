"""Write the result files of a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from catalog_jobs.records import Duplicate, Job, Moment, RowOutcome

from .deletable import DeletableList
from .duplicates import Duplicates, duplicate_columns
from .folder import CONFIRMED, DELETABLE, DUPLICATES, INCOMPLETE, REJECTED, REPORT, SUMMARY, UNKNOWN, JobFolder
from .report import Findings, report
from .summary import summary
from .tables import RowWriter, harmless, own_columns
from .tally import Reason, Tally, Totals
from .words import incomplete, output_option, unwritten

_BATCH = 2_000  # rows that are written at a time
_TABLES = {"confirmed": CONFIRMED, "rejected": REJECTED, "unknown": UNKNOWN}


class Exported(NamedTuple):
    """The result files of a job.

    Attributes:
        folder: their folder.
        confirmed, rejected, unknown: tables of the rows with that status; pending rows are in `unknown`.
        duplicates: table of rows that are not sent, as another row has the same key; None if there are none.
        may_be_deleted: list of SKUs that may be deleted elsewhere; None if the operation does not retire items.
        report: HTML page for people.
        summary: totals as JSON, for programs.
        totals: numbers of rows in the tables.
        reasons: why rows are rejected or unknown, the most frequent reason first.
    """

    folder: Path
    confirmed: Path
    rejected: Path
    unknown: Path
    duplicates: Path | None
    may_be_deleted: Path | None
    report: Path
    summary: Path
    totals: Totals
    reasons: Sequence[Reason]


def check_folder(job: Job, folder: str | Path) -> None:
    """Refuse a folder that `export` would refuse. It is created if it does not exist.

    Raises:
        ExportError: it has files with these names that are not of this job, or cannot be written.
    """
    with JobFolder(Path(folder), job):
        pass


def mark_folder(job: Job, folder: str | Path) -> None:
    """Write into a folder that it does not have the result files of a job yet, until `export` writes them.

    Raises:
        ExportError: as by `check_folder`.
    """
    with JobFolder(Path(folder), job) as files:
        files.mark(unwritten(job, output_option(job, files.path)))


def export(
    job: Job,
    outcomes: Iterable[RowOutcome],
    timeline: Sequence[Moment],
    folder: str | Path,
    duplicates: Callable[[], Iterable[Duplicate]] = tuple,
) -> Exported:
    """Write the result files of a job to a folder, at any time. Those of an earlier export of the same job are replaced.

    All files are written completely before the first one is replaced, so none is ever incomplete. Memory does not grow with the
    number of rows.

    Args:
        job: the result of `Jobs.status`.
        outcomes: the result of `Jobs.outcomes`.
        timeline: the result of `Jobs.timeline`.
        folder: folder to write to; it is created if it does not exist. Other files in it are not changed.
        duplicates: returns the result of `Jobs.duplicates`; called twice. Default: no duplicates.

    Raises:
        ExportError: the folder has files with these names that are not of this job, or cannot be written; no file was changed.
        DatabaseError: the outcomes cannot be read; no file was changed.
    """
    folder = Path(folder)
    output = output_option(job, folder)
    with JobFolder(folder, job) as files:
        tally, own = _write_tables(job, iter(outcomes), Duplicates(duplicates), files)
        findings = Findings(job, tally.totals, tally.reasons(), tally.shown(), timeline, output)
        files.part(REPORT).write_text(report(findings), encoding="utf-8", errors="backslashreplace")
        files.part(SUMMARY).write_text(summary(job, tally.totals, findings.reasons, own), encoding="utf-8")
        names = [CONFIRMED, REJECTED, UNKNOWN, REPORT, SUMMARY]
        names += [name for name, is_there in ((DUPLICATES, job.counts.duplicates), (DELETABLE, job.retires)) if is_there]
        if tally.totals.pending:
            files.part(INCOMPLETE).write_text(incomplete(job, tally.totals, output), encoding="utf-8")
            names.append(INCOMPLETE)
        files.publish(names, unwritten(job, output))
    return Exported(
        folder=folder,
        confirmed=folder / CONFIRMED,
        rejected=folder / REJECTED,
        unknown=folder / UNKNOWN,
        duplicates=folder / DUPLICATES if job.counts.duplicates else None,
        may_be_deleted=folder / DELETABLE if job.retires else None,
        report=folder / REPORT,
        summary=folder / SUMMARY,
        totals=tally.totals,
        reasons=findings.reasons,
    )


def _write_tables(
    job: Job, outcomes: Iterator[RowOutcome], duplicates: Duplicates, files: JobFolder
) -> tuple[Tally, dict[str, str]]:
    """Write the tables and the list; return the totals, and the names of the added columns."""
    first = list(islice(outcomes, 1))
    has_files = any(row.file for row in first)
    own = own_columns(job.input.columns, has_files=has_files)
    tally = Tally()
    with ExitStack() as opened:

        def writer(name: str, own: dict[str, str]) -> RowWriter:
            file = files.part(name).open("w", encoding="utf-8", errors="backslashreplace", newline="")
            return RowWriter(opened.enter_context(file), job.input.columns, own)

        writers = {status: writer(name, own) for status, name in _TABLES.items()}
        deletable = opened.enter_context(DeletableList(files.part(DELETABLE))) if job.retires else None
        for rows in _by_status(chain(first, outcomes)):
            tally.add(rows)
            for status, table in writers.items():
                table.write(harmless(rows[status]))
                duplicates.add(rows[status])
            writers["unknown"].write(harmless(rows["pending"]))
            duplicates.add(rows["pending"])
            if deletable:
                deletable.add(rows["confirmed"], [*rows["rejected"], *rows["unknown"], *rows["pending"]])
        if job.counts.duplicates:
            table, left = writer(DUPLICATES, duplicate_columns(own, has_files=has_files)), duplicates.rows()
            while some := list(islice(left, _BATCH)):
                table.write(some)
        if deletable:
            tally.totals.may_be_deleted = deletable.finish()
    return tally, own


def _by_status(outcomes: Iterator[RowOutcome]) -> Iterator[dict[str, list[RowOutcome]]]:
    """Yield rows in batches, grouped by status."""
    while some := list(islice(outcomes, _BATCH)):
        rows: dict[str, list[RowOutcome]] = {"confirmed": [], "rejected": [], "unknown": [], "pending": []}
        for outcome in some:
            rows[outcome.status].append(outcome)
        yield rows
