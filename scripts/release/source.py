"""The files that git tracks, with uncommitted changes: no other file can get into a package."""

from __future__ import annotations

import shutil
from pathlib import Path

from scripts.packages.git import git


def export(root: Path, folder: Path, target: Path) -> None:
    """Copy the tracked files of a folder, with uncommitted changes.

    Args:
        root: root of the repository.
        folder: folder relative to the root.
        target: folder for the copy.

    Raises:
        PackageError: `root` is not in a git repository.
    """
    for name in filter(None, git(root, "ls-files", "-z", "--", folder.as_posix()).decode().split("\0")):
        if (source := root / name).is_file():
            place = target / Path(name).relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


def changed(root: Path) -> list[str]:
    """Return the files with uncommitted changes, and the untracked files.

    Raises:
        PackageError: `root` is not in a git repository.
    """
    return [line[3:] for line in git(root, "status", "--porcelain", "--untracked-files=all").decode().splitlines()]
