"""AWS Signature Version 4 for API Gateway, made by botocore, an extra of the package."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, partial
from importlib import import_module
from typing import Any

import httpx2

from .auth import HiddenAuth, sendable
from .bodies import aread_body, read_body
from .errors import CredentialsError
from .redaction import note

_SERVICE = "execute-api"  # API Gateway, the only service for which a spec can require signatures: x-amazon-apigateway-authtype
_SERVER_ERROR, _NO_ACCESS = 500, (401, 403)
_MOST_SKEW = timedelta(minutes=1)  # by which a time may differ that is not corrected; AWS accepts five minutes
_MOST_AHEAD = timedelta(days=366)  # for which a client may be used
_LOG = logging.getLogger(__name__.partition(".")[0])
_LARGEST = 2**20  # bytes of a refusal that is not the end


class SigV4(HiddenAuth):
    """Sign the very bytes that are sent."""

    requires_request_body = True
    also_needed = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, unless the machine has a role with keys"

    def __init__(self, region: str, *, credentials: Any, role_arn: str | None, sts_url: str | None) -> None:
        self._skew = timedelta()  # of the vendor's clock
        self._region, self._credentials = sendable(region, "region"), credentials or _session().get_credentials()
        if self._credentials is None:
            raise CredentialsError(
                f"no credentials: neither `auth` nor the AWS chain (environment, profile, role) has any: set {self.also_needed}"
            )
        if not hasattr(self._credentials, "refresh_needed"):  # others are checked when they are had
            key = self._credentials.get_frozen_credentials()
            _check(key)
            self.identity = () if key.token else (key.access_key,)  # a temporary key is one of many of the same caller
        if role_arn:
            self.identity = (role_arn,)
            client = partial(_session().create_client, region_name=region, endpoint_url=sts_url)
            roles = _botocore("credentials")
            fetcher = roles.AssumeRoleCredentialFetcher(client, self._credentials, role_arn)
            self._credentials = roles.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role", self._now)

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Sign a request, and sign it again if it is refused because this machine's clock is wrong."""
        skew = self._sign(request, self._key())
        response = yield request
        if self._is_corrected(response, skew):
            read_body(response, _LARGEST)
            self._sign(request, self._key())
            yield request

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Do the same; a key that is due is renewed in a thread, so that the event loop is not blocked."""
        await request.aread()
        skew = self._sign(request, await self._akey())
        response = yield request
        if self._is_corrected(response, skew):
            await aread_body(response, _LARGEST)
            self._sign(request, await self._akey())
            yield request

    def _sign(self, request: httpx2.Request, key: Any) -> timedelta:
        """Sign a request, and return by how much its time differs from this machine's."""
        skew = self._skew
        _check(key)
        note(request, key.access_key, key.secret_key, key.token)
        signed = _botocore("awsrequest").AWSRequest(method=request.method, url=str(request.url), data=request.content)
        _signer()(key, _SERVICE, self._region, skew).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return skew

    def _now(self) -> datetime:
        """Return the vendor's time, as far as it is known."""
        return datetime.now(UTC) + self._skew

    def _is_corrected(self, response: httpx2.Response, skew: timedelta) -> bool:
        """Take the vendor's time where a request was refused whose time differs from it; return whether that is so."""
        if response.status_code not in _NO_ACCESS:
            return False
        try:
            now = datetime.now(UTC)
            found = parsedate_to_datetime(response.headers.get("Date", "")) - now
            _ = now + found + _MOST_AHEAD  # the time by which requests are signed later
        except (ValueError, TypeError, OverflowError):  # there is no date, one without a time zone, or one at the end of time
            return False
        if abs(found - skew) <= _MOST_SKEW:
            return False
        self._skew = found
        side = "behind" if found > timedelta() else "ahead of"
        _LOG.warning(
            "this machine's clock is %.0f s %s the vendor's, whose time signs requests now", abs(found.total_seconds()), side
        )
        return True

    async def _akey(self) -> Any:
        from asyncio import to_thread  # noqa: PLC0415 - slow to import, and not needed in threads

        is_due = getattr(self._credentials, "refresh_needed", bool)()
        return await to_thread(self._key) if is_due else self._key()

    def _key(self) -> Any:
        known = _botocore("exceptions")
        unexpected = (_botocore("parsers").ResponseParserError, KeyError)  # a response that is not one of AWS
        try:
            return self._credentials.get_frozen_credentials()
        except (known.BotoCoreError, known.ClientError, *unexpected) as error:
            response: Any = getattr(error, "response", {}) if isinstance(error, known.ClientError) else {}
            code, status = response.get("Error", {}).get("Code", ""), response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            is_passing = isinstance(error, (known.HTTPClientError, known.ConnectionError, *unexpected))
            if is_passing or code.startswith("Throttling") or status >= _SERVER_ERROR:
                raise httpx2.ConnectError(f"AWS issues no key: {error}") from error  # retryable: nothing was sent
            raise CredentialsError(f"AWS issues no key: {error}") from error
        except RuntimeError as error:  # by which botocore says that a new key has expired already
            raise CredentialsError(f"AWS issues no key that is valid by this machine's clock: {error}") from error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._region!r}, ***)"


def _check(key: Any) -> None:
    parts = {"AWS_ACCESS_KEY_ID": key.access_key, "AWS_SECRET_ACCESS_KEY": key.secret_key, "AWS_SESSION_TOKEN": key.token}
    for name, part in parts.items():
        if part:
            sendable(part, f"{name} of the AWS chain")


@cache
def _signer() -> Any:
    """Return botocore's signer, with the time of another clock, and without its log, which has the token and the signature."""
    auth = _botocore("auth")

    class Signer(auth.SigV4Auth):  # type: ignore[name-defined,misc]
        def __init__(self, key: Any, service: str, region: str, skew: timedelta) -> None:
            super().__init__(key, service, region)
            self._skew = skew

        def add_auth(self, request: Any) -> None:
            request.context["timestamp"] = (datetime.now(UTC) + self._skew).strftime(auth.SIGV4_TIMESTAMP)
            self._modify_request_before_signing(request)
            to_sign = self.string_to_sign(request, self.canonical_request(request))
            self._inject_signature_to_request(request, self.signature(to_sign, request))

    return Signer


def _session() -> Any:
    """Return what knows the AWS chain and makes clients of AWS; it is slow to make, and not needed for keys that are given."""
    return _botocore("session").get_session()


def _botocore(module: str) -> Any:
    """Import a module of botocore when it is needed: it is slow to import, and an extra."""
    try:
        return import_module(f"botocore.{module}")
    except ModuleNotFoundError as error:
        raise ImportError("requests are signed by botocore: install the extra `aws` of this package") from error
