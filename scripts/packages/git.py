"""Reads a git repository: tags, files of earlier commits, and which files there are now. It never changes anything."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from scripts.packages.errors import PackageError


def git(root: Path, *arguments: str) -> bytes:
    """Run git in a folder and return its output.

    Raises:
        PackageError: git is not installed, the folder is not in a repository, or git fails; with git's message.
    """
    # In a hook, git's own variables name the repository that the hook belongs to.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ["LC_ALL"] = "C"
    try:
        done = subprocess.run(["git", *arguments], cwd=root, env=environ, capture_output=True, check=False)  # noqa: S607
    except FileNotFoundError as error:
        reason = "git is not installed; install it" if root.is_dir() else f"there is no folder {root}"
        raise PackageError(reason) from error
    if done.returncode != 0:
        message = " ".join(done.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        if message.startswith("not a git repository"):
            raise PackageError(f"{root} is not in a git repository, which this command needs; clone the project with git")
        raise PackageError(f"git {arguments[0]} in {root}: {message or f'ended with {done.returncode}'}")
    return done.stdout


def tags(root: Path) -> tuple[str, ...]:
    """Return the names of all tags.

    Raises:
        PackageError: the folder is not in a git repository.
    """
    return tuple(git(root, "tag", "--list").decode().split())


def commit(root: Path, ref: str) -> str:
    """Return the id of the commit of a ref; `refs/tags/NAME` is a tag even if a branch has the same name.

    Raises:
        PackageError: the folder is not in a git repository, or the ref is not a commit.
    """
    git(root, "rev-parse", "--git-dir")
    try:
        return git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    except PackageError as error:
        name = ref.removeprefix("refs/tags/")
        raise PackageError(f"{name!r} is not a commit here; name a tag, branch or commit, or fetch it") from error


def extract(root: Path, ref: str, folders: tuple[str, ...], target: Path) -> None:
    """Write those of the folders that exist at a ref into an empty target folder.

    Raises:
        PackageError: git cannot read the ref.
    """
    there = set(git(root, "ls-tree", "-z", "--name-only", ref).decode().split("\0"))
    found = [folder for folder in folders if folder in there]
    if found:
        with ZipFile(io.BytesIO(git(root, "archive", "--format=zip", "-0", ref, "--", *found))) as packed:
            packed.extractall(target)


def files(root: Path, folder: Path) -> frozenset[PurePosixPath]:
    """Return the files of a folder, relative to it, that git tracks or would add: ignored files are left out.

    Raises:
        PackageError: the folder is not in a git repository.
    """
    listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", folder.as_posix()).decode()
    names = (PurePosixPath(name) for name in listed.split("\0") if name)
    return frozenset(name.relative_to(folder.as_posix()) for name in names if (root / name).is_file())


def is_shallow(root: Path) -> bool:
    """Return whether the repository has only a part of its history.

    Raises:
        PackageError: the folder is not in a git repository.
    """
    return git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def changed(root: Path) -> list[str]:
    """Return the files with uncommitted changes, and the untracked files.

    Raises:
        PackageError: the folder is not in a git repository.
    """
    return [line[3:] for line in git(root, "status", "--porcelain", "--untracked-files=all").decode().splitlines()]
