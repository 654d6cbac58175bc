"""The two ways to use a facade; the mock vendors are those of all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.overrides.ways import WAYS, Way


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    found = Way(request.param)
    yield found
    found.close()
