"""The report of a job, for people: one HTML page without external files."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources
from operator import attrgetter
from string import Template
from typing import NamedTuple

from catalog_jobs.records import Job, Moment, RowOutcome

from .charts import STATUSES, over_time, reason_bars, share_bar
from .folder import CONFIRMED, DELETABLE, DUPLICATES, REJECTED, SUMMARY, UNKNOWN
from .markup import Markup, data, element, joined
from .tally import Reason, Totals, general_reason
from .words import Step, duration, headline, moment, next_steps, number, percent

_REASONS = 10  # shown in the report
# The names and the order that the script of the page uses.
_VALUES = attrgetter("line", "file", "sku", "store", "status", "reason", "column", "ingestion_id", "attempt")


class Findings(NamedTuple):
    """The content of the report.

    Attributes:
        job: the job.
        totals: numbers of its rows.
        reasons: reasons of rows that are not confirmed, the most frequent one first.
        shown: rows that are not confirmed, up to the maximum of the page.
        timeline: numbers of outcomes over time.
        output: option of commands that write the files again, see `output_option`.
    """

    job: Job
    totals: Totals
    reasons: Sequence[Reason]
    shown: Sequence[RowOutcome]
    timeline: Sequence[Moment]
    output: str = ""


def report(findings: Findings) -> str:
    """Return the page.

    Its content security policy allows only its own script and style, by their digests, and no requests.
    """
    job, totals = findings.job, findings.totals
    style, script = _resource("report.css"), _resource("report.js")
    allowed = f"script-src '{_digest(script)}'; style-src '{_digest(style)}'"
    return Template(_resource("report.html")).substitute(
        policy=f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        title=joined([f"{job.operation} of {job.input.name}: {headline(totals)}"]),
        job=joined([job.id]),
        headline=joined([headline(totals)]),
        about=_about(job),
        share=share_bar(totals),
        tiles=_tiles(job, totals),
        steps=joined(map(_step, next_steps(job, totals, findings.output))),
        charts=joined([_reasons(findings), _time(findings)]),
        rows=_rows(findings),
        facts=_facts(job),
        files=_files(job),
    )


def _resource(name: str) -> str:
    return resources.files(__package__).joinpath("page", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _about(job: Job) -> Markup:
    state = element("span", job.condition, class_="state")
    operation, api, name = (element("code", text) for text in (job.operation, job.api, job.input.name))
    return joined([operation, " of ", api, ", from ", name, " ", state])


def _tiles(job: Job, totals: Totals) -> Markup:
    tiles = [
        _tile(status, number(count), percent(count, totals.rows), status)
        for status in STATUSES
        if (count := getattr(totals, status)) or status != "pending"
    ]
    if job.started and job.ended:
        tiles.append(_tile("time", duration(job.ended - job.started), "from start to end", "neutral"))
    return joined(tiles)


def _tile(name: str, value: str, text: str, kind: str) -> Markup:
    return element("div", element("dt", name), element("dd", value, element("small", text)), class_=f"tile {kind}")


def _step(step: Step) -> Markup:
    content: list[str] = [element("h3", step.title), element("p", step.text)]
    if step.command:
        content.append(element("p", element("code", step.command), class_="command"))
    if step.file:
        content.append(element("p", element("a", step.file, href=step.file)))
    return element("li", *content, class_=f"step {step.kind}")


def _reasons(findings: Findings) -> Markup:
    if not findings.reasons:
        return Markup()
    content: list[str] = [element("h2", "Reasons", id="reasons")]
    content.append(reason_bars(findings.reasons[:_REASONS], findings.totals.rejected + findings.totals.unknown))
    if others := findings.reasons[_REASONS:]:
        text = f"And {number(sum(reason.rows for reason in others))} rows with other reasons."
        content.append(element("p", text, class_="note"))
    return element("section", *content, class_="card", aria_labelledby="reasons")


def _time(findings: Findings) -> Markup:
    if not findings.timeline:
        return Markup()
    return element(
        "section", element("h2", "Over time", id="time"), over_time(findings.timeline), class_="card", aria_labelledby="time"
    )


def _rows(findings: Findings) -> Markup:
    """Return the rows as JSON, for the script that shows them as a table."""
    job, totals = findings.job, findings.totals
    kinds = {(reason.status, reason.reason): number for number, reason in enumerate(findings.reasons[:_REASONS])}
    rows = [(*_VALUES(row), row.cells, kinds.get((row.status, general_reason(row)), -1)) for row in findings.shown]
    others = totals.rejected + totals.unknown + totals.pending
    return data({"columns": list(job.input.columns), "rows": rows, "total": others})


def _facts(job: Job) -> Markup:
    facts = {
        "Job": job.id,
        "Input": job.input.name,
        "Operation": f"{job.operation} of {job.api}",
        **{f"Argument {name}": _argument(value) for name, value in job.arguments.items()},
        "State": f"{job.condition}: {job.reason}" if job.reason else job.condition,
        "Rows read": number(job.rows),
        "Duplicates, left out": number(job.counts.duplicates),
        "Requests": number(job.requests),
        "Requests sent again after an interruption": number(job.repeated),
        "Created": moment(job.created),
        "Started": moment(job.started),
        "Ended": moment(job.ended),
    }
    return joined(element("div", element("dt", name), element("dd", value)) for name, value in facts.items())


def _argument(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _files(job: Job) -> Markup:
    files = {
        DUPLICATES: "rows that were not sent, as another row has the same key",
        DELETABLE: "SKUs that may be deleted from the POS, one per line",
        CONFIRMED: "rows that the vendor has confirmed",
        REJECTED: "rows that were refused, with the reason",
        UNKNOWN: "rows whose outcome is unknown or pending",
        SUMMARY: "these totals, for programs",
    }
    if not job.retires:
        del files[DELETABLE]
    if not job.counts.duplicates:
        del files[DUPLICATES]
    return joined(element("li", element("a", name, href=name), f": {text}") for name, text in files.items())
