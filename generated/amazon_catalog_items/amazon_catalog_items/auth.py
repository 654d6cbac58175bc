# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""Credentials of Amazon Selling Partner API, Catalog Items: pass one to a client as `auth`. No repr contains their values."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import httpx2

from ._runtime import auth as _auth
from ._runtime import tokens as _tokens


class LoginWithAmazon(_tokens.RenewedToken):
    """An access token of Login with Amazon. It is requested by a POST to `https://api.amazon.com/auth/o2/token` with the form
    fields `grant_type` (the word `refresh_token`), `refresh_token`, `client_id` and `client_secret`; the response has
    `access_token` and `expires_in`, its lifetime of 3,600 seconds. A refused request for a token gets `error` and
    `error_description`.

    Threads, and async tasks of one loop, can share it: it gets a token with the first request, renews it before it expires,
    and once if the response is 403.

    Args:
        client_id: Identifier of the application.
        client_secret: Secret of the application.
        refresh_token: The token that was issued when the application was authorized.
        url: Token endpoint URL.
        clock: Returns seconds that never decrease.

    Raises:
        CredentialsError: While a request is sent: the token endpoint refuses to issue a token.
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        url: str = "https://api.amazon.com/auth/o2/token",
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(
            LoginWithAmazonToken,
            (403,),
            in_form=True,
            client_id=client_id,
            client_secret=client_secret,
            refresh_token=refresh_token,
            url=url,
            clock=clock,
        )


class LoginWithAmazonToken(_auth.HeaderAuth):
    """An access token of Login with Amazon. It is requested by a POST to `https://api.amazon.com/auth/o2/token` with the form
    fields `grant_type` (the word `refresh_token`), `refresh_token`, `client_id` and `client_secret`; the response has
    `access_token` and `expires_in`, its lifetime of 3,600 seconds. A refused request for a token gets `error` and
    `error_description`. This sends an existing token, which is not renewed; `LoginWithAmazon` renews it.
    """

    def __init__(self, key: str) -> None:
        super().__init__("x-amz-access-token", key)


VARIABLES = {"client_id": "SP_API_CLIENT_ID", "client_secret": "SP_API_CLIENT_SECRET", "refresh_token": "SP_API_REFRESH_TOKEN"}
"""The environment variables that `from_environment` needs, by the arguments of `LoginWithAmazon`."""
OPTIONAL_VARIABLES: dict[str, str] = {"url": "SP_API_TOKEN_URL"}
"""Those that may be set besides."""


def from_environment() -> httpx2.Auth:
    """Return `LoginWithAmazon` with the values of environment variables: `SP_API_CLIENT_ID`, `SP_API_CLIENT_SECRET`,
    `SP_API_REFRESH_TOKEN`; and, where it is set, `SP_API_TOKEN_URL`.

    Raises:
        CredentialsError: A variable is not set.
    """
    return _auth.from_environment(LoginWithAmazon, VARIABLES, OPTIONAL_VARIABLES)
