"""Run the property tests of one package against a copy of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.command import ROOT
from scripts.mutants.source import MutantError, Mutation, Sources

TESTS = ROOT / "tests" / "properties"

_OUTCOME = re.compile(r"^(FAILED|ERROR) (\S+::\S+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of the tests of a copy.

    Attributes:
        killed_by: the test that failed, or that the tests did not end; None if all passed.
        seconds: how long that took.
        is_test: whether `killed_by` is the name of a test.
    """

    killed_by: str | None
    seconds: float
    is_test: bool = True


def try_package(sources: Sources, mutation: Mutation | None, *, longest: float, first: Sequence[str] = ()) -> Outcome:
    """Run the property tests against a copy of a package, until one fails.

    Args:
        sources: the package; it is not changed.
        mutation: the mutation of the copy; None for a copy without one.
        longest: seconds after which the tests are stopped, which counts as a failure.
        first: texts in the names of the tests to begin with.

    Raises:
        MutantError: the tests failed to run, or the copy cannot be imported at all, which says nothing about the tests.
    """
    started, package = time.monotonic(), sources.package
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder_name:
        copy = Path(folder_name)
        shutil.copytree(sources.folder / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
        if mutation is not None:
            (copy / package / mutation.module).write_text(mutation.mutated(), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "--assert=plain", "-p", "no:schemathesis"]
        command += ["-o", f"cache_dir={copy / 'cache'}", str(TESTS)]
        command += ["--package", package, "--package-path", str(copy), *(f"--first={text}" for text in first)]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PROPERTY_SHRINK": "0"}
        try:
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=longest)
        except subprocess.TimeoutExpired:
            return Outcome(killed_by=f"no end within {longest:.0f} s", seconds=time.monotonic() - started, is_test=False)
    seconds = time.monotonic() - started
    if done.returncode == 0:
        return Outcome(killed_by=None, seconds=seconds)
    found = _OUTCOME.search(done.stdout)
    if done.returncode != 1 or found is None or found[1] == "ERROR":
        raise MutantError(f"the tests did not run: {' '.join((done.stdout + done.stderr).split())[-500:]}")
    return Outcome(killed_by=found[2].split("::")[-1], seconds=seconds)
