"""`python -m scripts.fuzz.worker`: run a job from stdin, in a separate process: hooks of Schemathesis are global in a process."""

from __future__ import annotations

from scripts.command import collect_seldom

if __name__ == "__main__":  # the imports below take a second
    collect_seldom()

import json
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import closing

from schemathesis.cli import schemathesis as command

from scripts.apis import apis, tables
from scripts.fuzz.auth import AuthError, ClientAuth, Credentials, authentication, credentials
from scripts.fuzz.job import CONFIGURATION, JUNIT, Findings, Job
from scripts.fuzz.redaction import REDACTED, redact_files, redacted
from scripts.fuzz.worker import hooks, recorder
from scripts.fuzz.worker.checks import Checks
from scripts.fuzz.worker.editing import Editor
from scripts.fuzz.worker.follow import Follower
from scripts.fuzz.worker.keys import Keys
from scripts.fuzz.worker.outgoing_guard import SAFE, RateLimiter, guarded, limiter_of
from scripts.fuzz.worker.preflight import SECONDS, NotTheApi, check_endpoint
from scripts.fuzz.worker.traffic import Traffic


def main() -> int:
    """Run the job; returns the exit code of Schemathesis, or 2 if the job cannot be run."""
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 - the command that has started this process has written it
    declared = credentials(job.target.api)
    auth: ClientAuth | None = None

    def clean(text: str) -> str:
        return redacted(text, [*job.target.secrets, *(auth.tokens if auth else ())])

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        auth = authentication(job.target.api)
        with (
            closing(Traffic(job.log, clean=clean, keys=declared.keys)) as traffic,
            guarded(writes=job.target.writes, limiter=_limiter(job), passed=traffic.passed),
        ):
            if job.target.real:
                check_endpoint(job.target, auth)
            _install(job, auth, traffic, declared, clean)
            command(_arguments(job, declared.keys), prog_name="st")
    except (AuthError, NotTheApi) as error:
        Findings(problem=clean(str(error))).write(job.folder)
        return 2
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    finally:
        redact_files(job.files, clean)
    return 0


def _limiter(job: Job) -> RateLimiter | None:
    if job.rate:
        return RateLimiter((job.rate, 1))
    return limiter_of(tables(job.target.api).values()) if job.target.real else None


def _install(job: Job, auth: ClientAuth | None, traffic: Traffic, declared: Credentials, clean: Callable[[str], str]) -> None:
    editor = Editor(known=job.target.known, operations=tables(job.target.api), seed=job.seed)
    follower, keys = Follower(job.target.speed, traffic, editor.behaviour), Keys(job.target.api)
    checks = Checks(editor=editor, follower=follower, keys=keys, full=not job.target.real)
    hooks.install(editor=editor, checks=checks, traffic=traffic, auth=auth)
    recorder.install(job.folder, traffic, declared, clean)


def _arguments(job: Job, keys: list[str]) -> list[str]:
    path = job.folder / CONFIGURATION
    path.write_text(_configuration(job, keys), encoding="utf-8")
    only = [] if job.target.writes else ["--include-method-regex", f"^({'|'.join(sorted(SAFE))})$"]
    only += [part for name in job.operations for part in ("--include-operation-id", name)]
    arguments = ["--config-file", str(path), "run", str(apis()[job.target.api].spec), "--url", job.target.url, "--no-color"]
    return [*arguments, "--phases", ",".join(job.phases), *only]


def _configuration(job: Job, keys: list[str]) -> str:
    """Return the configuration of Schemathesis, in TOML."""
    lines = [
        f"seed = {job.seed}",
        "workers = 1",
        'suppress-health-check = ["all"]',
        f"request-timeout = {SECONDS}",
        "max-redirects = 0",
        "warnings = false",
        "[cache]\nenabled = false",
        f"[reports.junit]\npath = {json.dumps(str(job.folder / JUNIT))}",
        # A name is secret only if it is in the list: the word "key" is also part of "keywords".
        f"[output.sanitization]\nkeys-to-sanitize = {json.dumps(keys)}",
        f'sensitive-markers = ["client_secret"]\nreplacement = "{REDACTED}"',
        f'[generation]\nmax-examples = {job.cases}\ndatabase = "none"\nwith-security-parameters = false',
        '[checks.positive_data_acceptance]\nexpected-statuses = ["2xx"]',
        # Whether a request may be sent to a vendor is decided by its method, so no undocumented method may be tried there.
        "[phases.coverage]" if job.target.writes else "[phases.coverage]\nunexpected-methods = []",
        # Values from earlier responses, where others are known, leave the fuzzing phase with two or three cases of an operation.
        "[phases.fuzzing.extra-data-sources]\nresponses = false" if job.target.known else "",
        "[phases.stateful.inference]\nalgorithms = []",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
