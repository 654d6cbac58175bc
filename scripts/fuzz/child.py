"""`python -m scripts.fuzz.child JOB`: fuzz one API, in a process of its own, since hooks of Schemathesis hold for a process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
import schemathesis
from requests.auth import AuthBase
from schemathesis import checks as documented
from schemathesis.cli import schemathesis as command
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from scripts.clients import tables
from scripts.fuzz import hooks, recorder
from scripts.fuzz.auth import SCHEMES, AuthError, LoginWithAmazon
from scripts.fuzz.checks import Checks
from scripts.fuzz.editing import Editor
from scripts.fuzz.follow import Follower
from scripts.fuzz.gate import SAFE, Pace, gate, pace_of
from scripts.fuzz.job import Job, Told
from scripts.fuzz.redaction import KEYS, REDACTED, redact_files, redacted
from scripts.runtime.behaviour import Behaviour

_SECONDS = 20
_WAIT_STATUSES_BELOW = 500


def main(arguments: list[str]) -> int:
    """Run the job; returns the exit code of Schemathesis, or 2 if the job cannot be run."""
    job = Job.read(Path(arguments[0]))
    scheme = SCHEMES[job.api]
    environ = scheme.chosen(os.environ)
    auth = scheme.make(environ)
    operations = tables(job.api)

    def secrets() -> list[str]:
        return [*(environ[name] for name in scheme.secret), *(auth.tokens if isinstance(auth, LoginWithAmazon) else ())]

    pace = Pace(rate=job.rate[0], period=job.rate[1], burst=1) if job.rate else pace_of(operations.values()) if job.real else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with gate(writes=job.writes, pace=pace):
        try:
            if job.real:
                identify(job, auth)
            _install(job, auth, operations, curl=scheme.curl, clean=lambda text: redacted(text, secrets()))
            command(_arguments(job), prog_name="st")
        except (AuthError, NotTheApi) as error:
            Told(problem=redacted(str(error), secrets())).write(job.place)
            return 2
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else 2
        finally:
            redact_files(job.place, secrets())
    return 0


class NotTheApi(Exception):
    """A URL cannot be reached, or answers what the API does not; the message says so."""


def identify(job: Job, auth: AuthBase) -> None:
    """Ask who answers: a call without credentials is refused as documented, and a safe one with credentials is let in.

    Raises:
        NotTheApi: the answer is none of the API, or the credentials are refused.
        AuthError: there is no token to call with.
    """
    schema = schemathesis.openapi.from_path(job.spec)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    allowed = [each for each in found if each.method.upper() in SAFE] or found
    operation = allowed[0]
    names = {each.name: _placeholder(job, each.name, each.optimized_schema) for each in operation.path_parameters}
    case = operation.Case(path_parameters=names)
    for credentials in (None, auth) if operation.method.upper() in SAFE else (None,):
        try:
            answer = case.call(base_url=job.url, auth=credentials, timeout=_SECONDS)
        except requests.RequestException as error:
            raise NotTheApi(f"{job.url} cannot be reached: {_cause(error)}") from error
        try:
            case.validate_response(
                answer,
                checks=[
                    documented.status_code_conformance,
                    documented.content_type_conformance,
                    documented.response_schema_conformance,
                ],
            )
        except (AssertionError, FailureGroup) as error:
            kind = answer.headers.get("content-type", ["no content type"])[0]
            call = f"{operation.method.upper()} {operation.path}"
            raise NotTheApi(f"{job.url} does not answer as {job.api} does: {call} gives {answer.status_code}, {kind}") from error
        if credentials is not None and answer.status_code in (401, 403):
            raise NotTheApi(f"{job.url} refuses the credentials: {answer.status_code}")


def _placeholder(job: Job, name: str, schema: Any) -> object:
    if values := job.known.get(f"path.{name}"):
        return values[0]
    if schema.get("type") == "integer":
        return schema.get("minimum", 1)
    return "00000000-0000-4000-8000-000000000000" if schema.get("format") == "uuid" else "x"


def _cause(error: BaseException) -> str:
    while error.__context__ is not None:
        error = error.__context__
    return " ".join(str(getattr(error, "strerror", None) or error).split())


def _install(job: Job, auth: AuthBase, operations: Mapping[str, Behaviour], *, curl: str, clean: Any) -> None:
    editor = Editor(known=job.known, operations=operations, seed=job.seed)
    checks = Checks(editor=editor, follower=Follower(job.speed), full=not job.real)
    throttled = {answer.status for each in operations.values() if each.retry for answer in each.retry.answers}
    hooks.install(
        editor=editor,
        checks=checks,
        auth=auth,
        throttled=frozenset(status for status in throttled if status < _WAIT_STATUSES_BELOW),
        strict=bool(job.known),
    )
    recorder.install(job.place, curl=curl, clean=clean)


def _arguments(job: Job) -> list[str]:
    path = job.place / "schemathesis.toml"
    path.write_text(_configuration(job), encoding="utf-8")
    only = [] if job.writes else ["--include-method-regex", f"^({'|'.join(sorted(SAFE))})$"]
    only += [part for name in job.operations for part in ("--include-operation-id", name)]
    phases = ["--phases", ",".join(job.phases)]
    return ["--config-file", str(path), "run", job.spec, "--url", job.url, "--no-color", *phases, *only]


def _configuration(job: Job) -> str:
    """Return the configuration of Schemathesis, in TOML."""
    keys = ", ".join(f'"{key}"' for key in KEYS)
    lines = [
        f"seed = {job.seed}",
        "workers = 1",
        'suppress-health-check = ["all"]',
        f"request-timeout = {_SECONDS}",
        "max-redirects = 0",
        "warnings = false",
        "[cache]\nenabled = false",
        f'[reports.ndjson]\nenabled = true\npath = "{job.log.as_posix()}"',
        # A name is secret only if it is in the list: the word "key" also stands in "keywords".
        f'[output.sanitization]\nkeys-to-sanitize = [{keys}]\nsensitive-markers = ["client_secret"]\nreplacement = "{REDACTED}"',
        f'[generation]\nmax-examples = {job.cases}\ndatabase = "none"\nwith-security-parameters = false',
        '[checks.positive_data_acceptance]\nexpected-statuses = ["2xx"]',
        # What may be asked of a vendor without harm is decided by method, so no other method may be tried there.
        "[phases.coverage]" if job.writes else "[phases.coverage]\nunexpected-methods = []",
        # Values out of earlier answers, where others are known, leave the fuzzing phase with two or three cases of an operation.
        "[phases.fuzzing.extra-data-sources]\nresponses = false" if job.known else "",
        "[phases.stateful.inference]\nalgorithms = []",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
