"""Write the findings of a run after each of its scenarios, so that nothing is lost when it is ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from schemathesis import cli
from schemathesis.cli import EventHandler
from schemathesis.core import failures as found
from schemathesis.engine import events
from schemathesis.engine.statistic import GroupedFailures

from scripts.fuzz.auth import Credentials
from scripts.fuzz.job import Failure, Findings
from scripts.fuzz.worker.traffic import Traffic

_CUSTOM = re.compile("Custom check failed: `(.*)`")
_IN_TEXT = re.compile(r"^curl .*", re.MULTILINE)  # a command in the message of a check
# Its failures are found without credentials, or with wrong ones: with right ones there is none.
_WITHOUT_CREDENTIALS = "ignored_auth"
_LONGEST = 500


def install(folder: Path, traffic: Traffic, declared: Credentials, clean: Callable[[str], str]) -> None:
    """Let Schemathesis write its findings into a folder.

    Args:
        folder: that of the run.
        traffic: has counted the responses.
        declared: credentials of the API.
        clean: redacts secrets in a text.
    """

    class Recorder(EventHandler[Any]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._end = ""

        def handle_event(self, ctx: Any, event: events.EngineEvent) -> None:
            if isinstance(event, events.EngineFinished):
                self._end = event.stop_reason.value
            if isinstance(event, (events.ScenarioFinished, events.EngineFinished, events.FatalError)):
                self._write(ctx)

        def shutdown(self, ctx: Any) -> None:
            self._end = self._end or "interrupted"
            self._write(ctx)

        def _write(self, ctx: Any) -> None:
            failures = [
                failure(label, group, declared, clean)
                for label, groups in ctx.statistic.failures.items()
                for group in groups.values()
            ]
            failures += [
                Failure(operation=error.label, title="Not checked", text=clean(str(error.info.message or error.info.title)))
                for error in sorted(ctx.errors, key=lambda each: each.label)
            ]
            selected = ctx.api_statistic.operations.selected if ctx.api_statistic else 0
            responses = {label: dict(sorted(counts.items())) for label, counts in traffic.responses.items()}
            findings = Findings(operations=selected, responses=responses, failures=tuple(failures), end=self._end)
            findings.write(folder)

    cli.handler()(Recorder)


def failure(label: str, group: GroupedFailures, declared: Credentials, clean: Callable[[str], str]) -> Failure:
    """Return what checks found in one case, with curl commands that show it."""
    checks = {name for each in group.failures for name in _checks(each)}
    curl = "" if _WITHOUT_CREDENTIALS in checks else declared.curl
    texts = [_IN_TEXT.sub(lambda found: command(found[0], curl, declared.keys), each.message) for each in group.failures]
    if group.response:
        content = group.response.content.decode("utf-8", errors="replace")
        beginning = content if len(content) <= _LONGEST else f"{content[:_LONGEST]} ... ({len(group.response.content)} bytes)"
        texts.append(f"The response has the status {group.response.status_code}:\n{beginning}")
    commands = [step.curl for step in group.steps] or [group.code_sample or ""]
    return Failure(
        operation=label,
        title=clean(" / ".join(dict.fromkeys(each.title for each in group.failures))),
        text=clean("\n\n".join(texts)),
        checks=tuple(sorted(checks)),
        curl=clean("\n".join(command(each, curl, declared.keys) for each in commands if each)),
    )


def _checks(failure: found.Failure) -> tuple[str, ...]:
    custom = _CUSTOM.fullmatch(failure.title)
    return (custom[1],) if custom else failure.checks


def command(sample: str, curl: str, keys: Collection[str]) -> str:
    """Return a curl command that authenticates by environment variables instead of the credentials in it."""
    bare = re.sub(rf" -H '(?:{'|'.join(map(re.escape, keys))}): [^']*'", "", sample, flags=re.IGNORECASE)
    return bare.replace("curl ", f"curl {curl} ", 1) if curl else bare
