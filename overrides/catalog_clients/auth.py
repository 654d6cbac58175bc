"""Credentials as httpx2 auth, from arguments or from the environment. They stand in no repr, log or error."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from functools import partial
from os import environ
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import httpx2

from amazon_catalog_items.auth import LoginWithAmazon as AccessToken

from .errors import CredentialsError

TOKENS = "https://api.amazon.com/auth/o2/token"
_FORBIDDEN, _TOO_MANY, _SERVER_ERROR = 403, 429, 500
logging.getLogger("botocore.auth").addFilter(lambda record: record.levelno > logging.DEBUG)  # which would tell session tokens
_RENEW_AFTER = 0.9  # share of its lifetime after which a token is renewed, so that none expires on the way


def from_environment(make: Callable[..., httpx2.Auth], names: Mapping[str, str], *optional: Mapping[str, str]) -> httpx2.Auth:
    """Make credentials of environment variables, by the argument that each of them is.

    Raises:
        CredentialsError: some are not set.
    """
    if missing := [name for name in names.values() if not environ.get(name)]:
        raise CredentialsError(f"no credentials: give `auth`, or set {' and '.join(missing)} in the environment")
    return make(**{argument: environ[name] for each in (names, *optional) for argument, name in each.items() if environ.get(name)})


class SigV4(httpx2.Auth):
    """AWS Signature Version 4 for `execute-api`, over the very bytes that are sent. Needs the extra `aws`.

    Args:
        region: AWS region that requests are signed for.
        credentials: botocore's, which may renew themselves; those of the AWS chain (environment, profile, role) if not given.
        role_arn: role to assume with them; its keys are renewed before they expire.
        sts_url: where it is assumed, if not at Amazon's STS.
    """

    requires_request_body = True

    def __init__(self, region: str, *, credentials: Any = None, role_arn: str | None = None, sts_url: str | None = None) -> None:
        import botocore.session as botocore  # noqa: PLC0415 - of the extra `aws`, and slow to import
        from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials  # noqa: PLC0415 - as above

        session = botocore.get_session()
        self._region, self._credentials = region, credentials or session.get_credentials()
        if self._credentials is None:
            raise CredentialsError("no credentials: neither `auth` nor the AWS chain (environment, profile, role) has any")
        if role_arn:
            client = partial(session.create_client, region_name=region, endpoint_url=sts_url)
            fetcher = AssumeRoleCredentialFetcher(client, self._credentials, role_arn)
            self._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Sign a request."""
        self._sign(request, self._key())
        yield request

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Sign a request; a key that has to be renewed is so in a thread, while the loop goes on."""
        await request.aread()
        is_due = getattr(self._credentials, "refresh_needed", bool)()
        self._sign(request, await asyncio.to_thread(self._key) if is_due else self._key())
        yield request

    def _sign(self, request: httpx2.Request, key: Any) -> None:
        from botocore.auth import SigV4Auth  # noqa: PLC0415 - as above
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - as above

        signed = AWSRequest(method=request.method, url=str(request.url), data=request.content)
        SigV4Auth(key, "execute-api", self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))

    def _key(self) -> Any:
        from botocore import exceptions as botocore  # noqa: PLC0415 - as above
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - as above

        passing = (botocore.HTTPClientError, botocore.ConnectionError, ResponseParserError, KeyError)  # no answer, or one of others
        try:
            return self._credentials.get_frozen_credentials()
        except (botocore.BotoCoreError, botocore.ClientError, ResponseParserError, KeyError) as error:
            answer: Any = error.response if isinstance(error, botocore.ClientError) else {}
            code, status = answer.get("Error", {}).get("Code", ""), answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if isinstance(error, passing) or code.startswith("Throttling") or status >= _SERVER_ERROR:
                raise httpx2.ConnectError(f"AWS gives no key: {error}") from error  # nothing was sent, and another attempt may help
            raise CredentialsError(f"AWS gives no key: {error}") from error

    def __repr__(self) -> str:
        return f"SigV4({self._region!r}, ***)"


class LoginWithAmazon(httpx2.Auth):
    """Login with Amazon: access tokens for a refresh token, renewed before they expire, and once when the vendor refuses one (403).

    Any number of threads, or of tasks of one event loop, share it and wait for one renewal.

    Args:
        client_id, client_secret: of the application.
        refresh_token: of the selling partner who has authorized it.
        url: where tokens are had.
        clock: seconds, never going back.
    """

    def __init__(
        self, *, client_id: str, client_secret: str, refresh_token: str, url: str = TOKENS, clock: Callable[[], float] = monotonic
    ) -> None:
        form = {"refresh_token": refresh_token, "client_id": client_id, "client_secret": client_secret}
        self._form, self._url, self._clock = urlencode({"grant_type": "refresh_token", **form}).encode(), url, clock
        self._token, self._until = AccessToken("none yet"), float("-inf")
        self._turn, self._aturn = threading.Lock(), asyncio.Lock()

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add a token to a request, and send it once more with a new one if that is refused."""
        refused = None
        for _ in range(2):
            with self._turn:
                if self._is_due(refused):
                    answer = yield self._request()
                    answer.read()
                    self._take(answer)
                refused = token = self._token
            response = yield next(token.auth_flow(request))
            if response.status_code != _FORBIDDEN:
                return

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Do the same in an event loop."""
        refused = None
        for _ in range(2):
            async with self._aturn:
                if self._is_due(refused):
                    answer = yield self._request()
                    await answer.aread()
                    self._take(answer)
                refused = token = self._token
            response = yield next(token.auth_flow(request))
            if response.status_code != _FORBIDDEN:
                return

    def _is_due(self, refused: AccessToken | None) -> bool:
        return self._clock() >= self._until or self._token is refused

    def _request(self) -> httpx2.Request:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return httpx2.Request("POST", self._url, headers=headers, content=self._form)

    def _take(self, answer: httpx2.Response) -> None:
        """Keep the token of an answer, or raise why it has none."""
        try:
            told = answer.json()
            if answer.is_success:
                until = self._clock() + _RENEW_AFTER * float(told["expires_in"])
                self._token, self._until = AccessToken(told["access_token"]), until
                return
            reason = f"{told['error']}: {told.get('error_description', '')}"
        except (ValueError, KeyError, TypeError, AttributeError):
            reason = f"{answer.status_code}, which is no answer of its own"
        is_passing = answer.is_success or answer.is_server_error or answer.status_code == _TOO_MANY
        kind = httpx2.ConnectError if is_passing else CredentialsError  # nothing was sent, and another attempt may help
        raise kind(f"Login with Amazon gives no token: {reason}")

    def __repr__(self) -> str:
        return "LoginWithAmazon(***)"
