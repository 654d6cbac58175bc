"""The catalog of a retailer in Just Walk Out, and the outcomes of single SKUs of an upload or an archiving."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple, TypeVar

from scripts.mock.engine.catalog import Catalog

ON_PLANOGRAM: Final = "on_planogram"
ARCHIVED: Final = "archived"
SUCCESS: Final = "SUCCESS"
_FAILURE: Final = "FAILURE"
_SOME: Final = 300  # rows of a statement: of three values, each SQLite accepts them
_T = TypeVar("_T")
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
            for some in _divided(accepted):
                values = [part for each in some for part in each[:3]]
                database.execute(f"INSERT OR REPLACE INTO item VALUES {_marks(some, '(?, ?, ?)')}", values)  # noqa: S608 - as below
                skus = [each.sku for each in some]
                database.execute(f"DELETE FROM archived WHERE sku IN ({_marks(skus)})", skus)  # noqa: S608 - question marks alone
        return [Row(each.sku, each.store, *((SUCCESS, "") if each.valid else (_FAILURE, "invalid barcode"))) for each in items]

    def archive(self, skus: Iterable[str]) -> list[Row]:
        """Archive SKUs in all stores."""
        asked = list(skus)
        changed, rows, done = self._changed(asked), list[Row](), list[str]()
        for sku in asked:
            obstacle = self._obstacle(sku, changed)
            rows.append(Row(sku, "", _FAILURE if obstacle else SUCCESS, obstacle))
            if not obstacle:
                done.append(sku)
                changed.archived.add(sku)
        with self._database as database:
            database.execute("BEGIN")
            for some in _divided(done):
                database.execute(f"INSERT INTO archived VALUES {_marks(some, '(?)')}", some)  # noqa: S608 - as above
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
        condition = None if number is None else self._catalog.condition(number)
        state = "ARCHIVED" if self._changed([sku]).is_archived(sku, condition) else "ACTIVE"
        is_known = number is not None or bool(stores)
        return {"sku": sku, "state": state if is_known else None, "stores": stores}

    def _changed(self, skus: Sequence[str]) -> _Changed:
        """Return which of some SKUs were uploaded, and which were archived."""
        found = _Changed(set(), set())
        for some in _divided(skus):
            for table, held in zip(("item", "archived"), found, strict=True):
                chosen = f"SELECT sku FROM {table} WHERE sku IN ({_marks(some)})"  # noqa: S608 - one of two tables, and question marks
                held.update(sku for (sku,) in self._database.execute(chosen, some))
        return found

    def _obstacle(self, sku: str, changed: _Changed) -> str:
        number = self._catalog.number(sku)
        if number is None and sku not in changed.uploaded:
            return "unknown SKU"
        condition = None if number is None else self._catalog.condition(number)
        if condition == ON_PLANOGRAM:
            return "still on planogram"
        return "already archived" if changed.is_archived(sku, condition) else ""


class _Changed(NamedTuple):
    """SKUs that were uploaded, and those that were archived."""

    uploaded: set[str]
    archived: set[str]

    def is_archived(self, sku: str, condition: str | None) -> bool:
        """Return whether a SKU is archived now, by the condition that it had at the start."""
        return sku in self.archived or (condition == ARCHIVED and sku not in self.uploaded)


def _divided(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield parts of a sequence, each of which one statement has; a statement for each value takes several times as long."""
    return (values[start : start + _SOME] for start in range(0, len(values), _SOME))


def _marks(values: Sequence[object], each: str = "?") -> str:
    return ", ".join([each] * len(values))


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
