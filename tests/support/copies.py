"""Copies of the whole project, to be changed and used by tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from scripts.command import ROOT

_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", ".cache", "__pycache__")
_INSTALLED = (".cache/chromium", ".cache/prism", ".cache/redocly")


def copy_project(folder: Path) -> Path:
    """Copy the project with its uncommitted changes, and link to what is installed; return the new folder."""
    shutil.copytree(ROOT, folder, symlinks=True, ignore=_LEFT_OUT)
    (folder / ".cache").mkdir()
    for name in _INSTALLED:
        (folder / name).symlink_to(ROOT / name)
    return folder
