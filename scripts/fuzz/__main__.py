"""`python -m scripts.fuzz`: fuzz the mock vendors, or a real endpoint, and report what is found."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys

from scripts.command import INTERRUPTED, ROOT, Parser, collect_seldom, exit_on_interrupt, interrupts, natural, positive, watch

if __name__ == "__main__":  # the imports below take a second
    exit_on_interrupt()
    collect_seldom()

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.apis import apis
from scripts.fuzz import report
from scripts.fuzz.auth import credentials
from scripts.fuzz.folder import PAGE, reserved
from scripts.fuzz.job import CASES, PHASES, SPEED, Job, Target
from scripts.fuzz.known_values import Known, KnownValuesError, read_known
from scripts.fuzz.run import Outcome, run
from scripts.fuzz.targets import TargetError, check_phases, mock, real
from scripts.mock.served import spawned

_HELP = """\
A file for --known has selectors of places in requests, each with a value or a list of values that the vendor accepts there:

  path.businessId: 4711                       # a parameter of the path
  query.marketplaceIds: [A1PA6795UKMFR9]      # a parameter of the query, here a list: it gets the whole of this one
  body.catalogItems[*].store_id: [S1, S2]     # a field of the body, in each element of a list: each gets one of these
  query.identifiers[*]?identifiersType=EAN: ["4006381333931"]   # elements of a list, if another parameter has this value

A selector that ends in ?, such as body.offerIds[*]?, accepts any value: these values are only mixed in.

Every ten seconds a line on stderr says how many requests have been sent. Each of them is in FOLDER/NAME/log.ndjson, with its
response, as soon as that has arrived.

Exit codes: 0 if nothing was found; 1 if something was; 2 for bad input, if no call of an API succeeded, or if time ran out
before each operation was tried; 130 if interrupted, and the report so far is kept. make turns any of them but 0 into 2."""
REPORTS = ROOT / ".cache" / "fuzz"
_SECONDS = 160
_WORKERS = 2
_PERIODS = {"s": 1, "m": 60, "h": 3600}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 if nothing was found, 1 if something was, 2 for bad input, 130 if it was interrupted."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _options(given)
    try:
        with ExitStack() as opened:
            stop = opened.enter_context(interrupts())
            names = options.api or list(apis())
            known = read_known(options.known) if options.known else {}
            targets = _real(names, options, known)
            check_phases(names, options.phases)
            folder = opened.enter_context(reserved(options.report, names))
            targets = targets or opened.enter_context(_mocks(names, known))
            common = {"seed": options.seed, "cases": options.cases, "phases": options.phases, "rate": options.rate}
            jobs = [Job(target=each, folder=folder / each.api, repeat=_repeat(each.api, given), **common) for each in targets]
            return _report(_fuzz(jobs, options.seconds, stop), folder, interrupted=stop.is_set())
    except (TargetError, KnownValuesError, ValueError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2


def _real(names: Sequence[str], options: argparse.Namespace, known: Known) -> list[Target]:
    """Return the real endpoint, if the options have one."""
    writes = options.writes == "yes"
    if options.url:
        return [real(names, options.url, environ=os.environ, known=known, writes=writes)]
    for given, option in ((writes, "--writes yes (WRITES=yes)"), (options.rate, "--rate")):
        if given:
            raise TargetError(f"{option} is for a real endpoint; give it with --url (URL=), or leave this out to fuzz the mocks")
    return []


@contextmanager
def _mocks(names: Sequence[str], known: Known) -> Iterator[list[Target]]:
    """Run the mocks."""
    with spawned(["--speed", str(SPEED)]) as served:
        yield [mock(api, served, known) for api in names]


def _fuzz(jobs: Sequence[Job], seconds: float, stop: threading.Event) -> list[Outcome]:
    """Run all jobs, two at a time, and print the progress now and then."""
    seconds *= min(_WORKERS, len(jobs)) / len(jobs)
    with ThreadPoolExecutor(_WORKERS) as pool:
        futures = [pool.submit(run, job, seconds=seconds, stop=stop) for job in jobs]
        watch(futures, lambda: _progress(jobs))
    return [future.result() for future in futures]


def _progress(jobs: Sequence[Job]) -> str:
    lines = {job.target.api: job.log.read_bytes().count(b"\n") for job in jobs if job.log.exists()}
    return ", ".join(f"{api} {count} requests" for api, count in lines.items())


def _report(outcomes: Sequence[Outcome], folder: Path, *, interrupted: bool) -> int:
    """Write and print what was found, and return the exit code."""
    problems = [outcome.findings.problem for outcome in outcomes if outcome.findings.problem]
    for problem in problems:
        print(problem, file=sys.stderr)
    if all(each.findings.problem and not each.note for each in outcomes):
        return 2
    page = folder / PAGE
    report.write_html(outcomes, page)
    for paragraph in report.failures(outcomes):
        print(f"{paragraph}\n")
    print(report.table(outcomes))
    print(f"seed {outcomes[0].job.seed}; report: {page.relative_to(ROOT) if page.is_relative_to(ROOT) else page}")
    if interrupted:
        return INTERRUPTED
    if any(outcome.findings.failures for outcome in outcomes):
        return 1
    return 2 if problems else 0


def _repeat(api: str, arguments: Sequence[str]) -> str:
    """Return the command that repeats the run of one API."""
    names = Parser(add_help=False)
    names.add_argument("--api", action="append")
    _, others = names.parse_known_args(arguments)
    return f"make fuzz ARGS={shlex.quote(shlex.join(['--api', api, *others]))}"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    variables = "\n".join(f"  {api}: {credentials(api).described}" for api in apis())
    parser = Parser(
        prog="python -m scripts.fuzz",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Start the mock vendors and fuzz them, or with --url fuzz a real endpoint.",
        epilog=f"Credentials for a real endpoint are taken from environment variables:\n{variables}\n\n"
        "To a real endpoint only GET, HEAD and OPTIONS are sent unless --writes yes is given: fuzzing other methods on a live\n"
        "account would, for example, archive a catalog. The rate limit of the spec is kept.\n\n"
        f"{_HELP}",
    )
    parser.add_argument("--api", action="append", choices=apis(), metavar="NAME", help="API; may be repeated (default: all)")
    parser.add_argument("--url", help="base URL of a real endpoint of the one --api")
    parser.add_argument("--writes", choices=("yes", "no"), default="no", help="whether requests to --url may change something")
    parser.add_argument("--seed", type=natural, default=1, metavar="N", help="seed of all random choices (default: %(default)s)")
    parser.add_argument(
        "--cases", type=positive, default=CASES, metavar="N", help="generated cases of an operation (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds", type=positive, default=_SECONDS, metavar="N", help="for all APIs together (default: %(default)s)"
    )
    parser.add_argument("--phases", type=_phases, default=PHASES, metavar="A,B", help=f"of {','.join(PHASES)} (default: all)")
    parser.add_argument("--rate", type=_rate, metavar="N/s", help="requests to --url in a second (s), minute (m) or hour (h)")
    parser.add_argument(
        "--known", type=Path, metavar="FILE", help="YAML: values that the vendor accepts, by selector, such as path.businessId"
    )
    parser.add_argument("--report", type=Path, default=REPORTS, metavar="FOLDER", help="for the reports (default: .cache/fuzz)")
    return parser.parse_args(arguments)


def _phases(text: str) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    if unknown := [name for name in chosen if name not in PHASES]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is not a phase; choose from {', '.join(PHASES)}")
    return chosen


def _rate(text: str) -> float:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)/([smh])", text)
    if not found or not float(found[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate; write it as 2/s, 100/m or 500/h")
    return float(found[1]) / _PERIODS[found[2]]


if __name__ == "__main__":
    sys.exit(main())
