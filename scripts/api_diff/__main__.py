"""`python -m scripts.api_diff`: what has changed since the last releases, and whether the versions are high enough."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.api_diff.changelog import draft
from scripts.api_diff.comparison import Comparison, compare, missing_bump
from scripts.command import ROOT, Parser, exit_with
from scripts.packages.errors import PackageError
from scripts.packages.versions import Bump

_DRAFT = Path(".cache") / "api-diff" / "CHANGELOG.md"
_LABELS = {Bump.MAJOR: "breaking", Bump.MINOR: "minor", Bump.PATCH: "patch"}
_HELP = """\
Each package is compared with the tag of its highest released version, NAME-vX.Y.Z: its public Python API, read from the source,
its spec, and its dependencies. Each change is printed, as griffe and Redocly word it, with the bump that it needs:

  breaking  x of x.y.z. While x is 0, y takes its place: catalog-clients needs the clients in ranges such as >=0.1,<0.2
  minor     y, or z while x is 0: additions, and other values in the tables of behaviour, such as a limit
  patch     z: any other change of a packaged file

A breaking change without its bump fails. Other missing bumps are only printed, but make publish refuses them. A draft of the
changelog is written to .cache/api-diff/CHANGELOG.md.

Exit codes: 0 if there is no breaking change, or the version is high enough; 1 if there is one and the version is too low, or if the
version is lower than the released one; 2 for bad input; 130 if interrupted. make turns any of them but 0 into 2."""


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """Run the command; returns 0, 1 if a version is too low for a breaking change, or 2 for bad input."""
    parser = Parser(
        prog="python -m scripts.api_diff",
        description="Compare the packages of the work tree with their last releases.",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--since", metavar="REF", help="compare all packages with this tag, branch or commit instead")
    options = parser.parse_args(arguments)
    try:
        report = compare(root, options.since)
        for comparison in report.comparisons:
            print(*_lines(comparison, root), sep="\n")
        path = root / _DRAFT
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(draft(report), encoding="utf-8")
    except (PackageError, OSError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    for gone in report.removed:
        print(f"{gone.name}: breaking: the package was removed; {gone.version} was its last release")
    for note in report.notes:
        print(f"note: {note}")
    print(f"draft of the changelog: {_DRAFT}")
    return int(any(each.fails for each in report.comparisons))


def _lines(comparison: Comparison, root: Path) -> Iterator[str]:
    """Yield the lines for a distribution."""
    distribution = comparison.distribution
    if comparison.since is None:
        yield f"{distribution}: not released yet: nothing to compare with"
        return
    if comparison.released is None:
        yield f"{distribution}: new since {comparison.since}: nothing to compare with"
        return
    yield f"{distribution}: {'changed' if comparison.files else 'nothing has changed'} since {comparison.since}"
    for change in sorted(comparison.changes, key=lambda each: -each.bump):
        yield f"  {_LABELS[change.bump]:8}  {change.text}"
    if comparison.files and not comparison.changes:
        yield f"  patch     only texts or private code: {_listed(comparison.files)}"
    if not comparison.is_sufficient:
        yield f"  {missing_bump(comparison, root)}"
    elif comparison.files:
        yield f"  {distribution.version} is high enough"


def _listed(files: Sequence[str]) -> str:
    return ", ".join(files[:3]) + (f" and {len(files) - 3} more files" if len(files) > 3 else "")


if __name__ == "__main__":
    exit_with(main)
