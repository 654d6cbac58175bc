"""Mock vendors in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import pytest

from scripts.bench import connections
from scripts.mock import __main__ as mock
from scripts.mock.roster import VENDORS
from scripts.mock.served import Served
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings


@pytest.fixture
def in_thread(monkeypatch: pytest.MonkeyPatch, mocks_with: Callable[[Settings], Mocks]) -> None:
    """Run mock vendors in a thread instead of a process, which takes seconds to start."""

    def start(arguments: Sequence[str]) -> AbstractContextManager[Served]:
        given = mock._parser().parse_args(arguments)
        return nullcontext(mocks_with(Settings(speed=given.speed, options=mock._options(given.set, VENDORS))).served)

    monkeypatch.setattr(connections, "spawned", start)
