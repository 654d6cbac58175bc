"""Generate typed clients: `python -m scripts.generate` for all of specs/, or `--spec FILE --out DIR` for any OpenAPI document.

Those of specs/ get a mock server, too.
"""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from pathlib import Path

from scripts.command import ROOT, Parser
from scripts.generate.freshness import Freshness

# As the caller sees them, so that messages name short paths.
SPECS = Path(os.path.relpath(ROOT / "specs"))
GENERATED = Path(os.path.relpath(ROOT / "generated"))
DEEPEST_CALLS = 20_000
"""Limit of Python's recursion, as what validates and renders schemas follows them as deep as they are nested."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, 1 if operations are left out or `--check` finds a difference, or 2 for an unusable document."""
    parser = Parser(
        prog="python -m scripts.generate",
        description="Generate a typed client and the skeleton of a mock server from each spec in specs/, into generated/; "
        "or a client alone from any OpenAPI 3.0, 3.1 or 3.2 document.",
        epilog="Exit code: 0 done, 1 operations were left out or --check found a difference, "
        "2 a document or a folder cannot be used and nothing was changed.",
    )
    parser.add_argument(
        "--spec",
        type=Path,
        metavar="FILE",
        help="an OpenAPI 3.0, 3.1 or 3.2 document, YAML or JSON, perhaps with parts in files beside it",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder to write the distribution to, with --spec")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; list the committed files that differ from what the specs give"
    )
    parser.add_argument("--strict", action="store_true", help="with --spec: refuse a document in which anything is wrong")
    parser.add_argument("--report", type=Path, metavar="FILE", help="with --spec: write what was ignored and left out as JSON")
    given = parser.parse_args(arguments)
    if (given.spec is None) != (given.out is None):
        parser.error("--spec and --out go together")
    if given.check and given.spec is not None:
        parser.error("--check compares generated/ with specs/ and takes no --spec")
    if given.spec is None and (given.strict or given.report is not None):
        parser.error("--strict and --report go with --spec; specs/ are always read strictly")
    if given.report is not None and _is_used(given.report, given.spec, given.out):
        parser.error("--report is a file of its own, outside of --out")
    if given.spec is None and not given.check:
        freshness = Freshness(ROOT)
        if freshness.holds():
            print("generated/ is up to date")
            return 0
    # The generators take a second to import, which an up-to-date tree need not wait for.
    from scripts.generate.output import OutputError  # noqa: PLC0415 - likewise
    from scripts.spec.finding import SpecError  # noqa: PLC0415 - as said above

    try:
        return _run(given)
    except (SpecError, OutputError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; nothing was changed", file=sys.stderr)
        return 130


def _is_used(report: Path, *others: Path) -> bool:
    """Return whether a file is one of others, or in one of them."""
    place = Path(os.path.realpath(report))
    return not {Path(os.path.realpath(each)) for each in others}.isdisjoint((place, *place.parents))


def _run(given: Namespace) -> int:
    from scripts.generate.output import check, generate_all, generate_one  # noqa: PLC0415 - as above
    from scripts.generate.report import check_place, report  # noqa: PLC0415 - as above

    if given.check:
        return check(SPECS, GENERATED)
    if given.spec is not None:
        check_place(given.report)
        return report(generate_one(given.spec, given.out, strict=given.strict), given.report)
    generate_all(SPECS, GENERATED)
    Freshness(ROOT).record()
    return 0


if __name__ == "__main__":
    gc.disable()  # the run is short and leaves few cycles behind; looking for them takes a quarter of the time for a large document
    sys.setrecursionlimit(DEEPEST_CALLS)
    sys.exit(main())
