"""`python -m scripts.bench`: measure the generated packages, the facades and the generator beside their peers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pkgutil import resolve_name

import msgspec

from scripts.apis import source_folders
from scripts.bench.comparison import Comparison
from scripts.bench.environment import PEERS_PYTHON, BenchError, run
from scripts.bench.peers import peers
from scripts.bench.server import serving
from scripts.command import ROOT, Parser, exit_with
from scripts.spec.finding import SpecError
from scripts.tools.prism import PrismError

MEASURES = {
    "decode": "coding:measure_decode",
    "upload": "coding:measure_upload",
    "call": "call:measure",
    "call-page": "call:measure_page",
    "import": "peers:measure_imports",
    "generate": "generation:measure",
    "growth": "generation:measure_growth",
    "mock": "mock:measure",
    "facade": "facade:measure",
    "limits": "limits:measure",
    "sharing": "sharing:measure",
    "bulk": "bulk:measure",
    "bulk-time": "bulk:measure_time",
    "memory": "bulk:measure_memory",
    "durable": "bulk:measure_durable",
    "durable-time": "bulk:measure_durable_time",
}
"""All measurements, by their names on the command line."""
_BULK = ("bulk", "bulk-time", "memory", "durable", "durable-time")  # these take minutes
_QUICK = 1 / 50  # share of their items that --quick takes
_BESIDE_PEERS = ("decode", "upload", "call", "call-page")  # these import the peers' packages, and call a server in this process


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if `--strict` is given and a target missed, or 2 if a measurement fails."""
    parser = Parser(
        prog="python -m scripts.bench",
        description="Measure the generated packages, the facades and the generator beside their peers, in turns. "
        "Each line has the median of the rounds, their minimum and maximum, and the median in multiples of the first line's.",
        epilog="Exit code: 0 measured, 1 a target was missed and --strict is given, 2 a measurement failed.",
    )
    listed = f"measure only this: {', '.join(MEASURES)}; may be repeated"
    parser.add_argument("--only", action="append", choices=MEASURES, metavar="NAME", help=listed)
    quick = f"take a fiftieth of the items of {', '.join(_BULK)}; the figures then depend on the start of the process"
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--json", action="store_true", help="print one JSON document, with times in seconds and memory in MB")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a target is missed")
    given = parser.parse_args(arguments)
    found: dict[str, Comparison] = {}
    try:
        for name in dict.fromkeys(given.only or MEASURES):
            found[name] = measure(name, quick=given.quick)
            if not given.json:
                print(*found[name].table(name), "", sep="\n", flush=True)
    except SpecError as error:
        print(*error.findings, sep="\n", file=sys.stderr)
        return 2
    except (BenchError, PrismError) as error:
        print(error, file=sys.stderr)
        return 2
    outcomes = [outcome for each in found.values() for outcome in each.outcomes()]
    missed = [outcome for outcome in outcomes if not outcome.met]
    if given.json:
        comparisons = [{"name": name, **each.data()} for name, each in found.items()]
        print(json.dumps({"comparisons": comparisons, "missed": len(missed)}, indent=2))
    else:
        print(f"{len(outcomes) - len(missed)} of {len(outcomes)} targets are met.", *missed, sep="\n")
    return 1 if missed and given.strict else 0


def measure(name: str, *, quick: bool = False) -> Comparison:
    """Measure one of `MEASURES`, in this process or in that of the peers' environment; quickly if it is one of many items."""
    if name not in _BESIDE_PEERS:
        sys.path += [str(path) for path in source_folders() if str(path) not in sys.path]
        function: Callable[..., Comparison] = resolve_name(f"scripts.bench.{MEASURES[name]}")
        return function(_QUICK) if quick and name in _BULK else function()
    paths = [ROOT, *source_folders(), peers()]
    with serving() as url:
        printed = run(PEERS_PYTHON, "-m", "scripts.bench.inside", MEASURES[name], url, paths=paths)
    return msgspec.json.decode(printed, type=Comparison)


if __name__ == "__main__":
    exit_with(main)
