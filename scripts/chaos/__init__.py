"""Many SKUs through the facades of catalog_clients while responses fail, and the ledger compared with what the vendors hold.

The generated clients and catalog_clients are imported from where they stand, as they are not installed here.
"""

from __future__ import annotations

import sys

from scripts.apis import client
from scripts.command import ROOT

JWO, ITEMS, YANDEX, SHIPSIDEKICK = "amazon_jwo_catalog", "amazon_catalog_items", "yandex_market_offers", "shipsidekick_products"
APIS = (JWO, ITEMS, YANDEX, SHIPSIDEKICK)

for _api in APIS:
    client(_api)
if (_folder := str(ROOT / "overrides" / "catalog_clients")) not in sys.path:
    sys.path.append(_folder)
