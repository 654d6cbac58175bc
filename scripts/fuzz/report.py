"""Show what was found: a table, the failures with a command for each, and an HTML page. Schemathesis itself writes JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from scripts import command
from scripts.fuzz.run import Outcome

_COLUMNS = ("API", "operations", "cases", "failures", "seconds", "")
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; color-scheme: light dark }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem }
th, td { padding: .4rem .8rem; border-bottom: 1px solid #8886; text-align: left; font-variant-numeric: tabular-nums }
.bad { color: #d3455b; font-weight: 600 } .good { color: #2f9a50; font-weight: 600 }
pre { background: #8882; padding: .8rem; white-space: pre-wrap; overflow-wrap: anywhere }
"""


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the table for the terminal."""
    return command.table([_COLUMNS, *map(_row, outcomes)], left=(0, 5))


def _row(outcome: Outcome) -> tuple[str, ...]:
    found = outcome.findings
    counts = (found.operations, sum(found.cases.values()), len(found.failures))
    return (outcome.job.api, *map(str, counts), f"{outcome.seconds:.1f}", _note(outcome))


def _note(outcome: Outcome) -> str:
    return outcome.note or ("could not run" if outcome.findings.problem else "")


def failures(outcomes: Sequence[Outcome], repeat: Mapping[str, str]) -> Iterator[str]:
    """Yield a paragraph for each failure.

    Args:
        outcomes: those of the runs.
        repeat: the command that repeats the run of an API.
    """
    for outcome in outcomes:
        for failure in outcome.findings.failures:
            lines = [*failure.text.splitlines(), *failure.curl.splitlines()]
            lines.append(f"seed {outcome.job.seed}; again: {repeat[outcome.job.api]}")
            indented = [f"    {line}" for line in lines if line.strip()]
            yield "\n".join([f"{outcome.job.api}: {failure.operation}: {failure.title}", *indented])


def write_html(outcomes: Sequence[Outcome], repeat: Mapping[str, str], path: Path) -> None:
    """Write a page that needs no other file."""
    seed = outcomes[0].job.seed if outcomes else 0
    found = sum(len(each.findings.failures) for each in outcomes)
    notes = "; ".join(f"{each.job.api}: {_note(each)}" for each in outcomes if _note(each))
    summary = f"{found or 'No'} failure{'s' * (found != 1)}{' so far' if notes else ''}"
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fuzzing, seed {seed}</title>',
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body><h1>Fuzzing</h1>',
        f'<p class="{"bad" if found else "" if notes else "good"}">{summary}</p>',
        f'<p class="bad">The run is not complete: {escape(notes)}</p>' if notes else "",
        f"<p>Seed {seed}</p>",
        _html_table([_COLUMNS, *map(_row, outcomes)]),
        *(_html_api(each, repeat[each.job.api]) for each in outcomes),
        "</body></html>\n",
    ]
    path.write_text("".join(parts), encoding="utf-8", errors="replace")


def _html_table(rows: Sequence[Sequence[str]]) -> str:
    head, *others = rows
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in others]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _html_api(outcome: Outcome, repeat: str) -> str:
    job, found = outcome.job, outcome.findings
    rows = [
        (name, str(sum(counts.values())), ", ".join(f"{status}: {count}" for status, count in counts.items()))
        for name, counts in found.responses.items()
    ]
    parts = [
        f"<h2>{escape(job.api)}</h2><p>{escape(job.url)}, phases: {', '.join(job.phases)}</p>",
        f"<p>{escape(found.problem)}</p>" if found.problem else "",
        f"<pre>{escape(repeat)}</pre>",
        _html_table([("operation", "cases", "responses by status"), *rows]) if rows else "",
    ]
    for failure in found.failures:
        text = "\n\n".join(filter(None, (failure.text, failure.curl)))
        parts.append(f'<h3 class="bad">{escape(failure.title)}</h3><p>{escape(failure.operation)}</p><pre>{escape(text)}</pre>')
    return "".join(parts)
