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

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# As the Makefile runs it: the same result whether or not the machine has those two.
COMMAND = [str(Path(sys.executable).parent / "jactionlint"), "--strict-exit", "--shellcheck=", "--pyflakes="]


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    workflows = sorted((folder / ".github" / "workflows").glob("*.yml"))
    return subprocess.run([*COMMAND, *workflows], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    return tmp_path


def test_make_lint_checks_them() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert " ".join([".venv/bin/jactionlint", *COMMAND[1:], ".github/workflows/*.yml"]) in makefile


def test_they_are_clean(copy: Path) -> None:
    done = checked(copy)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("runs-on: ubuntu-24.04", "run-on: ubuntu-24.04"),
        ("needs: build", "needs: built"),
        ("${{ github.ref_name }}", "${{ github.ref_nam }}"),
        ("      id-token: write", "      id-token: wirte"),
        ("          persist-credentials: false", "          persist-credential: false"),
    ],
)
def test_a_defect_is_found(old: str, new: str, copy: Path) -> None:
    workflow = copy / ".github" / "workflows" / "release.yml"
    text = workflow.read_text(encoding="utf-8")
    assert old in text
    workflow.write_text(text.replace(old, new), encoding="utf-8")
    assert checked(copy).returncode == 1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_they_call_targets_that_exist_and_use_actions_by_commit(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
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
