# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Credentials of Yandex Market Partner API, offer archive, to be given to a client as `auth`. Their values appear in no repr."""

from __future__ import annotations

from ._runtime import auth as _auth


class ApiKey(_auth.HeaderAuth):
    """A token of the seller's account that begins with `ACMA:`."""

    def __init__(self, key: str) -> None:
        super().__init__("Api-Key", key)
