"""Classify items by the rows of their report. Only what is certain confirms an item or rejects it; all else leaves it unknown.

No document describes the columns of a report, so they are recognized by their names, or named by the caller.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

from catalog_clients.errors import ReportError, shortened
from catalog_clients.options import Reports

from .chunking import PendingItem
from .joint import JointOutcomes, Said
from .records import ChunkResult, Outcome, Status
from .report_rows import Column, Form, read_rows

_SKU = re.compile(r"\w*skus?(id)?", re.IGNORECASE)
_STATUS = re.compile(r"\w*(status|result)", re.IGNORECASE)
_STORE = re.compile(r"\w*store(id)?", re.IGNORECASE)
_MESSAGE = re.compile(r"\w*(messages?|reasons?|errors?|details?)", re.IGNORECASE)
_WORST_FIRST: tuple[Status, ...] = ("rejected", "unknown", "confirmed")
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
    """Numbers of columns, from 0; None for one that a row does not have."""

    sku: int | None
    status: int | None
    store: int | None
    messages: tuple[int, ...]


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
    gathered = _Gathered(sent)
    try:
        _read(path, gathered, words, options)
    except (ValueError, OSError, EOFError, RecursionError, csv.Error) as error:
        raise ReportError(f"the report {path} cannot be read: {error}") from error
    if common := gathered.common():
        return ChunkResult(results=JointOutcomes(items, [(common.status, shortened(hide(common.reason)))] * len(items)))
    about, known, found = _hidden(gathered.about(), hide), dict[_About, Said](), list[Said]()
    for each in items:
        rows = about.get(each.sku, ())
        if is_lost or each.was_sent:
            rows = [_confirmed(row) if row.is_done else row for row in rows]
        is_plain = len(rows) == 1 and (not each.store or rows[0].store == each.store)
        says = rows[0] if is_plain else _outcome(each, rows, sent)
        found.append(known.get(says) or known.setdefault(says, (says.status, shortened(says.reason))))
    return ChunkResult(results=JointOutcomes(items, found), unexpected=len(gathered.unexpected))


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


def _outcome(item: PendingItem, rows: Sequence[_About], sent: _Sent) -> _About:
    """Return what the rows that have the SKU of an item say of it together."""
    if item.store:
        rows = [row for row in rows if row.store in ("", None, item.store)]
    if not rows:
        return _About("unknown", "it is not in the report", None)
    if item.store and any(row.store is None for row in rows):
        return _About("unknown", "the report does not say for certain which store its row is about", None)
    if item.store and any(not row.store for row in rows) and len(rows) < (stores := sent.stores[item.sku]):
        reason = f"the report has {len(rows)} rows of it without a store, and it was sent for {stores} stores"
        return _About("unknown", reason, None)
    return min(rows, key=_worst_first)


def _worst_first(row: _About) -> int:
    return _WORST_FIRST.index(row.status)


def _read(path: Path, gathered: _Gathered, words: Words, options: Reports) -> None:
    """Gather what the rows of a report say."""
    form = Form(
        encoding=options.encoding,
        separator=options.separator,
        most_bytes=options.most_bytes,
        has_columns=lambda names: _missing(_find_columns(names, options)) is None,
    )
    readers = dict[tuple[str, ...], _Reader]()
    for names, columns, fault in read_rows(path, form):
        if fault:
            gathered.doubt([value for (value,) in columns], f"the report is not certain about it: {fault}")
            continue
        reader = readers.get(names) or readers.setdefault(names, _Reader(names, words, options))
        gathered.add(reader.read(columns))
    if not readers:
        raise ValueError("it has no rows")


class _Sent:
    """What was sent.

    Attributes:
        items: the items.
        listed: their SKUs.
        skus: the same as a set.
    """

    def __init__(self, items: Sequence[PendingItem]) -> None:
        self.items = items
        self.listed = [each.sku for each in items]
        self.skus = {*self.listed}

    def find(self, value: str | None) -> str | None:
        """Return the sent SKU that a value is, also with white space around it where that is certain."""
        if value is None or value in self.skus:
            return value
        alike = self._stripped.get(value.strip(), ())
        return alike[0] if len(alike) == 1 else None

    @cached_property
    def stores(self) -> Counter[str]:
        """Number of stores by SKU."""
        return Counter(sku for sku, _ in {(each.sku, each.store) for each in self.items})

    @cached_property
    def _stripped(self) -> dict[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for each in self.skus:
            found[each.strip()].append(each)
        return found


class _Block(NamedTuple):
    """What rows say: the SKU of each as it is written, and what it says of that, in a tuple that equal rows share."""

    skus: list[str | None]
    says: Sequence[tuple[_About]]


class _Gathered:
    """What the rows of a report say of the items that were sent.

    As long as they are about these items in their order, as almost always, no row needs to be looked up.

    Args:
        sent: what was sent.

    Attributes:
        unexpected: SKUs that were not sent.
    """

    def __init__(self, sent: _Sent) -> None:
        self._sent, self.unexpected = sent, set[str]()
        self._in_order, self._about = list[tuple[_About]](), dict[str, Sequence[_About]]()
        self._is_in_order = len(sent.skus) == len(sent.items)

    def add(self, block: _Block) -> None:
        """Add what rows say."""
        place = len(self._in_order)
        if self._is_in_order and block.skus == self._sent.listed[place : place + len(block.skus)]:
            self._in_order += block.says
            return
        about, new = self.about(), dict(zip(block.skus, block.says, strict=True))
        if len(new) == len(block.skus) and new.keys() <= self._sent.skus and new.keys().isdisjoint(about):
            self._about.update(cast("_Found", new))  # one row for each SKU
            return
        for value, (says,) in zip(block.skus, block.says, strict=True):
            self._add(value, says)

    def doubt(self, values: Sequence[str | None], reason: str) -> None:
        """Add that a row is not certain, which may be about any of the items that its values are."""
        self.about()
        for each in filter(None, map(self._sent.find, values)):
            self._add(each, _About("unknown", reason, ""))

    def common(self) -> _About | None:
        """Return what the rows say, where there is one about each item, in their order, and all say the same; None otherwise."""
        if not self._in_order or len(self._in_order) < len(self._sent.items):
            return None
        (says,) = first = self._in_order[0]
        is_same = self._in_order.count(first) == len(self._in_order) and not says.is_done
        return says if is_same and {each.store for each in self._sent.items} <= {"", says.store} else None

    def about(self) -> _Found:
        """Return what is said by SKU, and look further rows up in it."""
        if self._in_order:
            self._about |= zip(self._sent.listed, self._in_order, strict=False)
        self._is_in_order, self._in_order = False, []
        return self._about

    def _add(self, value: str | None, says: _About) -> None:
        """Add what a further row says."""
        sku = self._sent.find(value)
        if sku is None:
            self.unexpected |= {value} if value else set()
        elif isinstance(rows := self._about.get(sku, ()), list):
            rows.append(says)
        else:
            self._about[sku] = [*rows, says]


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
        found = _find_columns(names, options)
        if found.sku is None or found.status is None:
            missing, listed = _missing(found), ", ".join(names)
            raise ValueError(
                f"which column has the {missing} is not certain; name it with `Reports({missing}=...)`, as one of: {listed}"
            )
        self._words, self._known = words, dict[tuple[str | None, ...], tuple[_About]]()  # by what their cells say
        self._sku, self._has_store = found.sku, found.store is not None
        self._said = [found.status, *([] if found.store is None else [found.store]), *found.messages]

    def read(self, columns: Sequence[Column]) -> _Block:
        """Return what rows say of their items."""
        said = [columns[each] for each in self._said]
        if all(each.count(each[0]) == len(each) for each in said):  # which takes less time than to compare rows
            says = [self._says(tuple(each[0] for each in said))] * len(said[0])
        else:
            says = [*map(self._says, zip(*said, strict=True))]
        return _Block([*columns[self._sku]], says)

    def _says(self, said: tuple[str | None, ...]) -> tuple[_About]:
        return self._known.get(said) or self._known.setdefault(said, (self._about(*said),))

    def _about(self, status: str | None, *others: str | None) -> _About:
        """Return what is said by a status, the store if there is a column of it, and messages."""
        store = ((others[0] or "").strip() or None) if self._has_store else ""
        word = (status or "").strip()
        message = ", ".join(text for each in others[self._has_store :] if (text := (each or "").strip()))
        if word.casefold() == self._words.success.casefold():
            if message:
                return _About("unknown", f"{word} beside {message!r}; see `Reports(message='')` if that is not an error", store)
            return _About("confirmed", "", store)
        reason = message or word
        is_done = self._words.done is not None and says(reason, self._words.done)
        if word.casefold() in {each.casefold() for each in self._words.failures}:
            return _About("rejected", reason, store, is_done)
        return _About("unknown", f"its status in the report is {word!r}{f', with {message!r}' if message else ''}", store, is_done)


def says(reason: str, text: str) -> bool:
    """Return whether a reason has a text as words of its own, which are not negated."""
    found = re.search(rf"(?<!\w){re.escape(text)}(?!\w)", reason, re.IGNORECASE)
    return found is not None and not _NEGATION.search(reason)


def _missing(columns: _Columns) -> str | None:
    return "sku" if columns.sku is None else "status" if columns.status is None else None


def _find_columns(names: Sequence[str], options: Reports) -> _Columns:
    """Return the numbers of columns; None where none or several could be meant."""

    def find(given: str | None, pattern: re.Pattern[str]) -> int | None:
        found = _numbers(names, given, pattern)
        return found[0] if len(found) == 1 else None

    messages = _numbers(names, options.message, _MESSAGE)
    return _Columns(find(options.sku, _SKU), find(options.status, _STATUS), find(options.store, _STORE), tuple(messages))


def _numbers(names: Sequence[str], given: str | None, pattern: re.Pattern[str]) -> list[int]:
    """Return the numbers of the columns that have the given name or, if none is given, one that fits."""
    if given is not None:
        return [number for number, each in enumerate(names) if each == given]
    return [number for number, each in enumerate(names) if pattern.fullmatch(re.sub(r"\W|_", "", each))]
