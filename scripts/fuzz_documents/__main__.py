"""`python -m scripts.fuzz_documents`: mutate documents, and give each of them to the generator."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from scripts.command import ROOT, Parser, exit_with, natural, positive
from scripts.fuzz_documents.trial import Trial, case, limit_memory, trial
from scripts.spec.document import read
from scripts.spec.finding import SpecError

DOCUMENTS = Path(__file__).parent / "documents"
FAILURES = ROOT / ".cache" / "fuzz-documents"
_CASES, _SECONDS, _LONGEST = 10_000, 5400, 60
_WORKERS, _TRIALS_OF_A_WORKER, _GROUP, _SHOWN = 2, 250, 50, 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 if the generator has kept its promise, 1 if not, 2 for bad input."""
    options = _options(arguments)
    paths = options.document or sorted(DOCUMENTS.iterdir())
    try:
        for path in paths:
            read(path)
    except SpecError as error:
        print(error, file=sys.stderr)
        return 2
    if options.case is not None:
        one = trial(paths, options.seed, options.longest, options.case)
        return _report(iter([(options.case, one)]), options, paths, expected=1)
    return _report(_trials(paths, options), options, paths, expected=options.cases)


def _trials(paths: Sequence[Path], options: argparse.Namespace) -> Iterator[tuple[int, Trial]]:
    """Yield the outcome of each document, until the time has run out."""
    numbers = range(options.cases)
    until = time.monotonic() + options.seconds
    context = get_context("spawn")
    with ProcessPoolExecutor(_WORKERS, context, initializer=limit_memory, max_tasks_per_child=_TRIALS_OF_A_WORKER) as pool:
        for start in range(0, len(numbers), _GROUP):
            if time.monotonic() > until:
                print(f"the time has run out after {start} documents", file=sys.stderr)
                return
            group = numbers[start : start + _GROUP]
            yield from zip(group, pool.map(partial(trial, paths, options.seed, options.longest), group), strict=True)
            print(f"{start + len(group)} of {len(numbers)} documents", file=sys.stderr)


def _report(trials: Iterator[tuple[int, Trial]], options: argparse.Namespace, paths: Sequence[Path], *, expected: int) -> int:
    """Print the outcomes of the documents, and write those with which the generator has failed."""
    outcomes: Counter[str] = Counter()
    for number, each in trials:
        outcomes[each.outcome] += 1
        if each.outcome != "failed":
            continue
        FAILURES.mkdir(parents=True, exist_ok=True)
        (FAILURES / f"{options.seed}-{number}.txt").write_text(
            f"{case(paths, options.seed, number)}\n\n{each.reason}", encoding="utf-8", errors="surrogatepass"
        )
        if outcomes["failed"] <= _SHOWN:
            print(f"case {number}: {each.reason.strip().splitlines()[-1]}")
            print(f"  again: make fuzz-documents ARGS='--seed {options.seed} --case {number}'")
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    print(f"seed {options.seed}: {counts or 'no documents'}")
    if outcomes["failed"]:
        print(f"documents and tracebacks: {FAILURES.relative_to(ROOT)}")
    return 1 if outcomes["failed"] or outcomes.total() < expected else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser(
        prog="python -m scripts.fuzz_documents",
        description="Mutate OpenAPI documents at random, and give each of them to the generator. It has to generate a package that "
        "can be imported, or to say what is wrong and where: never a traceback, within bounds of time and memory.",
        epilog="Exit code 0 if it does so with each document, 1 if not or if the time has run out, 2 for bad input.",
    )
    parser.add_argument(
        "--document",
        type=Path,
        action="append",
        metavar="FILE",
        help="document to mutate; may be repeated; default: four of our own",
    )
    parser.add_argument("--cases", type=positive, default=_CASES, metavar="N", help="mutated documents (default: %(default)s)")
    parser.add_argument("--case", type=natural, metavar="N", help="only the document with this number")
    parser.add_argument("--seed", type=natural, default=1, metavar="N", help="of the mutations (default: %(default)s)")
    parser.add_argument(
        "--longest", type=positive, default=_LONGEST, metavar="S", help="seconds of the processor for each (default: %(default)s)"
    )
    parser.add_argument("--seconds", type=positive, default=_SECONDS, metavar="S", help="for all together (default: %(default)s)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    exit_with(main)
