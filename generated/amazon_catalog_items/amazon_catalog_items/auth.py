# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""Credentials of Amazon Selling Partner API, Catalog Items, to be given to a client as `auth`. Their values appear in no repr."""

from __future__ import annotations

from ._runtime import auth as _auth


class LoginWithAmazon(_auth.HeaderAuth):
    """An access token of Login with Amazon. It is had by a POST to `https://api.amazon.com/auth/o2/token` with the form fields
    `grant_type` (the word `refresh_token`), `refresh_token`, `client_id` and `client_secret`; the answer has `access_token`
    and `expires_in`, its lifetime of 3,600 seconds. A refused request for a token is answered with `error` and
    `error_description`.
    """

    def __init__(self, key: str) -> None:
        super().__init__("x-amz-access-token", key)
