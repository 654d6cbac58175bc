# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""Credentials of ShipSidekick API, product archive: pass one to a client as `auth`. No repr contains their values."""

from __future__ import annotations

import httpx2

from ._runtime import auth as _auth


class BearerKey(_auth.HeaderAuth):
    """A key of the organization: `Authorization: Bearer <key>`."""

    def __init__(self, token: str) -> None:
        super().__init__("Authorization", _auth.bearer(token))


VARIABLES = {"token": "SHIPSIDEKICK_API_KEY"}
"""The environment variables that `from_environment` needs, by the arguments of `BearerKey`."""
OPTIONAL_VARIABLES: dict[str, str] = {}
"""Those that may be set besides."""


def from_environment() -> httpx2.Auth:
    """Return `BearerKey` with the values of environment variables: `SHIPSIDEKICK_API_KEY`.

    Raises:
        CredentialsError: A variable is not set.
    """
    return _auth.from_environment(BearerKey, VARIABLES, OPTIONAL_VARIABLES)
