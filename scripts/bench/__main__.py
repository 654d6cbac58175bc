"""`python -m scripts.bench`: measure the generated packages, the facades and the generator beside their peers."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pkgutil import resolve_name

import msgspec

from scripts.apis import source_folders
from scripts.bench import results
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
    "calls-at-once": "call:measure_at_once",
    "pages-at-once": "call:measure_pages_at_once",
    "import": "footprint:measure_imports",
    "import-memory": "footprint:measure_memory",
    "size": "footprint:measure_size",
    "generate": "generation:measure",
    "generate-large": "generation:measure_large",
    "growth": "generation:measure_growth",
    "mock": "mock:measure",
    "facade": "facade:measure",
    "limits": "limits:measure",
    "sharing": "sharing:measure",
    "bulk": "bulk:measure",
    "bulk-time": "bulk:measure_time",
    "memory": "bulk:measure_memory",
    "peers-cpu": "bulk_peers:measure_cpu",
    "peers-time": "bulk_peers:measure_time",
    "peers-memory": "bulk_peers:measure_memory",
    "durable": "bulk:measure_durable",
    "durable-time": "bulk:measure_durable_time",
}
"""All measurements, by their names on the command line."""
_BESIDE_PEERS = ("decode", "upload", "call", "call-page", "calls-at-once", "pages-at-once")
"""These import the peers' packages, and call a server in this process."""
_LONG = ("pages-at-once", "generate", "generate-large", "growth", "limits", "sharing", "memory", "bulk-time", "durable-time")
"""These say nothing about few items, or take their time whatever the number of rounds; a quick run leaves them out."""
_NOT_CHECKED = (*_LONG, "bulk", "peers-cpu", "peers-time", "peers-memory", "durable")
"""In the figures of these, the start of a process counts more than few items do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if a target is missed, or 2 if a measurement fails, after all others."""
    given = _parser().parse_args(arguments)
    names = list(dict.fromkeys(given.only or [name for name in MEASURES if not (given.quick and name in _LONG)]))
    machine = results.Machine.now()
    try:
        found, failed = _measured(names, given)
    except SpecError as error:
        print(*error.findings, sep="\n", file=sys.stderr)
        return 2
    outcomes = [outcome for each in found.values() for outcome in each.outcomes()]
    missed = [outcome for outcome in outcomes if not outcome.met]
    if given.write:
        results.write(found, machine, failed=failed, quick=given.quick)
    if given.json:
        comparisons = [{"name": name, **each.data()} for name, each in found.items()]
        document = {"machine": machine.data(), "comparisons": comparisons, "missed": len(missed), "failed": failed}
        print(json.dumps(document, indent=2))
    else:
        print(f"{len(outcomes) - len(missed)} of {len(outcomes)} targets are met.", *missed, sep="\n")
        print(*(f"FAILED: {name}: {reason}\n" for name, reason in failed.items()), sep="", end="")
    return 2 if failed else 1 if missed else 0


def _measured(names: Sequence[str], given: argparse.Namespace) -> tuple[dict[str, Comparison], dict[str, str]]:
    """Measure, print each table, and return the comparisons and why others failed, by their names."""
    found, failed = dict[str, Comparison](), dict[str, str]()
    for name in names:
        try:
            found[name] = measure(name, quick=given.quick)
        except (BenchError, PrismError) as error:
            failed[name] = str(error)
            print(f"{name}: {error}", file=sys.stderr, flush=True)
            continue
        if not given.json:
            print(*found[name].table(name), "", sep="\n", flush=True)
    return found, failed


def _parser() -> Parser:
    parser = Parser(
        prog="python -m scripts.bench",
        description="Measure the generated packages, the facades and the generator beside their peers, in turns. "
        "Each line has the median of the rounds, their minimum and maximum, and the median in multiples of the first line's.",
        epilog="Exit code: 0 all targets are met, 1 one is missed, 2 a measurement failed; the others are made all the same.",
    )
    listed = f"measure only this: {', '.join(MEASURES)}; may be repeated"
    parser.add_argument("--only", action="append", choices=MEASURES, metavar="NAME", help=listed)
    checked = [name for name in MEASURES if name not in _NOT_CHECKED]
    quick = (
        f"an eighth of the rounds, a fiftieth of the items; {', '.join(_LONG)} are left out, unless --only names them; "
        f"only these have targets that are checked: {', '.join(checked)}"
    )
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--json", action="store_true", help="print one JSON document, with times in seconds and memory in MB")
    written = f"write {results.PATH.relative_to(ROOT)}: the tables, the machine, the versions, and why a target is missed"
    parser.add_argument("--write", action="store_true", help=written)
    return parser


def measure(name: str, *, quick: bool = False) -> Comparison:
    """Measure one of `MEASURES`, in this process or in that of the peers' environment."""
    if name in _BESIDE_PEERS:
        paths = [ROOT, *source_folders(), peers()]
        with serving() as url:
            printed = run(PEERS_PYTHON, "-m", "scripts.bench.inside", MEASURES[name], url, *["quick"] * quick, paths=paths)
        return msgspec.json.decode(printed, type=Comparison)
    sys.path += [str(path) for path in source_folders() if str(path) not in sys.path]
    function: Callable[..., Comparison] = resolve_name(f"scripts.bench.{MEASURES[name]}")
    found = function(quick=quick)
    return msgspec.structs.replace(found, targets=()) if quick and name in _NOT_CHECKED else found


if __name__ == "__main__":
    exit_with(main)
