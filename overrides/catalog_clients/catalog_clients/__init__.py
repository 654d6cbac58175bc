"""Catalog APIs for any number of SKUs: split, paced, repeated, followed to the end, and accounted for one by one."""

from __future__ import annotations

from amazon_catalog_items.auth import LoginWithAmazon
from amazon_jwo_catalog.auth import SigV4

from .calls import Retries
from .catalog_items import AsyncCatalogItems, CatalogItems, Match, Search
from .errors import (
    AccessError,
    AccessRefused,
    CatalogError,
    CredentialsError,
    DeadlineExceeded,
    InvalidItem,
    ReportError,
    Unreachable,
    WaitTooLong,
)
from .facade import VERSION
from .ingestions import Reports
from .just_walk_out import AsyncJustWalkOut, JustWalkOut
from .limits import Limits
from .notifications import SqsQueue
from .results import Counts, Outcome, Progress, Result, Stream
from .shipsidekick import AsyncShipSidekick, ShipSidekick
from .yandex_market import AsyncYandexMarket, YandexMarket

__version__ = VERSION
__all__ = ["AsyncCatalogItems", "AsyncJustWalkOut", "AsyncShipSidekick", "AsyncYandexMarket"]
__all__ += ["CatalogItems", "JustWalkOut", "ShipSidekick", "YandexMarket"]
__all__ += ["Limits", "LoginWithAmazon", "Reports", "Retries", "SigV4", "SqsQueue"]
__all__ += ["Counts", "Match", "Outcome", "Progress", "Result", "Search", "Stream"]
__all__ += ["AccessError", "AccessRefused", "CatalogError", "CredentialsError", "DeadlineExceeded", "InvalidItem", "ReportError"]
__all__ += ["Unreachable", "WaitTooLong", "__version__"]
