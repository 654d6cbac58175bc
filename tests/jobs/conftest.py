"""Databases of jobs: a SQLite file, and a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.mock.serving import Mocks
from scripts.tools.postgresql import Server
from tests.jobs.desk import Desk
from tests.overrides.stores import fresh_database


@pytest.fixture
def postgresql(postgresql_server: Server) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with fresh_database(postgresql_server.url) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """A place for jobs, of both kinds."""
    if request.param == "sqlite":
        return tmp_path / "jobs.sqlite"
    url: str = request.getfixturevalue("postgresql")
    return url


@pytest.fixture
def desk(store: str | Path, mocks: Mocks) -> Iterator[Desk]:
    """Jobs over each kind of database."""
    found = Desk(store, mocks)
    yield found
    found.close()
