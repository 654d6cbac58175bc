"""Download the report of an ingestion: only from allowed origins, and resumed after a broken connection."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Self
from urllib.parse import quote

import httpx2

from catalog_clients._engine.flows.effects import Call, CallResult, Fetch, Fetched, Flow, Sleep
from catalog_clients._engine.tables.behaviour import Report, Request
from catalog_clients.errors import ReportError, ReportRefused, origin

JITTER = 0.25  # largest random share of a pause
_FETCHES, _LINKS, _LONGEST_NAME = 20, 5, 200
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")
_RANGE = re.compile(r"bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18})")
_LENGTH = re.compile(r"[0-9]{1,18}")
_OK, _PARTIAL, _UNSATISFIABLE, _SERVER_ERROR = 200, 206, 416, 500
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}
_RETRYABLE = (408, _UNSATISFIABLE, 425, 429)  # by their definitions in HTTP
_UNSUPPORTED = (501, 505)  # which no retry changes, either


def download(
    link: str | None,
    path: Path,
    *,
    table: Report,
    origins: Sequence[str],
    most_bytes: int,
    pause: float,
    seconds: float,
    status_request: Callable[[], Request[object]],
) -> Flow[None]:
    """Download a report. If a link is missing or has expired, request a new one, up to a maximum number.

    Args:
        link: to the report, if the status has one.
        path: of the file to write.
        table: says where a status has the link, and which responses mean that it has expired.
        origins: allowed schemes and hosts of links.
        most_bytes: maximum size of the report.
        pause: seconds between two attempts.
        seconds: time for all attempts together.
        status_request: builds the request for the status, which has a new link.

    Raises:
        ReportRefused: a link leads elsewhere.
        ReportError: the report is too large, or cannot be downloaded.
    """
    fetched, left, end = Fetched(error="the status has no link to it"), seconds, (yield Sleep(0)) + seconds
    renewed = expired = 0
    for _ in range(_FETCHES):
        before = link
        if link:
            is_name = _check(link, origins)
            fetched = yield Fetch(url=link, path=path, etag=fetched.etag, most_bytes=most_bytes, seconds=left, is_name=is_name)
            if not fetched.error and path.stat().st_size:
                return
            expired += fetched.status in table.expired
            if expired == _LINKS or _is_final(fetched, table):
                break
        if not link or fetched.status in table.expired:
            left = max(0.0, end - (yield Sleep(0)))
            result: CallResult[object] = yield Call(status_request(), seconds=left)
            link, renewed = link_of(result, table), renewed + 1
        left = end - (yield Sleep(min(pause, left) if link == before or renewed > 1 else 0, JITTER))
        if left <= 0:
            break
    raise ReportError(f"its report cannot be downloaded: {fetched.error or 'it is empty'}")


def _is_final(fetched: Fetched, table: Report) -> bool:
    """Return whether the response to an attempt is final: a retry would not change it."""
    goes_on = (_OK, _PARTIAL, *_RETRYABLE, *table.expired)
    is_refused = _OK <= fetched.status < _SERVER_ERROR and fetched.status not in goes_on
    return bool(fetched.error) and (is_refused or fetched.status in _UNSUPPORTED)


def link_of(status: CallResult[object], table: Report) -> str | None:
    """Return the link that a status has, if it has one."""
    link = status.find(table.link.path)
    return link if isinstance(link, str) else None


def file_name(key: Mapping[str, str]) -> str:
    """Return a file name for the report of an ingestion, safe on any file system, whatever its id is."""
    name = quote("-".join(key.values()), safe="")
    return name if name.strip(".") and len(name) <= _LONGEST_NAME else sha256(name.encode()).hexdigest()


def _check(link: str, origins: Sequence[str]) -> bool:
    """Refuse a link to an origin that is not allowed. Return whether the origin is allowed by a pattern only."""
    try:
        url = httpx2.URL(link)
    except httpx2.InvalidURL as error:
        raise ReportRefused(f"the link to its report is not a URL: {error}") from None
    matching = [each for each in origins if _matches(origin(url), each)]
    if url.userinfo or not _HOST.fullmatch(url.host) or not matching:
        raise ReportRefused(f"its report is at {origin(url)}, and not at {' or '.join(origins)}; see `Reports.origins`")
    return not _is_address(url.host) and not any(f"//{url.host}" in each.lower() for each in matching)


def _matches(found: str, pattern: str) -> bool:
    """Return whether an origin matches a pattern: `*` at the start of a host means any host, elsewhere any part of a label."""
    pattern = pattern.lower().removesuffix("/")
    scheme, _, _ = pattern.partition(":")
    parts = re.split(r"(//\*|\*)", pattern.removesuffix(_DEFAULT_PORTS.get(scheme, "")))
    expression = "".join({"//*": "//.*", "*": "[^.]*"}.get(each, re.escape(each)) for each in parts)
    return re.fullmatch(expression, found) is not None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Saving:
    """One attempt at a download, as drivers perform it. `fetched` has errors of the connection; errors of the file are raised.

    Attributes:
        headers: request headers. A range is valid for one version of the file only, and without compression.
        fetched: the end of the attempt.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._file: BinaryIO | None = None
        self._total = -1
        self._size = fetch.path.stat().st_size if _is_strong(fetch.etag) and fetch.path.exists() else 0
        self.headers = {"Accept-Encoding": "identity"}
        if self._size:
            self.headers |= {"Range": f"bytes={self._size}-", "If-Range": fetch.etag}
        self.fetched = Fetched(error="there was no response", etag=fetch.etag)

    def begins(self, response: httpx2.Response) -> bool:
        """Read the head of a response, and return whether to read its body."""
        status, etag = response.status_code, response.headers.get("ETag", "")
        part = _RANGE.fullmatch(response.headers.get("Content-Range", "")) if status == _PARTIAL else None
        if status != _OK and not (part and int(part[1]) == self._size and etag == self._fetch.etag and _is_strong(etag)):
            # Another part than the missing one, or a part of another version: the next attempt starts again.
            kept = "" if status in (_PARTIAL, _UNSATISFIABLE) else self._fetch.etag
            self.fetched = Fetched(status=status, error=f"the response is {status}", etag=kept)
            return False
        if self._fetch.is_name and (address := _internal_address(response)):
            raise ReportRefused(f"the host of its report has the address {address}, which is of this machine or link")
        self._total = int(part[2]) if part else _length(response)
        if self._total < 0 and not _has_certain_end(response):
            self.fetched = Fetched(status=status, error="the response does not state its length, so it may be incomplete")
            return False
        self._size = 0 if status == _OK else self._size
        self._file = self._fetch.path.open("wb" if status == _OK else "ab")
        self.fetched = Fetched(status=status, etag=etag)
        if response.is_stream_consumed:
            self._take(response)
        return not response.is_stream_consumed

    def _take(self, response: httpx2.Response) -> None:
        """Write a body that an event hook, or the transport of the caller's client, has read to its end."""
        if "Content-Encoding" in response.headers:  # the length is that of the compressed body
            self._total = -1
        self.write(response.content)

    def write(self, block: bytes) -> None:
        """Append a part of the body."""
        self._size += len(block)
        if self._size > self._fetch.most_bytes:
            raise ReportError(f"its report has more than {self._fetch.most_bytes} bytes")
        if self._file:
            self._file.write(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        missing, is_fault = "", isinstance(error, httpx2.HTTPError)
        if self._file:
            self._file.close()
            missing = f"only {self._size} of {self._total} bytes have arrived" if self._total not in (-1, self._size) else ""
        if missing or is_fault:
            self.fetched = replace(self.fetched, error=f"{type(error).__name__}: {error}" if is_fault else missing)
        return is_fault


def _is_strong(etag: str) -> bool:
    """Return whether an ETag is strong: it identifies the exact bytes of a file (RFC 9110, section 8.8.1)."""
    return etag.startswith('"')


def _length(response: httpx2.Response) -> int:
    length = response.headers.get("Content-Length", "")
    return int(length) if _LENGTH.fullmatch(length) else -1


def _has_certain_end(response: httpx2.Response) -> bool:
    """Return whether an incomplete body raises an error, if its length is not known."""
    return response.http_version == "HTTP/2" or "chunked" in response.headers.get("Transfer-Encoding", "")


def _internal_address(response: httpx2.Response) -> str:
    """Return the address of the server if it is an internal one, which no host of the internet has; otherwise empty."""
    stream = response.extensions.get("network_stream")
    found = stream.get_extra_info("server_addr") if stream else None
    if not found or response.extensions.get("is_proxied"):
        return ""
    address = ipaddress.ip_address(str(found[0]).split("%")[0])
    return str(address) if address.is_loopback or address.is_link_local or address.is_unspecified else ""
