"""One module for each vendor: what it holds, and how it behaves."""

from __future__ import annotations

from scripts.mock.vendor import Vendor
from scripts.mock.vendors.shipsidekick_products import ShipSidekick

VENDORS: tuple[type[Vendor], ...] = (ShipSidekick,)
