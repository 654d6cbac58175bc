"""What the properties do not try: of the specs of this project nothing, of any other one what is skipped by name."""

from __future__ import annotations

from typing import NoReturn

import pytest

from tests.properties.contract import Api

WHOLE = ("amazon_catalog_items", "amazon_jwo_catalog", "shipsidekick_products", "yandex_market_offers")


def leave_out(api: Api, what: str) -> NoReturn:
    """End a test, as it does not know how to try something of a spec.

    Raises:
        pytest.skip.Exception: the test is skipped, and names what it leaves out.
        pytest.fail.Exception: the spec is one of which nothing is left out.
    """
    if api.package in WHOLE:
        pytest.fail(f"{api}: extend tests/properties: {what}")
    pytest.skip(f"{api}: {what}")
