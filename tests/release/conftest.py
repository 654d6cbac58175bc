"""A copy of the project for tests of releases."""

from __future__ import annotations

import pytest

from tests.release.repositories import Project


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.made(tmp_path_factory.mktemp("release") / "template")
