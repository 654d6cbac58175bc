"""What all tests share: how Hypothesis, and with it Schemathesis, chooses its examples; and mock vendors to talk to."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Any

import httpcore2
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from scripts.apis import source_folders
from scripts.command import ROOT

if TYPE_CHECKING:
    from scripts.mock.serving import Mocks
    from scripts.mock.settings import Settings
    from scripts.tools.postgresql import Server

gc.disable()  # until everything is collected
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell; processes of the tests would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)
set_hypothesis_home_dir(ROOT / ".cache" / "hypothesis")
sys.path.extend(map(str, source_folders()))

_FIRST = ("tests/test_fifth_api.py", "torture/test_torture.py", "facades/test_chaos.py", "generate/test_odd_documents.py")

# `ci`, the default: the same examples in every run, so that a change cannot fail by chance. `explore`: new ones in every run.
# A slow machine fails no test, and a failure prints how to repeat it.
_COMMON = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", _COMMON, derandomize=True, database=None)
settings.register_profile("explore", _COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def _certificates_are_loaded_once() -> Iterator[None]:
    """Let HTTP clients share the certificates, as generated clients do: loading them takes longer than most tests."""
    load, names = httpcore2.default_ssl_context, ("SSL_CERT_FILE", "SSL_CERT_DIR")
    once = cache(lambda options, _: load(**dict(options)))

    def shared(**options: Any) -> Any:
        return once(tuple(options.items()), tuple(map(os.environ.get, names)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore2, "default_ssl_context", shared)
        yield


@pytest.fixture(scope="session")
def mocks() -> Iterator[Mocks]:
    """All mock vendors with the documented options; their minute takes 60 ms. Tests share them and their state."""
    from scripts.mock.serving import running  # noqa: PLC0415 - only tests that need mocks load them
    from scripts.mock.settings import Settings  # noqa: PLC0415 - as above

    with running(Settings(speed=1000)) as found:
        yield found


@pytest.fixture
def mocks_with() -> Iterator[Callable[[Settings], Mocks]]:
    """Start mock vendors with some settings; they run until the test ends."""
    from scripts.mock.serving import running  # noqa: PLC0415 - as above

    with ExitStack() as started:
        yield lambda settings: started.enter_context(running(settings))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL server."""
    from scripts.tools.postgresql import running  # noqa: PLC0415 - as above

    with running() as found:
        yield found


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Never look for garbage among what was imported, and seldom among the rest: that took a tenth of the time."""
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest or wait most, and end with short ones, so that processes end together."""
    places = {name: place for place, name in enumerate(_FIRST)}

    def place(item: pytest.Item) -> tuple[int, bool]:
        folder = item.path.parent.name
        return places.get(f"{folder}/{item.path.name}", len(places)), folder == "mock"

    items.sort(key=place)
