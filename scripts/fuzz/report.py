"""Show what was found: a table, the failures with a command for each, JUnit XML, and a page of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

from scripts import command
from scripts.fuzz.job import Failed
from scripts.fuzz.run import Outcome

_COLUMNS = ("API", "operations", "cases", "failures", "seconds", "")
# Characters that XML cannot hold, in whatever way they are written.
_NO_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; color: #222; background: #fff }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem }
th, td { padding: .4rem .8rem; border-bottom: 1px solid #ddd; text-align: left }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.bad { color: #b00020; font-weight: 600 } .good { color: #1b7837; font-weight: 600 } p.note { color: #555 }
pre { background: #f5f5f5; padding: .8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
h2 { margin-top: 2.5rem } h3 { margin-bottom: .2rem }
@media (prefers-color-scheme: dark) {
  body { background: #161616; color: #ddd } pre { background: #222 } th, td { border-color: #444 }
  .bad { color: #ff6b81 } .good { color: #7bd88f } p.note { color: #aaa }
}
"""


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the table for the terminal."""
    return command.table([_COLUMNS, *map(_row, outcomes)], left=(0, 5))


def _row(outcome: Outcome) -> tuple[str, ...]:
    told = outcome.told
    counts = (told.operations, sum(told.cases.values()), len(told.failures))
    return (outcome.job.api, *(str(count) for count in counts), f"{outcome.seconds:.1f}", _note(outcome))


def _note(outcome: Outcome) -> str:
    return outcome.note or ("could not run" if outcome.told.problem else "")


def failures(outcomes: Sequence[Outcome], repeat: dict[str, str]) -> Iterator[str]:
    """Yield a paragraph for each failure.

    Args:
        outcomes: those of the runs.
        repeat: the command that repeats the run of an API.
    """
    for outcome in outcomes:
        for failed in outcome.told.failures:
            lines = [f"{outcome.job.api}: {failed.operation}: {failed.title}", *_indented(failed.text)]
            lines += _indented(failed.curl) if failed.curl else []
            yield "\n".join([*lines, f"    seed {outcome.job.seed}; again: {repeat[outcome.job.api]}"])


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines() if line.strip()]


def write_junit(outcome: Outcome, path: Path) -> None:
    """Write the outcome of an API as JUnit XML: a test for each operation, failed by what was found in it."""
    told = outcome.told
    by_operation: dict[str, list[Failed]] = {operation: [] for operation in told.cases}
    for failed in told.failures:
        by_operation.setdefault(failed.operation, []).append(failed)
    if told.problem or not by_operation:
        by_operation["run"] = [Failed(operation="run", title="could not run", text=told.problem, curl="")] if told.problem else []
    suite = ET.Element(
        "testsuite",
        name=outcome.job.api,
        tests=str(len(by_operation)),
        failures=str(sum(bool(found) for found in by_operation.values())),
        time=f"{outcome.seconds:.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    ET.SubElement(properties, "property", name="seed", value=str(outcome.job.seed))
    ET.SubElement(properties, "property", name="end", value=outcome.note or told.end)
    for operation, found in by_operation.items():
        test = ET.SubElement(suite, "testcase", classname=outcome.job.api, name=_xml(operation), time="0")
        for failed in found:
            text = "\n\n".join(part for part in (failed.text, failed.curl) if part)
            ET.SubElement(test, "failure", message=_xml(failed.title)).text = _xml(text)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _xml(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def write_html(outcomes: Sequence[Outcome], repeat: dict[str, str], path: Path) -> None:
    """Write a page that needs nothing but itself."""
    seed = outcomes[0].job.seed if outcomes else 0
    found = sum(len(each.told.failures) for each in outcomes)
    ran_through = not any(_note(each) for each in outcomes)
    so_far = "" if ran_through else " so far"
    kind = "bad" if found else "good" if ran_through else "note"
    verdict = f'<p class="{kind}">{found or "No"} failure{"s" * (found != 1)}{so_far}</p>'
    if not ran_through:
        notes = "; ".join(f"{each.job.api}: {_note(each)}" for each in outcomes if _note(each))
        verdict += f'<p class="bad">Not all of the run took place: {escape(notes)}</p>'
    heads = "".join(f"<th{' class=n' * (0 < number < 5)}>{escape(name)}</th>" for number, name in enumerate(_COLUMNS))
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fuzzing, seed {seed}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style></head><body><h1>Fuzzing</h1>{verdict}<p>Seed {seed}</p><table><tr>{heads}</tr>",
        *(_html_row(each) for each in outcomes),
        "</table>",
        *(_html_api(each, repeat[each.job.api]) for each in outcomes),
        "</body></html>\n",
    ]
    path.write_text("".join(parts), encoding="utf-8", errors="replace")


def _html_row(outcome: Outcome) -> str:
    name, *counts, note = _row(outcome)
    cells = "".join(
        f'<td class="n{" bad" * (column == 2 and count != "0")}">{escape(count)}</td>' for column, count in enumerate(counts)
    )
    return f'<tr><td><a href="#{escape(name)}">{escape(name)}</a></td>{cells}<td>{escape(note)}</td></tr>'


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{status}: {count}" for status, count in counts.items())


def _html_api(outcome: Outcome, repeat: str) -> str:
    job, told = outcome.job, outcome.told
    operations = "".join(
        f'<tr><td>{escape(name)}</td><td class="n">{told.cases[name]}</td><td>{escape(_counted(counts))}</td></tr>'
        for name, counts in told.responses.items()
    )
    parts = [
        f'<h2 id="{escape(job.api)}">{escape(job.api)}</h2><p class="note">{escape(job.url)}, phases: {", ".join(job.phases)}</p>',
        f'<p class="bad">{escape(outcome.note)}</p>' if outcome.note else "",
        f"<p>{escape(told.problem)}</p>" if told.problem else "",
        f"<pre>{escape(repeat)}</pre>",
        f'<table><tr><th>operation</th><th class="n">cases</th><th>responses by status</th></tr>{operations}</table>'
        if operations
        else "",
    ]
    for failed in told.failures:
        curl = f"<pre>{escape(failed.curl)}</pre>" if failed.curl else ""
        parts.append(
            f'<h3 class="bad">{escape(failed.title)}</h3><p>{escape(failed.operation)}</p><pre>{escape(failed.text)}</pre>{curl}'
        )
    return "".join(parts)
