"""The workflows are checked by `make lint`, call targets that exist, and use actions by commit."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scripts.command import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# By the word that is reported: what is replaced, and by what.
DEFECTS = {
    "run-on": ("runs-on: ubuntu-24.04", "run-on: ubuntu-24.04"),
    "built": ("needs: build", "needs: built"),
    "ref_nam": ("${{ github.ref_name }}", "${{ github.ref_nam }}"),
    "wirte": ("      id-token: write", "      id-token: wirte"),
    "persist-credential": ("          persist-credentials: false", "          persist-credential: false"),
}


def test_the_command_of_make_lint_finds_defects(tmp_path: Path) -> None:
    (options,) = re.findall(r"\.venv/bin/jactionlint (.*) \.github/workflows/\*\.yml", MAKEFILE)
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    workflow = tmp_path / ".github" / "workflows" / "release.yml"
    text = workflow.read_text(encoding="utf-8")
    for old, new in DEFECTS.values():
        assert old in text
        text = text.replace(old, new)
    workflow.write_text(text, encoding="utf-8")
    command = [str(Path(sys.executable).parent / "jactionlint"), *options.split(), str(workflow)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [word for word in DEFECTS if f'"{word}"' not in done.stdout] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_they_call_targets_that_exist_and_use_actions_by_commit(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    text = path.read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"].values()
    in_matrix = [target for job in jobs for target in job.get("strategy", {}).get("matrix", {}).get("target", ())]
    assert {*re.findall(r"run: make ([a-z-]+)", text), *in_matrix} <= targets
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used
    assert [
        each for each, comment in used if not (re.search(r"@[0-9a-f]{40}$", each) and re.fullmatch(r" # v[0-9.]+", comment))
    ] == []


def test_the_python_versions_are_those_of_the_packages() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
    tested = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    settings = (ROOT / "overrides" / "catalog_clients" / "pyproject.toml").read_text(encoding="utf-8")
    assert tested == re.findall(r"Python :: (3\.\d+)", settings)
