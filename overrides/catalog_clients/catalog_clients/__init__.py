"""Send any number of SKUs to retail catalog APIs: in chunks, within rate limits, with retries, and with an outcome for each SKU."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ._version import VERSION
from .bulk import AsyncBulk, AsyncPages, Bulk, Pages
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
    LimitsError,
    PagingError,
    ReportError,
    ReportRefused,
    RetryRequested,
    Unreachable,
    WaitTooLong,
)
from .notifications import SqsQueue
from .options import Limits, Reports, Retries
from .results import AsyncResult, AsyncStream, Breach, Counts, Outcome, Progress, Result, Stream, Validation, confirmed

if TYPE_CHECKING:
    from amazon_catalog_items.auth import LoginWithAmazon
    from amazon_jwo_catalog.auth import SigV4

    from .catalog_items import AsyncCatalogItems, AsyncSearch, CatalogItems, Match, Search
    from .just_walk_out import AsyncJustWalkOut, JustWalkOut
    from .shipsidekick import AsyncShipSidekick, ShipSidekick
    from .yandex_market import AsyncYandexMarket, YandexMarket

_MODULES = {
    **dict.fromkeys(("AsyncCatalogItems", "AsyncSearch", "CatalogItems", "Match", "Search"), "catalog_clients.catalog_items"),
    **dict.fromkeys(("AsyncJustWalkOut", "JustWalkOut"), "catalog_clients.just_walk_out"),
    **dict.fromkeys(("AsyncShipSidekick", "ShipSidekick"), "catalog_clients.shipsidekick"),
    **dict.fromkeys(("AsyncYandexMarket", "YandexMarket"), "catalog_clients.yandex_market"),
    "LoginWithAmazon": "amazon_catalog_items.auth",
    "SigV4": "amazon_jwo_catalog.auth",
}
"""Modules of the names that belong to one vendor. They are imported on first use, as each needs the vendor's generated client."""

__version__ = VERSION
__all__ = ["AsyncCatalogItems", "AsyncJustWalkOut", "AsyncShipSidekick", "AsyncYandexMarket"]
__all__ += ["AsyncBulk", "AsyncPages", "Bulk", "Pages"]
__all__ += ["CatalogItems", "JustWalkOut", "ShipSidekick", "YandexMarket"]
__all__ += ["Limits", "LoginWithAmazon", "Reports", "Retries", "SigV4", "SqsQueue"]
__all__ += ["AsyncResult", "AsyncSearch", "AsyncStream", "Breach", "Counts", "Match", "Outcome", "Progress", "Result", "Search"]
__all__ += ["Stream", "Validation"]
__all__ += ["AccessError", "AccessRefused", "CatalogError", "CredentialsError", "DeadlineExceeded", "InvalidItem", "ReportError"]
__all__ += ["Interrupted", "InvalidArgument", "LedgerError", "LimitsError", "PagingError", "ReportRefused", "Unreachable"]
__all__ += ["RetryRequested", "WaitTooLong"]
__all__ += ["__version__", "confirmed"]


def __getattr__(name: str) -> object:
    """Import a name that belongs to one vendor."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = found
    return found
