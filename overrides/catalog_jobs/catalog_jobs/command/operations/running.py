"""Send the items of files: stage, show a summary, ask for confirmation, send, and write the result files."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from catalog_clients import CatalogError
from catalog_jobs import apis
from catalog_jobs.apis import Operation
from catalog_jobs.command import parts
from catalog_jobs.command.credentials import check_credentials, use_keyring
from catalog_jobs.command.errors import ALL_CONFIRMED, INTERRUPTED, SOME_REJECTED, SOME_UNKNOWN, Failed, refuse, say, text_of
from catalog_jobs.command.progress import texts
from catalog_jobs.command.progress.display import Display, logging_to
from catalog_jobs.command.progress.displays import display_of
from catalog_jobs.command.progress.texts import count
from catalog_jobs.command.progress.watching import watch
from catalog_jobs.command.settings import Given, Settings, prepared, shown
from catalog_jobs.command.signals import Stopping
from catalog_jobs.errors import NoSuchJob
from catalog_jobs.inputs import Input
from catalog_jobs.jobs import Jobs, Submission
from catalog_jobs.records import Job, Options

from .arguments import values

_BREACHES = 5  # maximum number of bad rows in a summary
_NOT_SENT = "nothing was sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The command line of a run.

    Attributes:
        operation: the operation.
        files: names and patterns of files.
        reading: how the files are read.
        arguments: options for the arguments of the operation.
        settings: options for settings.
        output: folder of the result files.
        yes: whether to send without confirmation.
        dry_run: whether to end after the summary.
        detach: whether to leave the work to other workers.
        display: `json`, `quiet`, or empty for people.
    """

    operation: Operation
    files: Sequence[str]
    reading: parts.Reading
    arguments: Mapping[str, object]
    settings: Given
    output: Path | None
    yes: bool
    dry_run: bool
    detach: bool
    display: str


def run(request: Run) -> int:
    """Run the command, and return the exit code."""
    operation, settings = request.operation, Settings(request.settings)
    given = values(operation, "run", request.arguments, settings.arguments(operation.api))
    options = options_of(settings, operation.api)
    url = apis.base_url(operation.api, base_url=options.base_url, server=options.server)
    asks = operation.writes and not is_mock(url)
    if not request.dry_run:
        use_keyring(settings, [operation.api])
        if not request.detach:
            check_credentials(operation.api)
        if asks and not request.yes and not is_terminal():
            refuse("there is no terminal to confirm this on; give --yes, or --dry-run to see what would be sent")
    with (
        parts.open_input(operation.api, operation.name, request.files, request.reading, options.extra_fields) as found,
        parts.open_jobs(prepared(settings.database)) as jobs,
        display_of(request.display) as display,
    ):
        job, is_new = _staged(request, jobs, found, display, arguments=given, options=options)
        with ExitStack() as unless_started:  # nothing of the job is left then
            if is_new:
                unless_started.callback(jobs.delete, job.id)
            display.summary(job, list(islice(jobs.bad_rows(job.id), _BREACHES)), shown(url))
            earlier = jobs.earlier(job.id)
            if earlier:
                display.note(texts.earlier(earlier))
            if request.dry_run:
                return SOME_REJECTED if job.counts.rejected else ALL_CONFIRMED
            if request.output:
                _check_output(job, request.output)
            if asks and not request.yes and job.state == "staged" and job.items:
                what = f"{count(job.items, 'item')} in {count(job.requests, 'request')}"
                if not ask(f"Send {what} to {shown(url)}{' once more' if earlier else ''}?"):
                    refuse(_NOT_SENT)
            job = go_on(jobs, job, with_output(options, request.output, job))
            unless_started.pop_all()
        if request.detach:
            display.note(f"job {job.id} waits for workers; see: catalog jobs show {job.id}")
            return ALL_CONFIRMED
        return work_on(jobs, job, settings, display, request.output)


def _staged(
    request: Run, jobs: Jobs, found: Input, display: Display, *, arguments: Mapping[str, object], options: Options
) -> Submission:
    """Read an input into the database, and show a summary."""
    if renamed := {column: field for column, field in found.fields.items() if column != field}:
        display.note(f"columns: {', '.join(f'{column} is {field}' for column, field in renamed.items())}")
    if found.unused:
        display.note(f"columns that are not sent: {', '.join(found.unused)}")
    for note in found.notes:
        display.note(note)
    try:
        submitted = jobs.submit(
            request.operation.api,
            request.operation.name,
            found,
            table=found.table,
            arguments=arguments,
            options=options,
            start=False,
            progress=display.staging,
        )
    except (ValueError, TypeError) as error:  # what the spec forbids
        raise Failed(text_of(error)) from error
    if not submitted.is_new:
        job = submitted.job
        display.note(f"job {job.id}, which is {job.condition}, has the same input: resuming it")
    return submitted


def work_on(jobs: Jobs, job: Job, settings: Settings, display: Display, output: Path | None) -> int:
    """Work on a job until it has ended or the process is stopped; write its result files, and return the exit code.

    Raises:
        Failed: something has failed; the message says how to continue.
    """
    resume = f"catalog jobs resume {job.id}"
    more = f"resume job {job.id} with: {resume}"
    try:
        parts.mark_output(job, folder_of(job, output))
    except (OSError, CatalogError) as error:
        display.note(f"the result files will not be written: {text_of(error)}")
    try:
        job = _worked_on(jobs, job, settings, display, more)
    except NoSuchJob as error:
        raise Failed(
            f"job {job.id} was deleted while it was being worked on; nothing is left of its outcomes", SOME_UNKNOWN
        ) from error
    except BrokenPipeError as error:
        raise Failed(f"the output was closed; {more}", SOME_UNKNOWN) from error
    except Exception as error:
        kind = "" if isinstance(error, CatalogError | OSError) else f"{type(error).__name__}: "
        raise Failed(f"{kind}{text_of(error)}; {more}", SOME_UNKNOWN) from error
    try:
        exported = parts.export(jobs, job, folder_of(job, output))
    except KeyboardInterrupt:
        raise Failed(f"interrupted; the result files are not written; {_written_by(job, more)}", INTERRUPTED) from None
    except (OSError, CatalogError) as error:
        raise Failed(f"the result files cannot be written: {text_of(error)}; {_written_by(job, more)}", SOME_UNKNOWN) from error
    display.end(job, exported)
    if job.state != "finished":
        why = f": {job.reason}" if job.reason else ""
        say(f"job {job.id} is {job.condition}{why}; resume it with: {resume}")
    return code_of(job)


def _written_by(job: Job, more: str) -> str:
    """Return how to write the result files of a job; `more` says how to continue the job."""
    return f"{'' if job.is_over else f'{more}; '}write them with: catalog jobs export {job.id}"


def _worked_on(jobs: Jobs, job: Job, settings: Settings, display: Display, more: str) -> Job:
    """Work on a job until it has ended or the process is stopped, and return its last state."""
    with logging_to(display), Stopping(lambda: display.leave(more)) as stopping:
        worker = parts.make_worker(prepared(settings.database), width=settings.width, jobs=(job.id,))

        def stop() -> None:
            worker.stop()
            display.note("stopping: what is in progress is completed; press Ctrl-C again to stop at once")

        with worker:
            watch(jobs, job, display, stopping, stop, is_worker=True)
        return jobs.status(job.id)


def go_on(jobs: Jobs, job: Job, options: Options | None, *, unknown: bool = True, resend_unknown: bool = False) -> Job:
    """Let workers continue a job in any state; with other options, if these are given and no worker works on it.

    For `unknown` and `resend_unknown`, see `Jobs.resume`.
    """
    if job.state == "staged":
        return jobs.start(job.id, options=options)
    if job.is_over:
        return jobs.resume(job.id, unknown=unknown, resend_unknown=resend_unknown, options=options)
    if (options or resend_unknown) and not job.has_worker:
        return jobs.resume(job.id, unknown=False, resend_unknown=resend_unknown, options=options)
    return job


def code_of(job: Job) -> int:
    """Return the exit code of a job: 0 if all is confirmed, 1 if some is rejected, 3 if some is unknown."""
    if job.counts.unknown or job.state != "finished":
        return SOME_UNKNOWN
    return SOME_REJECTED if job.counts.rejected else ALL_CONFIRMED


def options_of(settings: Settings, api: str) -> Options:
    """Return how the requests of a job are sent."""
    base_url, server = settings.address(api)
    origins, extra_fields = settings.lists(api)
    return Options(
        base_url=base_url,
        server=server,
        origins=tuple(origins),
        credential=str(settings.value("credential", api).value),
        extra_fields=tuple(extra_fields),
        patience=settings.seconds("patience", api) or 0,
        interval=settings.seconds("interval", api),
        deadline=settings.seconds("deadline", api),
    )


def changed_options(settings: Settings, job: Job) -> Options | None:
    """Return how the requests of a job are sent from now on, from settings; None if no setting is given.

    The address of the API does not change, as that would be another job.
    """
    numbers = {name: settings.seconds(name, job.api) for name in ("patience", "interval", "deadline")}
    changed: dict[str, object] = {name: value for name, value in numbers.items() if settings.value(name, job.api).rank}
    if origins := settings.lists(job.api)[0]:
        changed["origins"] = tuple(origins)
    return msgspec.structs.replace(job.options, **changed) if changed else None


def with_output(options: Options, output: Path | None, job: Job) -> Options:
    """Return options with the given result folder; default: that of the job, if it has one."""
    kept = str(output.absolute()) if output else job.options.output
    return msgspec.structs.replace(options, output=kept)


def folder_of(job: Job, output: Path | None) -> Path:
    """Return the result folder of a job: the given one, otherwise that of the job, otherwise one in the current folder."""
    return output or job.folder


def is_mock(url: str) -> bool:
    """Return whether a URL is on this machine, where only mocks run."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def is_terminal() -> bool:
    """Return whether there is a terminal to ask on."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> bool:
    """Ask on the terminal, and return whether the reply is yes."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    reply = ""
    try:
        reply = sys.stdin.readline()
    finally:
        if not reply.endswith("\n"):  # after Ctrl-C or Ctrl-D
            print(file=sys.stderr)
    return reply.strip().lower() in ("y", "yes")


def _check_output(job: Job, folder: Path) -> None:
    """Refuse an unusable result folder before anything is sent."""
    try:
        parts.check_output(job, folder)
    except CatalogError as error:
        refuse(f"{error}; {_NOT_SENT}")
