"""The texts of the command about a job."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from catalog_jobs import apis
from catalog_jobs.records import BadRow, Job

from .meter import View

if TYPE_CHECKING:
    from catalog_jobs.results import Exported

_REASONS = 3  # reasons shown for each status
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def duration(seconds: float) -> str:
    """Return a time in the unit that fits."""
    if seconds < 1:
        return "under a second"
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    if seconds < _DAY:
        return f"{seconds / _HOUR:.1f} h"
    return f"{seconds / _DAY:.1f} days"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, such as `2 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def summary(job: Job, breaches: Sequence[BadRow], url: str) -> Iterator[str]:
    """Yield the lines of what would be sent."""
    duplicates = count(job.counts.duplicates, "duplicate")
    yield f"{job.input.name}: {count(job.rows, 'row')}, {job.items:,} valid, {job.bad_rows:,} not valid, {duplicates}"
    for each in breaches:
        yield breach(each)
    if job.bad_rows > len(breaches):
        yield f"  and {job.bad_rows - len(breaches):,} more"
    least = duration(job.seconds) if job.seconds < 1 else f"at least {duration(job.seconds)}"
    limit = f", {least} at the vendor's limit" if apis.operation(job.api, job.operation).is_limited else ""
    yield f"{job.api}.{job.operation} at {url}: {count(job.requests, 'request')}{limit}"


def numbers(view: View) -> str:
    """Return the outcomes of a job in one line."""
    return f"{view.confirmed:,} confirmed, {view.rejected:,} rejected, {view.unknown:,} unknown"


def speed(view: View) -> str:
    """Return the rate of a job, and what it waits for."""
    limit = f" of {view.limit:,.1f}/s" if view.limit else ""
    left = f", {duration(view.left)} left" if view.left else ""
    waits = f", waits for {view.waits_for}" if view.waits_for else ""
    return f"{view.rate:,.1f}/s{limit}{left}{waits}"


def progress(view: View) -> str:
    """Return the progress of a job in one line."""
    return (
        f"job {view.job} {view.state}: {view.total:,} staged, {view.submitted:,} submitted, {view.processing:,} processing, "
        f"{numbers(view)}; {speed(view)}"
    )


def fields(job: Job) -> dict[str, object]:
    """Return a job as JSON has it, with the state that people are shown."""
    return {**msgspec.to_builtins(job), "state": job.condition}


def counts(job: Job) -> str:
    """Return the counts of a job."""
    found = job.counts
    left = f", {job.left:,} without an outcome" if job.left else ""
    repeated = f"; {count(job.repeated, 'request')} sent again after an interruption" if job.repeated else ""
    return (
        f"job {job.id} {job.condition}: {found.confirmed:,} confirmed, {found.rejected:,} rejected, {found.unknown:,} unknown"
        f"{left}{repeated}"
    )


def staging(job: Job) -> str:
    """Return what to do about a job that cannot be resumed, as its input was not read to its end."""
    delete = f"catalog jobs delete {job.id}"
    if job.condition == "abandoned":
        advice = f"run its command again, which deletes this job; or: {delete}"
        return f"job {job.id} is abandoned: its input was not read to its end, and nothing was sent; {advice}"
    return f"job {job.id} is staging: a process is reading its input, and begins to send it then; to end that: {delete}"


def ended(job: Job, exported: Exported | None) -> Iterator[str]:
    """Yield the counts of a job with its result folder, and the most frequent reasons of rows that are not confirmed."""
    if exported is None:
        yield counts(job)
        return
    yield f"{counts(job)}; see {exported.folder}{', which is incomplete' if exported.totals.pending else ''}"
    for status in ("rejected", "unknown"):
        found = [each for each in exported.reasons if each.status == status]
        for each in found[:_REASONS]:
            yield f"  {each.rows:,} {status}: {' '.join(each.reason.split())}"
        if others := found[_REASONS:]:
            yield f"  {sum(each.rows for each in others):,} {status} for {count(len(others), 'other reason')}; the report has all"


def earlier(job: Job) -> str:
    """Return a line about an earlier job with the same input and operation."""
    found = job.counts
    return (
        f"the same input was sent by job {job.id}, which finished on {moment(job.ended)}: {found.confirmed:,} confirmed, "
        f"{found.rejected:,} rejected, {found.unknown:,} unknown"
    )


def moment(seconds: float) -> str:
    """Return a time in the time zone of this machine."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def breach(row: BadRow) -> str:
    """Return in one line what is wrong with a row."""
    file, column = f"{row.file} " if row.file else "", f"column {row.column.removeprefix('column ')}" if row.column else ""
    return f"  {file}line {row.line}{f', {column}' if column else ''}: {row.rule}"


def terminal_width() -> float:
    """Return the number of characters of a line of the terminal; infinite if the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else math.inf


def table(rows: Sequence[Sequence[str]], *, numbers: Collection[int] = (), width: float = math.inf) -> str:
    """Align the cells of equally long rows, two spaces between columns.

    Args:
        rows: the header, if there is one, and the rows below it.
        numbers: indexes of the columns that are aligned to the right.
        width: maximum number of characters of a line; a longer row continues in the next line, which is indented.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    aligned = (
        [
            cell.rjust(length) if index in numbers else cell.ljust(length)
            for index, (cell, length) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    )
    starts = [*_starts(widths, width)]
    parts = ((start, "  ".join(row[start:end])) for row in aligned for start, end in pairwise([*starts, len(widths)]))
    return "\n".join(f"{'  ' if start else ''}{part}".rstrip() for start, part in parts)


def _starts(widths: Sequence[int], width: float) -> Iterator[int]:
    """Yield the index of the first column of each line of a row."""
    yield 0
    end = widths[0]
    for index, each in enumerate(widths[1:], 1):
        end += 2 + each
        if end > width:
            yield index
            end = 2 + each
