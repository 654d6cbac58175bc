"""The output depends on the document alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.command import ROOT
from tests.generate.packages import SPECS, Package, files


@pytest.mark.parametrize("spec", ["workshop.yaml", "zoo.json"])
def test_a_copy_elsewhere_gives_the_same_bytes_but_for_its_name(
    package: Callable[[str], Package], tmp_path: Path, spec: str
) -> None:
    copy = spec.capitalize()
    shutil.copy(SPECS / spec, tmp_path / copy)
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-m", "scripts.generate", "--spec", copy, "--out", "another-name"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    found = {name: content.replace(copy.encode(), spec.encode()) for name, content in files(tmp_path / "another-name").items()}
    assert found == files(package(spec).folder)
