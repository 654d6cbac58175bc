"""The packages that are generated from the documents beside the tests, and their files that depend on the documents.

`python -m tests.generate.packages` rewrites the golden files. Review their diff before it is committed.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx2

from scripts.command import ROOT
from scripts.generate.output import generate_one

SPECS = Path(__file__).parent / "specs"
GOLDEN = Path(__file__).parent / "golden"
# The environment of a process that differs from this one in all that the output must not depend on.
ELSEWHERE = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo", "LC_ALL": "C"}
WITH_GOLDEN_FILES = ("workshop.yaml", "zoo.json", "pets.yaml", "billing.yaml", "forge.json")


class Package:
    """A package that is generated now, with its modules as attributes; its types are not known before."""

    def __init__(self, spec: Path, folder: Path) -> None:
        generate_one(spec, folder)
        (module,) = folder.glob("*/client.py")
        self.folder = folder
        self.name = module.parent.name
        sys.path.insert(0, str(folder))
        self.root: Any = importlib.import_module(self.name)
        sys.path.remove(str(folder))
        self.models: Any = self.root.models
        self.errors: Any = self.root.errors
        self.client: Any = importlib.import_module(f"{self.name}.client")

    def operation(self, tag: str, name: str) -> Any:
        return importlib.import_module(f"{self.name}.api.{tag}.{name}")


class Network(httpx2.MockTransport):
    """A transport that keeps the last request, and always gives the same response."""

    def __init__(self, data: Any = 7, status: int = 200) -> None:
        super().__init__(self._respond)
        self.data = data
        self.status = status
        self.request: Any = None

    def _respond(self, request: httpx2.Request) -> httpx2.Response:
        self.request = request
        return httpx2.Response(self.status, json=self.data)


def mypy(*paths: Path, folder: Path = ROOT) -> list[str]:
    """Return the errors that mypy finds in files or packages, of which it imports others from a folder."""
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".cache" / "mypy")]  # that of `make test`
    command = [sys.executable, "-m", "mypy", "--strict", *config, *map(str, paths)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert done.returncode == bool(errors), done.stdout + done.stderr
    return errors


def files(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files below a folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def golden_files(folder: Path) -> dict[str, str]:
    """Return the files of a distribution that depend on its document, under the names of their golden files."""
    return {
        f"{name}.golden": content.decode()
        for name, content in files(folder).items()
        if "_runtime" not in Path(name).parts and name.endswith((".py", ".toml", ".md"))
    }


def refresh() -> None:
    """Write all golden files."""
    shutil.rmtree(GOLDEN, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        for spec in WITH_GOLDEN_FILES:
            out = Path(folder) / spec
            generate_one(SPECS / spec, out)
            for name, text in golden_files(out).items():
                path = GOLDEN / spec / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    refresh()
