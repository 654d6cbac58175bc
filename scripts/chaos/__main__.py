"""`python -m scripts.chaos`: many SKUs through the facades while responses fail; the ledger is compared with the truth."""

from __future__ import annotations

import argparse
import sys

from scripts.command import INTERRUPTED, ROOT, Parser, above_0, exit_on_interrupt, interrupts, natural, positive, share

if __name__ == "__main__":  # the imports below take a second
    exit_on_interrupt()

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from scripts.chaos import APIS, SHIPSIDEKICK, report
from scripts.chaos.facades import MANNERS, WAYS
from scripts.chaos.run import Plan, Row, Run

FINDINGS = ROOT / ".cache" / "chaos" / "findings.csv"
_SKUS, _CHAOS, _SECONDS = 100_000, 0.3, 900
_AT_ONCE = 2
_PROGRESS_SECONDS = 10
_HELP = """\
Each vendor is a mock in a process of its own, two of them at a time. What is done:

  amazon_jwo_catalog     new items uploaded to three stores; SKUs archived, some of them on a planogram, archived before, or unknown
  amazon_catalog_items   ASINs looked up, of which some are missing and a few malformed
  yandex_market_offers   offers archived, of which some have stocks or are unknown, and then taken back
  shipsidekick_products  products archived, one request each, of which some are unknown

Each SKU has to be told of once. What is confirmed has to be so at the vendor's, by its admin endpoint, which meets no chaos.
What is rejected must not be so, unless it was before. Nothing may stay unknown but what the vendor refuses after its response to
an earlier attempt was lost. What the vendor itself has counted, units within a period and requests at a time, may not exceed the
documented limits. In the table, `faults` are the responses that chaos has broken; `most/limit` is the most units within any period,
and the most that is documented.

The first findings are printed, and all of them stand in .cache/chaos/findings.csv. Every ten seconds a line on stderr tells of how
many SKUs the running operations have told. Waits and links to reports are random, so that a seed does not repeat every detail.

Exit codes: 0 if the ledger equals the truth and no limit was exceeded; 1 if not, or if the time was out before all was told;
2 for bad input; 130 if interrupted. make turns any of them but 0 into 2."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 if all is right, 1 if something is not, 2 for bad input, 130 if it was interrupted."""
    options = _options(arguments)
    apis = [api for api in APIS if api in (options.api or APIS)]
    plan = Plan(skus=options.skus, chaos=options.chaos, seed=options.seed, way=options.way, speed=options.speed)
    until = time.monotonic() + options.seconds
    try:
        with interrupts() as stop:
            rows = _carry_out({api: Run(api, plan, until=until, stop=stop) for api in apis})
            interrupted = stop.is_set()
    except ValueError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    return _report(rows, options, interrupted=interrupted)


def _carry_out(runs: dict[str, Run]) -> list[Row]:
    """Run all vendors, two at a time, and tell now and then how far that has come."""
    begun = time.monotonic()
    # The first takes as long as the others together: it has no limit, and one request for each product.
    order = sorted(runs, key=lambda api: api != SHIPSIDEKICK)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = {api: pool.submit(runs[api].finish) for api in order}
        while wait(futures.values(), timeout=_PROGRESS_SECONDS).not_done:
            now = ", ".join(filter(None, (run.progress for run in runs.values())))
            print(f"{time.monotonic() - begun:.0f} s: {now or 'starting'}", file=sys.stderr)
    return [row for api in runs for row in futures[api].result()]


def _report(rows: Sequence[Row], options: argparse.Namespace, *, interrupted: bool) -> int:
    """Print what was found, and return the exit code that it gives."""
    report.write(rows, FINDINGS)
    for line in report.findings(rows):
        print(line)
    for line in report.remarks(rows):
        print(line)
    print(report.table(rows))
    wrong = sum(len(row.wrong) for row in rows)
    verdict = (
        f"{wrong} findings: {FINDINGS.relative_to(ROOT)}" if wrong else "the ledger equals the truth, and no limit was exceeded"
    )
    print(f"seed {options.seed}, chaos {options.chaos:g}, {options.way}: {'interrupted' if interrupted and not wrong else verdict}")
    if interrupted:
        return INTERRUPTED
    return 1 if wrong else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    speeds = ", ".join(f"{api} {manner.speed:g}" for api, manner in MANNERS.items())
    parser = Parser(
        prog="python -m scripts.chaos",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Send many SKUs through the facades of catalog_clients to mock vendors whose responses fail at random, and\n"
        "compare what the facades say of each SKU with what the vendors hold.",
        epilog=_HELP,
    )
    parser.add_argument(
        "--api", action="append", default=[], choices=APIS, metavar="NAME", help="API; may be repeated; default: all four"
    )
    parser.add_argument("--skus", type=positive, default=_SKUS, metavar="N", help="for each operation (default: %(default)s)")
    parser.add_argument(
        "--chaos", type=share, default=_CHAOS, metavar="SHARE", help="share of responses that fail, 0 to 1 (default: %(default)s)"
    )
    parser.add_argument("--way", choices=WAYS, default=WAYS[0], help="how the facades are used (default: %(default)s)")
    parser.add_argument("--seed", type=natural, default=1, metavar="N", help="of contents and faults (default: %(default)s)")
    parser.add_argument("--speed", type=above_0, metavar="N", help=f"factor of the vendors' time (default: {speeds})")
    parser.add_argument(
        "--seconds", type=positive, default=_SECONDS, metavar="N", help="for all APIs together (default: %(default)s)"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
