"""Earlier states of the project, read from git into a temporary folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripts.packages import git
from scripts.packages.distributions import FOLDERS, Distribution, distributions
from scripts.packages.errors import PackageError


@dataclass(frozen=True)
class State:
    """The files of the distributions at a commit, and the distributions by name."""

    root: Path
    distributions: dict[str, Distribution]


class States:
    """Reads states; each is read once."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Read from the repository at `root` into an existing `folder`."""
        self._root, self._folder = root, folder
        self._at_commit = cache(self._read)

    def at(self, ref: str) -> State:
        """Return the state at a tag, branch or commit.

        Raises:
            PackageError: there is no such ref, or a spec cannot be read there.
        """
        commit = git.commit(self._root, ref)
        try:
            return self._at_commit(commit)
        except PackageError as error:
            place = f"{self._folder / commit}/"
            raise PackageError(f"{ref.removeprefix('refs/tags/')}: {str(error).replace(place, '')}") from error

    def _read(self, commit: str) -> State:
        target = self._folder / commit
        target.mkdir()
        git.extract(self._root, commit, FOLDERS, target)
        return State(target, {each.name: each for each in distributions(target)})


@contextmanager
def earlier_states(root: Path) -> Iterator[States]:
    """Give a reader of earlier states; its files are removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="api-diff-") as folder:
        yield States(root, Path(folder))
