"""Clones of what the packages are released from, in git repositories of their own, to be changed by tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scripts.command import ROOT
from scripts.packages.distributions import FOLDERS

YANDEX = "yandex-market-offers-client"
ITEMS = "amazon-catalog-items-client"
JWO = "amazon-jwo-catalog-client"
WRITTEN = "catalog-clients"
NAMES = (ITEMS, JWO, "shipsidekick-products-client", YANDEX, WRITTEN)


class Clone:
    """A work tree with a git repository."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def made(cls, root: Path) -> Clone:
        """Copy the project as it is, and commit that."""
        for folder in FOLDERS:
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("mock", "__pycache__", "*.pyc"))
        found = cls(root)
        found.git("init", "--quiet", "--initial-branch=main")
        found.commit()
        return found

    def copied(self, root: Path) -> Clone:
        shutil.copytree(self.root, root)
        return Clone(root)

    def git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True)  # noqa: S607

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=State")

    def release(self, version: str = "0.1.0", names: Sequence[str] = NAMES) -> None:
        """Mark the last commit as the release of some packages."""
        for name in names:
            self.git("tag", f"{name}-v{version}")

    def change(self, path: str, old: str, new: str) -> None:
        """Replace a text wherever it stands in a file; it has to stand there."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, (path, old)
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")

    def change_spec(self, api: str, old: str, new: str) -> None:
        """The same in a spec, and in the copy of it that the package ships."""
        self.change(f"specs/{api}.yaml", old, new)
        shutil.copy(self.root / f"specs/{api}.yaml", self.root / f"generated/{api}/{api}/openapi.yaml")

    def set_version(self, api: str, version: str, before: str = "0.1.0") -> None:
        if api == "catalog_clients":
            self.change("overrides/catalog_clients/catalog_clients/_version.py", f'VERSION = "{before}"', f'VERSION = "{version}"')
            return
        self.change_spec(api, f"    version: {before}\n", f"    version: {version}\n")
        self.change(f"generated/{api}/pyproject.toml", f'version = "{before}"', f'version = "{version}"')
        self.change(f"generated/{api}/{api}/__init__.py", f'__version__ = "{before}"', f'__version__ = "{version}"')
