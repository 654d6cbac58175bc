"""The catalog of a retailer in Just Walk Out, and the outcomes of single SKUs of an upload or an archiving."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from scripts.mock.engine.catalog import Catalog

ON_PLANOGRAM: Final = "on_planogram"
ARCHIVED: Final = "archived"
SUCCESS: Final = "SUCCESS"
_FAILURE: Final = "FAILURE"
_WRITE: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_TABLES: Final = """
CREATE TABLE item (sku TEXT, store TEXT, content BLOB, PRIMARY KEY (sku, store)) WITHOUT ROWID;
CREATE TABLE archived (sku TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Row(NamedTuple):
    """A line of a report. The documents name no columns, only the word SUCCESS."""

    item_sku: str
    store_id: str
    status: str
    message: str


class PendingItem(NamedTuple):
    """The data that is kept of an uploaded item until it is processed."""

    sku: str
    store: str
    content: bytes
    valid: bool

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> PendingItem:
        """Return what is kept of an item of an upload."""
        return cls(item["item_sku"], item["store_id"], content(item), _scannable(item))


def content(item: Mapping[str, Any]) -> bytes:
    """Return the digest of an item's content: 8 bytes of BLAKE2b of its JSON, in ASCII, keys sorted, without spaces."""
    return blake2b(_WRITE(item).encode(), digest_size=8).digest()


class Ledger:
    """The catalog of one retailer. At the start, each of its stores has every product of the catalog; only changes use memory.

    Args:
        catalog: the initial products. Archiving fails for those in the condition `on_planogram`; those in the condition `archived`
            are archived.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Delete everything."""
        self._database.close()

    def upload(self, items: Sequence[PendingItem]) -> list[Row]:
        """Create or replace items, which makes an archived SKU active again."""
        accepted = [each for each in items if each.valid]
        with self._database as database:
            database.execute("BEGIN")
            database.executemany("INSERT OR REPLACE INTO item VALUES (?, ?, ?)", (each[:3] for each in accepted))
            database.executemany("DELETE FROM archived WHERE sku = ?", ((each.sku,) for each in accepted))
        return [Row(each.sku, each.store, *((SUCCESS, "") if each.valid else (_FAILURE, "invalid barcode"))) for each in items]

    def archive(self, skus: Iterable[str]) -> list[Row]:
        """Archive SKUs in all stores."""
        rows: list[Row] = []
        with self._database as database:
            database.execute("BEGIN")
            for sku in skus:
                obstacle = self._obstacle(sku)
                if not obstacle:
                    database.execute("INSERT INTO archived VALUES (?)", (sku,))
                rows.append(Row(sku, "", _FAILURE if obstacle else SUCCESS, obstacle))
        return rows

    def held(self) -> Iterator[dict[str, Any]]:
        """Yield the SKUs that were changed, in their order; an archived SKU keeps its items."""
        changed = self._database.execute("SELECT sku FROM item UNION SELECT sku FROM archived ORDER BY sku")
        return (self.look_up(sku) for (sku,) in changed)

    def look_up(self, sku: str) -> dict[str, Any]:
        """Return the state of a SKU (ACTIVE, ARCHIVED, or None if it is unknown), and the content of its items by store."""
        items = self._database.execute("SELECT store, content FROM item WHERE sku = ? ORDER BY store", (sku,))
        stores = {store: content.hex() for store, content in items}
        number = self._catalog.number(sku)
        state = None if number is None and not stores else "ARCHIVED" if self._is_archived(sku, number) else "ACTIVE"
        return {"sku": sku, "state": state, "stores": stores}

    def _obstacle(self, sku: str) -> str:
        number = self._catalog.number(sku)
        if number is None and not self._is_uploaded(sku):
            return "unknown SKU"
        if number is not None and self._catalog.condition(number) == ON_PLANOGRAM:
            return "still on planogram"
        return "already archived" if self._is_archived(sku, number) else ""

    def _is_archived(self, sku: str, number: int | None) -> bool:
        if self._database.execute("SELECT 1 FROM archived WHERE sku = ?", (sku,)).fetchone():
            return True
        return number is not None and self._catalog.condition(number) == ARCHIVED and not self._is_uploaded(sku)

    def _is_uploaded(self, sku: str) -> bool:
        return self._database.execute("SELECT 1 FROM item WHERE sku = ? LIMIT 1", (sku,)).fetchone() is not None


def _scannable(item: Mapping[str, Any]) -> bool:
    """Return whether the barcodes of an item are plausible: a number as long as a UPC, an EAN or a GTIN ends in its check digit.

    A number of 8 digits is checked only if it is called EAN8, as the check digit of an 8-digit UPC follows from another number.
    """
    others = item.get("additional_external_product_information", ())
    return all(_is_right(each["external_product_id"], each.get("external_product_id_type", "")) for each in (item, *others))


def _is_right(barcode: str, kind: str) -> bool:
    checked = len(barcode) in {12, 13, 14} or (len(barcode) == 8 and kind == "EAN8")
    if not (checked and barcode.isascii() and barcode.isdecimal()):
        return True
    digits = [int(each) for each in reversed(barcode)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
