"""The log: each request that is sent, and its response, as soon as it has arrived.

Reports of Schemathesis (NDJSON, VCR, HAR) are written after each scenario of a hundred requests, and are redacted by names only.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from scripts.fuzz.redaction import REDACTED

NO_RESPONSE = "no response"
_LONGEST = 2000


class Traffic:
    """Logs requests as JSON Lines, and counts their responses.

    Args:
        path: the log. It is written line by line, so that nothing is lost when the process is ended.
        clean: redacts secrets in a text.
        keys: names of headers, in lower case, whose values are not logged.

    Attributes:
        operation: method and path of the operation that is called; empty if the request is not part of any.
        responses: number of responses by operation and status.
    """

    def __init__(self, path: Path, *, clean: Callable[[str], str], keys: Collection[str]) -> None:
        self._log = path.open("w", encoding="utf-8", buffering=1)
        self._clean = clean
        self._keys = keys
        self.operation = ""
        self.responses: dict[str, Counter[str]] = {}

    def close(self) -> None:
        """Close the log."""
        self._log.close()

    @contextmanager
    def about(self, operation: str) -> Iterator[None]:
        """Count requests as calls of another operation meanwhile."""
        before, self.operation = self.operation, operation
        try:
            yield
        finally:
            self.operation = before

    def passed(self, request: requests.PreparedRequest, send: Callable[[], requests.Response]) -> requests.Response:
        """Send a request and log it; raises what sending it raises."""
        started = time.monotonic()
        sent = {
            "method": request.method,
            "url": request.url,
            "headers": self._headers(request.headers),
            "body": self._beginning(request.body),
        }
        try:
            response = send()
            content = response.content
        except Exception as error:
            self._write(NO_RESPONSE, sent, {"error": str(error)}, started)
            raise
        received = {"status": response.status_code, "headers": self._headers(response.headers), "body": self._beginning(content)}
        self._write(str(response.status_code), sent, received, started)
        return response

    def _write(self, status: str, request: Mapping[str, Any], response: Mapping[str, Any], started: float) -> None:
        seconds = round(time.monotonic() - started, 4)
        line = json.dumps({"operation": self.operation, "seconds": seconds, "request": request, "response": response})
        self._log.write(f"{self._clean(line)}\n")
        if self.operation:
            self.responses.setdefault(self.operation, Counter())[status] += 1

    def _beginning(self, content: object) -> str:
        """Return the beginning of a body, cleaned before it is cut, since half of a secret would not be recognized."""
        if not isinstance(content, (bytes, str)):
            return ""
        begins = content[: 2 * _LONGEST]
        text = self._clean(begins.decode("utf-8", errors="backslashreplace") if isinstance(begins, bytes) else begins)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ... ({len(content)} in all)"

    def _headers(self, headers: Mapping[str, str | bytes]) -> dict[str, str]:
        texts = {name: value.decode("latin-1") if isinstance(value, bytes) else str(value) for name, value in headers.items()}
        return {name: REDACTED if name.lower() in self._keys else text for name, text in texts.items()}
