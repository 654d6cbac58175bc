"""AWS Signature Version 4 for API Gateway, made by botocore, an extra of the package."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from typing import Any

import httpx2

from .auth import HiddenAuth, sendable
from .errors import CredentialsError
from .redaction import note

_SERVICE = "execute-api"  # API Gateway, the only service for which a spec can require signatures: x-amazon-apigateway-authtype
_SERVER_ERROR = 500
_TIMESTAMP = "%Y%m%dT%H%M%SZ"


class SigV4(HiddenAuth):
    """Sign the very bytes that are sent."""

    requires_request_body = True

    def __init__(self, region: str, *, credentials: Any, role_arn: str | None, sts_url: str | None) -> None:
        session = _botocore("session").get_session()
        self._region, self._credentials = sendable(region, "region"), credentials or session.get_credentials()
        if self._credentials is None:
            raise CredentialsError("no credentials: neither `auth` nor the AWS chain (environment, profile, role) has any")
        if not hasattr(self._credentials, "refresh_needed"):  # others are checked when they are had
            _check(self._credentials.get_frozen_credentials())
        if role_arn:
            client = partial(session.create_client, region_name=region, endpoint_url=sts_url)
            roles = _botocore("credentials")
            fetcher = roles.AssumeRoleCredentialFetcher(client, self._credentials, role_arn)
            self._credentials = roles.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Sign a request."""
        self._sign(request, self._key())
        yield request

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Sign a request; a key that is due is renewed in a thread, so that the event loop is not blocked."""
        from asyncio import to_thread  # noqa: PLC0415 - slow to import, and not needed in threads

        await request.aread()
        is_due = getattr(self._credentials, "refresh_needed", bool)()
        self._sign(request, await to_thread(self._key) if is_due else self._key())
        yield request

    def _sign(self, request: httpx2.Request, key: Any) -> None:
        _check(key)
        note(request, key.access_key, key.secret_key, key.token)
        signed = _botocore("awsrequest").AWSRequest(method=request.method, url=str(request.url), data=request.content)
        _signer()(key, _SERVICE, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))

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

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._region!r}, ***)"


def _check(key: Any) -> None:
    parts = {"AWS_ACCESS_KEY_ID": key.access_key, "AWS_SECRET_ACCESS_KEY": key.secret_key, "AWS_SESSION_TOKEN": key.token}
    for name, part in parts.items():
        if part:
            sendable(part, f"{name} of the AWS chain")


@cache
def _signer() -> Any:
    """Return botocore's signer, but for its log of what it signs, which has the session token and the signature."""
    return type("Signer", (_botocore("auth").SigV4Auth,), {"add_auth": _add_auth})


def _add_auth(signer: Any, request: Any) -> None:
    request.context["timestamp"] = datetime.now(UTC).strftime(_TIMESTAMP)
    signer._modify_request_before_signing(request)  # noqa: SLF001 - as all signers of botocore do
    to_sign = signer.string_to_sign(request, signer.canonical_request(request))
    signer._inject_signature_to_request(request, signer.signature(to_sign, request))  # noqa: SLF001 - as above


def _botocore(module: str) -> Any:
    """Import a module of botocore when it is needed: it is slow to import, and an extra."""
    try:
        return import_module(f"botocore.{module}")
    except ModuleNotFoundError as error:
        raise ImportError("requests are signed by botocore: install the extra `aws` of this package") from error
