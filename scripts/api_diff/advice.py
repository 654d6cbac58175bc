"""Which versions have to be raised, and why."""

from __future__ import annotations

from pathlib import Path

from scripts.api_diff.comparison import Comparison, compare
from scripts.command import ROOT
from scripts.packages.distributions import version_place
from scripts.packages.versions import Bump

_WHY = {
    Bump.MAJOR: "something breaks",
    Bump.MINOR: "something is added or works otherwise",
    Bump.PATCH: "what is shipped has changed",
    Bump.NONE: "the version is lower than the released one",
}


def missing_bumps(root: Path = ROOT) -> list[str]:
    """Return a line for each distribution that has changed since its last release and whose version does not say so.

    Raises:
        ReleaseError: there is no git repository, or something cannot be read.
    """
    lacking = [each for each in compare(root).comparisons if not each.is_sufficient]
    return [f"{each.distribution.name} {each.distribution.version}: {missing(each, root)}" for each in lacking]


def missing(comparison: Comparison, root: Path) -> str:
    """Return what has to become of a version that does not say what has changed."""
    place = version_place(comparison.distribution, root)
    return f"has to become {comparison.needed_version} or higher, as {_WHY[comparison.needed_bump]}; raise {place}"
