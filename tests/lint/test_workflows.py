"""The workflows are checked by `make lint`, call targets that exist, use actions by commit, and run no text of others."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.command import ROOT
from scripts.packages.distributions import distributions
from scripts.packages.distributions import tag as tag_of

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
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


def steps(path: Path) -> Iterator[Mapping[str, Any]]:
    for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
        yield from job["steps"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_that_others_choose_is_written_into_a_script(path: Path) -> None:
    scripts = [step["run"] for step in steps(path) if "run" in step]
    assert scripts
    expressions = {each for script in scripts for each in re.findall(r"\$\{\{ *(.*?) *\}\}", script)}
    assert expressions <= {"matrix.target"}  # a list in the workflow itself


def run(name: str, folder: Path, **variables: str) -> int:
    """Run the step of the release whose name begins so, as GitHub does, and return its exit code."""
    (script,) = (step["run"] for step in steps(RELEASE) if step.get("name", step.get("id", "")).startswith(name))
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    ("tag", "is_refused"),
    [
        *((tag_of(each), False) for each in distributions()),
        ("client-v1.0", True),
        ("client-v1.0.0-rc1", True),
        ("Client-v1.0.0", True),
        ("$(id)-v1.0.0", True),
        ("$(shell${IFS}id)-v1.0.0", True),
        ("`id`-v1.0.0", True),
        ("a;id;b-v1.0.0", True),
        ("a|id-v1.0.0", True),
        ("a'-v1.0.0", True),
        ('a"-v1.0.0', True),
        ("--help-v1.0.0", True),
        ("a-v1.0.0\nb-v1.0.0", True),
        ("\u00e4-v1.0.0", True),
        ("", True),
    ],
)
def test_a_tag_that_a_shell_or_make_would_read_is_refused_before_anything_else(tag: str, is_refused: bool, tmp_path: Path) -> None:
    assert "tag" in next(steps(RELEASE))["name"]
    assert (run("Refuse a tag", tmp_path, TAG=tag) != 0) is is_refused


@pytest.mark.parametrize("change", ["none", "bytes", "another file", "a file less"])
def test_other_files_than_those_that_were_built_are_not_published(change: str, tmp_path: Path) -> None:
    built, downloaded, output = tmp_path / ".cache" / "dist", tmp_path / "dist", tmp_path / "output"
    built.mkdir(parents=True)
    for name in ("a-1.0.0.tar.gz", "a-1.0.0-py3-none-any.whl"):
        (built / name).write_text(name)
    assert run("digests", tmp_path, GITHUB_OUTPUT=str(output)) == 0
    digests = output.read_text(encoding="utf-8").strip().removeprefix("digests=")
    shutil.copytree(built, downloaded)
    if change == "a file less":
        (downloaded / "a-1.0.0.tar.gz").unlink()
    elif change != "none":
        (downloaded / ("a-1.0.0.tar.gz" if change == "bytes" else "b-1.0.0.tar.gz")).write_text("other")
    assert (run("Refuse other files", tmp_path, DIGESTS=digests) == 0) is (change == "none")


def test_the_python_versions_are_those_of_the_packages() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
    tested = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    settings = (ROOT / "overrides" / "catalog_clients" / "pyproject.toml").read_text(encoding="utf-8")
    assert tested == re.findall(r"Python :: (3\.\d+)", settings)
