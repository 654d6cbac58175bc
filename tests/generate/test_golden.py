"""The generated packages match the golden files, which `python -m tests.generate.packages` rewrites."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts.command import ROOT
from tests.generate.packages import GOLDEN, PACKAGES, golden_files


@pytest.mark.parametrize("spec", PACKAGES)
def test_the_generated_files_are_the_golden_ones(distributions: dict[str, Path], spec: str) -> None:
    found = golden_files(distributions[spec])
    folder = GOLDEN / spec
    golden = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.golden"))}
    assert found.keys() == golden.keys()
    for name, text in golden.items():
        assert found[name] == text, f"{spec}: {name} has changed; python -m tests.generate.packages rewrites it"


def test_mypy_is_content_with_every_package(distributions: dict[str, Path]) -> None:
    folders = [str(out / PACKAGES[spec]) for spec, out in distributions.items()]
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".cache" / "mypy-generated")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *config, *folders], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_ruff_is_content_with_every_package(distributions: dict[str, Path]) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    # Field names of the workshop have other letters than those of ASCII, which our own rules do not want.
    ignored = ",".join([*settings["per-file-ignores"]["generated/**"], "PLC2401", "N803"])
    command = ["ruff", "check", "--no-cache", "--quiet", "--config", str(ROOT / "pyproject.toml"), "--extend-ignore", ignored]
    folders = [str(out) for out in distributions.values()]
    done = subprocess.run([sys.executable, "-m", *command, *folders], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    formatting = ["ruff", "format", "--check", "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    done = subprocess.run([sys.executable, "-m", *formatting, *folders], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
