"""`make test-lowest` uses the lowest versions that the packages allow, of all that they need."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest
from packaging.requirements import Requirement

from scripts.api_diff.comparison import excluding_requirements
from scripts.command import ROOT
from scripts.packages.distributions import Distribution, distributions, settings

OURS = {each.name for each in distributions()}


def lowest() -> dict[str, str]:
    """Return the versions that the tests run with, by name."""
    lines = (ROOT / "scripts" / "tools" / "requirements" / "lowest.in").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if not line.startswith("#")]
    return {each.name: str(each.specifier).removeprefix("==") for each in found}


def needed(distribution: Distribution) -> Iterator[Requirement]:
    table = settings(ROOT / distribution.folder)["project"]
    for text in (*table["dependencies"], *chain(*table.get("optional-dependencies", {}).values())):
        requirement = Requirement(text)
        if requirement.name not in OURS:
            yield requirement


@pytest.mark.parametrize("distribution", distributions(), ids=lambda each: each.name)
def test_each_lower_bound_is_tested(distribution: Distribution) -> None:
    found = list(needed(distribution))
    assert found
    for requirement in found:
        (bound,) = (each.version for each in requirement.specifier if each.operator == ">=")
        tested = lowest()[requirement.name]
        assert tested.removesuffix(".0") == bound.removesuffix(".0"), requirement


def test_nothing_else_is_pinned() -> None:
    assert lowest().keys() == {requirement.name for each in distributions() for requirement in needed(each)}


def test_the_packages_allow_the_current_versions_of_each_other() -> None:
    assert [*excluding_requirements(ROOT, distributions())] == []
