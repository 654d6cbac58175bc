"""The draft of a changelog entry, in the style of CHANGELOG.md."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from scripts.api_diff.changes import HEADINGS
from scripts.api_diff.comparison import Comparison, Report

_WIDTH = 132


def draft(report: Report) -> str:
    """Return a section for each distribution that has changed, and one for those that were removed."""
    sections = ["\n".join(_section(each)) for each in report.comparisons if each.files]
    if report.removed:
        gone = [f"- Breaking: `{each.name}` is no longer released; {each.version} was the last." for each in report.removed]
        sections.append("\n".join(["## Packages", "", "### Removed", "", *gone]))
    if not sections and not any(each.since for each in report.comparisons):
        return "Nothing was released before.\n"
    return "\n\n".join(sections or ["Nothing has changed since the last releases."]) + "\n"


def _section(comparison: Comparison) -> Iterator[str]:
    fitting = comparison.distribution.version if comparison.is_sufficient else comparison.needed_version
    yield f"## {comparison.distribution.name} {fitting}"
    if not comparison.changes:
        yield from ("", "### Changed", "", "- Only texts or private code.")
    for heading in HEADINGS:
        lines = [each.line for each in comparison.changes if each.heading == heading]
        if lines:
            yield from ("", f"### {heading}", "")
        for line in lines:
            yield from wrap(f"- {line}", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
