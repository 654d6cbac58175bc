"""Run one API's job in a worker process, for a limited time."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from functools import partial
from tempfile import TemporaryFile

from scripts.command import ROOT
from scripts.fuzz.job import OUTPUT, Findings, Job
from scripts.fuzz.redaction import redact_files, redacted

INTERRUPTED = "interrupted"
_GRACE_SECONDS = 6
_POLL_SECONDS = 0.05
_LAST_LINES = 6
# Exit codes of Schemathesis after a complete run: nothing was found, or something was.
_COMPLETE = (0, 1)
_REASONS = {"server_unavailable": "the server does not respond any more"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an API's run went.

    Attributes:
        job: what was run.
        findings: what was found.
        seconds: how long it took.
        note: how it ended, if not everything was tried.
    """

    job: Job
    findings: Findings
    seconds: float
    note: str = ""


def run(job: Job, *, seconds: float, stop: threading.Event) -> Outcome:
    """Run a job and return its outcome.

    Args:
        job: what to run.
        seconds: time after which the run is ended.
        stop: ends the run in an orderly way when it is set.
    """
    started = time.monotonic()
    if stop.is_set():
        return Outcome(job=job, findings=Findings(), seconds=0, note=INTERRUPTED)
    code, note = _work(job, started + seconds, stop)
    api, clean = job.target.api, partial(redacted, secrets=job.target.secrets)
    redact_files(job.files, clean)
    findings = Findings.read(job.folder)
    complete = findings.end == "completed" and code in _COMPLETE and findings.responses
    if not complete and not note and not findings.problem:
        output = (job.folder / OUTPUT).read_text(encoding="utf-8", errors="replace")
        reason = _REASONS.get(findings.end) or " | ".join(output.strip().splitlines()[-_LAST_LINES:])
        findings = replace(findings, problem=clean(f"{api}: the run broke off: {reason}"))
    note, findings = classified(api, note, findings)
    return Outcome(job=job, findings=findings, seconds=time.monotonic() - started, note=note)


def _work(job: Job, until: float, stop: threading.Event) -> tuple[int, str]:
    """Run the worker until it ends or has to be ended; returns its exit code, and why it was ended."""
    note = ""
    with (job.folder / OUTPUT).open("wb") as output, TemporaryFile() as given:
        pickle.dump(job, given)
        given.seek(0)
        # A session for the worker alone: Ctrl-C reaches only this process, which then ends the worker in an orderly way.
        worker = subprocess.Popen(
            [sys.executable, "-m", "scripts.fuzz.worker"],
            cwd=ROOT,
            env={**job.target.environment(os.environ), "PYTHONHASHSEED": "0"},
            stdin=given,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while worker.poll() is None:
            if stop.wait(_POLL_SECONDS):
                note = INTERRUPTED
            elif time.monotonic() > until:
                note = "out of time"
            if note:
                _end(worker)
    return worker.returncode, note


def classified(api: str, note: str, findings: Findings) -> tuple[str, Findings]:
    """Return how a run ended and what it found, with a problem if it says nothing about the API."""
    if findings.problem or note == INTERRUPTED:
        return note, findings
    tried, total = len(findings.responses), findings.operations
    if note and (not tried or tried < total):
        untried = f"{total - tried} of {total} operations" if tried else "anything"
        problem = f"{api}: {note} before {untried} {'were' if tried else 'was'} tried; give more --seconds"
        return f"{note} before {untried}", replace(findings, problem=problem)
    if not any(status.startswith("2") for status in findings.statuses):
        counts = ", ".join(f"{status} {count}" for status, count in findings.statuses.most_common())
        problem = (
            f"no call of {api} succeeded ({findings.statuses.total()} responses: {counts}); check the URL, or give values that the "
            "vendor knows with --known"
        )
        return ", ".join(filter(None, (note, "nothing succeeded"))), replace(findings, problem=problem)
    return note, findings


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGINT)
    try:
        worker.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
