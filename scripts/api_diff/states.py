"""Earlier states of the project, read from git into a temporary folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
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


@contextmanager
def earlier_states(root: Path) -> Iterator[Callable[[str], State]]:
    """Give a function that reads the state at a tag, branch or commit; its files are removed afterwards.

    It raises PackageError if there is no such ref, or a spec cannot be read there.
    """
    with tempfile.TemporaryDirectory(prefix="api-diff-") as folder:

        @cache
        def read(commit: str) -> State:
            target = Path(folder) / commit
            target.mkdir()
            git.extract(root, commit, FOLDERS, target)
            return State(target, {each.name: each for each in distributions(target)})

        def state_at(ref: str) -> State:
            commit = git.commit(root, ref)
            try:
                return read(commit)
            except PackageError as error:
                message = str(error).replace(f"{Path(folder) / commit}/", "")
                raise PackageError(f"{ref.removeprefix('refs/tags/')}: {message}") from error

        yield state_at
