"""Runs an example of a README as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def output_of(program: str, folder: Path, packages: Iterable[Path], **environment: str) -> str:
    """Return what a program prints, also of warnings in its log; it has to end without an error or a warning of Python.

    Args:
        program: the Python text.
        folder: where it is written to and run.
        packages: folders that it can import from.
        environment: all of its other environment variables.
    """
    example = folder / "example.py"
    example.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-u", "-W", "error", example],
        cwd=folder,
        env={"PYTHONPATH": os.pathsep.join(map(str, packages)), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
