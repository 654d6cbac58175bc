"""A token endpoint: issues access tokens that expire, by the rules of OAuth 2.0 (RFC 6749)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final
from urllib.parse import parse_qsl, unquote

from scripts.mock.engine.call import Call, MockResponse
from scripts.mock.engine.clock import Clock

_FORM: Final = "application/x-www-form-urlencoded"
_UNSTORED: Final = {"cache-control": "no-store"}


class Login:
    """Issues access tokens and knows their accounts.

    Args:
        clock: the vendor's time.
        prefix: how an access token begins.
    """

    def __init__(self, clock: Clock, *, prefix: str = "") -> None:
        self._clock = clock
        self._prefix = prefix
        self._issued: dict[str, tuple[str, float]] = {}

    def account(self, token: str) -> str | None:
        """Return the account of an access token, or None if the token is unknown or has expired."""
        account, until = self._issued.get(token, (None, 0))
        return account if self._clock.now() < until else None

    def response(self, call: Call, client: Mapping[str, str], accounts: Mapping[str, str], *, lifetime: float) -> MockResponse:
        """Respond to a request for an access token.

        Args:
            call: the request.
            client: the fields of the form that identify the client; it may also send them as user name and password.
            accounts: names of the accounts, by refresh token; if there are none, the client itself is the account.
            lifetime: of the access token, in vendor seconds. It lasts for the whole real seconds of the response, at least 1.
        """
        form = {**_basic(call), **_form(call)}
        if refused := _refused(form, client, accounts):
            return refused
        lasts = max(1, math.floor(self._clock.real(lifetime)))
        account = accounts[form["refresh_token"]] if accounts else form["client_id"]
        granted = {"access_token": self._issue(account, lasts * self._clock.speed), "token_type": "bearer", "expires_in": lasts}
        if accounts:
            granted["refresh_token"] = form["refresh_token"]
        return MockResponse.json(HTTPStatus.OK, granted, _UNSTORED)

    def _issue(self, account: str, lifetime: float) -> str:
        now = self._clock.now()
        self._issued = {token: issued for token, issued in self._issued.items() if issued[1] > now}
        token = f"{self._prefix}{token_urlsafe(32)}"
        self._issued[token] = (account, now + lifetime)
        return token


def _form(call: Call) -> dict[str, str]:
    """Return the fields of a form that have a value, or nothing if the request is not a POST of a form without repeated fields."""
    if call.method != "POST" or call.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return {}
    pairs = parse_qsl(call.body.decode("latin-1"))
    form = dict(pairs)
    return form if len(form) == len(pairs) else {}


def _basic(call: Call) -> dict[str, str]:
    """Return the client's name and secret, if they are sent as user name and password."""
    name, colon, secret = call.user_and_password().partition(":")
    return {"client_id": unquote(name), "client_secret": unquote(secret)} if colon else {}


def _refused(form: Mapping[str, str], client: Mapping[str, str], accounts: Mapping[str, str]) -> MockResponse | None:
    """Refuse a request for an access token, or return None if it is granted."""
    missing = sorted({"grant_type", "client_id", "client_secret"} - form.keys())
    if missing:
        error = ("invalid_request", f"The request is missing a required parameter: {missing[0]}")
    elif form["grant_type"] != (grant := "refresh_token" if accounts else "client_credentials"):
        error = ("unsupported_grant_type", f"The grant type is not supported; {grant} is.")
    elif not client.items() <= form.items():
        error = ("invalid_client", "Client authentication failed.")
    elif accounts and "refresh_token" not in form:
        error = ("invalid_request", "The request is missing a required parameter: refresh_token")
    elif accounts and form["refresh_token"] not in accounts:
        error = ("invalid_grant", "The refresh token is invalid.")
    else:
        return None
    status = HTTPStatus.UNAUTHORIZED if error[0] == "invalid_client" else HTTPStatus.BAD_REQUEST
    return MockResponse.json(status, {"error": error[0], "error_description": error[1]}, _UNSTORED)
