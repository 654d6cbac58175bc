"""A further API needs nothing but its spec, and only the facts repeat a number of a spec: shown in copies of this folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.command import ROOT
from scripts.generate.identity import identify
from scripts.spec.document import read

_FIFTH = ROOT / "tests" / "support" / "fifth_api.yaml"
_PACKAGE = identify(read(_FIFTH)).package
_COPIED = ("generated", "overrides", "scripts", "specs", "tests", ".github")
_LINKED = (".venv", ".cache/prism", ".cache/redocly")
_NOT_THESE = ("--ignore", "tests/test_fifth_api.py")
_PARALLEL = ("-q", "-n", "2", "--dist", "loadfile")
_SHOWN = 10_000  # characters of the output of what fails


def _copied(folder: Path) -> Path:
    """Copy what the repository holds, and link to what is installed."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, folder)
    (folder / ".cache").mkdir()
    for name in _LINKED:
        (folder / name).symlink_to(ROOT / name)
    return folder


def _run(folder: Path, module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a module in a copy."""
    # Neither compiled modules nor a worker's settings of the calling tests.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST_"))}
    environment = {**inherited, "MYPYPATH": f"generated/{_PACKAGE}", **variables}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _assert_passes(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout[-_SHOWN:] + done.stderr[-_SHOWN:]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy with a fifth API, generated."""
    folder = _copied(tmp_path_factory.mktemp("fifth"))
    shutil.copy2(_FIFTH, folder / "specs")
    _assert_passes(_run(folder, "scripts.generate"))
    return folder


def test_its_spec_is_clean(tree: Path) -> None:
    _assert_passes(_run(tree, "scripts.lint", f"specs/{_FIFTH.name}"))


def test_what_is_generated_is_up_to_date(tree: Path) -> None:
    _assert_passes(_run(tree, "scripts.generate", "--check"))


def test_the_types_of_its_package_are_right(tree: Path) -> None:
    _assert_passes(_run(tree, "mypy", f"generated/{_PACKAGE}/{_PACKAGE}", f"generated/mock/{_PACKAGE}"))


def test_its_own_tests_pass(tree: Path) -> None:
    done = _run(tree, "pytest", "-q", "-k", _PACKAGE, *_NOT_THESE, HYPOTHESIS_PROFILE="quick")
    _assert_passes(done)
    assert " passed" in done.stdout


@pytest.mark.whole_suite
def test_all_tests_pass_with_it(tree: Path) -> None:
    _assert_passes(_run(tree, "pytest", *_PARALLEL, *_NOT_THESE))


@pytest.mark.whole_suite
def test_a_changed_limit_fails_facts_alone(tmp_path: Path) -> None:
    folder = _copied(tmp_path)
    spec = folder / "specs" / "yandex_market_offers.yaml"
    text = spec.read_text(encoding="utf-8")
    assert "maxItems: 200\n" in text
    spec.write_text(text.replace("maxItems: 200\n", "maxItems: 300\n"), encoding="utf-8")
    _assert_passes(_run(folder, "scripts.generate"))
    _assert_passes(_run(folder, "pytest", *_PARALLEL, *_NOT_THESE, "--ignore", "tests/facts"))
    assert _run(folder, "pytest", "-q", "tests/facts").returncode == 1
