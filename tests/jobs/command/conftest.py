from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_jobs import apis
from catalog_jobs.command.progress import watching
from tests.jobs.command.calling import Catalog
from tests.jobs.command.installed import install
from tests.jobs.command.playing import Database, parts_of


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    install(folder)
    return folder


@pytest.fixture
def catalog(tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Catalog]:
    """The command in an empty folder, with all clients installed and no settings."""
    monkeypatch.syspath_prepend(site)
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith(("CATALOG_", "XDG_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(watching, "INTERVAL", 0.001)
    forget = apis.installed.cache_clear  # as a test may replace it
    forget()
    database = Database()
    with parts_of(database):
        yield Catalog(database, capsys)
    forget()
