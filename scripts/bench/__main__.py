"""`python -m scripts.bench`: measure the generated packages, the facades and the generator beside their peers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if `--strict` is given and a target missed, or 2 if a measurement fails."""
    parser = Parser(
        prog="python -m scripts.bench",
        description="Measure the generated packages, the facades and the generator beside their peers, in turns. "
        "Each line has the median of the rounds, their minimum and maximum, and the median in multiples of the first line's.",
        epilog="Exit code: 0 measured, 1 a target was missed and --strict is given, 2 a measurement failed.",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=MEASURES,
        metavar="NAME",
        help=f"measure only this: {', '.join(MEASURES)}; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document, with times in seconds and memory in MB")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a target is missed")
    given = parser.parse_args(arguments)
    found: list[Comparison] = []
    try:
        for name in given.only or MEASURES:
            found.append(MEASURES[name]())
            if not given.json:
                print(*found[-1].table(), "", sep="\n", flush=True)
    except SpecError as error:
        print(*error.findings, sep="\n", file=sys.stderr)
        return 2
    except (BenchError, PrismError) as error:
        print(error, file=sys.stderr)
        return 2
    outcomes = [outcome for each in found for outcome in each.outcomes()]
    missed = [outcome for outcome in outcomes if not outcome.met]
    if given.json:
        print(json.dumps({"comparisons": [each.data() for each in found], "missed": len(missed)}, indent=2))
    else:
        print(f"{len(outcomes) - len(missed)} of {len(outcomes)} targets are met.", *missed, sep="\n")
    return 1 if missed and given.strict else 0


def _inside(name: str) -> Comparison:
    """Measure in the peers' environment, which has only the clients' dependencies; the server is in this process."""
    paths = [ROOT, *source_folders(), peers()]
    with serving() as url:
        printed = run(PEERS_PYTHON, "-m", "scripts.bench.inside", name, url, paths=paths)
    return msgspec.json.decode(printed, type=Comparison)


def _here(function: str) -> Comparison:
    """Measure in this process, in which the packages become importable."""
    sys.path += [str(path) for path in source_folders() if str(path) not in sys.path]
    found: Comparison = resolve_name(f"scripts.bench.{function}")()
    return found


MEASURES: dict[str, Callable[[], Comparison]] = {
    "decode": partial(_inside, "decode"),
    "upload": partial(_inside, "upload"),
    "call": partial(_inside, "call"),
    "call-page": partial(_inside, "call-page"),
    "import": partial(_here, "peers:measure_imports"),
    "generate": partial(_here, "generation:measure"),
    "growth": partial(_here, "generation:measure_growth"),
    "mock": partial(_here, "mock:measure"),
    "facade": partial(_here, "facade:measure"),
    "limits": partial(_here, "limits:measure"),
    "memory": partial(_here, "memory:measure"),
}
"""All measurements, by their names on the command line."""


if __name__ == "__main__":
    exit_with(main)
