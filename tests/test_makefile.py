"""Variables of make reach the commands as they are given, and one that is empty does nothing at all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.command import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
_MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def _made(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Return what make would run, or why it runs nothing."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ARGS"))}
    command = ["make", "--dry-run", "--always-make", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**environment, **variables}, capture_output=True, text=True, check=False)


def _variables() -> set[str]:
    return {"PYTHON", *re.findall(r"\$\(if \$\(call given,([A-Z_]+)\)", _MAKEFILE)}


def _command(done: subprocess.CompletedProcess[str], module: str) -> list[str]:
    """Return the arguments that make would give to a module."""
    assert done.returncode == 0, done
    return done.stdout.rpartition(f".venv/bin/python -m {module}")[2].replace("\\", " ").split()


@pytest.mark.parametrize("name", sorted(_variables()))
def test_a_variable_that_is_given_but_blank_is_an_error(name: str) -> None:
    done = _made("publish", f"{name}=  ")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{name}= is empty; give a value, or leave it out" in done.stderr


def test_all_empty_ones_are_named() -> None:
    assert "API= URL= is empty; give a value, or leave it out" in _made("fuzz", "URL=", "API=", "WRITES=yes").stderr


def test_a_variable_of_the_environment_does_not_count() -> None:
    assert _command(_made("fuzz", URL="", API="", WRITES=""), "scripts.fuzz") == []


def test_what_is_given_is_quoted_for_the_shell() -> None:
    fuzz = _made("fuzz", "API=some_api;touch x", "URL=https://example.com/;touch y", "WRITES=yes")
    assert _command(fuzz, "scripts.fuzz") == ["--api", '"$API"', "--url", '"$URL"', "--writes", '"$WRITES"']
    publish = _made("publish", "INDEX=https://example.com/", "DRY_RUN=yes")
    assert _command(publish, "scripts.release.publish") == ["--index", '"$INDEX"', "--dry-run", '"$DRY_RUN"']


@pytest.mark.parametrize("folder", ["generated", "overrides"])
def test_python_of_the_environment_imports_the_packages_of_its_folder(folder: str, tmp_path: Path) -> None:
    distribution = tmp_path / folder / "one"
    package = distribution / "one_package"
    package.mkdir(parents=True)
    (distribution / "pyproject.toml").touch()
    (package / "__init__.py").write_text("print(__file__)", encoding="utf-8")
    command = [sys.executable, "-c", "import os; os.chdir('/'); import one_package"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).parent == package
