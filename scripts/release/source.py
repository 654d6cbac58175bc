"""The files that git tracks, as they stand, in a folder of their own: nothing else that lies about can get into a package."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from scripts.release.history import git

_NOBODY = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")


def export(root: Path, target: Path) -> None:
    """Write all tracked files, with changes that are not committed, into an empty folder.

    Raises:
        ReleaseError: this is no git repository.
    """
    # `stash create` makes a commit of the changes that nothing refers to, and prints its id; nothing without changes.
    commit = git(root, *_NOBODY, "stash", "create").decode().strip() or "HEAD"
    with ZipFile(BytesIO(git(root, "archive", "--format=zip", commit))) as archive:
        archive.extractall(target)


def changed(root: Path) -> list[str]:
    """Return what is not committed, files that git does not know included.

    Raises:
        ReleaseError: this is no git repository.
    """
    return [line[3:] for line in git(root, "status", "--porcelain", "--untracked-files=all").decode().splitlines()]
