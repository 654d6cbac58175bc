"""The mock of `wares.yaml`, an API of our own."""

from __future__ import annotations

from pathlib import Path

from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from tests.mock.callers import Caller

DOCUMENT = Path(__file__).with_name("wares.yaml")


class Wares(Caller):
    """A caller of the mock."""

    api = "wares"
    kinds = (generic(of_file(DOCUMENT)),)
