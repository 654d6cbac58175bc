"""The items that a report is expected to be about, and what its rows say of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from catalog_clients._engine.items.spelling import normal_form
from catalog_clients._engine.ledger.records import PendingItem, Status

from .rows import Cell

UNCERTAIN_STORE = "it is not certain which store its row in the report is about; see `Reports(store=...)`"
"""The reason for an item whose row may be about any store."""
ANY_STORE = "\0"
"""The store of a row that may be about any store."""


class About(NamedTuple):
    """The content of a row about an item.

    Attributes:
        status, reason: the outcome.
        store: store of the item; empty if the rows have none, None if this row names none, `ANY_STORE` if it is not certain.
        is_done: whether the item already had the requested state.
    """

    status: Status
    reason: str
    store: str | None
    is_done: bool = False


class SentItems:
    """The items that were sent.

    Args:
        items: the items.
        stores: those of the items without a store; see `classify_by_report`.
        ignored: what does not count when a SKU in the report is compared; see `normal_form`.

    Attributes:
        items: the items.
        listed: their SKUs.
        skus: their SKUs as a set.
    """

    def __init__(self, items: Sequence[PendingItem], stores: Collection[str] | None, ignored: Sequence[str] = ()) -> None:
        self.items, self._required, self._ignored = items, None if stores is None else frozenset(stores), ignored
        self.listed = [each.sku for each in items]
        self.skus = {*self.listed}

    def find(self, value: Cell) -> str | None:
        """Return the sent SKU that a value stands for, also with white space around it or spelt otherwise if that is certain."""
        if not isinstance(value, str):
            return None
        if value in self.skus and not self._ignored:
            return value
        alike = self._alike.get(normal_form(value.strip(), self._ignored), ())
        return alike[0] if len(alike) == 1 else None

    def needs_store(self, item: PendingItem) -> bool:
        """Return whether a row must name the store of an item: the item, or another one with its SKU, has a store."""
        return bool(item.store) or (self.have_stores and self.stores[item.sku] > 1)

    def missing(self, rows: Iterable[About]) -> str:
        """Return why the rows of an item without a store are not about all stores that it was sent for; empty if they are.

        Rows that name no store are about all of them.
        """
        named = {row.store for row in rows}
        if named <= {"", None} or (self._required is not None and self._required <= named):
            return ""
        if ANY_STORE in named:
            return UNCERTAIN_STORE
        if self._required is None:
            return f"the report has it for {_listed(named)}, and for which stores it was sent is not known; give its stores"
        missing = _listed(self._required.difference(named))
        return f"the report does not have it for {missing}; see `Reports(store='')` if its rows are about all stores"

    @cached_property
    def have_stores(self) -> bool:
        """Whether any of them has a store."""
        return any(each.store for each in self.items)

    @cached_property
    def stores(self) -> Counter[str]:
        """Numbers of stores, by SKU."""
        return Counter(sku for sku, _ in {(each.sku, each.store) for each in self.items})

    @cached_property
    def is_exact(self) -> bool:
        """Whether a value stands for a SKU if it is the same."""
        return not self._ignored or len(self._alike) == len(self.skus)

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for each in self.skus:
            found[normal_form(each.strip(), self._ignored)].append(each)
        return found


def _listed(stores: Iterable[str | None]) -> str:
    return ", ".join(sorted(f"store {each}" for each in stores if each))
