"""One of several processes that share a limit: `python -m scripts.bench.sharing_process JSON`, see `Part`.

It prints the moments of its outcomes as JSON. The tools of this project are not imported, as they take time to start.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from amazon_catalog_items.behaviour import OPERATIONS as ITEMS
from catalog_clients import CatalogItems, Limits, YandexMarket
from yandex_market_offers.behaviour import OPERATIONS as OFFERS

THREADS = 8


class Part(msgspec.Struct, kw_only=True):
    """What one process does.

    Attributes:
        operation: what it calls: `searchCatalogItems` or `addOffersToArchive`.
        changes: of the operation's limit.
        store: where the limit is shared.
        url: of the mock vendor.
        environment: with its credentials.
        identifiers: what is looked up or archived.
    """

    operation: str
    changes: dict[str, float]
    store: str
    url: str
    environment: dict[str, str]
    identifiers: list[str]


def main(part: Part) -> int:
    """Run a part, and print when its outcomes came; return 2 where one is unknown."""
    tables: dict[str, Any] = {**ITEMS, **OFFERS}
    limit = tables[part.operation].rate_limit
    limits = Limits({part.operation: msgspec.structs.replace(limit, **part.changes)}, store=part.store)
    moments = []
    for outcome in _outcomes(part, limits):
        moments.append(time.time())
        if outcome.status == "unknown":
            print(f"sharing: {outcome.reason}", file=sys.stderr)
            return 2
    print(msgspec.json.encode(moments).decode())
    return 0


def _outcomes(part: Part, limits: Limits) -> Iterator[Any]:
    found: Iterable[Any]
    if part.operation in OFFERS:
        with YandexMarket(base_url=part.url, limits=limits, width=THREADS) as market:
            yield from market.archive(part.identifiers, business_id=4711)
    else:
        with CatalogItems(base_url=part.url, limits=limits, width=THREADS) as catalog:
            found = catalog.lookup(part.identifiers, identifiers_type="ASIN", marketplace_ids=["ATVPDKIKX0DER"])
            yield from found


if __name__ == "__main__":
    given = msgspec.json.decode(sys.argv[1], type=Part)
    os.environ |= given.environment
    sys.exit(main(given))
