"""`python -m scripts.chaos`: send many SKUs through the facades while responses fail, and compare the ledger with the truth."""

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

from scripts.chaos import APIS, SHIPSIDEKICK, report
from scripts.chaos.facades import WAYS, profile_of
from scripts.chaos.results import findings
from scripts.chaos.run import Plan, Row, Run

FINDINGS = ROOT / ".cache" / "chaos" / "findings.csv"
_SKUS, _CHAOS, _KILLS, _SECONDS = 100_000, 0.3, 5, 900
_AT_ONCE = 2
_HELP = """\
Each vendor is a mock in a separate process; two of them run at a time:

  amazon_jwo_catalog     uploads new items to three stores; archives SKUs, of which some are on a planogram, archived, or unknown
  amazon_catalog_items   looks up ASINs, of which some are missing and a few malformed
  yandex_market_offers   archives offers, of which some have stocks or are unknown, and then unarchives them
  shipsidekick_products  archives products, one request each, of which some are unknown
  any other API          each operation that takes items, by `Bulk`, with items that its spec allows; some are unknown or
                         rejected, as far as its spec has a way of saying so

What writes a ledger runs in a process of its own, which is killed, or interrupted once or twice, some times; the next one goes
on with its ledger. The ledger has to have each SKU once. The vendor's state is read from its admin endpoint, which chaos does
not affect: it has to be changed for a confirmed SKU, and unchanged for a rejected one, unless it was changed before; where it
says which items the vendor has rejected, it has to have rejected that one. What is only read has to exist if it is confirmed,
and to be missing if it is rejected. Where a spec says `idempotent: false` and names no idempotency key, the vendor must not
have executed an item more than once, whatever was killed. A SKU may be unknown only if the vendor refused it after the
response to an earlier attempt was lost, or without a body, or if its spec says that nothing is confirmed. The vendor's own
counts, of units within a period and of requests at once, must not exceed the documented limits. In the table, `faults` are the
responses that chaos has broken; `most/limit` is the maximum of units within any period, and the documented limit; of several
limits, it is the one of which the largest share was used.

The first findings are printed; .cache/chaos/findings.csv has all of them. Every ten seconds, a line on stderr says how many SKUs
the running operations have finished. Waits and links to reports are random, so that a seed does not repeat every detail.

Exit codes: 0 if the ledger equals the truth and no limit was exceeded; 1 if not, or if the time ran out; 2 for bad input; 130 if
interrupted. make turns any of them but 0 into 2."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 without findings, 1 with some, 2 for bad input, 130 if it was interrupted."""
    options = _options(arguments)
    apis = [api for api in APIS if api in (options.api or APIS)]
    plan = Plan(
        skus=options.skus, chaos=options.chaos, seed=options.seed, way=options.way, kills=options.kills, speed=options.speed
    )
    until = time.monotonic() + options.seconds
    try:
        with interrupts() as stop:
            rows = _run({api: Run(api, plan, until=until, stop=stop) for api in apis})
            interrupted = stop.is_set()
    except ValueError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    return _report(rows, options, interrupted=interrupted)


def _run(runs: dict[str, Run]) -> list[Row]:
    """Run all vendors, two at a time, and print the progress."""
    # ShipSidekick takes as long as the others together, with one request for each product, and so begins first.
    order = sorted(runs, key=lambda api: api != SHIPSIDEKICK)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = {api: pool.submit(runs[api].finish) for api in order}
        watch(futures.values(), lambda: ", ".join(filter(None, (run.progress for run in runs.values()))))
    return [row for api in runs for row in futures[api].result()]


def _report(rows: Sequence[Row], options: argparse.Namespace, *, interrupted: bool) -> int:
    """Print the findings and the table, and return the exit code."""
    report.write(rows, FINDINGS)
    print(*findings(rows), report.table(rows), sep="\n")
    wrong = sum(len(row.wrong) for row in rows)
    outcome = (
        f"{wrong} findings: {FINDINGS.relative_to(ROOT)}" if wrong else "the ledger equals the truth, and no limit was exceeded"
    )
    print(f"seed {options.seed}, chaos {options.chaos:g}, {options.way}: {'interrupted' if interrupted and not wrong else outcome}")
    if interrupted:
        return INTERRUPTED
    return 1 if wrong else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    speeds = ", ".join(f"{api} {profile.speed:g}" for api, profile in {api: profile_of(api) for api in APIS}.items())
    parser = Parser(
        prog="python -m scripts.chaos",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Send many SKUs through the facades of catalog_clients to mock vendors whose responses fail at random, and\n"
        "compare the outcome of each SKU with what the vendors hold.",
        epilog=_HELP,
    )
    parser.add_argument("--api", action="append", choices=APIS, metavar="NAME", help="API; may be repeated; default: all")
    parser.add_argument("--skus", type=positive, default=_SKUS, metavar="N", help="for each operation (default: %(default)s)")
    parser.add_argument(
        "--chaos", type=share, default=_CHAOS, metavar="SHARE", help="share of responses that fail, 0 to 1 (default: %(default)s)"
    )
    parser.add_argument(
        "--kills", type=natural, default=_KILLS, metavar="N", help="kills and interrupts of each operation (default: %(default)s)"
    )
    parser.add_argument("--way", choices=WAYS, default="async", help="how the facades are used (default: %(default)s)")
    parser.add_argument("--seed", type=natural, default=1, metavar="N", help="of contents and faults (default: %(default)s)")
    parser.add_argument("--speed", type=above_0, metavar="N", help=f"factor of the vendors' time (default: {speeds})")
    parser.add_argument(
        "--seconds", type=positive, default=_SECONDS, metavar="N", help="for all APIs together (default: %(default)s)"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
