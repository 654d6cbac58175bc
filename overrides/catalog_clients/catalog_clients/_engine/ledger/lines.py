"""The text of a ledger's lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Annotated, NamedTuple

import msgspec

from .records import Outcome

FIELDS = Outcome.__struct_fields__
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_ITEMS = 10**9
_QUOTED = ',"\r\n'
_ENCODER = msgspec.json.Encoder()


class Row(msgspec.Struct, kw_only=True):
    """A line of a ledger: an outcome, or an item that was sent (`sending`, `submitted`) and has no outcome yet."""

    sku: str
    status: str
    store: str = ""
    reason: str = ""
    item: Annotated[int, msgspec.Meta(ge=1, le=_MOST_ITEMS)]
    chunk: Annotated[int, msgspec.Meta(ge=0, le=_MOST_ITEMS)] = 0
    ingestion_id: str = ""
    attempt: int = 0


class Accepted(NamedTuple):
    """An item of an ingestion that an earlier run has started.

    Attributes:
        row: a line about it.
        place: its index in the request, from 0; None if it is not known.
        is_once: whether no earlier request can have brought it to the vendor; ledgers of older versions do not say it.
    """

    row: Row
    place: int | None = None
    is_once: bool = False


def row_of(values: Sequence[str], line: int) -> Row:
    """Return the row of a line of a CSV file.

    Raises:
        ValueError: it is not that of a ledger; the message names the line.
    """
    if len(values) != len(FIELDS):
        raise ValueError(f"line {line} has {len(values)} values, and a ledger has {len(FIELDS)} columns")
    try:
        return msgspec.convert(dict(zip(FIELDS, values, strict=True)), Row, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"line {line}: {error}") from error


def csv_lines(rows: Sequence[Row | Outcome]) -> str:
    """Return rows as CSV. The slower `csv.writer` is used only if a text needs quotes."""
    if _is_plain([f"{each.sku}{each.status}{each.store}{each.reason}{each.ingestion_id}" for each in rows]):
        return "".join(
            [
                f"{each.sku},{each.status},{each.store},{each.reason},{each.item},{each.chunk},{each.ingestion_id},{each.attempt}\r\n"
                for each in rows
            ]
        )
    text = StringIO()
    csv.writer(text).writerows(map(msgspec.structs.astuple, rows))
    return text.getvalue()


def joint_csv_lines(
    skus: Sequence[str], stores: Sequence[str], positions: Iterable[int], said: Sequence[tuple[str, str]], rest: Row | Outcome
) -> str:
    """Return CSV lines for the items of one request, without a row object for each; empty if a text needs quotes.

    Args:
        skus: SKUs of the items.
        stores: stores of the items; empty if there are none.
        positions: positions of the items in the input.
        said: status and reason of each item.
        rest: has all other values, which are the same for all items.
    """
    if not _is_plain([rest.ingestion_id, *(reason for _, reason in {*said}), *skus, *stores]):
        return ""
    end, of_each = f",{rest.chunk},{rest.ingestion_id},{rest.attempt}\r\n", zip(skus, stores, positions, said, strict=True)
    return "".join([f"{sku},{status},{store},{reason},{position}{end}" for sku, store, position, (status, reason) in of_each])


def json_lines(rows: Sequence[Row | Outcome]) -> str:
    """Return rows as JSON Lines. Half of a surrogate pair is written as in CSV, as JSON cannot represent it."""
    try:
        return _ENCODER.encode_lines(rows).decode()
    except UnicodeEncodeError:
        lines = [f"{json.dumps(msgspec.structs.asdict(each), ensure_ascii=False)}\n" for each in rows]
        return _SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", "".join(lines))


def _is_plain(texts: Sequence[str]) -> bool:
    """Return whether no text needs quotes in CSV."""
    joined = "".join(texts)
    return not any(each in joined for each in _QUOTED)
