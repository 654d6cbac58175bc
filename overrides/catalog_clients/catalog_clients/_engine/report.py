"""Classify items by the rows of their report. Only what is certain confirms an item or rejects it; all else leaves it unknown.

No document describes the columns of a report, so they are recognized by their names, or named by the caller.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

from catalog_clients.errors import ReportError
from catalog_clients.options import Reports

from .chunking import PendingItem
from .records import ChunkResult, Outcome, Status
from .report_columns import find_columns
from .report_rows import UNREADABLE, Cell, Cells, Form, Other, read_rows

_WORST_FIRST: tuple[Status, ...] = ("rejected", "unknown", "confirmed")
_BETWEEN = "\0\n"  # reasons that are searched together
_NEGATION = re.compile(r"\b(not|no|nor|neither|never|cannot|without|if|unless|whether|false)\b|n['\u2019]t\b", re.IGNORECASE)


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


_Found: TypeAlias = Mapping[str, Sequence[_About]]
"""What the rows about each SKU say."""


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
    sent = _Sent(items)
    try:
        about, unexpected = _read(path, sent, words, options)
    except UNREADABLE as error:
        raise ReportError(f"the report {path} cannot be read: {error}") from error
    about = _hidden(about, hide)
    results = []
    for each in items:
        rows = about.get(each.sku, ())
        if is_lost or each.was_sent:
            rows = [_confirmed(row) if row.is_done else row for row in rows]
        if len(rows) == 1 and (rows[0].store == each.store or not sent.needs_store(each)):
            results.append(each.outcome(rows[0].status, rows[0].reason))
        else:
            results.append(each.outcome(*_outcome(each, rows, sent)))
    return ChunkResult(results=results, unexpected=unexpected)


def _hidden(about: _Found, hide: Callable[[str], str]) -> _Found:
    """Return what rows say without what nobody may read; their reasons are searched as one text, as that is much faster."""
    distinct = {id(rows): rows for rows in about.values()}.values()
    reasons = [*{row.reason for rows in distinct for row in rows}]
    if (text := _BETWEEN.join(reasons)) == (shown := hide(text)):
        return about
    parts = shown.split(_BETWEEN)
    known = dict(zip(reasons, parts if len(parts) == len(reasons) else map(hide, reasons), strict=True))
    return {sku: [row._replace(reason=known[row.reason]) for row in rows] for sku, rows in about.items()}


def _confirmed(row: _About) -> _About:
    return row._replace(status="confirmed", reason=f"{row.reason}, as it was sent before")


def _outcome(item: PendingItem, rows: Sequence[_About], sent: _Sent) -> tuple[Status, str]:
    """Return status and reason of an item by the rows that have its SKU."""
    needs_store = sent.needs_store(item)
    if needs_store:
        rows = [row for row in rows if row.store in ("", None, item.store)]
    if not rows:
        return "unknown", "it is not in the report"
    if needs_store and any(row.store is None for row in rows):
        return "unknown", "the report does not say for certain which store its row is about; see `Reports(store=...)`"
    if needs_store and any(not row.store for row in rows) and len(rows) < (stores := sent.stores[item.sku]):
        return "unknown", f"the report has {len(rows)} rows of it without a store, and it was sent for {stores} stores"
    worst = min(rows, key=_worst_first)
    return worst.status, worst.reason


def _worst_first(row: _About) -> int:
    return _WORST_FIRST.index(row.status)


def _read(path: Path, sent: _Sent, words: Words, options: Reports) -> tuple[_Found, int]:
    """Return what the rows of a report say, by SKU, and how many SKUs it has that were not sent."""
    form = Form(
        encoding=options.encoding,
        separator=options.separator,
        most_bytes=options.most_bytes,
        has_columns=lambda names: find_columns(names, options).missing is None,
    )
    readers = dict[tuple[str, ...], _Reader]()
    about, unexpected, faults = dict[str, Sequence[_About]](), set[Cell](), list[str]()
    for names, rows, fault in read_rows(path, form):
        if fault:
            faults = faults or [fault]
            for named in filter(None, map(sent.find, rows[0])):
                _add(about, named, _About("unknown", f"the report is not certain about it: {fault}", ""))
            continue
        reader = readers.get(names) or readers.setdefault(names, _Reader(names, words, options))
        found = reader.read(rows)
        new = dict(zip(found.skus, found.says, strict=True))
        if len(new) == len(rows) and new.keys() <= sent.skus and new.keys().isdisjoint(about):
            about.update(cast("_Found", new))  # one row for each SKU, as almost always
            continue
        for value, (says,), cells in zip(found.skus, found.says, rows, strict=True):
            if sku := sent.find(value):
                _add(about, sku, says)
            elif value and not _is_header(cells, names, form):
                unexpected.add(value)
    if not readers:
        raise ValueError(faults[0] if faults else "it has no rows")
    return about, len(unexpected)


def _is_header(cells: Cells, names: Sequence[str], form: Form) -> bool:
    """Return whether a row has the names of the columns once more.

    Raises:
        ValueError: it has the names of others, so that the rows after it belong to another table.
    """
    texts = [each for each in cells if isinstance(each, str)]
    if len(texts) < len(names) or not form.has_columns(texts):
        return False
    if texts != [*names]:
        raise ValueError(f"it has a second table, with the columns {', '.join(texts)}")
    return True


def _add(about: dict[str, Sequence[_About]], sku: str, says: _About) -> None:
    """Add what a further row says of a SKU."""
    rows = about.get(sku, ())
    if isinstance(rows, list):
        rows.append(says)
    else:
        about[sku] = [*rows, says]


class _Sent:
    """What was sent.

    Attributes:
        skus: of the items.
    """

    def __init__(self, items: Sequence[PendingItem]) -> None:
        self._items = items
        self.skus = {each.sku for each in items}

    def find(self, value: Cell) -> str | None:
        """Return the sent SKU that a value is, also with white space around it where that is certain."""
        if not isinstance(value, str):
            return None
        if value in self.skus:
            return value
        alike = self._stripped.get(value.strip(), ())
        return alike[0] if len(alike) == 1 else None

    def needs_store(self, item: PendingItem) -> bool:
        """Return whether a row about an item has to say its store: it has one, or others of its SKU have one."""
        return bool(item.store) or (self._has_stores and self.stores[item.sku] > 1)

    @cached_property
    def _has_stores(self) -> bool:
        return any(each.store for each in self._items)

    @cached_property
    def stores(self) -> Counter[str]:
        """Number of stores by SKU."""
        return Counter(sku for sku, _ in {(each.sku, each.store) for each in self._items})

    @cached_property
    def _stripped(self) -> dict[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for each in self.skus:
            found[each.strip()].append(each)
        return found


class _Block(NamedTuple):
    """What rows say: the SKU of each as it is written, and what it says of that, in a tuple that equal rows share."""

    skus: Sequence[Cell]
    says: Sequence[tuple[_About]]


class _Reader:
    """Reads what rows with the same columns say of their items.

    Args:
        names: of the columns.
        words: those of the report.
        options: what the caller knows of the columns.

    Raises:
        ValueError: which one has the status or the SKU is not certain.
    """

    def __init__(self, names: Sequence[str], words: Words, options: Reports) -> None:
        found = find_columns(names, options)
        if found.sku is None or found.status is None:
            missing, listed = found.missing, ", ".join(names)
            raise ValueError(
                f"which column has the {missing} is not certain; name it with `Reports({missing}=...)`, as one of: {listed}"
            )
        self._unsaid = "" if found.is_store_certain else None  # the store of a row that has no column of it
        self._words, self._known = words, dict[object, tuple[_About]]()  # by what their cells say
        self._sku, self._status, self._store, self._messages = found.sku, found.status, found.store, found.messages
        self._said = itemgetter(found.status, *found.messages, *([] if found.store is None else [found.store]))

    def read(self, rows: Sequence[Cells]) -> _Block:
        """Return what rows say of their items."""
        said = [*map(self._said, rows)]
        for key, cells in dict(zip(said, rows, strict=True)).items():
            if key not in self._known:
                self._known[key] = (self._about(cells),)
        return _Block([*map(itemgetter(self._sku), rows)], [*map(self._known.__getitem__, said)])

    def _about(self, cells: Cells) -> _About:
        place = cells[self._store] if self._store is not None else None
        store = self._unsaid if self._store is None else (place.strip() or None) if isinstance(place, str) else None
        word = _shown(cells[self._status])
        message = ", ".join(text for each in self._messages if (text := _shown(cells[each])))
        if word.lower() == self._words.success.lower():
            if message:
                return _About("unknown", f"{word} beside {message!r}; see `Reports(message='')` if that is not an error", store)
            return _About("confirmed", "", store)
        reason = message or word
        is_done = self._words.done is not None and says(reason, self._words.done)
        if word.lower() in {each.lower() for each in self._words.failures}:
            return _About("rejected", reason, store, is_done)
        return _About("unknown", f"its status in the report is {word!r}{f', with {message!r}' if message else ''}", store, is_done)


def _shown(cell: Cell) -> str:
    """Return a cell as text, without white space around it."""
    return (cell.text if isinstance(cell, Other) else cell or "").strip()


def says(reason: str, text: str) -> bool:
    """Return whether a reason has a text as words of its own, which are not negated."""
    found = re.search(rf"(?<!\w){re.escape(text)}(?!\w)", reason, re.IGNORECASE)
    return found is not None and not _NEGATION.search(reason)
