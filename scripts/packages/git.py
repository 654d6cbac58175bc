"""What git holds of earlier states: tags, old files, and which files there are now. Nothing is checked out, nothing changed."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path, PurePosixPath
from zipfile import ZipFile


class ReleaseError(Exception):
    """What is asked for cannot be done; the message says in one line why, and what to do."""


def git(root: Path, *arguments: str) -> bytes:
    """Run git in a folder and return what it prints.

    Raises:
        ReleaseError: git is not installed, the folder is in no repository, or git refuses; with its words.
    """
    # In a hook, git's own variables name the repository that the hook belongs to.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ["LC_ALL"] = "C"
    try:
        done = subprocess.run(["git", *arguments], cwd=root, env=environ, capture_output=True, check=False)  # noqa: S607
    except FileNotFoundError as error:
        raise ReleaseError(f"git or the folder {root} is not there; install git, or name another folder") from error
    if done.returncode != 0:
        said = " ".join(done.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        raise ReleaseError(f"git {arguments[0]} in {root}: {said or f'ended with {done.returncode}'}")
    return done.stdout


def tags(root: Path) -> tuple[str, ...]:
    """Return the names of all tags.

    Raises:
        ReleaseError: the folder is in no git repository.
    """
    return tuple(git(root, "tag", "--list").decode().split())


def commit(root: Path, ref: str) -> str:
    """Return the id of the commit that a ref names; `refs/tags/NAME` is a tag even if a branch has its name.

    Raises:
        ReleaseError: the folder is in no git repository, or the ref names no commit in it.
    """
    git(root, "rev-parse", "--git-dir")
    try:
        return git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    except ReleaseError as error:
        name = ref.removeprefix("refs/tags/")
        raise ReleaseError(f"{name!r} names no commit here; name a tag, branch or commit, or fetch it") from error


def extract(root: Path, ref: str, folders: tuple[str, ...], target: Path) -> None:
    """Write the folders, as far as they were there at a ref, below an empty target folder.

    Raises:
        ReleaseError: git cannot read the ref.
    """
    there = set(git(root, "ls-tree", "-z", "--name-only", ref).decode().split("\0"))
    found = [folder for folder in folders if folder in there]
    if found:
        with ZipFile(io.BytesIO(git(root, "archive", "--format=zip", "-0", ref, "--", *found))) as packed:
            packed.extractall(target)


def files(root: Path, folder: Path) -> frozenset[PurePosixPath]:
    """Return the files of a folder below the root, relative to it, that git knows or would take: what is ignored is left out.

    Raises:
        ReleaseError: the folder is in no git repository.
    """
    listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", folder.as_posix()).decode()
    names = (PurePosixPath(name) for name in listed.split("\0") if name)
    return frozenset(name.relative_to(folder.as_posix()) for name in names if (root / name).is_file())


def is_shallow(root: Path) -> bool:
    """Tell whether the repository has only a part of its history.

    Raises:
        ReleaseError: the folder is in no git repository.
    """
    return git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
