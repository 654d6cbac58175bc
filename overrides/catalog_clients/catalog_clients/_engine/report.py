"""Read the report of an ingestion: CSV or JSON, with columns that are recognized or named.

No document describes the form or the columns of a report, so nothing that is not certain is guessed.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple, TypeAlias

import msgspec

from catalog_clients.errors import ReportError
from catalog_clients.options import Reports
from catalog_clients.results import ChunkResult, Outcome

from .chunking import PendingItem

Rows: TypeAlias = list[dict[str, str]]


class _Row(NamedTuple):
    """What a row says of an item."""

    confirmed: bool
    reason: str
    store: str


_MISSING = _Row(confirmed=False, reason="it is not in the report", store="")


class _Columns(NamedTuple):
    """Names of columns; empty for one that the report does not have."""

    sku: str
    status: str
    store: str
    message: str


def classify_by_report(
    path: Path, items: Sequence[PendingItem], *, success: str, done: str | None, columns: Reports
) -> ChunkResult[Outcome]:
    """Return the outcomes of items by the rows of a report.

    An item is confirmed if there are rows about it, and all have the word of success. A row is about an item that has its SKU and,
    if both name one, its store.

    Args:
        path: of the report, CSV or JSON.
        items: the items that it should be about.
        success: the word that confirms an item.
        done: text that confirms an item, too, since an earlier attempt may have been executed; None if there was none.
        columns: names of columns, as far as the caller knows them.

    Raises:
        ReportError: it cannot be read with certainty.
    """
    skus = {each.sku for each in items}
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)
        found = _find_columns(rows, skus, columns)
    except (ValueError, RecursionError, csv.Error) as error:
        raise ReportError(f"the report {path} cannot be read: {error}") from error
    rows_of = _read(rows, found, success, done)
    results = []
    for each in items:
        about = [row for row in rows_of.get(each.sku, ()) if not each.store or row.store in ("", each.store)]
        confirmed, reason, _ = min(about, default=_MISSING)
        results.append(each.outcome("confirmed" if confirmed else "rejected" if about else "unknown", reason))
    return ChunkResult(results=results, unexpected=len(rows_of.keys() - skus))


def _read(rows: Rows, columns: _Columns, success: str, done: str | None) -> dict[str, list[_Row]]:
    """Return what the rows say, by SKU."""
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        confirmed, reason = row[columns.status] == success, row.get(columns.message) or row[columns.status]
        if not confirmed and done and done.casefold() in reason.casefold():
            confirmed, reason = True, f"{reason}, as an earlier attempt may have been executed"
        elif confirmed:
            reason = ""
        found[row[columns.sku]].append(_Row(confirmed, reason, row.get(columns.store, "")))
    return found


def _json_rows(text: str) -> Rows:
    rows = msgspec.json.decode(text)
    if isinstance(rows, dict):  # the rows are beside what applies to all of them
        rows = next(iter(lists)) if len(lists := [each for each in rows.values() if isinstance(each, list)]) == 1 else None
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise ValueError("it is not a list of objects")
    return [{name: value if isinstance(value, str) else "" for name, value in each.items()} for each in rows]


def _csv_rows(text: str) -> Rows:
    names, *rows = [row for row in csv.reader(StringIO(text, newline=""), strict=True) if row] or [[]]
    if len(set(names)) < len(names) or any(len(row) != len(names) for row in rows):
        raise ValueError("it is not a table with a line of different names and as many values in each other line")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _find_columns(rows: Rows, skus: Collection[str], given: Reports) -> _Columns:
    """Return the columns of a report.

    Raises:
        ValueError: which one has the status or the SKU is not certain.
    """
    status = _certain(rows, "status", given.status or _named(rows, r"\w*status"))
    sku = _certain(rows, "sku", given.sku or _named(rows, r"(item)?skus?") or _holding(rows, skus, besides=status))
    store = given.store or _named(rows, r"\w*store(id)?") or ""
    return _Columns(sku, status, store, given.message or _named(rows, r"\w*(message|reason|error)") or "")


def _certain(rows: Rows, what: str, name: str | None) -> str:
    if name is None or not rows or any(name not in row for row in rows):
        names = ", ".join(rows[0] if rows else ())
        raise ValueError(f"which column has the {what} is not certain; name it with `Reports({what}=...)`, as one of: {names}")
    return name


def _holding(rows: Rows, values: Collection[str], *, besides: str) -> str | None:
    """Return the only other column that has any of some values."""
    found = [name for name in rows[0] if name != besides and any(row.get(name) in values for row in rows)]
    return found[0] if len(found) == 1 else None


def _named(rows: Rows, pattern: str) -> str | None:
    found = [each for each in (rows[0] if rows else ()) if re.fullmatch(pattern, re.sub(r"\W|_", "", each), re.IGNORECASE)]
    return found[0] if len(found) == 1 else None
