"""The tasks of each vendor: which SKUs go through which operation, and how the vendor's state shows success."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from scripts.chaos import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from scripts.chaos.ledger import Entry, Key
from scripts.chaos.task import BARE, Task, entry_of, entry_of_match
from scripts.mock.vendors.amazon_catalog_items.items import MARKETPLACES, code
from scripts.mock.vendors.amazon_jwo_catalog.ledger import content

_BUSINESS = 4711
_STORES = ("STORE-1", "STORE-2", "STORE-3")
_BEYOND = 900_000_000  # number of a product that no vendor holds
_MALFORMED_IN = 5_000  # one identifier in so many; each makes a batch be halved again and again


def _match(match: Any) -> Entry:
    """Convert a match: an ASIN finds its own item and no other."""
    asins = [each.asin for each in match.items]
    if match.status == "found" and asins != [match.identifier]:
        return Entry(Key(match.identifier), "found with others", ", ".join(asins))
    return entry_of_match(match)


def tasks(api: str, number: int) -> list[Task]:
    """Return the tasks of a vendor with a number of SKUs each, in their order."""
    if api in _TASKS:
        return _TASKS[api](number)
    from scripts.chaos import generic  # noqa: PLC0415 - the vendors above do without what it imports

    return [*generic.tasks(api, number)]


def _just_walk_out(number: int) -> list[Task]:
    upload = Task(
        operation="upload",
        items=[_item(each) for each in range(number)],
        held=lambda key, state: state["stores"].get(key.store) == _sent(key),
        key=lambda item: Key(item["item_sku"], item["store_id"]),
    )
    archive = Task(
        operation="archive",
        items=_some_unknown("SKU-{:07}".format, number),
        held=lambda _, state: bool(state["state"] == "ARCHIVED"),
        options={"stores": _STORES},
    )
    return [upload, archive]


def _yandex(number: int) -> list[Task]:
    given: Any = {"items": _some_unknown("SKU-{:07}".format, number), "options": {"business_id": _BUSINESS}}
    archive = Task(operation="archive", held=lambda _, state: bool(state["exists"] and state["archived"]), **given)
    unarchive = Task(operation="unarchive", held=lambda _, state: bool(state["exists"] and not state["archived"]), **given)
    return [archive, unarchive]


def _shipsidekick(number: int) -> list[Task]:
    products = _some_unknown("00000000-0000-4000-8000-{:012}".format, number)
    entry = partial(entry_of, final=BARE)
    return [Task(operation="archive", items=products, held=lambda _, state: bool(state["archivedAt"]), entry=entry)]


def _catalog_items(number: int) -> list[Task]:
    asins = _some_unknown(partial(code, "ASIN"), number)
    for place in range(number // 2 % _MALFORMED_IN, number, _MALFORMED_IN):
        asins[place] = asins[place].lower()
    lookup = Task(
        operation="lookup",
        items=asins,
        held=lambda _, state: bool(state["exists"]),
        options={"identifiers_type": "ASIN", "marketplace_ids": list(MARKETPLACES)[:1]},
        entry=_match,
        has_ledger=False,
    )
    return [lookup]


def _some_unknown(name: Callable[[int], str], number: int) -> list[str]:
    """Return identifiers of products by their number, one in a hundred of which no vendor holds."""
    return [name(_BEYOND + each if each % 100 == 50 else each) for each in range(1, number + 1)]


@cache
def _item(position: int) -> dict[str, Any]:
    """Return a new item; one in a hundred has a barcode that the vendor refuses."""
    barcode = code("EAN", position + 1)
    wrong = barcode[:-1] + str((int(barcode[-1]) + 1) % 10)
    return {
        "item_sku": f"NEW-{position // len(_STORES):07}",
        "external_product_id": wrong if position % 100 == 70 else barcode,
        "item_name": f"Wasser, prickelnd, Nº {position}",
        "store_id": _STORES[position % len(_STORES)],
        "standard_price": f"{position % 1000}.99",
    }


def _sent(key: Key) -> str:
    """Return the digest of the content that was sent for a SKU in a store."""
    position = int(key.sku.removeprefix("NEW-")) * len(_STORES) + _STORES.index(key.store)
    return content(_item(position)).hex()


_TASKS = {JWO: _just_walk_out, ITEMS: _catalog_items, YANDEX: _yandex, SHIPSIDEKICK: _shipsidekick}
