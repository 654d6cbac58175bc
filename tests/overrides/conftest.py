"""The two ways to use a facade, and the mock vendors."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from botocore import session

from catalog_clients._engine.limits import store as digests
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from scripts.tools.postgresql import Server
from tests.clients.access import ITEMS
from tests.generate.packages import Package
from tests.overrides.stores import fresh_database
from tests.overrides.ways import LASTING, Way
from tests.support.ways import WAYS


@pytest.fixture(scope="session")
def mocks() -> Iterator[Mocks]:
    """All mock vendors, a thousand times as fast; a token lasts as long as the tests, however slow the machine is."""
    with running(Settings(speed=1000, options={ITEMS: LASTING})) as found:
        yield found


@pytest.fixture(scope="session")
def package_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Package]:
    """Give the package of a document, which is generated once."""
    return cache(lambda document: Package(document, tmp_path_factory.mktemp(document.stem)))


@pytest.fixture(scope="module")
def generated(request: pytest.FixtureRequest, package_of: Callable[[Path], Package]) -> Package:
    """The package of the document that a test module calls DOCUMENT."""
    return package_of(request.module.DOCUMENT)


@pytest.fixture(scope="session", autouse=True)
def _descriptions_of_aws_are_read_once() -> Iterator[None]:
    """Let sessions of botocore share what they read of AWS's services, which takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "create_loader", cache(session.create_loader))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_litter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep reports that cannot be read among the files of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
        yield


@pytest.fixture(scope="session")
def postgresql(postgresql_server: Server) -> str:
    """The URL of a PostgreSQL server."""
    return postgresql_server.url


@pytest.fixture
def database(postgresql: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with fresh_database(postgresql) as url:
        yield url


@pytest.fixture
def quick_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the digests of credentials in stores of limits be quick to compute."""
    monkeypatch.setitem(digests._COST, "n", 2)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """A store of limits that processes can share: a SQLite file, and a PostgreSQL database."""
    if request.param == "sqlite":
        return tmp_path / "limits.sqlite"
    url: str = request.getfixturevalue("database")
    return url


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    found = Way(request.param)
    yield found
    found.close()
