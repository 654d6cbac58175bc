"""`make test-lowest` uses the lowest versions that the packages allow, of all that they need."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement

from scripts.command import ROOT
from scripts.packages.distributions import Distribution, distributions

OURS = {each.name for each in distributions()}


def lowest() -> dict[str, str]:
    """Return the versions that the tests run with, by name."""
    lines = (ROOT / "scripts" / "tools" / "requirements" / "lowest.in").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def needed(distribution: Distribution) -> Iterator[Requirement]:
    project = tomllib.loads((ROOT / distribution.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in (
        *project["dependencies"],
        *(each for extra in project.get("optional-dependencies", {}).values() for each in extra),
    ):
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


def test_nothing_else_is_held_down() -> None:
    assert lowest().keys() == {requirement.name for each in distributions() for requirement in needed(each)}


def test_the_facades_take_the_present_clients() -> None:
    facade, clients = distributions()[-1], distributions()[:-1]
    project = tomllib.loads((ROOT / facade.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ranges = {requirement.name: requirement.specifier for requirement in map(Requirement, project["dependencies"])}
    assert [each.name for each in clients if each.version not in ranges[each.name]] == []
