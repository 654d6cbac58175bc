"""Runs an example of a README as a program of its own, and points it to mocks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from ruff import find_ruff_bin

from scripts.mock.__main__ import PORT
from scripts.mock.serving import Mocks
from tests.support.copies import COMPILED


def at(mocks: Mocks, program: str) -> str:
    """Return a program, or commands, that use the mocks where these are, not where `make mock` serves them."""
    urls = list(mocks.served.urls.values())
    return re.sub(r"http://127\.0\.0\.1:(\d+)", lambda found: urls[int(found[1]) - PORT], program)


def credentials(mocks: Mocks) -> dict[str, str]:
    """Return the credentials of all mocks by the names of their environment variables."""
    return {name: value for given in mocks.served.credentials.values() for name, value in given.items()}


def undefined(programs: Iterable[str]) -> list[str]:
    """Return what is wrong in programs before they run: names that they do not define, imports that they do not use, syntax."""
    command = [find_ruff_bin(), "check", "--isolated", "--no-cache", "--output-format", "concise", "--select", "F", "-"]
    done = [subprocess.run(command, input=each, capture_output=True, text=True, check=False) for each in programs]
    return [each.stdout + each.stderr for each in done if each.returncode != 0]


def output_of(program: str, folder: Path, packages: Iterable[Path], **environment: str) -> str:
    """Return what a program prints, also of warnings in its log; it has to end without an error or a warning of Python.

    Args:
        program: the Python text.
        folder: where it is written to and run.
        packages: folders that it can import from.
        environment: all of its other environment variables, but for those of Python.
    """
    example = folder / "example.py"
    example.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-u", "-W", "error", example],
        cwd=folder,
        env={**COMPILED, "PYTHONPATH": os.pathsep.join(map(str, packages)), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
