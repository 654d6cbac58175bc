"""Run one API's job in a child process, for a limited time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scripts.command import ROOT
from scripts.fuzz.job import Job, Told
from scripts.fuzz.redaction import redact_files, redacted

INTERRUPTED = "interrupted"
_GRACE_SECONDS = 6
_LINES_OF_TROUBLE = 6
# Exit codes of Schemathesis after a run that came to its end: nothing was found, or something was.
_ENDS = (0, 1)
_REASONS = {"server_unavailable": "the server does not return any more"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an API's run went.

    Attributes:
        job: what was to be done.
        told: what was found.
        seconds: how long it took.
        note: how it ended, if not by having tried everything.
    """

    job: Job
    told: Told
    seconds: float
    note: str = ""


class Run:
    """One API's run.

    Args:
        job: what to do.
        environ: the environment variables of the child, credentials included.
        secrets: texts that may stand in no file.
        seconds: time after which it is ended.
        stop: when it is set, the run is ended in order.
    """

    def __init__(
        self, job: Job, *, environ: Mapping[str, str], secrets: tuple[str, ...], seconds: float, stop: threading.Event
    ) -> None:
        self.job = job
        self._environ = {**os.environ, **environ, "PYTHONHASHSEED": "0"}
        self._secrets = secrets
        self._seconds = seconds
        self._stop = stop

    def finish(self) -> Outcome:
        """Do the job and return how it went."""
        begun = time.monotonic()
        trouble = self.job.place / "output.txt"
        note = ""
        if self._stop.is_set():
            return Outcome(job=self.job, told=Told(), seconds=0, note=INTERRUPTED)
        with trouble.open("wb") as output:
            # It is in a session of its own, so that Ctrl-C reaches this process alone, which then ends the child in order.
            child = subprocess.Popen(
                [sys.executable, "-m", "scripts.fuzz.worker", str(self.job.write())],
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            while child.poll() is None:
                if self._stop.wait(0.05):
                    note = INTERRUPTED
                elif time.monotonic() - begun > self._seconds:
                    note = "out of time"
                if note:
                    _stop(child)
        redact_files(self.job.files, self._secrets)
        told = Told.read(self.job.place)
        ran = not note and told.end == "completed" and child.returncode in _ENDS and told.cases
        if not ran and not note and not told.problem:
            last = trouble.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-_LINES_OF_TROUBLE:]
            reason = _REASONS.get(told.end) or " | ".join(last)
            told = replace(told, problem=redacted(f"{self.job.api}: the run broke off: {reason}", self._secrets))
        note, told = judged(self.job.api, note, told)
        return Outcome(job=self.job, told=told, seconds=time.monotonic() - begun, note=note)


def judged(api: str, note: str, told: Told) -> tuple[str, Told]:
    """Return how a run ended and what it told, with a problem where it tells nothing of the API."""
    if told.problem or note == INTERRUPTED:
        return note, told
    if note and (not told.responses or len(told.responses) < told.operations):
        untried = f"{told.operations - len(told.responses)} of {told.operations} operations" if told.responses else "anything"
        problem = f"{api}: {note} before {untried} {'were' if told.responses else 'was'} tried; give more --seconds"
        return f"{note} before {untried}", replace(told, problem=problem)
    if not any(status.startswith("2") for status in told.statuses):
        counts = ", ".join(f"{status} {count}" for status, count in told.statuses.most_common())
        problem = (
            f"no call of {api} succeeded ({told.statuses.total()} responses: {counts}); check the URL, or give values that the "
            "vendor knows with --known"
        )
        return ", ".join(filter(None, (note, "nothing succeeded"))), replace(told, problem=problem)
    return note, told


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGINT)
    try:
        child.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
