"""`python -m scripts.mutants`: make mutants of the generated packages, and report which ones the property tests kill."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from scripts.apis import apis
from scripts.command import ROOT, Parser, exit_with
from scripts.mutants import generated, runtime
from scripts.mutants.killers import Killers
from scripts.mutants.source import MutantError, Mutation, Sources
from scripts.mutants.trial import Outcome, try_package

FEWEST = 20
KINDS = (*generated.KINDS, *runtime.KINDS)
_KILLERS = ROOT / ".cache" / "mutants.json"
_WORKERS = 2
_EACH = 2
_LONGEST = 1800.0  # seconds that the tests of a package without a mutation may take
_SLOWER = 5  # a mutant is killed when its tests take so many times as long


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 if every mutant is killed, 1 if one survives, 2 if one cannot be made or tried."""
    parser = Parser(
        prog="python -m scripts.mutants",
        description="Make mutants of the generated packages, and report which ones the property tests kill.",
        epilog="Exit code 0 if all are killed, 1 if one survives, 2 if one cannot be made or the tests fail without a mutation.",
    )
    parser.add_argument("--package", action="append", choices=apis(), help="package in generated/; may be repeated; default: all")
    parser.add_argument("--only", metavar="TEXT", help="try only the mutants whose line in --list has this text")
    parser.add_argument("--list", action="store_true", help="list the mutants and try none")
    parser.add_argument("--all", action="store_true", help=f"make each mutation everywhere, not only {_EACH} times in a package")
    options = parser.parse_args(arguments)
    packages, wanted = options.package or [*apis()], options.only or ""
    try:
        mutants = [mutant for name in packages for mutant in _mutants(name, everywhere=options.all) if wanted in str(mutant)]
    except MutantError as error:
        print(error, file=sys.stderr)
        return 2
    if not mutants:
        print(f"{options.only}: no mutant has this in its line; look at --list", file=sys.stderr)
        return 2
    if options.list:
        print(*mutants, sep="\n")
        return 0
    return _report(packages, mutants)


def mutations(sources: Sources, *, everywhere: bool) -> list[Mutation]:
    """Return the mutations of a package: all of them, or a few of each kind."""
    found = [list(kind.mutations(sources)) for kind in KINDS]
    return [mutation for each in found for mutation in (each if everywhere else _spread(each))]


def _mutants(package: str, *, everywhere: bool) -> list[Mutation]:
    found = mutations(_sources(package), everywhere=everywhere)
    if len(found) < FEWEST:
        raise MutantError(f"{package}: only {len(found)} mutants can be made, fewer than {FEWEST}")
    for mutation in found:
        mutation.mutated()
    return found


def _sources(package: str) -> Sources:
    return Sources(package, apis()[package].folder)


def _spread(found: list[Mutation]) -> Iterator[Mutation]:
    """Yield a few mutations from all over the code."""
    few = min(_EACH, len(found))
    yield from (found[index * (len(found) - 1) // max(1, few - 1)] for index in range(few))


def _report(packages: Sequence[str], mutants: Sequence[Mutation]) -> int:
    started = time.monotonic()
    killers = Killers(_KILLERS)
    survivors: list[Mutation] = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        unmutated = dict(zip(packages, pool.map(_unmutated, packages), strict=True))
        problems = [problem for problem in unmutated.values() if isinstance(problem, str)]
        longest = {package: _SLOWER * each for package, each in unmutated.items() if not isinstance(each, str)}
        tried = pool.map(lambda each: _tried(each, killers, longest[each.sources.package]), [] if problems else mutants)
        for mutant, outcome in zip(mutants, tried, strict=False):
            if isinstance(outcome, Exception):
                problems.append(f"{mutant}: {outcome}")
                continue
            if outcome.killed_by is None:
                survivors.append(mutant)
            print(f"{mutant!s:<110} {outcome.killed_by or 'SURVIVED':<90} {outcome.seconds:6.1f} s", flush=True)
    killers.save()
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 2
    for package in packages:
        made, alive = (sum(each.sources.package == package for each in group) for group in (mutants, survivors))
        print(f"{package}: {made - alive} of {made} mutants were killed")
    print(f"{(len(mutants) - len(survivors)) / len(mutants):.1%} of {len(mutants)} mutants, in {time.monotonic() - started:.0f} s")
    for survivor in survivors:
        print(f"survived: {survivor}")
    return 1 if survivors else 0


def _tried(mutant: Mutation, killers: Killers, longest: float) -> Outcome | MutantError:
    """Run the tests, the likeliest killers first, and return their outcome, or why they have none."""
    first = [*killers.likeliest(str(mutant)), *re.findall(r'Operation\(\n    name="(.*)"', mutant.code)]
    try:
        outcome = try_package(mutant.sources, mutant, longest=longest, first=first)
    except MutantError as error:
        return error
    if outcome.killed_by is not None and outcome.is_test:
        killers.remember(str(mutant), outcome.killed_by)
    return outcome


def _unmutated(package: str) -> float | str:
    """Return the seconds that the tests of a copy without a mutation take, or what is wrong with it."""
    try:
        outcome = try_package(_sources(package), None, longest=_LONGEST)
    except MutantError as error:
        return f"{package}: {error}"
    return f"{package}: {outcome.killed_by} fails without any mutation" if outcome.killed_by else outcome.seconds


if __name__ == "__main__":
    exit_with(main)
