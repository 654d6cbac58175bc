"""Save a download to a file as it comes, and go on where an earlier attempt broke off."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from types import TracebackType
from typing import BinaryIO, Self

import httpx2

from .effects import Fetch, Fetched
from .errors import ReportError

_OK, _PARTIAL, _UNSATISFIABLE = 200, 206, 416
_RANGE = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+)")


def _hide_signatures(record: logging.LogRecord) -> bool:
    """Leave the query of a presigned link out of what httpx2 logs: whoever has it can read the report."""
    if isinstance(record.args, tuple):
        record.args = tuple(f"{str(each).partition('?')[0]}?***" if _is_signed(each) else each for each in record.args)
    return True


def _is_signed(value: object) -> bool:
    return isinstance(value, httpx2.URL) and b"X-Amz-Signature" in value.query


logging.getLogger("httpx2").addFilter(_hide_signatures)


class Saving:
    """One attempt at a download. What goes wrong with the connection or the file stands in `fetched` in the end.

    Attributes:
        headers: what to send. A range counts only for the file that was begun; compression would change its bytes.
        fetched: how the attempt has ended.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._file: BinaryIO | None = None
        self._total = -1
        self._size = fetch.path.stat().st_size if fetch.etag and fetch.path.exists() else 0
        self.headers = {"Accept-Encoding": "identity"}
        if self._size:
            self.headers |= {"Range": f"bytes={self._size}-", "If-Range": fetch.etag}
        self.fetched = Fetched(error="no answer came", etag=fetch.etag)

    def begins(self, response: httpx2.Response) -> bool:
        """Take the head of an answer, and tell whether its body is wanted."""
        status, etag = response.status_code, response.headers.get("ETag", "")
        part = _RANGE.fullmatch(response.headers.get("Content-Range", "")) if status == _PARTIAL else None
        if status != _OK and not (part and int(part[1]) == self._size and etag in ("", self._fetch.etag)):
            # Another part than the one that is missing, or a part of another version: the next attempt begins anew.
            begun = "" if status in (_PARTIAL, _UNSATISFIABLE) else self._fetch.etag
            self.fetched = Fetched(status=status, error=f"the answer is {status}", etag=begun)
            return False
        self._total = int(part[2]) if part else int(response.headers.get("Content-Length", -1))
        self._size = 0 if status == _OK else self._size
        self._file = self._fetch.path.open("wb" if status == _OK else "ab")
        self.fetched = Fetched(status=status, etag=etag)
        return True

    def write(self, block: bytes) -> None:
        """Append what has come."""
        self._size += len(block)
        if self._size > self._fetch.most_bytes:
            raise ReportError(f"its report has more than {self._fetch.most_bytes} bytes")
        if self._file:
            self._file.write(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if self._file:
            self._file.close()
        if self._file and error is None and self._total not in (-1, self._size):
            self.fetched = replace(self.fetched, error=f"{self._size} of {self._total} bytes have come")
        if not isinstance(error, (httpx2.HTTPError, OSError)):
            return False
        self.fetched = replace(self.fetched, error=f"{type(error).__name__}: {error}")
        return True
