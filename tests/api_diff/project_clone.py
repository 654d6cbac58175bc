"""Clones of the sample project beside this file: a generated package, `offers`, and a hand-written one, `sample`."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.api_diff.cases import PROJECT
from tests.release.clones import Clone

OFFERS, SAMPLE = "offers-client", "sample"
SPEC, SHIPPED = "specs/offers.yaml", "generated/offers/offers/openapi.yaml"


class ProjectClone(Clone):
    """The sample project in a git repository."""

    @classmethod
    def made(cls, root: Path) -> ProjectClone:
        """Copy the project, with the spec that its generated package contains, and commit it."""
        shutil.copytree(PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(root / SPEC, root / SHIPPED)
        return cls(root)

    def release(self) -> None:
        """Mark the last commit as the release of both packages in their first version."""
        self.tag([OFFERS, SAMPLE])

    def change(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file, and where that is the spec, in the copy of it in the package."""
        super().change(path, old, new)
        if path == SPEC:
            super().change(SHIPPED, old, new)

    def set_version(self, name: str, version: str) -> None:
        """Set the version of a package, which is 0.1.0 before."""
        if name == SAMPLE:
            self.change("overrides/sample/sample/_version.py", '"0.1.0"', f'"{version}"')
            return
        self.change(SPEC, "    version: 0.1.0\n", f"    version: {version}\n")
        self.change("generated/offers/pyproject.toml", 'version = "0.1.0"', f'version = "{version}"')
        self.change("generated/offers/offers/__init__.py", '"0.1.0"', f'"{version}"')
