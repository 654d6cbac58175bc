"""Send many SKUs through the facades of catalog_clients while responses fail, and compare the ledger with what the vendors hold.

The generated clients and catalog_clients are imported from their source folders, as they are not installed here.
"""

from __future__ import annotations

import sys

from scripts.apis import source_folders

JWO, ITEMS, YANDEX, SHIPSIDEKICK = "amazon_jwo_catalog", "amazon_catalog_items", "yandex_market_offers", "shipsidekick_products"
APIS = (JWO, ITEMS, YANDEX, SHIPSIDEKICK)
"""The APIs that have tasks in `tasks.py` and a profile in `facades.py`, in the order of the report."""

sys.path.extend(folder for folder in map(str, source_folders()) if folder not in sys.path)
