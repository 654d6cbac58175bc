"""Send many SKUs through the facades of catalog_clients while responses fail, and compare the ledger with what the vendors hold.

The generated clients and catalog_clients are imported from their source folders, as they are not installed here.
"""

from __future__ import annotations

import sys

from scripts.apis import apis, source_folders, tables

JWO, ITEMS, YANDEX, SHIPSIDEKICK = "amazon_jwo_catalog", "amazon_catalog_items", "yandex_market_offers", "shipsidekick_products"

sys.path.extend(folder for folder in map(str, source_folders()) if folder not in sys.path)

APIS = tuple(api for api in apis() if any(table.chunking for table in tables(api).values()))
"""The APIs that take items, in the order of the report. One without a profile in `facades.py` is used as its spec says."""
