"""`python -m scripts.bench`: measure the generated packages, the facades and the generator beside their peers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module

import msgspec

from scripts.apis import source_folders
from scripts.bench import generation, mock
from scripts.bench.comparison import Comparison
from scripts.bench.environment import PEERS_PYTHON, BenchError, run
from scripts.bench.peers import measure_imports, peers
from scripts.command import ROOT, Parser, exit_with
from scripts.spec.finding import SpecError

_INSIDE = ("decode", "upload", "call", "call-page")
_FACADES = ("facade", "limits", "memory")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if `--strict` is given and a target missed, or 2 if a measurement fails."""
    measures = _measures()
    parser = Parser(
        prog="python -m scripts.bench",
        description="Measure the generated packages, the facades and the generator beside their peers, in turns. "
        "Each line has the median of the rounds, their minimum and maximum, and the median in multiples of the first line's.",
        epilog="Exit code: 0 measured, 1 a target was missed and --strict is given, 2 a measurement failed.",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=measures,
        metavar="NAME",
        help=f"measure only this: {', '.join(measures)}; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document, with times in seconds and memory in MB")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a target is missed")
    given = parser.parse_args(arguments)
    found: list[Comparison] = []
    try:
        for name in given.only or measures:
            found.append(measures[name]())
            if not given.json:
                print(*found[-1].table(), "", sep="\n", flush=True)
    except SpecError as error:
        print(*error.findings, sep="\n", file=sys.stderr)
        return 2
    except BenchError as error:
        print(error, file=sys.stderr)
        return 2
    outcomes = [outcome for each in found for outcome in each.outcomes()]
    missed = [outcome for outcome in outcomes if not outcome.met]
    if given.json:
        print(json.dumps({"comparisons": [each.data() for each in found], "missed": len(missed)}, indent=2))
    else:
        print(f"{len(outcomes) - len(missed)} of {len(outcomes)} targets are met.", *missed, sep="\n")
    return 1 if missed and given.strict else 0


def _measures() -> dict[str, Callable[[], Comparison]]:
    found: dict[str, Callable[[], Comparison]] = {name: partial(_inside, name) for name in _INSIDE}
    found |= {"import": _imports, "generate": generation.measure, "growth": generation.measure_growth, "mock": mock.measure}
    return found | {name: partial(_facades, name) for name in _FACADES}


def _imports() -> Comparison:
    _need_peers()
    return measure_imports()


def _inside(name: str) -> Comparison:
    """Measure in the peers' environment."""
    _need_peers()
    paths = [ROOT, *source_folders(), peers()]
    return msgspec.json.decode(run([str(PEERS_PYTHON), "-m", "scripts.bench.inside", name], paths=paths), type=Comparison)


def _facades(name: str) -> Comparison:
    """Measure in this process, in which the packages become importable."""
    sys.path += [str(path) for path in source_folders() if str(path) not in sys.path]
    found: Comparison = import_module(f"scripts.bench.{name}").measure()
    return found


def _need_peers() -> None:
    if not PEERS_PYTHON.exists():
        raise BenchError(f"{PEERS_PYTHON.relative_to(ROOT)}: the peers are not installed; run make bench")


if __name__ == "__main__":
    exit_with(main)
