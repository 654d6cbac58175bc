"""Reports at signed links that expire, as S3 serves them."""

from __future__ import annotations

import csv
import hmac
import io
import json
import math
import re
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import md5, sha256
from secrets import token_bytes
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode

from scripts.mock.engine.call import Call, MockResponse
from scripts.mock.engine.clock import Clock

Format = Literal["csv", "json"]

_TIMESTAMP: Final = "%Y%m%dT%H%M%SZ"
_SIGNATURE: Final = "X-Amz-Signature"
_UNTIL: Final = "x-mock-until"
_TYPES: Final = {"csv": "text/csv", "json": "application/json"}


class Reports:
    """Keeps reports, and serves them to holders of a link.

    Args:
        clock: the vendor's time.
        url: URL prefix of the reports.
        path: the path of that URL.
    """

    def __init__(self, clock: Clock, *, url: str, path: str) -> None:
        self._clock = clock
        self._url = url
        self._path = path
        self._secret = token_bytes(32)
        self._reports: dict[str, tuple[Format, bytes]] = {}

    def put(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]], form: Format) -> None:
        """Write a report, and keep it packed."""
        if form == "json":
            text = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False)
        else:
            written = io.StringIO()
            csv.writer(written).writerows([columns, *rows])
            text = written.getvalue()
        self._reports[name] = (form, zlib.compress(text.encode(), 1))

    def link(self, name: str, *, lifetime: float) -> str:
        """Return a new link to a report that is valid for some vendor seconds.

        As in S3, X-Amz-Date and X-Amz-Expires are whole seconds of real time; the exact end is in `x-mock-until`.
        """
        now = self._clock.now()
        date = datetime.fromtimestamp(self._clock.wall(now), UTC)
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": date.strftime(_TIMESTAMP),
            "X-Amz-Expires": str(math.ceil(self._clock.real(lifetime))),
            "X-Amz-SignedHeaders": "host",
            _UNTIL: repr(now + lifetime),
        }
        query[_SIGNATURE] = self._sign(f"{self._path}{name}", query)
        return f"{self._url}{name}?{urlencode(query)}"

    async def response(self, call: Call) -> MockResponse:
        """Respond to a request for a report, or for a part of it."""
        if call.method not in {"GET", "HEAD"}:
            return _refused(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        if "authorization" in call.headers:
            return _refused(400, "InvalidArgument", f"Only one auth mechanism allowed: {_SIGNATURE} or the Authorization header.")
        query = dict(parse_qsl(call.query, keep_blank_values=True))
        signature = query.pop(_SIGNATURE, None)
        if signature is None:
            return _refused(403, "AccessDenied", "Access Denied")
        if not hmac.compare_digest(signature.encode(), self._sign(call.path, query).encode()):
            return _refused(403, "SignatureDoesNotMatch", "The signature we calculated does not match the one in the link.")
        if self._clock.now() >= float(query[_UNTIL]):
            return _refused(403, "AccessDenied", "Request has expired")
        form, packed = self._reports[call.path.removeprefix(self._path)]
        return _part(call, zlib.decompress(packed), _TYPES[form])

    def _sign(self, path: str, query: dict[str, str]) -> str:
        return hmac.new(self._secret, f"{path}?{urlencode(sorted(query.items()))}".encode(), sha256).hexdigest()


def _part(call: Call, content: bytes, kind: str) -> MockResponse:
    headers = {"content-type": kind, "etag": f'"{md5(content, usedforsecurity=False).hexdigest()}"', "accept-ranges": "bytes"}
    ranged = re.fullmatch("bytes=([0-9]{0,18})-([0-9]{0,18})", call.headers.get("range", ""))
    if ranged is None or ranged[0] == "bytes=-" or call.headers.get("if-range", headers["etag"]) != headers["etag"]:
        return MockResponse(status=200, headers=headers, body=content)  # like S3, which ignores a malformed range
    first, last = (int(each) if each else None for each in ranged.groups())
    if first is None:
        first, last = max(0, len(content) - (last or 0)), None
    end = len(content) if last is None else min(last + 1, len(content))
    if first >= end:
        refused = _refused(416, "InvalidRange", "The requested range is not satisfiable")
        refused.headers["content-range"] = f"bytes */{len(content)}"
        return refused
    headers["content-range"] = f"bytes {first}-{end - 1}/{len(content)}"
    return MockResponse(status=206, headers=headers, body=content[first:end])


def _refused(status: int, code: str, text: str) -> MockResponse:
    body = f"<?xml version='1.0' encoding='utf-8'?>\n<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    return MockResponse(status=status, headers={"content-type": "application/xml"}, body=body.encode())
