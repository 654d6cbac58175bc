"""The storage format of staged chunks, outcomes and rows: MessagePack, by columns, compressed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

import msgspec

from catalog_clients import Outcome
from catalog_clients._engine.ledger.joint import JointOutcomes
from catalog_jobs.records import Cell

T = TypeVar("T")
Span: TypeAlias = int | tuple[int, int]
"""A number; or the first and the last of consecutive numbers."""
_LEVEL = 1  # compression level: the fastest one
_FEW = 16  # so few numbers are not divided further to find consecutive ones
_CODES = {"confirmed": "c", "rejected": "r", "unknown": "u", "pending": "p"}
_STATUSES = {code: status for status, code in _CODES.items()}


class StagedChunk(msgspec.Struct, kw_only=True, array_like=True):
    """A chunk of valid items.

    Attributes:
        number: number of the chunk in its job, from 1.
        positions: positions in the input, see `spans_of`.
        skus, stores: keys of the items; for the stores see `shortened`.
        contents: the items; empty if each item is only an SKU.
        replaces: positions of the items that replace an earlier one.
        lines: as in `Row`, see `spans_of`; empty if they equal the positions.
        files, cells: as in `Row`; for the files see `shortened`. Empty if no row has cells.
    """

    number: int
    positions: list[Span]
    skus: list[str]
    stores: list[str] = []
    contents: list[Any] = []  # Any: JSON, of which the spec says what it is
    replaces: list[int] = []
    lines: list[Span] = []
    files: list[str] = []
    cells: list[tuple[Cell, ...]] = []


class Outcomes(msgspec.Struct, kw_only=True, array_like=True):
    """Outcomes of items.

    Attributes:
        positions: positions of the items in the input, see `spans_of`.
        statuses: a letter for each item, see `numbers_of`.
        reasons, ingestions, attempts: as in `Outcome`, see `shortened`.
    """

    positions: list[Span]
    statuses: str
    reasons: list[str] = []
    ingestions: list[str] = []
    attempts: list[int] = []


class Known(msgspec.Struct, frozen=True, gc=False):
    """The known outcome of an item; see `RowOutcome`. `pending` means that it was unknown before its job was resumed."""

    status: Any  # Any: one of four words, by its letter
    reason: str = ""
    ingestion_id: str = ""
    attempt: int = 0


def packed(value: object) -> bytes:
    """Return a value as it is stored in the database."""
    return zlib.compress(msgspec.msgpack.encode(value), _LEVEL)


def unpacked(data: bytes, kind: type[T]) -> T:
    """Return a value from the database."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=kind)


def outcomes_of(outcomes: Sequence[Outcome]) -> Outcomes:
    """Return outcomes in their storage format. Joint outcomes of one request are ten times as fast, as no outcome is created."""
    if isinstance(outcomes, JointOutcomes):
        first, common = outcomes.items[0], outcomes.in_common()
        return Outcomes(
            positions=spans_of([each.position for each in outcomes.items]),
            statuses=_CODES[common[0]] * len(outcomes) if common else "".join([_CODES[status] for status, _ in outcomes.said]),
            reasons=shortened([common[1]] if common else [reason for _, reason in outcomes.said]),
            ingestions=shortened([first.ingestion_id]),
            attempts=shortened([first.attempt]),
        )
    return Outcomes(
        positions=spans_of([each.item for each in outcomes]),
        statuses="".join([_CODES[each.status] for each in outcomes]),
        reasons=shortened([each.reason for each in outcomes]),
        ingestions=shortened([each.ingestion_id for each in outcomes]),
        attempts=shortened([each.attempt for each in outcomes]),
    )


def numbers_of(outcomes: Outcomes) -> dict[str, int]:
    """Return the number of items with each status."""
    return {name: outcomes.statuses.count(_CODES[name]) for name in ("confirmed", "rejected", "unknown")}


def joined(parts: Sequence[Outcomes]) -> Outcomes:
    """Return several outcomes as one. If an item is in several of them, the last one counts."""
    if len(parts) == 1:
        return parts[0]
    positions = [position for part in parts for position in numbers_in(part.positions)]
    if len({*positions}) < len(positions):
        return repacked(merged(parts))
    return Outcomes(
        positions=spans_of(positions),
        statuses="".join([part.statuses for part in parts]),
        reasons=shortened([each for part in parts for each in extended(part.reasons, len(part.statuses), "")]),
        ingestions=shortened([each for part in parts for each in extended(part.ingestions, len(part.statuses), "")]),
        attempts=shortened([each for part in parts for each in extended(part.attempts, len(part.statuses), 0)]),
    )


def merged(parts: Iterable[Outcomes]) -> dict[int, Known]:
    """Return the last outcome of each item, by position."""
    found = dict[int, Known]()
    for part in parts:
        count = len(part.statuses)
        columns = (extended(part.reasons, count, ""), extended(part.ingestions, count, ""), extended(part.attempts, count, 0))
        rows = zip(part.statuses, *columns, strict=True)
        found.update(
            (position, Known(_STATUSES[code], reason, ingestion, attempt))
            for position, (code, reason, ingestion, attempt) in zip(numbers_in(part.positions), rows, strict=True)
        )
    return found


def repacked(known: dict[int, Known]) -> Outcomes:
    """Return known outcomes in their storage format."""
    return Outcomes(
        positions=spans_of(list(known)),
        statuses="".join([_CODES[each.status] for each in known.values()]),
        reasons=shortened([each.reason for each in known.values()]),
        ingestions=shortened([each.ingestion_id for each in known.values()]),
        attempts=shortened([each.attempt for each in known.values()]),
    )


def spans_of(numbers: list[int]) -> list[Span]:
    """Return numbers with one span for consecutive ones, as in the positions and lines of most chunks."""
    count = len(numbers)
    if count > 1 and numbers[-1] - numbers[0] == count - 1 and numbers == [*range(numbers[0], numbers[-1] + 1)]:
        return [(numbers[0], numbers[-1])]
    if count <= _FEW:
        return [*numbers]
    return [*spans_of(numbers[: count // 2]), *spans_of(numbers[count // 2 :])]


def numbers_in(spans: Sequence[Span]) -> list[int]:
    """Return the numbers that `spans_of` has shortened."""
    found = list[int]()
    for each in spans:
        if isinstance(each, int):
            found.append(each)
        else:
            found += range(each[0], each[1] + 1)
    return found


def shortened(values: list[T]) -> list[T]:
    """Return a list with one value if all values are equal, and an empty list if all are the default (a false value)."""
    if not values or values.count(values[0]) < len(values):
        return values
    return values[:1] if values[0] else []


def extended(values: list[T], count: int, default: T) -> list[T]:
    """Return the list with a number of values that was shortened."""
    return values * count if len(values) == 1 else values or [default] * count
