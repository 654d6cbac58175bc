"""Classify items by the rows of their report. Only what is certain confirms an item or rejects it; all else leaves it unknown.

No document describes the columns of a report, so they are recognized by their names, or named by the caller.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from catalog_clients.errors import ReportError
from catalog_clients.options import Reports

from .chunking import PendingItem
from .records import ChunkResult, Outcome, Status
from .report_rows import Form, Row, read_rows

_SKU = re.compile(r"\w*skus?(id)?", re.IGNORECASE)
_STATUS = re.compile(r"\w*(status|result)", re.IGNORECASE)
_STORE = re.compile(r"\w*store(id)?", re.IGNORECASE)
_MESSAGE = re.compile(r"\w*(messages?|reasons?|errors?|details?)", re.IGNORECASE)
_BETWEEN = "\0\n"  # reasons that are searched together
_NEGATION = re.compile(r"\b(not|no|never|cannot|without)\b|n't\b", re.IGNORECASE)


class Words(NamedTuple):
    """The words of a report.

    Attributes:
        success: confirms an item.
        failures: reject it.
        done: text which means that the item already was as it should be; it confirms an item that may have been sent before.
    """

    success: str
    failures: Sequence[str]
    done: str | None


class _About(NamedTuple):
    """What a row says of an item.

    Attributes:
        status, reason: its outcome.
        store: store that the row is about; empty if it does not say, None if that is not certain.
        is_done: whether the row says that the item already was as it should be.
    """

    status: Status
    reason: str
    store: str | None
    is_done: bool = False


class _Columns(NamedTuple):
    """Names of columns; empty for one that a row does not have."""

    sku: str
    status: str
    store: str
    messages: tuple[str, ...]


def classify_by_report(
    path: Path,
    items: Sequence[PendingItem],
    *,
    words: Words,
    options: Reports,
    is_lost: bool = False,
    hide: Callable[[str], str] = str,
) -> ChunkResult[Outcome]:
    """Return the outcomes of items by the rows of a report, which are read as a stream.

    An item is confirmed if there are rows about it and all confirm it, and rejected if one of them rejects it.

    Args:
        path: of the report.
        items: the items that it should be about.
        words: those of the report.
        options: what the caller knows of its form and its columns.
        is_lost: whether the vendor may have executed an attempt before the last one.
        hide: returns a text without credentials, which a vendor may repeat.

    Raises:
        ReportError: it cannot be read with certainty.
    """
    try:
        about, unexpected = _read(path, items, words, options)
    except (ValueError, OSError, EOFError, RecursionError, csv.Error) as error:
        raise ReportError(f"the report {path} cannot be read: {error}") from error
    about = _hidden(about, hide)
    stores = defaultdict[str, set[str]](set)
    for each in items:
        stores[each.sku].add(each.store)
    results = []
    for each in items:
        rows = about.get(each.sku, [])
        if is_lost or each.was_sent:
            rows = [_confirmed(row) if row.is_done else row for row in rows]
        results.append(each.outcome(*_outcome(each, rows, len(stores[each.sku]))))
    return ChunkResult(results=results, unexpected=unexpected)


def _hidden(about: Mapping[str, list[_About]], hide: Callable[[str], str]) -> Mapping[str, list[_About]]:
    """Return what rows say without what nobody may read; their reasons are searched as one text, as that is much faster."""
    reasons = [*{row.reason for rows in about.values() for row in rows}]
    if (text := _BETWEEN.join(reasons)) == (shown := hide(text)):
        return about
    parts = shown.split(_BETWEEN)
    known = dict(zip(reasons, parts if len(parts) == len(reasons) else map(hide, reasons), strict=True))
    return {sku: [row._replace(reason=known[row.reason]) for row in rows] for sku, rows in about.items()}


def _confirmed(row: _About) -> _About:
    return row._replace(status="confirmed", reason=f"{row.reason}, as it was sent before")


def _outcome(item: PendingItem, rows: Iterable[_About], stores: int) -> tuple[Status, str]:
    """Return status and reason of an item by the rows that have its SKU, which was sent for some stores."""
    rows = [row for row in rows if not item.store or row.store in ("", None, item.store)]
    if not rows:
        return "unknown", "it is not in the report"
    if item.store and any(row.store is None for row in rows):
        return "unknown", "the report does not say for certain which store its row is about"
    if item.store and any(not row.store for row in rows) and len(rows) < stores:
        return "unknown", f"the report has {len(rows)} rows of it without a store, and it was sent for {stores} stores"
    for status in ("rejected", "unknown", "confirmed"):
        for row in rows:
            if row.status == status:
                return row.status, row.reason
    raise AssertionError("a row has one of the three statuses")


def _read(path: Path, items: Sequence[PendingItem], words: Words, options: Reports) -> tuple[Mapping[str, list[_About]], int]:
    """Return what the rows of a report say, by SKU, and how many SKUs it has that were not sent."""
    form = Form(
        encoding=options.encoding,
        separator=options.separator,
        most_bytes=options.most_bytes,
        has_columns=lambda names: _missing(_find_columns(names, options)) is None,
    )
    skus = _Skus({each.sku for each in items})
    columns = dict[tuple[str, ...], _Columns]()
    about, unexpected = defaultdict[str, list[_About]](list), set[str]()
    for row in read_rows(path, form):
        if row.fault:
            for sku in skus.found(row.values.values()):
                about[sku].append(_About("unknown", f"the report is not certain about it: {row.fault}", ""))
            continue
        names = tuple(row.values)
        its = columns.get(names) or columns.setdefault(names, _columns(names, options))
        value = row.values[its.sku]
        found = skus.found([value])
        for sku in found:
            about[sku].append(_about(row, its, words))
        if not found and value:
            unexpected.add(value)
    if not columns:
        raise ValueError("it has no rows")
    return about, len(unexpected)


class _Skus:
    """Finds SKUs that were sent, also with white space around them where that is certain."""

    def __init__(self, sent: Collection[str]) -> None:
        self._sent = sent
        self._stripped = defaultdict[str, list[str]](list)
        for each in sent:
            self._stripped[each.strip()].append(each)

    def found(self, values: Iterable[str | None]) -> list[str]:
        """Return the sent SKUs among some values."""
        return [sku for value in values if value is not None and (sku := self._find(value)) is not None]

    def _find(self, value: str) -> str | None:
        if value in self._sent:
            return value
        alike = self._stripped.get(value.strip(), ())
        return alike[0] if len(alike) == 1 else None


def _about(row: Row, columns: _Columns, words: Words) -> _About:
    """Return what a row says of its item."""
    store = row.values.get(columns.store) if columns.store else ""
    store = store.strip() or None if columns.store and store is not None else store
    word = (row.values[columns.status] or "").strip()
    message = ", ".join(text for name in columns.messages if (text := (row.values[name] or "").strip()))
    if word.casefold() == words.success.casefold():
        if message:
            return _About("unknown", f"{word} beside {message!r}; see `Reports(message='')` if that is not an error", store)
        return _About("confirmed", "", store)
    reason = message or word
    is_done = words.done is not None and says(reason, words.done)
    if word.casefold() in {each.casefold() for each in words.failures}:
        return _About("rejected", reason, store, is_done)
    return _About("unknown", f"its status in the report is {word!r}{f', with {message!r}' if message else ''}", store, is_done)


def says(reason: str, text: str) -> bool:
    """Return whether a reason has a text as words of its own, which are not negated."""
    found = re.search(rf"(?<!\w){re.escape(text)}(?!\w)", reason, re.IGNORECASE)
    return found is not None and not _NEGATION.search(reason)


def _columns(names: Sequence[str], options: Reports) -> _Columns:
    """Return the columns of a row.

    Raises:
        ValueError: which one has the status or the SKU is not certain.
    """
    found = _find_columns(names, options)
    if missing := _missing(found):
        listed = ", ".join(names)
        raise ValueError(
            f"which column has the {missing} is not certain; name it with `Reports({missing}=...)`, as one of: {listed}"
        )
    return found


def _missing(columns: _Columns) -> str | None:
    return "sku" if not columns.sku else "status" if not columns.status else None


def _find_columns(names: Sequence[str], options: Reports) -> _Columns:
    """Return the names of columns; empty where none or several could be meant."""

    def find(given: str | None, pattern: re.Pattern[str]) -> str:
        found = _named(names, pattern) if given is None else [each for each in names if each == given]
        return found[0] if len(found) == 1 else ""

    messages = _named(names, _MESSAGE) if options.message is None else [options.message] if options.message in names else []
    return _Columns(find(options.sku, _SKU), find(options.status, _STATUS), find(options.store, _STORE), tuple(messages))


def _named(names: Sequence[str], pattern: re.Pattern[str]) -> list[str]:
    return [each for each in names if pattern.fullmatch(re.sub(r"\W|_", "", each))]
