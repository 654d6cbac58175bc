"""The output depends on the document alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.command import ROOT
from tests.generate.packages import PACKAGES, SPECS


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts and path.is_file()
    }


@pytest.mark.parametrize("spec", ["workshop.yaml", "zoo.json"])
def test_another_run_elsewhere_gives_the_same_bytes(distributions: dict[str, Path], tmp_path: Path, spec: str) -> None:
    assert spec in PACKAGES
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-m", "scripts.generate", "--spec", str(SPECS / spec), "--out", "another-name"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert files(tmp_path / "another-name") == files(distributions[spec])


def test_the_name_of_the_document_is_all_that_a_copy_changes(distributions: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes((SPECS / "zoo.json").read_bytes())
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "scripts.generate", "--spec", "copy.json", "--out", str(tmp_path / "out")]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    found = {name: content.replace(b"copy.json", b"zoo.json") for name, content in files(tmp_path / "out").items()}
    assert found == files(distributions["zoo.json"])
