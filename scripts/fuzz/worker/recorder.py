"""Tell what a run has found, after each of its scenarios, so that nothing is lost when it is ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from schemathesis import cli
from schemathesis.cli import EventHandler
from schemathesis.engine import events
from schemathesis.engine.statistic import GroupedFailures

from scripts.fuzz.job import Failed, Told
from scripts.fuzz.redaction import KEYS
from scripts.fuzz.worker.traffic import Traffic

_HEADER = re.compile(rf" -H '(?:{'|'.join(KEYS)}|x-amz-date|x-amz-content-sha256): [^']*'", re.IGNORECASE)

# Titles of what Schemathesis finds with no credentials, or wrong ones: with right ones it would not show.
_LET_IN = re.compile("without authentication|invalid authentication")


def install(folder: Path, traffic: Traffic, *, curl: str, clean: Callable[[str], str]) -> None:
    """Let Schemathesis tell what it finds into a folder.

    Args:
        folder: that of the run.
        traffic: has counted the responses.
        curl: what authenticates a curl command.
        clean: takes secrets out of a text.
    """

    class Recorder(EventHandler[Any]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._told = Told()

        def handle_event(self, ctx: Any, event: events.EngineEvent) -> None:
            if isinstance(event, events.EngineFinished):
                self._told = replace(self._told, end=event.stop_reason.value)
            if isinstance(event, (events.ScenarioFinished, events.EngineFinished, events.FatalError)):
                self._write(ctx)

        def shutdown(self, ctx: Any) -> None:
            self._told = replace(self._told, end=self._told.end or "interrupted")
            self._write(ctx)

        def _write(self, ctx: Any) -> None:
            failures = [
                failed(label, group, curl=curl, clean=clean)
                for label, groups in ctx.statistic.failures.items()
                for group in groups.values()
            ]
            failures += [
                Failed(operation=error.label, title="No verdict", text=clean(str(error.info.message or error.info.title)), curl="")
                for error in sorted(ctx.errors, key=lambda each: each.label)
            ]
            selected = ctx.api_statistic.operations.selected if ctx.api_statistic else 0
            responses = {label: dict(sorted(counts.items())) for label, counts in traffic.responses.items()}
            self._told = replace(self._told, operations=selected, responses=responses, failures=tuple(failures))
            self._told.write(folder)

    cli.handler()(Recorder)


def failed(label: str, group: GroupedFailures, *, curl: str, clean: Callable[[str], str]) -> Failed:
    """Put what failed together in one case into words, with a curl command for it."""
    failures = group.failures
    status = (
        f"\n\nThe response has the status {group.response.status_code}:\n{_beginning(group.response.content)}"
        if group.response
        else ""
    )
    commands = [step.curl for step in group.steps] or [group.code_sample or ""]
    if any(_LET_IN.search(failure.title) for failure in failures):
        curl = ""
    return Failed(
        operation=label,
        title=clean(" / ".join(dict.fromkeys(failure.title for failure in failures))),
        text=clean("\n\n".join(failure.message for failure in failures) + status),
        curl=clean("\n".join(command(each, curl) for each in commands if each)),
    )


def command(sample: str, curl: str) -> str:
    """Return a curl command that authenticates by environment variables instead of what stood there."""
    bare = _HEADER.sub("", sample)
    return bare.replace("curl ", f"curl {curl} ", 1) if curl else bare


def _beginning(content: bytes) -> str:
    text = content.decode("utf-8", errors="replace")
    return text if len(text) <= 500 else f"{text[:500]} ... ({len(content)} bytes)"
