"""What the row of an item says of it, in a list in a response."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

import msgspec

from catalog_clients._engine.flows.effects import CallResult, find, is_one
from catalog_clients._engine.ledger.records import Status
from catalog_clients._engine.tables.chunks import Rejections

_LISTED = "listed as a failure"  # the reason for an item that is refused without one


class Listed(NamedTuple):
    """How many rows a list has.

    Attributes:
        rows: all of them.
        failures: those that say of a failure, or not for certain of a success.
    """

    rows: int
    failures: int


def status_of(rejections: Rejections, row: object) -> tuple[Status, str]:
    """Return the outcome for the status of a row, and a reason if the row has none."""
    if rejections.status is None:
        return "rejected", _LISTED
    word = find(row, rejections.status)
    word = word.value if isinstance(word, Enum) else word
    if word is None:
        return "unknown", "the response lists it without a status"
    shown = msgspec.json.encode(word).decode()
    if is_one(word, rejections.success):
        return "confirmed", ""
    if is_one(word, rejections.failures):
        return "rejected", f"{_LISTED}: {shown}"
    return "unknown", f"the response lists it as {shown}, which neither confirms nor rejects it"


def listed(rejections: Rejections | None, pages: Iterable[CallResult[object]]) -> Listed:
    """Return how many rows the list of a response has, on one page or several."""
    lists = (each.find(rejections.items.path) for each in pages) if rejections is not None else ()
    rows = [row for each in lists for row in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())]
    failures = sum(status_of(rejections, row)[0] != "confirmed" for row in rows) if rejections is not None else 0
    return Listed(len(rows), failures)
