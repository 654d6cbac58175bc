"""How staged chunks, outcomes and rows are written into the database: as MessagePack, column by column, compressed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from catalog_clients import Outcome
from catalog_jobs.records import Cell

T = TypeVar("T")
_LEVEL = 1  # of compression: the fastest one
_CODES = {"confirmed": "c", "rejected": "r", "unknown": "u", "pending": "p"}
_STATUSES = {code: status for status, code in _CODES.items()}


class StagedChunk(msgspec.Struct, kw_only=True, array_like=True):
    """A chunk of valid items. Each list has a value for each item, or is empty where all values are the default.

    Attributes:
        number: of the chunk in its job, from 1.
        positions: positions in the input.
        skus, stores: what identifies the items.
        contents: the items; empty where each is nothing but its SKU.
        replaces: positions of the items that replace an earlier one.
        lines, files, cells: those of `Row`.
    """

    number: int
    positions: list[int]
    skus: list[str]
    stores: list[str] = []
    contents: list[Any] = []  # Any: JSON, of which the spec says what it is
    replaces: list[int] = []
    lines: list[int] = []
    files: list[str] = []
    cells: list[tuple[Cell, ...]] = []


class Outcomes(msgspec.Struct, kw_only=True, array_like=True):
    """Outcomes of items, as lists with a value for each of them; a list is empty where all values are the default.

    Attributes:
        positions: positions of the items in the input.
        statuses: first letters.
        reasons, ingestions, attempts: those of `Outcome`.
    """

    positions: list[int]
    statuses: str
    reasons: list[str] = []
    ingestions: list[str] = []
    attempts: list[int] = []


class Known(msgspec.Struct, frozen=True, gc=False):
    """What is known of an item; see `RowOutcome`. One that is `pending` was unknown before its job was resumed."""

    status: Any  # Any: one of four words, as its letter says
    reason: str = ""
    ingestion_id: str = ""
    attempt: int = 0


def packed(value: object) -> bytes:
    """Return a value as it is written into the database."""
    return compressed(msgspec.msgpack.encode(value))


def compressed(encoded: bytes) -> bytes:
    """Return an encoded value as it is written into the database."""
    return zlib.compress(encoded, _LEVEL)


def unpacked(data: bytes, kind: type[T]) -> T:
    """Return a value that was written into the database."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=kind)


def outcomes_of(outcomes: Sequence[Outcome]) -> Outcomes:
    """Return outcomes as they are packed."""
    return Outcomes(
        positions=[each.item for each in outcomes],
        statuses="".join([_CODES[each.status] for each in outcomes]),
        reasons=short([each.reason for each in outcomes]),
        ingestions=short([each.ingestion_id for each in outcomes]),
        attempts=[each.attempt for each in outcomes],
    )


def merged(parts: Iterable[Outcomes]) -> dict[int, Known]:
    """Return what the last of several outcomes says of each item, by its position."""
    found = dict[int, Known]()
    for part in parts:
        count = len(part.positions)
        columns = (_long(part.reasons, count, ""), _long(part.ingestions, count, ""), _long(part.attempts, count, 0))
        rows = zip(part.statuses, *columns, strict=True)
        found.update(
            (position, Known(_STATUSES[code], reason, ingestion, attempt))
            for position, (code, reason, ingestion, attempt) in zip(part.positions, rows, strict=True)
        )
    return found


def repacked(known: dict[int, Known]) -> Outcomes:
    """Return what is known of items as it is packed."""
    return Outcomes(
        positions=list(known),
        statuses="".join([_CODES[each.status] for each in known.values()]),
        reasons=short([each.reason for each in known.values()]),
        ingestions=short([each.ingestion_id for each in known.values()]),
        attempts=[each.attempt for each in known.values()],
    )


def short(values: list[T]) -> list[T]:
    """Return a list, or an empty one if nothing in it is true."""
    return values if any(values) else []


def _long(values: list[T], count: int, default: T) -> list[T]:
    return values or [default] * count
