"""Retail catalog APIs for any number of SKUs: split, rate-limited, retried, followed to the end, with an outcome for each SKU."""

from __future__ import annotations

from amazon_catalog_items.auth import LoginWithAmazon
from amazon_jwo_catalog.auth import SigV4

from ._version import VERSION
from .bulk import AsyncBulk, AsyncPages, Bulk, Pages
from .catalog_items import AsyncCatalogItems, AsyncSearch, CatalogItems, Match, Search
from .errors import (
    AccessError,
    AccessRefused,
    CatalogError,
    CredentialsError,
    DeadlineExceeded,
    Interrupted,
    InvalidArgument,
    InvalidItem,
    LedgerError,
    PagingError,
    ReportError,
    ReportRefused,
    Unreachable,
    WaitTooLong,
)
from .just_walk_out import AsyncJustWalkOut, JustWalkOut
from .notifications import SqsQueue
from .options import Limits, Reports, Retries
from .results import AsyncResult, AsyncStream, Breach, Counts, Outcome, Progress, Result, Stream, Validation, confirmed
from .shipsidekick import AsyncShipSidekick, ShipSidekick
from .yandex_market import AsyncYandexMarket, YandexMarket

__version__ = VERSION
__all__ = ["AsyncCatalogItems", "AsyncJustWalkOut", "AsyncShipSidekick", "AsyncYandexMarket"]
__all__ += ["AsyncBulk", "AsyncPages", "Bulk", "Pages"]
__all__ += ["CatalogItems", "JustWalkOut", "ShipSidekick", "YandexMarket"]
__all__ += ["Limits", "LoginWithAmazon", "Reports", "Retries", "SigV4", "SqsQueue"]
__all__ += ["AsyncResult", "AsyncSearch", "AsyncStream", "Breach", "Counts", "Match", "Outcome", "Progress", "Result", "Search"]
__all__ += ["Stream", "Validation"]
__all__ += ["AccessError", "AccessRefused", "CatalogError", "CredentialsError", "DeadlineExceeded", "InvalidItem", "ReportError"]
__all__ += ["Interrupted", "InvalidArgument", "LedgerError", "PagingError", "ReportRefused", "Unreachable", "WaitTooLong"]
__all__ += ["__version__", "confirmed"]
