"""A copy of the project for tests of releases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.release.repositories import Project
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
