"""A copy of the project for tests of releases, and an index to publish to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.release.repositories import Index, Project, serving
from tests.support.copies import copied


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with copied(tmp_path_factory.mktemp("release") / "template") as folder:
        yield Project(folder)


@pytest.fixture
def project(template: Project) -> Iterator[Project]:
    """The copy, as it was made."""
    yield template
    template.restore()
    shutil.rmtree(template.root / ".cache" / "dist", ignore_errors=True)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An empty index."""
    with serving(tmp_path / "index") as found:
        yield found
