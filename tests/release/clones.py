"""Git repositories to be changed by tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import pytest

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


class Clone:
    """A work tree with a git repository."""

    def __init__(self, root: Path) -> None:
        """Make a repository in an existing folder that has none. A test that does so is skipped where git is not installed."""
        if not shutil.which("git"):
            pytest.skip("git is not installed")
        self.root = root
        if not (root / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main", "--template=")
            self.commit()
            self.git("branch", "made")

    def copied(self, root: Path) -> Self:
        """Copy it with its history."""
        shutil.copytree(self.root, root, symlinks=True)
        return type(self)(root)

    def restore(self) -> None:
        """Undo what was changed, committed and tagged since it was made; files that git ignores stay."""
        self.git("reset", "--quiet", "--hard", "made")
        self.git("clean", "--quiet", "--force", "-d")
        for tag in self.git("tag", "--list").split():
            self.git("tag", "--delete", tag)

    def git(self, *arguments: str) -> str:
        """Run git, and return its output."""
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=State")

    def tag(self, names: Sequence[str], version: str = "0.1.0") -> None:
        """Mark the last commit as the release of some packages."""
        for name in names:
            self.git("tag", f"{name}-v{version}")

    def change(self, path: str, old: str, new: str) -> None:
        """Replace a text wherever it is in a file; it has to be there."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, (path, old)
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")
