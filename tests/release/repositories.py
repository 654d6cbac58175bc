"""A copy of this project in a git repository of its own, which tests may change, and an index to publish to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.release.distributions import ROOT
from scripts.release.source import export

PASSWORD = "s3cr3t-v4lue"  # noqa: S105 - of the tests' own index
CREDENTIALS = {"UV_PUBLISH_USERNAME": "publisher", "UV_PUBLISH_PASSWORD": PASSWORD}
_SERVER = Path(__file__).parent / "index_server.py"
_WHO = ("-c", "user.name=Tester", "-c", "user.email=tester@localhost", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false")


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A git repository with the project's files, and nothing else."""

    root: Path

    def git(self, *arguments: str) -> str:
        """Run git and return what it printed."""
        command = ["git", "-C", str(self.root), *_WHO, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def commit(self, message: str = "Change") -> None:
        """Commit all that is there."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace a text that stands in a file."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of the project's commands there, with no credentials but those that are given."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("UV_PUBLISH_")}
        command = [sys.executable, "-m", f"scripts.release.{module}", *arguments]
        environment = {**kept, **variables}
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False, timeout=600)


def copied(target: Path) -> Repository:
    """Copy the project, with changes that are not committed, and commit it."""
    target.mkdir(parents=True)
    export(ROOT, target)
    (target / ".cache").mkdir()
    for tool in ("redocly", "pycache"):
        if (ROOT / ".cache" / tool).exists():
            (target / ".cache" / tool).symlink_to(ROOT / ".cache" / tool)
    (target / ".gitignore").write_text("/.cache/\n__pycache__/\n", encoding="utf-8")
    repository = Repository(root=target)
    repository.git("init", "--quiet", "--initial-branch", "main")
    repository.commit("Begin")
    return repository


@dataclass(frozen=True, kw_only=True)
class Index:
    """A running index: its URL, and the folder with what was uploaded."""

    url: str
    folder: Path

    @property
    def files(self) -> set[str]:
        """Names of all that was uploaded."""
        return {path.name for path in self.folder.iterdir()}


@contextmanager
def serving(folder: Path) -> Iterator[Index]:
    """Serve an empty index."""
    folder.mkdir()
    command = [sys.executable, str(_SERVER), str(folder)]
    with subprocess.Popen(command, env={**os.environ, "INDEX_PASSWORD": PASSWORD}, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield Index(url=f"http://127.0.0.1:{int(server.stdout.readline())}/", folder=folder)
        finally:
            server.terminate()
