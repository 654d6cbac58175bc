"""Facades of catalog_clients, connected to mock vendors whose time is scaled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
from botocore.credentials import Credentials

import catalog_clients
import shipsidekick_products
import yandex_market_offers
from catalog_clients import Limits, LoginWithAmazon, Reports, Retries, SigV4
from scripts.chaos import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from scripts.chaos.limits import scaled_limits
from scripts.mock.serving import Served

WAYS = ("async", "sync")
_PATIENCE = 60
_ATTEMPTS = 30
_BUDGET = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a vendor's facade is used here.

    Attributes:
        name: of its class.
        auth: makes the authentication from the credentials that the mock reports.
        speed: factor of the vendor's time, chosen so that the limits, if any, determine the duration of a run.
        max_wait: longest wait between two attempts, in real seconds; waits are not scaled.
        options: further arguments of the facade.
    """

    name: str
    auth: Callable[[dict[str, str]], httpx2.Auth]
    speed: float
    max_wait: float
    options: dict[str, Any]


def _sign(given: dict[str, str]) -> httpx2.Auth:
    keys = Credentials(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"])
    return SigV4(given["AWS_REGION"], credentials=keys)


def _log_in(given: dict[str, str]) -> httpx2.Auth:
    return LoginWithAmazon(
        client_id=given["SP_API_CLIENT_ID"],
        client_secret=given["SP_API_CLIENT_SECRET"],
        refresh_token=given["SP_API_REFRESH_TOKEN"],
        url=given["SP_API_TOKEN_URL"],
    )


PROFILES = {
    JWO: Profile(
        name="JustWalkOut",
        auth=_sign,
        speed=2,
        max_wait=0.5,
        options={"interval": 0.02, "reports": Reports(origins=["http://127.0.0.1:*"])},
    ),
    ITEMS: Profile(name="CatalogItems", auth=_log_in, speed=50, max_wait=0.5, options={}),
    # The vendor says in whole seconds when a limit is renewed.
    YANDEX: Profile(
        name="YandexMarket",
        auth=lambda given: yandex_market_offers.auth.ApiKey(given["YANDEX_MARKET_API_KEY"]),
        speed=20,
        max_wait=10,
        options={},
    ),
    SHIPSIDEKICK: Profile(
        name="ShipSidekick",
        auth=lambda given: shipsidekick_products.auth.BearerKey(given["SHIPSIDEKICK_API_KEY"]),
        speed=1000,
        max_wait=0.05,
        options={},
    ),
}


def http_client(way: str) -> Any:
    """Return an HTTP client that ignores proxies of the environment."""
    return (httpx2.Client if way == "sync" else httpx2.AsyncClient)(trust_env=False, timeout=_PATIENCE)


def facade(way: str, api: str, served: Served, *, speed: float, http: Any) -> Any:
    """Return the facade of a vendor in one of the two ways."""
    profile = PROFILES[api]
    kind = getattr(catalog_clients, profile.name if way == "sync" else f"Async{profile.name}")
    return kind(
        base_url=served.urls[api],
        auth=profile.auth(served.credentials[api]),
        limits=Limits(scaled_limits(api, speed)),
        retries=Retries(attempts=_ATTEMPTS, max_wait=profile.max_wait, budget=_BUDGET),
        http_client=http,
        **profile.options,
    )
