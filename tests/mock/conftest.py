"""The vendors of Amazon that most tests of a module share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mock import amazon_catalog, jwo


@pytest.fixture(scope="module")
def vendor() -> Iterator[amazon_catalog.Vendor]:
    """Catalog Items, with a virtual clock."""
    with amazon_catalog.served() as found:
        yield found


@pytest.fixture(scope="module")
def shop() -> Iterator[jwo.Retailer]:
    """Just Walk Out, with a virtual clock and without a limit."""
    with jwo.retailer(**jwo.FAST) as found:
        yield found
