"""Credentials for calls of a mock vendor: valid ones, others, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx2
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import amazon_catalog_items
import shipsidekick_products
import yandex_market_offers
from scripts.mock.serving import Mocks

JWO, ITEMS, YANDEX, SHIPSIDEKICK = "amazon_jwo_catalog", "amazon_catalog_items", "yandex_market_offers", "shipsidekick_products"
USER, NOBODY = "user", "nobody"


@dataclass(frozen=True, kw_only=True)
class Signed(httpx2.Auth):
    """Signs each request with AWS Signature Version 4; the bytes that are signed are those that are sent."""

    requires_request_body = True

    key_id: str
    secret: str = field(repr=False)
    region: str
    service: str = "execute-api"
    token: str | None = field(default=None, repr=False)

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        signed = AWSRequest(method=request.method, url=str(request.url), data=request.content)
        SigV4Auth(Credentials(self.key_id, self.secret, self.token), self.service, self.region).add_auth(signed)
        request.headers.update(signed.headers.items())
        yield request


def auth_of(mocks: Mocks, api: str, who: str) -> httpx2.Auth | None:
    """Return the credentials of a caller, or None for nobody."""
    return None if who == NOBODY else _AUTHS[api](mocks, who)


def _just_walk_out(mocks: Mocks, who: str) -> httpx2.Auth:
    given = mocks.served.credentials[JWO]
    options: Any = mocks.vendors[JWO].options
    user = Signed(key_id=given["AWS_ACCESS_KEY_ID"], secret=given["AWS_SECRET_ACCESS_KEY"], region=given["AWS_REGION"])
    match who:
        case "role":
            return _assume_role(mocks, user)
        case "expired":
            role = _assume_role(mocks, user)
            _pass_time(mocks, mocks.vendors[JWO].clock.real(options.role_lifetime))
            return role
        case _:
            callers = {
                USER: user,
                "foreigner": replace(user, key_id=options.foreign_access_key_id),
                "forger": replace(user, secret="wrong"),  # noqa: S106 - of a mock
                "elsewhere": replace(user, region="eu-west-1"),
            }
            return callers.get(who, replace(user, key_id="UNKNOWNKEY"))


def _assume_role(mocks: Mocks, user: Signed) -> Signed:
    given = mocks.served.credentials[JWO]
    form = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": given["AWS_ROLE_ARN"], "RoleSessionName": "tests"}
    response = httpx2.post(given["AWS_ENDPOINT_URL_STS"], data=form, auth=replace(user, service="sts"), trust_env=False)
    found = dict(re.findall("<(AccessKeyId|SecretAccessKey|SessionToken)>([^<]+)<", response.raise_for_status().text))
    return replace(user, key_id=found["AccessKeyId"], secret=found["SecretAccessKey"], token=found["SessionToken"])


def _catalog_items(mocks: Mocks, who: str) -> httpx2.Auth:
    options: Any = mocks.vendors[ITEMS].options
    if who not in (USER, "seller", "roleless", "expired"):
        return amazon_catalog_items.auth.LoginWithAmazonToken("Atza|wrong")
    accounts = {"seller": options.seller_refresh_token, "roleless": options.roleless_refresh_token}
    given = mocks.served.credentials[ITEMS]
    form = {
        "grant_type": "refresh_token",
        "client_id": given["SP_API_CLIENT_ID"],
        "client_secret": given["SP_API_CLIENT_SECRET"],
        "refresh_token": accounts.get(who, given["SP_API_REFRESH_TOKEN"]),
    }
    found = httpx2.post(given["SP_API_TOKEN_URL"], data=form, trust_env=False).raise_for_status().json()
    if who == "expired":
        _pass_time(mocks, found["expires_in"])
    return amazon_catalog_items.auth.LoginWithAmazonToken(found["access_token"])


def _yandex(mocks: Mocks, who: str) -> httpx2.Auth:
    return yandex_market_offers.auth.ApiKey(
        {USER: mocks.served.credentials[YANDEX]["YANDEX_MARKET_API_KEY"]}.get(who, "ACMA:wrong")
    )


def _shipsidekick(mocks: Mocks, who: str) -> httpx2.Auth:
    options: Any = mocks.vendors[SHIPSIDEKICK].options
    keys = {USER: mocks.served.credentials[SHIPSIDEKICK]["SHIPSIDEKICK_API_KEY"], "reader": options.read_only_key}
    return shipsidekick_products.auth.BearerKey(keys.get(who, "wrong"))


def _pass_time(mocks: Mocks, seconds: float) -> None:
    """Let real seconds have passed for the vendors, which have one clock."""
    mocks.vendors[JWO].clock._began -= seconds


_AUTHS: Final[dict[str, Callable[[Mocks, str], httpx2.Auth]]] = {
    JWO: _just_walk_out,
    ITEMS: _catalog_items,
    YANDEX: _yandex,
    SHIPSIDEKICK: _shipsidekick,
}
