# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Credentials of Yandex Market Partner API, offer archive: pass one to a client as `auth`. No repr contains their values."""

from __future__ import annotations

import httpx2

from ._runtime import auth as _auth


class ApiKey(_auth.HeaderAuth):
    """A token of the seller's account that begins with `ACMA:`."""

    def __init__(self, key: str) -> None:
        super().__init__("Api-Key", key)


VARIABLES = {"key": "YANDEX_MARKET_API_KEY"}
"""The environment variables that `from_environment` needs, by the arguments of `ApiKey`."""
OPTIONAL_VARIABLES: dict[str, str] = {}
"""Those that may be set besides."""


def from_environment() -> httpx2.Auth:
    """Return `ApiKey` with the values of environment variables: `YANDEX_MARKET_API_KEY`.

    Raises:
        CredentialsError: A variable is not set.
    """
    return _auth.from_environment(ApiKey, VARIABLES, OPTIONAL_VARIABLES)
