"""A copy of the whole project in a git repository, whose commands tests run, and an index to publish to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.release.clones import Clone

PASSWORD = "s3cr3t-v4lue"  # noqa: S105 - of the tests' own index
CREDENTIALS = {"UV_PUBLISH_USERNAME": "publisher", "UV_PUBLISH_PASSWORD": PASSWORD}
_SERVER = Path(__file__).parent / "index_server.py"


class Project(Clone):
    """The project with its uncommitted changes, in a git repository in which they are committed."""

    def run(self, module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of its commands, without credentials except those that are given."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("UV_PUBLISH_")}
        command = [sys.executable, "-m", f"scripts.release.{module}", *arguments]
        return subprocess.run(
            command, cwd=self.root, env={**kept, **variables}, capture_output=True, text=True, check=False, timeout=600
        )


@dataclass(frozen=True, kw_only=True)
class Index:
    """A running index: its URL, and the folder with the uploaded files."""

    url: str
    folder: Path

    @property
    def files(self) -> set[str]:
        """Names of the uploaded files."""
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
