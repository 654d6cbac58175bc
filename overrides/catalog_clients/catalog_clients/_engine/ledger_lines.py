"""The text of a ledger's lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Annotated

import msgspec

from .records import Outcome

FIELDS = Outcome.__struct_fields__
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_ITEMS = 10**9
_QUOTED = ',"\r\n'
_ENCODER = msgspec.json.Encoder()


class Row(msgspec.Struct, kw_only=True):
    """A line of a ledger: an outcome, or what was sent (`sending`, `submitted`), whose outcome was not known yet."""

    sku: str
    status: str
    store: str = ""
    reason: str = ""
    item: Annotated[int, msgspec.Meta(ge=1, le=_MOST_ITEMS)]
    chunk: Annotated[int, msgspec.Meta(ge=0, le=_MOST_ITEMS)] = 0
    ingestion_id: str = ""
    attempt: int = 0


def csv_lines(rows: Sequence[Row | Outcome]) -> str:
    """Return rows as CSV, quoted by `csv.writer` where a text has what separates texts or lines, which most have not."""
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
    """Return lines of CSV about the items of one request, without a row for each; empty if something has to be quoted.

    Args:
        skus: of the items.
        stores: theirs, empty for none.
        positions: theirs in the input.
        said: status and reason of each.
        rest: has all else, which is the same for all.
    """
    if not _is_plain([rest.ingestion_id, *(reason for _, reason in {*said}), *skus, *stores]):
        return ""
    end, of_each = f",{rest.chunk},{rest.ingestion_id},{rest.attempt}\r\n", zip(skus, stores, positions, said, strict=True)
    return "".join([f"{sku},{status},{store},{reason},{position}{end}" for sku, store, position, (status, reason) in of_each])


def json_lines(rows: Sequence[Row | Outcome]) -> str:
    """Return rows as JSON Lines; half of a character, which JSON cannot say, is written as in a CSV."""
    try:
        return _ENCODER.encode_lines(rows).decode()
    except UnicodeEncodeError:
        lines = [f"{json.dumps(msgspec.structs.asdict(each), ensure_ascii=False)}\n" for each in rows]
        return _SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", "".join(lines))


def _is_plain(texts: Sequence[str]) -> bool:
    """Return whether no text has what a CSV quotes."""
    joined = "".join(texts)
    return not any(each in joined for each in _QUOTED)
