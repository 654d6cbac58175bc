"""Login with Amazon: exchanges a refresh token for access tokens that expire, by the rules of OAuth 2.0 (RFC 6749)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final
from urllib.parse import parse_qsl

from scripts.mock.engine.clock import Clock
from scripts.mock.engine.vendor import Call, MockResponse

_FORM: Final = "application/x-www-form-urlencoded"
_UNSTORED: Final = {"cache-control": "no-store"}


class Login:
    """Issues access tokens and knows their accounts.

    Args:
        clock: the vendor's time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, tuple[str, float]] = {}

    def account(self, token: str) -> str | None:
        """Return the account of an access token, or None if the token is unknown or has expired."""
        account, until = self._issued.get(token, (None, 0))
        return account if self._clock.now() < until else None

    def response(self, call: Call, client: Mapping[str, str], accounts: Mapping[str, str], *, lifetime: float) -> MockResponse:
        """Respond to a request for an access token.

        Args:
            call: the request.
            client: the fields of the form that identify the client.
            accounts: names of the accounts, by refresh token.
            lifetime: of the access token, in vendor seconds. It lasts for the whole real seconds of the response, at least 1.
        """
        form = _form(call)
        if refused := _refused(form, client, accounts):
            return refused
        lasts = max(1, math.floor(self._clock.real(lifetime)))
        token = self._issue(accounts[form["refresh_token"]], lasts * self._clock.speed)
        granted = {"access_token": token, "token_type": "bearer", "expires_in": lasts, "refresh_token": form["refresh_token"]}
        return MockResponse.json(HTTPStatus.OK, granted, _UNSTORED)

    def _issue(self, account: str, lifetime: float) -> str:
        now = self._clock.now()
        self._issued = {token: issued for token, issued in self._issued.items() if issued[1] > now}
        token = f"Atza|{token_urlsafe(32)}"
        self._issued[token] = (account, now + lifetime)
        return token


def _form(call: Call) -> dict[str, str]:
    """Return the fields of a form that have a value, or nothing if the request is not a POST of a form without repeated fields."""
    if call.method != "POST" or call.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return {}
    pairs = parse_qsl(call.body.decode("latin-1"))
    form = dict(pairs)
    return form if len(form) == len(pairs) else {}


def _refused(form: Mapping[str, str], client: Mapping[str, str], accounts: Mapping[str, str]) -> MockResponse | None:
    """Refuse a request for an access token, or return None if it is granted."""
    missing = sorted({"grant_type", "client_id", "client_secret"} - form.keys())
    if missing:
        error = ("invalid_request", f"The request is missing a required parameter: {missing[0]}")
    elif form["grant_type"] != "refresh_token":
        error = ("unsupported_grant_type", "The grant type is not supported; refresh_token is.")
    elif not client.items() <= form.items():
        error = ("invalid_client", "Client authentication failed.")
    elif "refresh_token" not in form:
        error = ("invalid_request", "The request is missing a required parameter: refresh_token")
    elif form["refresh_token"] not in accounts:
        error = ("invalid_grant", "The refresh token is invalid.")
    else:
        return None
    status = HTTPStatus.UNAUTHORIZED if error[0] == "invalid_client" else HTTPStatus.BAD_REQUEST
    return MockResponse.json(status, {"error": error[0], "error_description": error[1]}, _UNSTORED)
