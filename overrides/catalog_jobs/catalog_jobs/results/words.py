"""Sentences and numbers of the report, as plain text."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from catalog_jobs.records import Job

from .folder import CONFIRMED, DELETABLE, REJECTED, UNKNOWN
from .tally import Totals

_LEFT = ("stopped", "cancelled", "waiting", "interrupted")  # states in which nothing happens unless the job is resumed


class Step(NamedTuple):
    """Something to do next.

    Attributes:
        kind: `confirmed`, `rejected`, `unknown` or `pending`.
        title: a few words.
        text: why and how.
        file: the file to use; empty if there is none.
        command: the command to run; empty if there is none.
    """

    kind: str
    title: str
    text: str
    file: str = ""
    command: str = ""


def output_option(job: Job, folder: Path) -> str:
    """Return the option with which commands write to a folder; empty if they do so without one."""
    path = folder.absolute()
    return "" if path == job.folder.absolute() else f" --output {shlex.quote(str(path))}"


def next_steps(job: Job, totals: Totals, output: str = "") -> list[Step]:
    """Return the next steps for the rows of a job, the most useful first; for `output` see `output_option`."""
    steps = [_confirmed(job, totals)]
    if totals.rejected:
        steps.append(_rejected(totals))
    if totals.unknown:
        steps.append(_unknown(job, totals, output))
    if totals.pending:
        steps.append(_pending(job, totals, output))
    return steps


def _confirmed(job: Job, totals: Totals) -> Step:
    if not totals.confirmed:
        title = "Delete nothing" if job.retires else "Nothing is confirmed"
        return Step("pending", title, "The vendor has not confirmed any row of this job so far.")
    if not job.retires:
        text = f"The vendor has confirmed {rows(totals.confirmed)}. The job archives nothing, so nothing may be deleted."
        return Step("confirmed", "Keep what is confirmed", text, CONFIRMED)
    if not totals.may_be_deleted:
        text = "Rows are confirmed, but no SKU has all of its rows confirmed, or no SKU can be written as a line of text."
        return Step("pending", "Delete nothing", text, CONFIRMED)
    skus = "1 SKU" if totals.may_be_deleted == 1 else f"{number(totals.may_be_deleted)} SKUs"
    text = "The vendor has confirmed all rows of these SKUs. Only these may be deleted from the POS."
    return Step("confirmed", f"Delete {skus}", text, DELETABLE)


def _rejected(totals: Totals) -> Step:
    text = "The vendor has refused them, or they break a rule of its spec; the reason column says why."
    if totals.not_sent:
        text += f" {rows(totals.not_sent, begins=True)} broke a rule before anything was sent."
    text += " Correct the table, which has all columns of your input, and use it as the input of a new job."
    return Step("rejected", f"Look at {rows(totals.rejected, adjective='rejected')}", text, REJECTED)


def _unknown(job: Job, totals: Totals, output: str) -> Step:
    advice = " Do not delete these SKUs yet." if job.retires else ""
    text, command = f"The vendor may or may not have processed these rows.{advice}", f"catalog jobs resume {job.id}{output}"
    title = f"Resolve {rows(totals.unknown, adjective='unknown')}"
    if not totals.accepted:
        text += " Send them once more; if the reason says that this may do harm, that needs the option --resend-unknown:"
        return Step("unknown", title, text, UNKNOWN, command)
    are_all = totals.accepted == totals.unknown
    text += (
        f" The vendor has accepted {'' if are_all else f'{number(totals.accepted)} of '}these rows: `{command}` asks for their "
        f"outcomes again, and sends {'nothing' if are_all else 'only the others'}. If rows are unknown even then, send them in a "
        "new job, with the options of this one:"
    )
    return Step("unknown", title, text, UNKNOWN, f"catalog run {job.api}.{job.operation} {UNKNOWN}")


def _pending(job: Job, totals: Totals, output: str) -> Step:
    title = f"Finish {rows(totals.pending, adjective='pending')}"
    if job.condition in _LEFT:
        why = f": {job.reason}" if job.reason else ""
        command = f"catalog jobs resume {job.id}{output}"
        return Step("pending", title, f"The job is {job.condition}{why}. Resume it:", UNKNOWN, command)
    text = "They have no outcome yet. When the job has ended, write this report again:"
    return Step("pending", title, text, UNKNOWN, f"catalog jobs export {job.id}{output}")


def incomplete(job: Job, totals: Totals, output: str) -> str:
    """Return the text of the file which says that the others are incomplete; for `output` see `output_option`."""
    deletable = f"What is in {DELETABLE} may be deleted, whatever the other outcomes will be.\n" if job.retires else ""
    step = _pending(job, totals, output)
    return (
        f"These files are incomplete: {number(totals.pending)} of {rows(totals.rows)} have no outcome yet.\n"
        f"They are in {UNKNOWN}, as pending. {step.text}\n\n    {step.command}\n\n{deletable}"
    )


def unwritten(job: Job, output: str) -> str:
    """Return the text of the file which says that the others are not written yet; for `output` see `output_option`."""
    command = f"catalog jobs {'export' if job.state == 'finished' else 'resume'} {job.id}{output}"
    return (
        f"The files of job {job.id} are not written yet, or not all of them. Those that are here are whole, but may be of an "
        f"earlier time.\nIf no command works on the job any more:\n\n    {command}\n"
    )


def headline(totals: Totals) -> str:
    """Return the outcome in a few words."""
    if not totals.rows:
        return "No rows"
    if totals.pending:
        return f"Incomplete: {number(totals.confirmed)} of {rows(totals.rows)} confirmed so far"
    if totals.confirmed == totals.rows:
        return f"All {rows(totals.rows)} confirmed" if totals.rows > 1 else "1 row confirmed"
    return f"{number(totals.confirmed)} of {rows(totals.rows)} confirmed"


def number(value: int) -> str:
    """Return a number with thousands separators."""
    return f"{value:,}"


def rows(count: int, *, adjective: str = "", begins: bool = False) -> str:
    """Return a number of rows in words, also at the beginning of a sentence."""
    noun = "row" if count == 1 else "rows"
    words = f"{number(count)} {adjective} {noun}" if adjective else f"{number(count)} {noun}"
    return words.replace("1 ", "One ", 1) if begins and count == 1 else words


def percent(part: int, whole: int) -> str:
    """Return a share in percent. Only a share of none is 0 %, and only a share of all is 100 %."""
    share = 100 * part / whole if whole else 0
    if 0 < share < 0.1:
        return "< 0.1 %"
    if 99.9 < share < 100:
        return "> 99.9 %"
    return f"{share:.1f} %".replace(".0 %", " %")


def duration(seconds: float) -> str:
    """Return a duration in words, in up to two units."""
    if 0 < seconds < 1:
        return "less than 1 s"
    left, found = round(seconds), list[str]()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count:
            found.append(f"{count} {unit}")
    return " ".join(found[:2]) or "0 s"


def moment(seconds: float) -> str:
    """Return seconds since 1970 as a date and a time; `not yet` for 0."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if seconds else "not yet"
