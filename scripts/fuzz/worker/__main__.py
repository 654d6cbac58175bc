"""`python -m scripts.fuzz.worker JOB`: fuzz one API, in a process of its own, since hooks of Schemathesis hold for a process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from requests.auth import AuthBase
from schemathesis.cli import schemathesis as command

from scripts.apis import tables
from scripts.fuzz.auth import SCHEMES, AuthError, LoginWithAmazon
from scripts.fuzz.job import Job, Told
from scripts.fuzz.redaction import KEYS, REDACTED, redact_files, redacted
from scripts.fuzz.worker import hooks, recorder
from scripts.fuzz.worker.checks import Checks
from scripts.fuzz.worker.editing import Editor
from scripts.fuzz.worker.follow import Follower
from scripts.fuzz.worker.gate import SAFE, Pace, gate, pace_of
from scripts.fuzz.worker.preflight import SECONDS, NotTheApi, identify
from scripts.fuzz.worker.traffic import Traffic
from scripts.runtime.behaviour import Behaviour

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

    def clean(text: str) -> str:
        return redacted(text, secrets())

    pace = Pace(rate=job.rate[0], period=job.rate[1], burst=1) if job.rate else pace_of(operations.values()) if job.real else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with closing(Traffic(job.log, clean=clean)) as traffic, gate(writes=job.writes, pace=pace, passed=traffic.passed):
            if job.real:
                identify(job, auth)
            _install(job, auth, operations, traffic=traffic, curl=scheme.curl, clean=clean)
            command(_arguments(job), prog_name="st")
    except (AuthError, NotTheApi) as error:
        Told(problem=clean(str(error))).write(job.place)
        return 2
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    finally:
        redact_files(job.files, secrets())
    return 0


def _install(
    job: Job, auth: AuthBase, operations: Mapping[str, Behaviour], *, traffic: Traffic, curl: str, clean: Callable[[str], str]
) -> None:
    editor = Editor(known=job.known, operations=operations, seed=job.seed)
    checks = Checks(editor=editor, follower=Follower(job.speed, traffic), full=not job.real)
    throttled = {response.status for each in operations.values() if each.retry for response in each.retry.responses}
    hooks.install(
        editor=editor,
        checks=checks,
        traffic=traffic,
        auth=auth,
        throttled=frozenset(status for status in throttled if status < _WAIT_STATUSES_BELOW),
        strict=bool(job.known),
    )
    recorder.install(job.place, traffic, curl=curl, clean=clean)


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
        f"request-timeout = {SECONDS}",
        "max-redirects = 0",
        "warnings = false",
        "[cache]\nenabled = false",
        # A name is secret only if it is in the list: the word "key" also stands in "keywords".
        f'[output.sanitization]\nkeys-to-sanitize = [{keys}]\nsensitive-markers = ["client_secret"]\nreplacement = "{REDACTED}"',
        f'[generation]\nmax-examples = {job.cases}\ndatabase = "none"\nwith-security-parameters = false',
        '[checks.positive_data_acceptance]\nexpected-statuses = ["2xx"]',
        # What may be asked of a vendor without harm is decided by method, so no other method may be tried there.
        "[phases.coverage]" if job.writes else "[phases.coverage]\nunexpected-methods = []",
        # Values out of earlier responses, where others are known, leave the fuzzing phase with two or three cases of an operation.
        "[phases.fuzzing.extra-data-sources]\nresponses = false" if job.known else "",
        "[phases.stateful.inference]\nalgorithms = []",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
