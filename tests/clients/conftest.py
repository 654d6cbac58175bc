"""The mock vendors, and the two ways to call them, shared by all tests here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache

import pytest

from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from tests.clients.access import ITEMS, JWO
from tests.support.ways import WAYS, Way


@pytest.fixture(scope="session")
def mocks() -> Iterator[Mocks]:
    """All mock vendors at an accelerated time scale; tokens and links last as long as the tests."""
    options = {ITEMS: {"token_lifetime": 1_000_000}, JWO: {"link_lifetime": 1_000_000}}
    with running(Settings(speed=1000, options=options)) as found:
        yield found


@pytest.fixture(scope="session")
def ways() -> Iterator[Mapping[str, Way]]:
    """Both ways to call, by their names."""
    found = {name: Way(name) for name in WAYS}
    yield found
    for way in found.values():
        way.close()


@pytest.fixture(scope="session", params=WAYS)
def way(request: pytest.FixtureRequest, ways: Mapping[str, Way]) -> Way:
    return ways[request.param]


@pytest.fixture(scope="session")
def failing() -> Iterator[Callable[[str], Mocks]]:
    """Mock vendors of which each response has the named fault; they process requests at once and without a limit."""
    unlimited = {"rate": 1_000_000, "burst": 1_000_000}
    options = {ITEMS: unlimited, JWO: {**unlimited, "queue_seconds": 0, "processing_seconds": 0}}
    with ExitStack() as started:
        yield cache(lambda fault: started.enter_context(running(Settings(chaos=1, faults=(fault,), slow=60, options=options))))
