"""Save a download to a file as it comes, and go on where an earlier attempt broke off."""

from __future__ import annotations

from types import TracebackType
from typing import BinaryIO, Self

import httpx2

from .effects import Fetch, Fetched
from .errors import ReportError

_OK, _PARTIAL = 200, 206


class Saving:
    """One attempt at a download. What goes wrong with the connection or the file stands in `fetched` in the end.

    Attributes:
        headers: what to send. A range counts only for the file that was begun; compression would change its bytes.
        fetched: how the attempt has ended.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._file: BinaryIO | None = None
        self._size = fetch.path.stat().st_size if fetch.etag and fetch.path.exists() else 0
        self.headers = {"Accept-Encoding": "identity"}
        if self._size:
            self.headers |= {"Range": f"bytes={self._size}-", "If-Range": fetch.etag}
        self.fetched = Fetched(error="no answer came", etag=fetch.etag)

    def begins(self, response: httpx2.Response) -> bool:
        """Take the head of an answer, and tell whether its body is wanted."""
        status, place = response.status_code, response.headers.get("Content-Range", "")
        if status != _OK and not (status == _PARTIAL and place.startswith(f"bytes {self._size}-")):
            self.fetched = Fetched(status=status, error=f"the answer is {status}", etag=self._fetch.etag)
            return False
        self._size = 0 if status == _OK else self._size
        self._file = self._fetch.path.open("wb" if status == _OK else "ab")
        self.fetched = Fetched(status=status, etag=response.headers.get("ETag", ""))
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
        if not isinstance(error, (httpx2.HTTPError, OSError)):
            return False
        self.fetched = Fetched(status=self.fetched.status, error=f"{type(error).__name__}: {error}", etag=self.fetched.etag)
        return True
