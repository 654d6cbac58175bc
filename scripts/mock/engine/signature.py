"""AWS Signature Version 4 on the server's side: recomputed from the bytes of a request, and compared."""

from __future__ import annotations

import hmac
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from scripts.mock.engine.call import Call

_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,\s]+)/(?P<date>[^/,\s]+)/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)/aws4_request"
    r"\s*,\s*SignedHeaders=(?P<headers>[^,\s]+)\s*,\s*Signature=(?P<signature>[0-9a-f]{64})\s*"
)


@dataclass
class SignatureError(Exception):
    """A request has no valid signature.

    Attributes:
        code: AWS's name of the cause, such as `SignatureDoesNotMatch`.
        text: the cause in words.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The data of an access key id.

    Attributes:
        account: owner of the key; a temporary key belongs to the account that has assumed the role.
        secret: secret access key.
        token: session token of a temporary key.
        until: moment of the vendor's clock at which the key expires.
    """

    account: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    until: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Identifies the key that a request was signed with.

    Attributes:
        keys: by access key id.
        region, service: the scope that requests have to be signed for.
        skew: seconds of real time by which the date of a request may be off.
    """

    keys: Mapping[str, Key]
    region: str
    service: str
    skew: float

    def verify(self, call: Call, *, now: float) -> Key:
        """Return the key that a request was signed with.

        Args:
            call: the request.
            now: moment of the vendor's clock.

        Raises:
            SignatureError: the signature is missing or wrong.
        """
        given = call.headers.getlist("authorization")
        if not given:
            raise SignatureError("MissingAuthenticationToken", "Missing Authentication Token")
        parts = _AUTHORIZATION.fullmatch(given[0])
        if parts is None or len(given) > 1:
            raise SignatureError(
                "IncompleteSignature",
                "The Authorization header has to be AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature.",
            )
        key = self.keys.get(parts["key"])
        token = call.headers.get("x-amz-security-token", "")
        if key is None or not hmac.compare_digest(token.encode(), key.token.encode()):
            raise SignatureError("InvalidClientTokenId", "The security token included in the request is invalid.")
        self._check_scope(parts)
        moment = self._check_date(call, parts["date"])
        self._check_headers(call, parts["headers"].split(";"))
        if not hmac.compare_digest(_signature(call, key, parts, moment), parts["signature"]):
            raise SignatureError(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and how you sign.",
            )
        if now >= key.until:
            raise SignatureError("ExpiredToken", "The security token included in the request is expired.")
        return key

    def _check_scope(self, parts: re.Match[str]) -> None:
        for name in ("region", "service"):
            if parts[name] != getattr(self, name):
                raise SignatureError(
                    "SignatureDoesNotMatch",
                    f"Credential should be scoped to a valid {name}: {getattr(self, name)}, not {parts[name]}.",
                )

    def _check_date(self, call: Call, day: str) -> str:
        moment = call.headers.get("x-amz-date", "")
        try:
            signed = datetime.strptime(moment, SIGV4_TIMESTAMP).replace(tzinfo=UTC)
        except ValueError as error:
            raise SignatureError("IncompleteSignature", "X-Amz-Date has to be a date such as 20260131T235959Z.") from error
        if not moment.startswith(day):
            raise SignatureError("SignatureDoesNotMatch", f"The date in Credential, {day}, is not that of X-Amz-Date, {moment}.")
        late = (datetime.now(UTC) - signed).total_seconds()
        if abs(late) > self.skew:
            cause = "Signature expired" if late > 0 else "Signature not yet current"
            raise SignatureError(
                "SignatureDoesNotMatch", f"{cause}: {moment} is {abs(late):.0f} s from the time here, above {self.skew:g} s."
            )
        return moment

    def _check_headers(self, call: Call, signed: list[str]) -> None:
        needed = {"host", *(name for name in call.headers if name.startswith("x-amz-"))}
        if missing := sorted(needed.difference(signed)):
            raise SignatureError("SignatureDoesNotMatch", f"The header {missing[0]} has to be signed, and named in SignedHeaders.")


class _Signer(SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """Signs those headers that the caller has signed."""

    def __init__(self, key: Key, *, service: str, region: str, headers: HTTPHeaders) -> None:
        super().__init__(Credentials("", key.secret), service, region)
        self._headers = headers

    def headers_to_sign(self, _: AWSRequest) -> HTTPHeaders:
        return self._headers


def _signature(call: Call, key: Key, parts: re.Match[str], moment: str) -> str:
    headers = HTTPHeaders()
    for name in parts["headers"].split(";"):
        for value in call.headers.getlist(name):
            headers[name] = value  # adds, as there may be several
    signer = _Signer(key, service=parts["service"], region=parts["region"], headers=headers)
    # No header is given to the request itself, so that the hash is that of the body and not one that a header claims.
    request = AWSRequest(method=call.method, url=f"http://host{call.path}?{call.query}", data=call.body)
    request.context["timestamp"] = moment
    computed: str = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    return computed
