"""Credentials for calls of a mock vendor: valid ones, others, or none."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, Final

import httpx2
from botocore.credentials import Credentials

import amazon_catalog_items
import amazon_jwo_catalog
import shipsidekick_products
import yandex_market_offers
from scripts.mock.engine.signature import Key
from scripts.mock.serving import Mocks

JWO, ITEMS, YANDEX, SHIPSIDEKICK = "amazon_jwo_catalog", "amazon_catalog_items", "yandex_market_offers", "shipsidekick_products"
USER, NOBODY = "user", "nobody"


def auth_of(mocks: Mocks, api: str, who: str) -> httpx2.Auth | None:
    """Return the credentials of a caller, or None for nobody."""
    return None if who == NOBODY else _AUTHS[api](mocks.vendors[api], mocks.served.credentials[api], who)


def _just_walk_out(vendor: Any, given: dict[str, str], who: str) -> httpx2.Auth:
    key, secret, region = given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], given["AWS_REGION"]
    if who == "role":
        role = {"role_arn": given["AWS_ROLE_ARN"], "sts_url": given["AWS_ENDPOINT_URL_STS"]}
        return amazon_jwo_catalog.auth.SigV4(region, credentials=Credentials(key, secret), **role)
    if who == "expired":
        vendor._sts.issued["EXPIRED"] = Key(account="retailer", secret=secret, token="expired-token", until=0)  # noqa: S106 - of a mock
    callers = {
        "foreigner": (vendor.options.foreign_access_key_id, secret),
        "forger": (key, "another-key"),
        "expired": ("EXPIRED", secret, "expired-token"),
        "unknown": ("UNKNOWNKEY", secret),
    }
    region = "eu-west-1" if who == "elsewhere" else region
    return amazon_jwo_catalog.auth.SigV4(region, credentials=Credentials(*callers.get(who, (key, secret))))


def _catalog_items(vendor: Any, _: dict[str, str], who: str) -> httpx2.Auth:
    """Return a token that comes from the inside of the vendor, whose token endpoint may fail like its other responses."""
    accounts = {USER: "vendor", "expired": "vendor", "seller": "seller", "roleless": "roleless"}
    token = vendor._login._issue(accounts[who], 0 if who == "expired" else inf) if who in accounts else "Atza|wrong"
    return amazon_catalog_items.auth.LoginWithAmazonToken(token)


def _yandex(_: Any, given: dict[str, str], who: str) -> httpx2.Auth:
    return yandex_market_offers.auth.ApiKey(given["YANDEX_MARKET_API_KEY"] if who == USER else "ACMA:wrong")


def _shipsidekick(vendor: Any, given: dict[str, str], who: str) -> httpx2.Auth:
    keys = {USER: given["SHIPSIDEKICK_API_KEY"], "reader": vendor.options.read_only_key}
    return shipsidekick_products.auth.BearerKey(keys.get(who, "another-key"))


_AUTHS: Final[dict[str, Callable[[Any, dict[str, str], str], httpx2.Auth]]] = {
    JWO: _just_walk_out,
    ITEMS: _catalog_items,
    YANDEX: _yandex,
    SHIPSIDEKICK: _shipsidekick,
}
