"""`python -m scripts.torture`: kill what works on durable jobs, and compare each ledger with what the vendor holds."""

from __future__ import annotations

import argparse
import sys

from scripts.command import (
    INTERRUPTED,
    ROOT,
    Parser,
    above_0,
    collect_seldom,
    exit_on_interrupt,
    interrupts,
    natural,
    positive,
    share,
    watch,
)

if __name__ == "__main__":  # the imports below take a second
    exit_on_interrupt()
    collect_seldom()

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from scripts.chaos import APIS
from scripts.chaos.results import findings
from scripts.torture import report
from scripts.torture.planned import planned
from scripts.torture.run import DATABASES, Plan, Row, Run
from scripts.torture.workers import forking

LOG = ROOT / ".cache" / "torture" / "workers.log"
WRITING = tuple(api for api in APIS if planned(api, 1))
"""The APIs that have an operation that writes and takes items."""
_SKUS, _CHAOS, _KILLS, _SECONDS = 2000, 0.3, 200, 2400
_AT_ONCE = 2
_HELP = """\
Each operation that writes becomes a durable job: over a SQLite file with one worker, and over a PostgreSQL server with three. What
works on it is killed (SIGKILL) at random moments, and started again at once: a worker, all workers, or all processes of the
database server. A job that was stopped or has unknown outcomes is resumed. Jobs are repeated, each time with a new mock vendor,
until there were as many kills as planned.

The outcomes of a job have to have each SKU once, and to equal the vendor's state, which is read from its admin endpoint. A SKU may
be unknown only if the vendor refused it after the response to an earlier attempt was lost. The vendor's own counts must not exceed
the documented limits. In the table, `sent/least` are the vendor's count of requests that submit items, and the least number of
them; `repeated` are those that were sent again as a kill had left open whether they had arrived, by the count of the jobs.

What workers log is in .cache/torture/workers.log. The seed determines contents, faults, what is killed and how long after a sign of
life; how far a worker is by then is a matter of the machine.

Exit codes: 0 if each ledger equals the truth and no limit was exceeded; 1 if not, or if the time ran out; 2 for bad input; 130 if
interrupted. make turns any of them but 0 into 2."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 without findings, 1 with some, 2 for bad input, 130 if it was interrupted."""
    options = _options(arguments)
    pairs = [
        (api, database)
        for api in WRITING
        if api in (options.api or WRITING)
        for database in DATABASES
        if database in (options.database or DATABASES)
    ]
    until = time.monotonic() + options.seconds
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with interrupts() as stop, forking(LOG) as fork:
            runs = [
                Run(api, database, _plan(options, kills), fork, until=until, stop=stop)
                for (api, database), kills in zip(pairs, _shares(options.kills, len(pairs)), strict=True)
            ]
            rows = _run(runs)
            interrupted = stop.is_set()
    except ValueError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    return _report(rows, options, interrupted=interrupted)


def _plan(options: argparse.Namespace, kills: int) -> Plan:
    return Plan(
        skus=options.skus, chaos=options.chaos, seed=options.seed, kills=kills, speed=options.speed, kill_after=options.kill_after
    )


def _shares(kills: int, runs: int) -> list[int]:
    """Return how many kills each of some runs has."""
    return [kills * (place + 1) // runs - kills * place // runs for place in range(runs)]


def _run(runs: Sequence[Run]) -> list[Row]:
    """Run all vendors, two at a time, and print the progress."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = [pool.submit(run.finish) for run in runs]
        watch(futures, lambda: ", ".join(filter(None, (run.progress for run in runs))))
    return [row for future in futures for row in future.result()]


def _report(rows: Sequence[Row], options: argparse.Namespace, *, interrupted: bool) -> int:
    """Print the findings and the table, and return the exit code."""
    print(*findings(rows), report.table(rows), sep="\n")
    wrong, kills = sum(len(row.wrong) for row in rows), sum(row.killed.total() for row in rows)
    outcome = (
        f"{wrong} findings; {LOG.relative_to(ROOT)} has what workers have logged"
        if wrong
        else "each ledger equals the truth, and no limit was exceeded"
    )
    outcome = "interrupted" if interrupted and not wrong else outcome
    print(f"seed {options.seed}, chaos {options.chaos:g}, {kills} kills: {outcome}")
    if interrupted:
        return INTERRUPTED
    return 1 if wrong else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser(
        prog="python -m scripts.torture",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Run durable jobs against mock vendors whose responses fail at random, and kill what works on them;\n"
        "the outcome of each SKU has to be what the vendors hold.",
        epilog=_HELP,
    )
    parser.add_argument("--api", action="append", choices=WRITING, metavar="NAME", help="API; may be repeated; default: all")
    parser.add_argument("--database", action="append", choices=DATABASES, help="may be repeated; default: both")
    parser.add_argument("--kills", type=natural, default=_KILLS, metavar="N", help="in all (default: %(default)s)")
    parser.add_argument("--skus", type=positive, default=_SKUS, metavar="N", help="of each job (default: %(default)s)")
    parser.add_argument(
        "--chaos", type=share, default=_CHAOS, metavar="SHARE", help="share of responses that fail, 0 to 1 (default: %(default)s)"
    )
    parser.add_argument("--seed", type=natural, default=1, metavar="N", help="of contents, faults and kills (default: %(default)s)")
    parser.add_argument(
        "--speed", type=above_0, metavar="N", help="factor of the vendors' time (default: as make chaos, at least 10)"
    )
    parser.add_argument(
        "--kill-after",
        type=above_0,
        default=1.5,
        metavar="SECONDS",
        help="longest time from when a job goes on to the next kill (default: %(default)s)",
    )
    parser.add_argument("--seconds", type=positive, default=_SECONDS, metavar="N", help="for all together (default: %(default)s)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
