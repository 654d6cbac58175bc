"""The commands `catalog jobs` and `catalog worker`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import get_args

import msgspec

from catalog_clients import CredentialsError
from catalog_jobs import apis
from catalog_jobs.command import parts
from catalog_jobs.command.credentials import check_credentials, use_keyring
from catalog_jobs.command.errors import ALL_CONFIRMED, USAGE, Failed, refuse, say
from catalog_jobs.command.operations.running import (
    ask,
    changed_options,
    code_of,
    folder_of,
    go_on,
    is_mock,
    is_terminal,
    with_output,
    work_on,
)
from catalog_jobs.command.progress import texts
from catalog_jobs.command.progress.displays import display_of
from catalog_jobs.command.progress.lines import Lines
from catalog_jobs.command.progress.watching import watch as watched
from catalog_jobs.command.settings import Given, Settings, prepared, shown
from catalog_jobs.command.signals import Stopping
from catalog_jobs.errors import ConfigError, DatabaseError
from catalog_jobs.jobs import Jobs
from catalog_jobs.records import Condition, Job

_BREACHES = 5  # rows that are shown
_DAY = 86400
_WHAT_IS_LOST = "all outcomes of their items? Result folders stay, and nothing is undone at the vendor."
LOOKS = 5.0
"""Seconds between two checks of a worker's jobs."""


def list_jobs(given: Given, states: Sequence[str], *, as_json: bool) -> int:
    """Print jobs."""
    if wrong := [each for each in states if each not in get_args(Condition)]:
        refuse(f"--state: {wrong[0]!r} is not one of {', '.join(get_args(Condition))}")
    with _jobs(given) as jobs:
        found = [each for each in jobs.list() if not states or each.condition in states]
    if as_json:
        for each in found:
            print(_line(each))
        return ALL_CONFIRMED
    header = ("ID", "STATE", "OPERATION", "INPUT", "ROWS", "CONFIRMED", "REJECTED", "UNKNOWN", "CREATED")
    print(texts.table([header, *(_row(each) for each in found)], numbers=(4, 5, 6, 7), width=texts.terminal_width()))
    for each in found:
        if each.condition == "abandoned":
            say(texts.staging(each))
    return ALL_CONFIRMED


def show(given: Given, name: str, *, watching: bool, as_json: bool) -> int:
    """Print a job, or show it until it has ended."""
    with _jobs(given) as jobs, display_of("json" if as_json else "") as display:
        job = jobs.status(name)
        if watching:
            with Stopping(lambda: None) as stopping:
                job = watched(jobs, job, display, stopping, lambda: None)
            display.end(job)
            return code_of(job)
        if as_json:
            print(_line(job))
            return ALL_CONFIRMED
        print(texts.table([(name, text) for name, text in _facts(job)]))
        for each in islice(jobs.bad_rows(job.id), _BREACHES):
            print(texts.breach(each))
        if job.condition == "abandoned":
            say(texts.staging(job))
    return ALL_CONFIRMED


def resume(
    given: Given,
    name: str,
    *,
    unknown: bool,
    resend_unknown: bool,
    output: Path | None,
    yes: bool,
    detach: bool,
    display: str,
) -> int:
    """Continue a job."""
    settings = Settings(given)
    with parts.open_jobs(prepared(settings.database)) as jobs, display_of(display) as shown_by:
        job = _staged(jobs, name)
        use_keyring(settings, [job.api])
        if not detach:
            check_credentials(job.api)
        if job.state == "staged" and not yes:
            _confirm_start(job)
        options = changed_options(settings, job)
        if (options or resend_unknown) and job.has_worker:
            refuse(f"job {job.id} is running, and keeps its settings; cancel it first: catalog jobs cancel {job.id}")
        if output:
            options = with_output(options or job.options, output, job)
        job = go_on(jobs, job, options, unknown=unknown, resend_unknown=resend_unknown)
        if detach:
            shown_by.note(f"job {job.id} waits for workers; see: catalog jobs show {job.id}")
            return ALL_CONFIRMED
        return work_on(jobs, job, settings, shown_by, output)


def cancel(given: Given, name: str) -> int:
    """Cancel a job."""
    with _jobs(given) as jobs:
        job = jobs.cancel(_staged(jobs, name).id)
    print(texts.counts(job))
    return ALL_CONFIRMED


def export(given: Given, name: str, output: Path | None) -> int:
    """Write the result files of a job."""
    with _jobs(given) as jobs:
        job = _staged(jobs, name)
        exported = parts.export(jobs, job, folder_of(job, output))
    print("\n".join(texts.ended(job, exported)))
    return ALL_CONFIRMED


def delete(given: Given, name: str | None, days: float | None, *, yes: bool) -> int:
    """Delete a job, or jobs that ended more than some days ago."""
    if (name is None) == (days is None):
        refuse("give the id of a job, or --older")
    if days is not None and math.isnan(days):
        refuse("--older: must be a number of days from 0, and not nan")
    if not yes and not is_terminal():
        refuse("there is no terminal to confirm this on; give --yes")
    with _jobs(given) as jobs:
        done = _delete_older(jobs, days, yes=yes) if days is not None else _delete_one(jobs, jobs.status(name or ""), yes=yes)
    print(done or "nothing was deleted")
    return ALL_CONFIRMED


def _delete_older(jobs: Jobs, days: float, *, yes: bool) -> str:
    """Delete jobs that ended more than some days ago. Return what was deleted; empty if the user did not confirm."""
    age = f"{days:g} day{'' if days == 1 else 's'}"
    if yes or ask(f"Delete all jobs that were finished or cancelled more than {age} ago, and {_WHAT_IS_LOST}"):
        return f"deleted {texts.count(jobs.delete_older(days * _DAY), 'job')}"
    return ""


def _delete_one(jobs: Jobs, job: Job, *, yes: bool) -> str:
    """Delete a job. Return what was deleted; empty if the user did not confirm."""
    if job.state == "running":
        refuse(f"job {job.id} is {job.condition}; cancel it first: catalog jobs cancel {job.id}")
    what = f"job {job.id} ({texts.count(job.rows, 'row')} of {job.input.name}, {job.state})"
    if not yes and not ask(f"Delete {what}, and {_WHAT_IS_LOST}"):
        return ""
    jobs.delete(job.id)
    return f"deleted job {job.id}"


def work(given: Given, *, quiet: bool) -> int:
    """Work on all jobs until the process is stopped."""
    settings = Settings(given)
    use_keyring(settings, apis.installed())
    _check_all_credentials()
    lines = None if quiet else Lines()
    with Stopping(lambda: say("stopped; other workers continue the work in progress")) as stopping:
        worker = parts.make_worker(prepared(settings.database), width=settings.width)
        with parts.open_jobs(prepared(settings.database)) as jobs, worker:
            if lines:
                lines.note(f"working on the jobs of {shown(settings.database)}; Ctrl-C ends it")
            seen: dict[str, str] = {}
            while not stopping.wait(LOOKS):
                if lines:
                    _show_news(jobs, lines, seen)
            worker.stop()
            if lines:
                lines.note("stopping: what is in progress is completed; press Ctrl-C again to stop at once")
    return ALL_CONFIRMED


def _show_news(jobs: Jobs, lines: Lines, seen: dict[str, str]) -> None:
    """Show each job with other counts than `seen` has; none while the database is unavailable, as the worker says."""
    found = list[Job]()
    try:
        found = jobs.list(("running", "stopped"))
    except DatabaseError as error:
        if not error.is_temporary:
            raise
    for job in found:
        text = texts.counts(job)
        if seen.get(job.id, text if job.state == "stopped" else "") != text:
            lines.note(f"{text}{f': {job.reason}' if job.reason else ''}")
        seen[job.id] = text


@contextmanager
def _jobs(given: Given) -> Iterator[Jobs]:
    with parts.open_jobs(prepared(Settings(given).database)) as jobs:
        yield jobs


def _staged(jobs: Jobs, name: str) -> Job:
    """Return a job; refuse one whose input was not read to its end, which can only be deleted."""
    job = jobs.status(name)
    if job.state == "staging":
        refuse(texts.staging(job))
    return job


def _confirm_start(job: Job) -> None:
    """Ask for confirmation of a job that was staged and never confirmed."""
    url = apis.base_url(job.api, base_url=job.options.base_url, server=job.options.server)
    if is_mock(url) or not apis.operation(job.api, job.operation).writes:
        return
    if not is_terminal():
        refuse("there is no terminal to confirm this on; give --yes")
    if not ask(f"Send {texts.count(job.items, 'item')} to {shown(url)}?"):
        refuse("nothing was sent")


def _check_all_credentials() -> None:
    """Print for which APIs this process has no credentials; refuse to start if it has none at all.

    Raises:
        Failed: there are no credentials.
    """
    missing = []
    for api in apis.installed():
        try:
            check_credentials(api)
        except (CredentialsError, ConfigError) as error:
            missing.append(str(error))
    if missing and len(missing) == len(apis.installed()):
        raise Failed(f"this worker has no credentials for any API: {'; '.join(missing)}", USAGE)
    for each in missing:
        say(each)


def _line(job: Job) -> str:
    """Return a job as JSON."""
    return msgspec.json.encode(texts.fields(job)).decode()


def _row(job: Job) -> tuple[str, ...]:
    counts = (job.rows, job.counts.confirmed, job.counts.rejected, job.counts.unknown)
    numbers = (f"{each:,}" for each in counts)
    return job.id, job.condition, f"{job.api}.{job.operation}", job.input.name, *numbers, texts.moment(job.created)


def _facts(job: Job) -> Iterator[tuple[str, str]]:
    """Yield the facts about a job, each with a name."""
    yield "job", job.id
    yield "state", f"{job.condition}{f': {job.reason}' if job.reason else ''}"
    if job.waits_for:
        yield "waits for", job.waits_for
    yield "operation", f"{job.api}.{job.operation}"
    for name, value in job.arguments.items():
        yield f"  {name}", msgspec.json.encode(value).decode()
    yield "input", job.input.name
    yield "results", str(folder_of(job, None))
    yield "rows", f"{job.rows:,}, {job.items:,} valid, {job.bad_rows:,} not valid, {job.counts.duplicates:,} duplicates"
    yield "requests", f"{job.requests:,}{f', {job.repeated:,} sent again after an interruption' if job.repeated else ''}"
    yield "submitted", f"{job.submitted:,} without an outcome yet"
    for name in ("confirmed", "rejected", "unknown"):
        yield name, f"{getattr(job.counts, name):,}"
    for name in ("created", "started", "ended"):
        if moment := getattr(job, name):
            yield name, datetime.fromtimestamp(moment).astimezone().isoformat(" ", "seconds")
