"""What the mock vendors hold: products that no test has used yet, and whether anything has changed or still will."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from typing import Any

from scripts.mock.engine.catalog import Catalog
from scripts.mock.engine.vendor import Vendor
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX

_NUMBERS = count(20_001)  # tests name those before by their numbers
_CATALOGS = {JWO: "_catalog", YANDEX: "_offers", SHIPSIDEKICK: "_products"}


def untouched(vendor: Vendor, condition: str | None = None) -> str:
    """Return a product in a special condition, or in none, that has not been returned before; an item of Amazon's is only read."""
    if vendor.api == ITEMS:
        return "B000000001"
    products: Catalog = getattr(vendor, _CATALOGS[vendor.api])
    return products.identifier(next(number for number in _NUMBERS if products.condition(number) == condition))


def held(vendor: Vendor, subject: str) -> Any:
    """Return all that has changed since the start, what is held of the subject, and what work has been accepted."""
    return [*vendor.held()], vendor.look_up([subject]), [*getattr(vendor, "_ingestions", ())]


def patiently() -> Iterator[None]:
    """Look again and again, as what is accepted is done a little later."""
    for _ in range(1000):
        yield
        time.sleep(0.005)
