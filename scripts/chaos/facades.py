"""Facades of catalog_clients, connected to mock vendors whose time is scaled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx2
from botocore.credentials import Credentials

import catalog_clients
import shipsidekick_products
import yandex_market_offers
from catalog_clients import Limits, LoginWithAmazon, Reports, Retries, SigV4
from scripts.apis import client
from scripts.chaos import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from scripts.chaos.generic import authentication, max_wait, rejected_share
from scripts.chaos.limits import scaled_limits
from scripts.mock.served import Served

WAYS = {"sync": "", "async": "Async"}
"""The ways to use a facade or a client, and how the names of their classes begin."""

_PATIENCE = 60
_ATTEMPTS = 30
_BUDGET = 300


# Of facades that poll, and read reports from a mock.
_POLLING = {"interval": 0.02, "reports": Reports(origins=["http://127.0.0.1:*"])}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a vendor's facade is used here.

    Attributes:
        name: of its class.
        auth: makes the authentication from the credentials that the mock reports.
        speed: factor of the vendor's time, chosen so that the limits, if any, determine the duration of a run.
        max_wait: longest wait between two attempts, in real seconds; waits are not scaled.
        options: further arguments of the facade.
        mock: options of the mock.
    """

    name: str
    auth: Callable[[dict[str, str]], httpx2.Auth | None]
    speed: float
    max_wait: float
    options: Mapping[str, Any] = field(default_factory=dict)
    mock: Mapping[str, Any] = field(default_factory=dict)


PROFILES = {
    JWO: Profile(
        name="JustWalkOut",
        auth=lambda given: SigV4(
            given["AWS_REGION"], credentials=Credentials(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"])
        ),
        speed=2,
        max_wait=0.5,
        options=_POLLING,
    ),
    ITEMS: Profile(
        name="CatalogItems",
        auth=lambda given: LoginWithAmazon(
            client_id=given["SP_API_CLIENT_ID"],
            client_secret=given["SP_API_CLIENT_SECRET"],
            refresh_token=given["SP_API_REFRESH_TOKEN"],
            url=given["SP_API_TOKEN_URL"],
        ),
        speed=50,
        max_wait=0.5,
    ),
    YANDEX: Profile(
        name="YandexMarket",
        auth=lambda given: yandex_market_offers.auth.ApiKey(given["YANDEX_MARKET_API_KEY"]),
        speed=20,
        max_wait=10,  # the vendor says in whole seconds when a limit is renewed
    ),
    SHIPSIDEKICK: Profile(
        name="ShipSidekick",
        auth=lambda given: shipsidekick_products.auth.BearerKey(given["SHIPSIDEKICK_API_KEY"]),
        speed=1000,
        max_wait=0.05,
    ),
}


def profile_of(api: str) -> Profile:
    """Return how an API is used; one that has no profile by `Bulk`, with the credentials that its mock reports."""
    if api in PROFILES:
        return PROFILES[api]
    return Profile(
        name="Bulk",
        auth=partial(authentication, api),
        speed=20,
        max_wait=max_wait(api),
        options=_POLLING,
        mock={"rejected": rejected_share(api)},
    )


def http_client(way: str) -> Any:
    """Return an HTTP client that ignores proxies of the environment."""
    return getattr(httpx2, f"{WAYS[way]}Client")(trust_env=False, timeout=_PATIENCE)


def connected(kind: Callable[..., Any], api: str, served: Served, **options: Any) -> Any:
    """Return a facade or a generated client, by its class, that is connected to a mock vendor."""
    return kind(base_url=served.urls[api], auth=profile_of(api).auth(served.credentials[api]), **options)


def facade(way: str, api: str, served: Served, **options: Any) -> Any:
    """Return the facade of a vendor in one of the two ways."""
    profile = profile_of(api)
    kind = getattr(catalog_clients, f"{WAYS[way]}{profile.name}")
    return connected(kind if api in PROFILES else partial(kind, client(api)), api, served, **options)


def patient_facade(way: str, api: str, served: Served, speed: float, http: Any) -> Any:
    """Return a facade that keeps to the limits of a scaled time, and does not give up soon."""
    profile = profile_of(api)
    limits, retries = Limits(scaled_limits(api, speed)), Retries(attempts=_ATTEMPTS, max_wait=profile.max_wait, budget=_BUDGET)
    return facade(way, api, served, limits=limits, retries=retries, http_client=http, **profile.options)
