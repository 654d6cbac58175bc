"""One module for each vendor: what it holds, and how it behaves."""

from __future__ import annotations

from scripts.mock.engine.vendor import Vendor
from scripts.mock.vendors.amazon_catalog_items.vendor import AmazonCatalogItems
from scripts.mock.vendors.amazon_jwo_catalog.vendor import AmazonJwoCatalog
from scripts.mock.vendors.shipsidekick_products.vendor import ShipSidekick
from scripts.mock.vendors.yandex_market_offers.vendor import YandexMarket

VENDORS: tuple[type[Vendor], ...] = (AmazonJwoCatalog, AmazonCatalogItems, YandexMarket, ShipSidekick)
