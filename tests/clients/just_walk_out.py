"""Ingestions of Just Walk Out: awaited, and their reports read."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

import httpx2

from tests.clients.caller import Caller
from tests.clients.causes import STATUS, asking

_PENDING = ("INQUEUE", "INPROGRESS")
_POLLS = 1000


def settle(caller: Caller, ingestion: str) -> Any:
    """Poll the status of an ingestion until it is final, and return that response."""
    for _ in range(_POLLS):
        status = caller.succeed(STATUS, **asking(STATUS, ingestion))
        if status.processing_status not in _PENDING:
            return status
        time.sleep(0.005)
    raise AssertionError("the ingestion does not end")


def outcomes(link: str) -> dict[str, tuple[str, str]]:
    """Download a report, and return status and message of each SKU."""
    response = httpx2.get(link, trust_env=False).raise_for_status()
    rows = csv.DictReader(io.StringIO(response.text))
    return {row["item_sku"]: (row["status"], row["message"]) for row in rows}
