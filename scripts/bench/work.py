"""What runs of many items do, ours and those of the peers alike, and what each of them took."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

T = TypeVar("T")

STORES = ("STORE-1", "STORE-2", "STORE-3")  # all that the mock has


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a run took in its process.

    Attributes:
        cpu: seconds of all its threads, those of the system for it included.
        seconds: from its start to its end.
        peak: most memory that the process has had, in MB.
        reading: seconds until the whole input was read, if nothing is sent before; otherwise 0.
    """

    cpu: float
    seconds: float
    peak: float
    reading: float = 0


def items(make: Callable[..., T], count: int) -> Iterator[T]:
    """Yield items of ten fields for one of the mock's stores, with barcodes that it accepts; `make` is the model of an item."""
    for number in range(1, count + 1):
        yield make(
            item_sku=f"SKU-{number:07}",
            external_product_id="4011",
            external_product_id_type="PLU",
            item_name=f"Sparkling water with lime, 6 x 330 ml, {number}",
            store_id=STORES[0],
            standard_price="1.99",
            brand_name="Northlake",
            product_tax_code="A_FOOD_GEN",
            product_category="Beverages",
            product_subcategory="Water",
        )


def skus(count: int) -> Iterator[str]:
    """Yield SKUs that the mock holds from its start."""
    return (f"SKU-{number:07}" for number in range(1, count + 1))
