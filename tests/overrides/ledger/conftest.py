"""Processes that archive items, and that can be killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.overrides.archiving import Archiver


@pytest.fixture(scope="session")
def archiver() -> Iterator[Archiver]:
    with Archiver() as found:
        yield found
