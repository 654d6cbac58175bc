"""Read the report of an ingestion. No document tells its form or its columns, so what is not certain is not guessed."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import msgspec

from .chunks import Sent
from .errors import ReportError
from .outcomes import Done, Outcome

Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """How reports are fetched and read.

    Attributes:
        folder: where they are kept; without it, only those are that cannot be read, in a folder of their own.
        origins: scheme and host that links to them may have, `*` for any characters; the spec's if not set.
        most_bytes: largest size.
        sku, status, store, message: names of their columns, as far as they are known; the others are looked for.
    """

    folder: str | Path | None = None
    origins: Sequence[str] = ()
    most_bytes: int = 1 << 30
    sku: str | None = None
    status: str | None = None
    store: str | None = None
    message: str | None = None


def judge_by_report(path: Path, sent: Sequence[Sent], *, success: str, done: str | None, columns: Reports) -> Done[Outcome]:
    """Say what a report tells of each item that was sent.

    An item is confirmed if there are rows about it, and all have the word of success. A row is about an item that has its SKU and,
    if both name one, its store.

    Args:
        path: of the report, CSV or JSON.
        sent: what it should be about.
        success: the word that confirms an item.
        done: text that confirms an item, too, since an earlier attempt may have been carried out; None if there was none.
        columns: names that are known.

    Raises:
        ReportError: it cannot be read with certainty.
    """
    skus = {each.sku for each in sent}
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)
        status = _column(rows, "status", columns.status or _named(rows, r"\w*status"))
        sku = _column(rows, "sku", columns.sku or _named(rows, r"(item)?skus?") or _holding(rows, skus, besides=status))
    except (ValueError, RecursionError, csv.Error) as error:
        raise ReportError(f"the report {path} cannot be read: {error}") from error
    store = columns.store or _named(rows, r"\w*store(id)?") or ""
    message = columns.message or _named(rows, r"\w*(message|reason|error)") or ""
    verdicts: defaultdict[str, list[tuple[bool, str, str]]] = defaultdict(list)
    for row in rows:
        confirmed, reason = row[status] == success, row.get(message) or row[status]
        if not confirmed and done and done.casefold() in reason.casefold():
            confirmed, reason = True, f"{reason}, as an earlier attempt may have been carried out"
        elif confirmed:
            reason = ""
        verdicts[row[sku]].append((confirmed, reason, row.get(store, "")))
    results = []
    for each in sent:
        about = [verdict for verdict in verdicts.get(each.sku, ()) if not each.store or verdict[2] in ("", each.store)]
        confirmed, reason, _ = min(about, default=(False, "the report does not name it", ""))
        results.append(each.outcome("confirmed" if confirmed else "rejected" if about else "unknown", reason))
    return Done(results=results, strangers=len(verdicts.keys() - skus))


def _json_rows(text: str) -> Rows:
    rows = msgspec.json.decode(text)
    if isinstance(rows, dict):  # the rows stand beside what is said of all of them
        rows = next(iter(lists)) if len(lists := [each for each in rows.values() if isinstance(each, list)]) == 1 else None
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise ValueError("it is no list of objects")
    return [{name: value if isinstance(value, str) else "" for name, value in each.items()} for each in rows]


def _csv_rows(text: str) -> Rows:
    names, *rows = [row for row in csv.reader(StringIO(text, newline=""), strict=True) if row] or [[]]
    if len(set(names)) < len(names) or any(len(row) != len(names) for row in rows):
        raise ValueError("it is no table with a line of different names and as many values in each other line")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _column(rows: Rows, what: str, name: str | None) -> str:
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
