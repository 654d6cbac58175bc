"""The callers that most tests of a module share; the clocks of their vendors are virtual."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mock.amazon_catalog import Account
from tests.mock.callers import Organization, Seller
from tests.mock.jwo import FAST, Retailer


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account.served() as found:
        yield found


@pytest.fixture(scope="module")
def shop() -> Iterator[Retailer]:
    """Just Walk Out without a limit."""
    with Retailer.served(**FAST) as found:
        yield found


@pytest.fixture(scope="module")
def seller() -> Iterator[Seller]:
    with Seller.served() as found:
        yield found


@pytest.fixture(scope="module")
def organization() -> Iterator[Organization]:
    """For tests that change nothing for others."""
    with Organization.served() as found:
        yield found
