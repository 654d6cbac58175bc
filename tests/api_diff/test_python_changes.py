"""Which changes of a Python API are found, and how they are rated: they are made in copies of a sample package."""

from __future__ import annotations

import shutil
from pathlib import Path

import griffe
import pytest

from scripts.api_diff.public_api import load, surface
from scripts.api_diff.python_changes import python_changes
from scripts.command import ROOT
from scripts.packages.distributions import Distribution, distributions
from scripts.packages.errors import PackageError
from tests.api_diff.cases import PROJECT, cases, reported

SAMPLE = PROJECT / "overrides" / "sample"
CASES = cases("python_changes.yaml")


@pytest.fixture(scope="module")
def before() -> griffe.Module:
    return load("sample", SAMPLE)


@pytest.mark.parametrize("case", CASES)
def test_changes_are_reported_and_rated(tmp_path: Path, before: griffe.Module, case: str) -> None:
    shutil.copytree(SAMPLE, tmp_path, dirs_exist_ok=True)
    for name, edits in CASES[case]["edits"].items():
        path = tmp_path / "sample" / name
        if edits is None:
            path.unlink()
            continue
        text = path.read_text(encoding="utf-8")
        for old, new in edits.items():
            assert old in text, (name, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    assert reported(python_changes(before, load("sample", tmp_path))) == CASES[case]["report"].splitlines()


@pytest.mark.parametrize("distribution", distributions(), ids=lambda each: each.name)
def test_each_package_is_read_and_has_not_changed_since_itself(distribution: Distribution) -> None:
    found = load(distribution.package, ROOT / distribution.folder)
    assert python_changes(found, found) == []
    assert any(each.is_class for each in surface(found).values())


@pytest.mark.parametrize(("package", "text"), [("broken", "class"), ("broken", "\x00"), ("broken", "def f(:\n"), ("nothing", "")])
def test_a_package_that_cannot_be_read_is_named(tmp_path: Path, package: str, text: str) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "__init__.py").write_text(text, encoding="utf-8")
    with pytest.raises(PackageError, match=package):
        load(package, tmp_path)
