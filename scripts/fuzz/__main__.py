"""`python -m scripts.fuzz`: fuzz the mock vendors, or a real endpoint, and report what is found."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import signal
import sys

if __name__ == "__main__":  # what is imported takes its time, and Ctrl-C meanwhile needs no traceback
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.command import ROOT, Parser, interrupts, natural, positive
from scripts.fuzz import report
from scripts.fuzz.auth import SCHEMES
from scripts.fuzz.folder import PAGE, reserved
from scripts.fuzz.job import CASES, PHASES, SPEED, Job
from scripts.fuzz.places import Known, PlacesError, normalized, read_known
from scripts.fuzz.run import Outcome, Run
from scripts.fuzz.targets import Target, TargetError, check_phases, checked, real
from scripts.mock.serving import spawned

_HELP = """\
A file for --known names places in requests, and gives each a value or a list of values that the vendor accepts there:

  path.businessId: 4711                       # a parameter of the path
  query.marketplaceIds: [A1PA6795UKMFR9]      # a parameter of the query, here a list: it gets the whole of this one
  body.catalogItems[*].store_id: [S1, S2]     # a field of the body, in each element of a list: each gets one of these
  query.identifiers[*]?identifiersType=EAN: ["4006381333931"]   # elements of a list, if another parameter has this value

A place that ends in ?, such as body.offerIds[*]?, takes anything: these values are only mixed in.

Every ten seconds a line on stderr tells how many requests have been sent. Each of them, and its response, stands in
FOLDER/NAME/log.ndjson as soon as it is there.

Exit codes: 0 if nothing was found; 1 if something was; 2 for bad input, if no call of an API succeeded, or if the time was out
before each operation was tried; 130 if interrupted, and the report so far is left. make turns any of them but 0 into 2."""
REPORTS = ROOT / ".cache" / "fuzz"
_SECONDS = 160
_AT_ONCE = 2
_PROGRESS_SECONDS = 10
_PERIODS = {"s": 1, "m": 60, "h": 3600}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 if nothing was found, 1 if something was, 2 for bad input, 130 if it was interrupted."""
    options = _options(arguments)
    try:
        with ExitStack() as opened:
            stop = opened.enter_context(interrupts())
            names = checked(options.api)
            known = read_known(options.known) if options.known else {}
            targets = _real(names, options, known)
            check_phases(names, options.phases)
            folder = opened.enter_context(reserved(options.report, names))
            targets = targets or opened.enter_context(_mocks(names, known))
            return _report(_fuzz(targets, options, folder, stop), options, folder, interrupted=stop.is_set())
    except (TargetError, PlacesError, ValueError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2


def _real(names: Sequence[str], options: argparse.Namespace, known: Known) -> list[Target]:
    """Return the real endpoint that is asked for, if one is."""
    writes = options.writes == "yes"
    if options.url:
        return [real(names, options.url, environ=os.environ, known=known, writes=writes)]
    for given, option in ((writes, "--writes yes (WRITES=yes)"), (options.rate, "--rate")):
        if given:
            raise TargetError(f"{option} is for a real endpoint; give it with --url (URL=), or leave this out to fuzz the mocks")
    return []


def _report(outcomes: Sequence[Outcome], options: argparse.Namespace, folder: Path, *, interrupted: bool) -> int:
    """Write and print what was found, and return the exit code that it gives."""
    problems = [outcome.told.problem for outcome in outcomes if outcome.told.problem]
    for problem in problems:
        print(problem, file=sys.stderr)
    if all(each.told.problem and not each.note for each in outcomes):
        return 2
    repeat = {each.job.api: _repeat(each.job, options) for each in outcomes}
    for outcome in outcomes:
        report.write_junit(outcome, outcome.job.place / "junit.xml")
    report.write_html(outcomes, repeat, folder / PAGE)
    for paragraph in report.failures(outcomes, repeat):
        print(f"{paragraph}\n")
    print(report.table(outcomes))
    print(f"seed {options.seed}; report: {_shown(folder / PAGE)}")
    if interrupted:
        return 130
    if any(outcome.told.failures for outcome in outcomes):
        return 1
    return 2 if problems else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    credentials = "\n".join(
        f"  {api}: {', '.join(scheme.required)}"
        + "".join(f"; {name} (default: {default or 'none'})" for name, default in scheme.optional.items())
        for api, scheme in SCHEMES.items()
    )
    parser = Parser(
        prog="python -m scripts.fuzz",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Fuzz the mock vendors, which are started for it, or with --url a real endpoint.",
        epilog=f"Credentials for a real endpoint are taken from environment variables:\n{credentials}\n\n"
        "On a real endpoint only GET, HEAD and OPTIONS are sent unless --writes yes is given: fuzzing archive on a live account\n"
        "would archive a catalog. The spec's rate limit is kept to.\n\n"
        f"{_HELP}",
    )
    parser.add_argument("--api", action="append", default=[], metavar="NAME", help="API; may be repeated; default: all four")
    parser.add_argument("--url", default="", help="base URL of a real endpoint of the one --api")
    parser.add_argument("--writes", choices=("yes", "no"), default="no", help="whether requests to --url may change something")
    parser.add_argument("--seed", type=natural, default=1, metavar="N", help="what all chance follows from (default: %(default)s)")
    parser.add_argument(
        "--cases", type=positive, default=CASES, metavar="N", help="generated cases of an operation (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds", type=positive, default=_SECONDS, metavar="N", help="for all APIs together (default: %(default)s)"
    )
    parser.add_argument("--phases", type=_phases, default=PHASES, metavar="A,B", help=f"of {','.join(PHASES)} (default: all)")
    parser.add_argument("--rate", type=_rate, metavar="N/s", help="requests to --url in a second (s), minute (m) or hour (h)")
    parser.add_argument(
        "--known", type=Path, metavar="FILE", help="YAML: values that the vendor accepts, by place, such as path.businessId"
    )
    parser.add_argument(
        "--report", type=Path, default=REPORTS, metavar="FOLDER", help="where the reports go (default: .cache/fuzz)"
    )
    return parser.parse_args(arguments)


def _phases(text: str) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    if unknown := [name for name in chosen if name not in PHASES]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is no phase; choose of {', '.join(PHASES)}")
    return chosen


def _rate(text: str) -> tuple[float, float]:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)/([smh])", text)
    if not found or not float(found[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no rate; write it as 2/s, 100/m or 500/h")
    return float(found[1]), _PERIODS[found[2]]


@contextmanager
def _mocks(names: Sequence[str], known: Known) -> Iterator[list[Target]]:
    with spawned(["--speed", str(SPEED)]) as served:
        yield [
            Target(
                api=api,
                url=served.urls[api],
                environ=served.credentials[api],
                known={**normalized(served.known[api]), **known},
                real=False,
                writes=True,
            )
            for api in names
        ]


def _fuzz(targets: Sequence[Target], options: argparse.Namespace, folder: Path, stop: threading.Event) -> list[Outcome]:
    """Fuzz all targets, two at a time, and tell now and then how far that has come."""
    seconds = options.seconds * min(_AT_ONCE, len(targets)) / len(targets)
    runs = []
    for target in targets:
        job = Job(
            api=target.api,
            spec=str(target.spec),
            url=target.url,
            folder=str(folder / target.api),
            seed=options.seed,
            cases=options.cases,
            phases=options.phases,
            writes=target.writes,
            real=target.real,
            rate=options.rate,
            known=dict(target.known),
            speed=1 if target.real else SPEED,
        )
        runs.append(Run(job, environ=target.environ, secrets=target.secrets, seconds=seconds, stop=stop))
    begun = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = [pool.submit(run.finish) for run in runs]
        while wait(futures, timeout=_PROGRESS_SECONDS).not_done:
            print(_progress(runs, time.monotonic() - begun), file=sys.stderr)
    return [future.result() for future in futures]


def _progress(runs: Sequence[Run], seconds: float) -> str:
    lines = {run.job.api: run.job.log.read_bytes().count(b"\n") for run in runs if run.job.log.exists()}
    counts = [f"{api} {count} requests" for api, count in lines.items()]
    return f"{seconds:.0f} s: {', '.join(counts) or 'starting'}"


def _repeat(job: Job, options: argparse.Namespace) -> str:
    """Return the command that repeats the run of an API."""
    arguments = f"--seed {job.seed} --cases {job.cases}"
    if job.phases != PHASES:
        arguments += f" --phases {','.join(job.phases)}"
    arguments += f" --rate {job.rate[0]:g}/{_unit(job.rate[1])}" if job.rate else ""
    arguments += f" --seconds {options.seconds}" if options.seconds != _SECONDS else ""
    arguments += f" --report {shlex.quote(str(options.report))}" if options.report != REPORTS else ""
    arguments += f" --known {shlex.quote(str(options.known))}" if options.known else ""
    place = f" URL={shlex.quote(job.url)}{' WRITES=yes' if job.writes else ''}" if job.real else ""
    return f'make fuzz API={job.api}{place} ARGS="{arguments}"'


def _unit(seconds: float) -> str:
    return next(unit for unit, period in _PERIODS.items() if period == seconds)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
