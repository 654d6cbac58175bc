"""Copies of the whole project, to be changed and used by tests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.command import ROOT

_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", ".cache", "__pycache__")
_NOT_COMPILED = shutil.ignore_patterns(".venv*", ".cache", "*-pytest-*", "*.pyc.*")  # the last ones are being written
_SHARED = (
    ".cache/chromium",
    ".cache/prism",
    ".cache/redocly",
    ".cache/hypothesis",
)  # what is installed or known
COMPILED = {"PYTHONPYCACHEPREFIX": sys.pycache_prefix} if sys.pycache_prefix else {}
"""The environment variable that says where compiled modules are, if they are not beside their sources."""


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """Copy the project; its compiled modules, which may be elsewhere, are removed afterwards."""
    copy_project(folder)
    copy_compiled(folder)
    yield folder
    if found := compiled(folder):
        shutil.rmtree(found, ignore_errors=True)


def copy_project(folder: Path) -> Path:
    """Copy the project with its uncommitted changes, and link to what is installed; return the new folder."""
    shutil.copytree(ROOT, folder, symlinks=True, ignore=_LEFT_OUT)
    (folder / ".cache").mkdir()
    (ROOT / ".cache" / "hypothesis").mkdir(exist_ok=True)
    for name in _SHARED:
        (folder / name).symlink_to(ROOT / name)
    return folder


def compiled(folder: Path) -> Path | None:
    """Return where the compiled modules of a folder are, if they are elsewhere."""
    return Path(sys.pycache_prefix, *folder.parts[1:]) if sys.pycache_prefix else None


def copy_compiled(folder: Path) -> None:
    """Copy the compiled modules of the project for a copy of it, whose files have the same times."""
    known, wanted = compiled(ROOT), compiled(folder)
    if known and wanted and known.exists():
        shutil.copytree(known, wanted, ignore=_NOT_COMPILED, dirs_exist_ok=True)
