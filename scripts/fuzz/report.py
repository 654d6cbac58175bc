"""Show what was found: a table, the failures with a command for each, and an HTML page. Schemathesis itself writes JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from scripts import command
from scripts.fuzz.run import Outcome

_COLUMNS = ("API", "operations", "cases", "failures", "seconds", "")
_PAGE = Path(__file__).with_name("report.html.j2")


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the table for the terminal."""
    return command.table([_COLUMNS, *map(_row, outcomes)], left=(0, 5))


def _row(outcome: Outcome) -> tuple[str, ...]:
    found = outcome.findings
    counts = (found.operations, found.statuses.total(), len(found.failures))
    return (outcome.job.target.api, *map(str, counts), f"{outcome.seconds:.1f}", _note(outcome))


def _note(outcome: Outcome) -> str:
    return outcome.note or ("could not run" if outcome.findings.problem else "")


def failures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a paragraph for each failure."""
    for outcome in outcomes:
        for failure in outcome.findings.failures:
            lines = [*failure.text.splitlines(), *failure.curl.splitlines()]
            lines.append(f"seed {outcome.job.seed}; again: {outcome.job.repeat}")
            indented = [f"    {line}" for line in lines if line.strip()]
            yield "\n".join([f"{outcome.job.target.api}: {failure.operation}: {failure.title}", *indented])


def write_html(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write a page that needs no other file."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page = environment.from_string(_PAGE.read_text(encoding="utf-8")).render(
        outcomes=outcomes,
        seed=outcomes[0].job.seed,
        failures=sum(len(each.findings.failures) for each in outcomes),
        notes=[f"{each.job.target.api}: {_note(each)}" for each in outcomes if _note(each)],
        rows=[_COLUMNS, *map(_row, outcomes)],
    )
    path.write_text(page, encoding="utf-8", errors="replace")
