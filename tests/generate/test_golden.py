"""The generated packages match the golden files, which `python -m tests.generate.packages` rewrites."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable

import pytest

from scripts.command import ROOT
from tests.generate.packages import GOLDEN, WITH_GOLDEN_FILES, Package, golden_files


@pytest.mark.parametrize("spec", WITH_GOLDEN_FILES)
def test_the_generated_files_are_the_golden_ones(package: Callable[[str], Package], spec: str) -> None:
    found = golden_files(package(spec).folder)
    folder = GOLDEN / spec
    golden = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.golden"))}
    assert found.keys() == golden.keys()
    for name, text in golden.items():
        assert found[name] == text, f"{spec}: {name} has changed; python -m tests.generate.packages rewrites it"


def test_only_what_a_document_needs_is_part_of_its_package(minted: Package, package: Callable[[str], Package]) -> None:
    parts = {"signing.py", "tokens.py"}
    assert parts <= {path.name for path in minted.folder.rglob("_runtime/*")}
    for spec in WITH_GOLDEN_FILES:
        needed = {"tokens.py"} if spec == "workshop.yaml" else set()  # which has the flow of client credentials
        assert parts & {path.name for path in package(spec).folder.rglob("*.py")} == needed


def test_ruff_accepts_every_package(package: Callable[[str], Package]) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    # Field names of the workshop have other letters than those of ASCII, which our own rules do not want.
    ignored = ",".join([*settings["per-file-ignores"]["generated/**"], "PLC2401", "N803"])
    for command in (["check", "--quiet", "--extend-ignore", ignored], ["format", "--check"]):
        arguments = [*command, "--no-cache", "--config", str(ROOT / "pyproject.toml")]
        folders = [str(package(spec).folder) for spec in WITH_GOLDEN_FILES]
        done = subprocess.run([sys.executable, "-m", "ruff", *arguments, *folders], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
