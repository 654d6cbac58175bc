"""The two ways to use a facade; the mock vendors are those of all tests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pytest

from tests.overrides.ways import WAYS, Way


@pytest.fixture(scope="session", autouse=True)
def _no_litter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep reports that cannot be read among the files of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
        yield


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    found = Way(request.param)
    yield found
    found.close()
