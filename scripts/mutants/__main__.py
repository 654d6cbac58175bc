"""`python -m scripts.mutants`: plant defects in copies of the generated packages, and report which ones the property tests find."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from scripts.command import ROOT, Parser, exit_with
from scripts.mutants import models, operations
from scripts.mutants.runtime import runtime_defects
from scripts.mutants.source import Mutation, MutationError, Sources, calls, constant, keyword
from scripts.mutants.trial import TrialError, Verdict, try_package

GENERATED = ROOT / "generated"
FEWEST = 20
_WORKERS = 2
_EACH = 2

# Text of a defect, and of the test that is the likeliest to find it: a defect is found the sooner if that test is run first.
_LIKELIEST = (
    ("not checked", "makes_no_client"),
    ("not sent", "credential"),
    ("always applies", "goes_out"),
    ("unchecked", "broken_constraint"),
    ("lost max", "broken_constraint"),
    ("lost min", "broken_constraint"),
    ("lost ge", "broken_constraint"),
    ("lost le", "broken_constraint"),
    ("lost pattern", "broken_constraint"),
    ("taken for", "broken_constraint"),
    ("unique", "broken_constraint"),
    ("equal elements", "broken_constraint"),
    ("unescaped", "every_text"),
    ("written as plus", "every_text"),
    ("path of a missing", "broken_constraint"),
    ("offending value", "broken_constraint"),
    ("wrong location of", "broken_constraint"),
    ("required body", "missing"),
    ("rule", "broken_rule"),
    ("requires-when", "broken_rule"),
    ("sent (", "every_text"),
    ("another exception", "no_parser_likes"),
    ("credential", "credential"),
    ("auth", "credential"),
    ("user information", "shows_a_credential"),
    ("enum", "enum"),
    ("_strict.py", "broken_constraint"),
    ("required", "test_each"),
    ("null", "absent_null"),
    ("models.py", "each_place"),
    ("response's type", "each_place"),
    ("of the response", "each_place"),
    ("error", "documented_error"),
    ("status", "documented_error"),
    ("operationId", "documented_error"),
    ("request id", "documented_error"),
    ("server", "server"),
    ("base URL", "base_url"),
    ("closed", "closes"),
    ("http_client", "closes"),
)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A package with a defect."""

    sources: Sources
    mutation: Mutation

    @property
    def first(self) -> tuple[str, ...]:
        """What the tests to begin with have in their names: what they are about, and the operation that is broken."""
        test = next((test for word, test in _LIKELIEST if word in self.mutation.defect), "goes_out")
        operations = (constant(keyword(call, "name")) for call in calls(self.mutation.source, "Operation"))
        return test, *map(str, operations)

    def judged(self) -> Verdict | TrialError | MutationError:
        """Return what the tests say, or why they say nothing."""
        try:
            return try_package(self.sources.folder, self.sources.package, self.mutation, first=self.first)
        except (TrialError, MutationError) as error:
            return error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 if every defect was found, 1 if one was not, 2 if the defects cannot be planted."""
    parser = Parser(
        prog="python -m scripts.mutants",
        description="Plant defects in copies of the generated packages, and report which ones the property tests find.",
        epilog="Exit code 0 if all are found, 1 if one survives, 2 if one cannot be planted or the tests do not pass without any.",
    )
    parser.add_argument("--package", action="append", metavar="NAME", help="package in generated/; may be repeated; default: all")
    parser.add_argument("--only", metavar="TEXT", default="", help="plant only the defects whose line in --list has this text")
    parser.add_argument("--list", action="store_true", help="list the defects and plant none")
    parser.add_argument("--all", action="store_true", help=f"plant each kind everywhere, not only in {_EACH} places of a package")
    options = parser.parse_args(arguments)
    known = sorted(path.name for path in GENERATED.iterdir() if (path / path.name).is_dir())
    packages = options.package or known
    unknown = [name for name in packages if name not in known]
    if unknown:
        print(f"{unknown[0]}: no package in generated/; choose of {', '.join(known)}", file=sys.stderr)
        return 2
    try:
        mutants = [
            mutant for name in packages for mutant in _mutants(name, everywhere=options.all) if options.only in _line(mutant)
        ]
    except MutationError as error:
        print(error, file=sys.stderr)
        return 2
    if not mutants:
        print(f"{options.only}: no defect has this in its line; look at --list", file=sys.stderr)
        return 2
    if options.list:
        for mutant in mutants:
            print(_line(mutant))
        return 0
    return _report(packages, mutants)


def _mutants(package: str, *, everywhere: bool) -> list[Mutant]:
    sources = Sources(package, GENERATED / package)
    found: list[Mutation] = []
    for mutator in (*operations.MUTATORS, *models.MUTATORS):
        each = list(mutator(sources))
        found += each if everywhere else _spread(each)
    found += runtime_defects(sources)
    if len(found) < FEWEST:
        raise MutationError(f"{package}: only {len(found)} defects can be planted; {FEWEST} are wanted")
    for mutation in found:
        mutation.mutated()
    return [Mutant(sources=sources, mutation=mutation) for mutation in found]


def _spread(mutations: list[Mutation]) -> Iterator[Mutation]:
    """Yield a few mutations from all over the code."""
    few = min(_EACH, len(mutations))
    yield from (mutations[index * (len(mutations) - 1) // max(1, few - 1)] for index in range(few))


def _report(packages: Sequence[str], mutants: Sequence[Mutant]) -> int:
    begun = time.monotonic()
    survivors: list[str] = []
    problems: list[str] = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        bare = pool.map(_bare, packages)
        problems += [problem for problem in bare if problem]
        if not problems:
            for mutant, verdict in zip(mutants, pool.map(Mutant.judged, mutants), strict=True):
                if isinstance(verdict, Exception):
                    problems.append(f"{_line(mutant)}: {verdict}")
                    continue
                if verdict.killed_by is None:
                    survivors.append(_line(mutant))
                print(f"{_line(mutant):<110} {verdict.killed_by or 'SURVIVED':<90} {verdict.seconds:6.1f} s", flush=True)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 2
    for package in packages:
        planted, missed = (sum(line.startswith(f"{package}: ") for line in lines) for lines in (map(_line, mutants), survivors))
        print(f"{package}: {planted - missed} of {planted} defects were found")
    print(f"{(len(mutants) - len(survivors)) / len(mutants):.1%} of {len(mutants)} defects, in {time.monotonic() - begun:.0f} s")
    for survivor in survivors:
        print(f"survived: {survivor}")
    return 1 if survivors else 0


def _bare(package: str) -> str | None:
    """Return what is wrong with a copy that has no defect, or None."""
    try:
        verdict = try_package(GENERATED / package, package, None)
    except TrialError as error:
        return f"{package}: {error}"
    return f"{package}: {verdict.killed_by} fails without any defect" if verdict.killed_by else None


def _line(mutant: Mutant) -> str:
    return f"{mutant.sources.package}: {mutant.mutation.defect}"


if __name__ == "__main__":
    exit_with(main)
