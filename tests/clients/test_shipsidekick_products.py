"""A product of ShipSidekick is archived, and the response has it with its variants, which have the product in turn."""

from __future__ import annotations

from datetime import datetime

import pytest

from scripts.mock.serving import Mocks
from shipsidekick_products import models
from tests.clients.access import SHIPSIDEKICK
from tests.clients.caller import Caller
from tests.clients.causes import PRODUCT
from tests.clients.products import untouched
from tests.support.ways import Way


@pytest.mark.parametrize("slug", [None, "tests"])
@pytest.mark.parametrize("condition", [None, "archived"])
def test_a_product_is_archived(way: Way, mocks: Mocks, condition: str | None, slug: str | None) -> None:
    vendor = mocks.vendors[SHIPSIDEKICK]
    product = untouched(vendor, condition)
    assert (vendor.look_up([product])[0]["archivedAt"] is None) == (condition is None)
    response = Caller(way, mocks, SHIPSIDEKICK).succeed(PRODUCT, product_id=product, x_ssk_client=slug)
    assert (response.object, response.data.id) == ("product", product)
    (variant,) = response.data.variants
    assert isinstance(variant, models.ProductVariant)
    assert isinstance(variant.product, models.Product)
    assert (variant.product_id, variant.product.id) == (product, product)
    (held,) = vendor.look_up([product])
    assert held["archivedAt"] is not None
    for each in (response.data, variant, variant.product):
        assert datetime.fromisoformat(str(each.archived_at)) == datetime.fromisoformat(held["archivedAt"])
