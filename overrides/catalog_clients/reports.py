"""Read the report of an ingestion. No document tells its form or its columns, so what is not certain is not guessed."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
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

    An item is confirmed if there are rows about it, and all have the word of success. A row that names no store, or none that was
    sent, is about the SKU in all stores.

    Args:
        path: of the report, CSV or JSON.
        sent: what it should be about.
        success: the word that confirms an item.
        done: text that confirms an item, too, since an earlier attempt may have been carried out; None if there was none.
        columns: names that are known.

    Raises:
        ReportError: it cannot be read with certainty.
    """
    skus, pairs = {each.sku for each in sent}, {(each.sku, each.store) for each in sent}
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)
        sku = _column(rows, columns.sku, r"(item)?skus?", lambda value: value in skus)
        status = _column(rows, columns.status, r"\w*status", lambda value: value == success)
    except (ValueError, csv.Error) as error:
        raise ReportError(f"the report {path} cannot be read: {error}") from error
    store = columns.store or _named(rows, r"\w*store(id)?") or ""
    message = columns.message or _named(rows, r"\w*(message|reason|error)") or ""
    verdicts: defaultdict[tuple[str, str], list[tuple[bool, str]]] = defaultdict(list)
    for row in rows:
        confirmed, reason = row[status] == success, row.get(message) or row[status]
        if not confirmed and done and done.casefold() in reason.casefold():
            confirmed, reason = True, f"{reason}, as an earlier attempt may have been carried out"
        elif confirmed:
            reason = ""
        place = (row[sku], row.get(store, ""))
        verdicts[place if place in pairs else (row[sku], "*")].append((confirmed, reason))
    results = []
    for each in sent:
        about = verdicts.get((each.sku, each.store), []) + verdicts.get((each.sku, "*"), [])
        if not about:
            results.append(each.outcome("unknown", "the report does not name it"))
        else:
            confirmed, reason = min(about)
            results.append(each.outcome("confirmed" if confirmed else "rejected", reason))
    return Done(results=results, strangers=len({name for name, _ in verdicts} - skus))


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


def _column(rows: Rows, given: str | None, name: str, fits: Callable[[str], bool]) -> str:
    """Return the column that is given or named so, or the only one with a fitting value."""
    names = list(rows[0]) if rows else []
    found = (
        [given]
        if given
        else [each]
        if (each := _named(rows, name))
        else [n for n in names if any(fits(row.get(n, "")) for row in rows)]
    )
    if len(found) != 1 or any(found[0] not in row for row in rows) or not rows:
        raise ValueError(
            f"which column has the SKU, and which the status, is not certain; name them in `Reports`: {', '.join(names)}"
        )
    return found[0]


def _named(rows: Rows, pattern: str) -> str | None:
    found = [each for each in (rows[0] if rows else ()) if re.fullmatch(pattern, re.sub(r"\W|_", "", each), re.IGNORECASE)]
    return found[0] if len(found) == 1 else None
