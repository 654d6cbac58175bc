"""The callers that most tests of a module share; the clocks of their vendors are virtual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.mock.amazon_catalog import Account
from tests.mock.callers import Caller, Organization, Seller
from tests.mock.jwo import FAST, Retailer


def _shared(kind: type[Caller], **options: Any) -> Any:
    @pytest.fixture(scope="module")
    def caller() -> Iterator[Caller]:
        with kind.served(**options) as found:
            yield found

    return caller


account = _shared(Account)
organization = _shared(Organization)
seller = _shared(Seller)
shop = _shared(Retailer, **FAST)
