"""Classify items by the rows of their report. Only a certain row confirms or rejects an item; otherwise it is unknown.

No document describes the columns of a report, so they are recognized by their names, or named by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

from catalog_clients._engine.ledger.joint import JointOutcomes, Said
from catalog_clients._engine.ledger.records import ChunkResult, Outcome, PendingItem, Status
from catalog_clients.errors import ReportError, shortened
from catalog_clients.options import Reports

from .columns import find_columns, has_columns
from .named_values import contradicts, is_state, may_report_failure, says_of_failure
from .rows import UNREADABLE, Cell, Column, Form, Other, plain_name, read_rows
from .sent import ANY_STORE, UNCERTAIN_STORE, About, SentItems
from .summaries import Stated
from .words import DOUBT, MARKS, NEGATION

_WORST_FIRST: tuple[Status, ...] = ("rejected", "unknown", "confirmed")
_BETWEEN = "\0\n"  # reasons that are searched together
_FALSE = Other("false")  # which is no message


class Words(NamedTuple):
    """The words of a report.

    Attributes:
        success: status that confirms an item.
        failures: statuses that reject an item.
        done: text which means that the item already had the requested state; it confirms an item that may have been sent before.
        retires: whether a success takes the item out of the catalog.
        ignored: what does not count when a SKU is compared; see `normal_form`.
    """

    success: str
    failures: Sequence[str]
    done: str | None
    retires: bool = False
    ignored: Sequence[str] = ()


_Found: TypeAlias = Mapping[str, Sequence[About]]
"""The content of the rows of each SKU."""


def classify_by_report(
    path: Path,
    items: Sequence[PendingItem],
    *,
    words: Words,
    options: Reports,
    stores: Collection[str] | None = (),
    key: Mapping[str, str] | None = None,
    is_lost: bool = False,
    hide: Callable[[str], str] = str,
) -> ChunkResult[Outcome]:
    """Return the outcomes of items by the rows of a report, which are read as a stream.

    An item is confirmed if there are rows about it and all confirm it, and rejected if one of them rejects it. If an item was sent
    for several stores, and the rows name stores, there must be a row for each of them.

    Args:
        path: of the report.
        items: the expected items.
        words: words of the report.
        options: the caller's options for its form and columns.
        stores: the stores for which the items without a store were sent; empty if the operation has none, None if not known.
        key: key of the expected ingestion, if it is known; see `Form`.
        is_lost: whether the vendor may have executed an attempt before the last one.
        hide: returns a text without credentials, which a vendor may repeat.

    Raises:
        ReportError: it cannot be read with certainty.
    """
    sent = SentItems(items, stores, words.ignored)
    gathered = _Gathered(sent)
    try:
        _read(path, gathered, words, options, key or {})
    except UNREADABLE as error:
        raise ReportError(f"the report {path} cannot be read: {error}") from error
    if common := gathered.common():
        return _result(items, [(common.status, shortened(hide(common.reason)))] * len(items), gathered, hide)
    about, found, have_stores = _hidden(gathered.about(), hide), list[Said](), sent.have_stores
    whole, of_store = dict[Sequence[About], Said](), dict[Sequence[About], Said]()  # few items have rows that no other one has
    for each in items:
        rows = about.get(each.sku, ())
        if is_lost or each.was_sent:
            rows = [_confirmed(row) if row.is_done else row for row in rows]
        same = rows if type(rows) is tuple else tuple(rows)
        if not (have_stores and sent.needs_store(each)):
            found.append(whole.get(same) or whole.setdefault(same, _outcome(each, rows, sent)))
        elif len(rows) == 1 and rows[0].store == each.store:
            found.append(of_store.get(same) or of_store.setdefault(same, _outcome(each, rows, sent)))
        else:
            found.append(_outcome(each, rows, sent))
    return _result(items, found, gathered, hide)


def _result(
    items: Sequence[PendingItem], said: Sequence[Said], gathered: _Gathered, hide: Callable[[str], str]
) -> ChunkResult[Outcome]:
    """Return the outcomes; none is confirmed if the report states other numbers of failures or successes than its rows have."""
    if gathered.states_numbers:
        confirmed = {each.sku for each, (status, _) in zip(items, said, strict=True) if status == "confirmed"}
        reason = gathered.disagreement(len(confirmed)) if confirmed else ""
        doubt: Said = "unknown", shortened(hide(reason))
        said = [doubt if reason and status == "confirmed" else (status, text) for status, text in said]
    return ChunkResult(results=JointOutcomes(items, said), unexpected=len(gathered.unexpected))


def _hidden(about: _Found, hide: Callable[[str], str]) -> _Found:
    """Return rows without secrets in their reasons. All reasons are searched as one text, which is much faster."""
    distinct = {id(rows): rows for rows in about.values()}.values()
    reasons = [*{row.reason for rows in distinct for row in rows}]
    if (text := _BETWEEN.join(reasons)) == (shown := hide(text)):
        return about
    parts = shown.split(_BETWEEN)
    known = dict(zip(reasons, parts if len(parts) == len(reasons) else map(hide, reasons), strict=True))
    return {sku: [row._replace(reason=known[row.reason]) for row in rows] for sku, rows in about.items()}


def _confirmed(row: About) -> About:
    return row._replace(status="confirmed", reason=f"{row.reason}, as it was sent before")


def _outcome(item: PendingItem, rows: Sequence[About], sent: SentItems) -> Said:
    """Return the outcome of an item from all rows with its SKU."""
    needs_store = sent.needs_store(item)
    if needs_store:
        rows = [row for row in rows if row.store in ("", None, ANY_STORE, item.store)]
    if not rows:
        return "unknown", "it is not in the report"
    if needs_store and any(row.store in (None, ANY_STORE) for row in rows):
        return "unknown", UNCERTAIN_STORE
    if needs_store and any(not row.store for row in rows) and len(rows) < (stores := sent.stores[item.sku]):
        return "unknown", f"the report has {len(rows)} rows of it without a store, and it was sent for {stores} stores"
    worst = min(rows, key=_worst_first)
    if worst.status == "confirmed" and not needs_store and (missing := sent.missing(rows)):
        return "unknown", shortened(missing)
    return worst.status, shortened(worst.reason)


def _worst_first(row: About) -> int:
    return _WORST_FIRST.index(row.status)


def _read(path: Path, gathered: _Gathered, words: Words, options: Reports, key: Mapping[str, str]) -> None:
    """Collect the content of the rows of a report."""
    form = Form(
        encoding=options.encoding,
        separator=options.separator,
        most_bytes=options.most_bytes,
        has_columns=lambda names: has_columns(names, options),
        key=key,
        retires=words.retires,
    )
    readers, faults = dict[tuple[str, ...], _Reader](), list[str]()
    for names, columns, fault in read_rows(path, form):
        if fault:
            faults = faults or [fault]
            gathered.doubt([value for (value,) in columns], f"the report is not certain about it: {fault}", is_row=bool(names))
            continue
        reader = readers.get(names) or readers.setdefault(names, _Reader(names, words, options, form))
        block = reader.read(columns)
        for place, value in gathered.add(block):
            cells = [each[place] for each in columns]
            if not _is_header(cells, names, form):
                gathered.add_other(value, cells, *block.says[place])
    if not readers:
        raise ValueError(faults[0] if faults else "it has no rows")


def _is_header(cells: Sequence[Cell], names: Sequence[str], form: Form) -> bool:
    """Return whether a row repeats the header.

    Raises:
        ValueError: it is another header, so that the rows after it belong to another table.
    """
    texts = [each for each in cells if isinstance(each, str)]
    if len(texts) < len(names) or not form.has_columns(texts):
        return False
    if texts != [*names]:
        raise ValueError(f"it has a second table, with the columns {', '.join(texts)}")
    return True


class _Block(NamedTuple):
    """The content of rows: the SKU of each as written, and the rest in a tuple that equal rows share."""

    skus: list[Cell]
    says: Sequence[tuple[About]]


def _failures_in(says: Sequence[tuple[About]]) -> int:
    """Count what confirms no item; most blocks consist of equal rows, which is quick to find out."""
    if says.count(says[0]) == len(says):
        return 0 if says[0][0].status == "confirmed" else len(says)
    return sum(each.status != "confirmed" for (each,) in says)


class _Gathered:
    """The content of a report's rows about the sent items.

    While rows are in the order of the items, as almost always, no row needs to be looked up.

    Args:
        sent: the items that were sent.

    Attributes:
        unexpected: values in SKU columns that were not sent.
    """

    def __init__(self, sent: SentItems) -> None:
        self._sent, self.unexpected = sent, set[Cell]()
        self._stated, self._failures = Stated(), 0
        self._in_order, self._about = list[tuple[About]](), dict[str, Sequence[About]]()
        self._is_in_order = len(sent.skus) == len(sent.items) and sent.is_exact

    def add(self, block: _Block) -> list[tuple[int, Cell]]:
        """Add rows, and return the index and the SKU of each row about no item that was sent."""
        place = len(self._in_order)
        self._failures += _failures_in(block.says)
        if self._is_in_order and block.skus == self._sent.listed[place : place + len(block.skus)]:
            self._in_order += block.says
            return []
        about, new = self.about(), dict(zip(block.skus, block.says, strict=True))
        if len(new) == len(block.skus) and self._sent.is_exact and new.keys() <= self._sent.skus and new.keys().isdisjoint(about):
            self._about.update(cast("_Found", new))  # one row for each SKU
            return []
        others = list[tuple[int, Cell]]()
        for place, (value, (says,)) in enumerate(zip(block.skus, block.says, strict=True)):
            if sku := self._sent.find(value):
                self._add(sku, says)
            else:
                others.append((place, value))
        return others

    def add_other(self, value: Cell, cells: Sequence[Cell], says: About) -> None:
        """Add a row about no item that was sent: about another item, or about all."""
        if says.status == "unknown":
            self._failures -= self._stated.add_row(_shown(value), map(_shown, cells))
        elif says.status == "rejected":
            self._stated.add_failure(_shown(value), map(_shown, cells))
        if value:
            self.unexpected.add(value)

    @property
    def states_numbers(self) -> bool:
        """Whether the report states numbers of failures or successes."""
        return not self._stated.is_empty

    def disagreement(self, confirmed: int) -> str:
        """Return why a number of confirmed SKUs is not certain, as the report states other numbers; empty if it does not."""
        missing = 0 if self._in_order else len(self._sent.skus - self._about.keys())
        return self._stated.disagreement(self._failures + missing, confirmed, len(self._sent.skus))

    def doubt(self, values: Sequence[Cell], reason: str, *, is_row: bool) -> None:
        """Add an uncertain row, or what is not a row: it may be about any item that one of its values names, or about all items."""
        self._failures += not self._stated.add(map(_shown, values)) and is_row
        self.about()
        for each in filter(None, map(self._sent.find, values)):
            self._add(each, About("unknown", reason, ""))

    def common(self) -> About | None:
        """Return the content of the rows, if there is one for each item, in order, and all are equal; otherwise None."""
        if not self._in_order or len(self._in_order) < len(self._sent.items):
            return None
        (says,) = first = self._in_order[0]
        is_same = self._in_order.count(first) == len(self._in_order) and not says.is_done and not self._sent.missing(first)
        return says if is_same and {each.store for each in self._sent.items} <= {"", says.store} else None

    def about(self) -> _Found:
        """Return the content by SKU; later rows are looked up in it."""
        if self._in_order:
            self._about |= zip(self._sent.listed, self._in_order, strict=False)
        self._is_in_order, self._in_order = False, []
        return self._about

    def _add(self, sku: str, says: About) -> None:
        """Add a further row about a SKU that was sent."""
        rows = self._about.get(sku, ())
        if isinstance(rows, list):
            rows.append(says)
        else:
            self._about[sku] = [*rows, says]


class _Reader:
    """Reads rows with the same columns.

    Args:
        names: names of the columns.
        words: words of the report.
        options: the caller's options for the columns.
        form: has the key of the expected ingestion.

    Raises:
        ValueError: it is not certain which column has the status or the SKU.
    """

    def __init__(self, names: Sequence[str], words: Words, options: Reports, form: Form) -> None:
        found = find_columns(names, options)
        if found.sku is None or found.status is None:
            missing, listed = found.missing, ", ".join(names)
            raise ValueError(
                f"which column has the {missing} is not certain; name it with `Reports({missing}=...)`, as one of: {listed}"
            )
        self._words, self._known = words, dict[tuple[Cell, ...], tuple[About]]()  # by the content of their cells
        self._unsaid = "" if found.is_store_certain else ANY_STORE  # the store of a row without a store column
        self._sku, self._has_store = found.sku, found.store is not None
        keys = [place for place, name in enumerate(names) if plain_name(name) in map(plain_name, form.key)]
        self._keys, self._is_other = [names[each] for each in keys], form.is_other
        self._said = [found.status, *([] if found.store is None else [found.store]), *keys, *found.messages]
        self._messages = [names[each] for each in found.messages]
        self._others = [(each, names[each]) for each in found.others]

    def read(self, columns: Sequence[Column]) -> _Block:
        """Return the content of rows about their items."""
        said = [columns[each] for each in self._said]
        said += filter(None, (_doubts(name, columns[each], retires=self._words.retires) for each, name in self._others))
        if all(each.count(each[0]) == len(each) for each in said):  # faster than comparing rows
            says = [self._says(tuple(each[0] for each in said))] * len(said[0])
        else:
            says = [*map(self._says, zip(*said, strict=True))]
        return _Block([*columns[self._sku]], says)

    def _says(self, said: tuple[Cell, ...]) -> tuple[About]:
        return self._known.get(said) or self._known.setdefault(said, (self._about(*said),))

    def _about(self, status: Cell, *others: Cell) -> About:
        """Return the content of a row: its status, its store if there is a column for it, and its messages."""
        word, store = _shown(status), _store_in(others[0]) if self._has_store else self._unsaid
        others = others[1:] if self._has_store else others
        for name, cell in zip(self._keys, others, strict=False):
            if self._is_other(name, _shown(cell)):
                return About("unknown", f"the report has it with the {name} {_shown(cell)}", store)
        texts = ["" if each == _FALSE else _shown(each) for each in others[len(self._keys) :]]
        if word.lower() == self._words.success.lower():
            if beside := ", ".join(self._named(texts)):
                return About("unknown", f"{word} beside {beside}; see `Reports(message='')` if that is not an error", store)
            return About("confirmed", "", store)
        message = ", ".join(filter(None, texts[: len(self._messages)]))
        reason = message or word
        is_done = self._words.done is not None and says(reason, self._words.done)
        if word.lower() in {each.lower() for each in self._words.failures}:
            return About("rejected", reason, store, is_done)
        return About("unknown", f"its status in the report is {word!r}{f', with {message!r}' if message else ''}", store, is_done)

    def _named(self, texts: Sequence[str]) -> Iterator[str]:
        """Yield the texts that are not empty: messages with the name of their column, and doubts, which have it already."""
        count = len(self._messages)
        yield from (f"{text!r} as {name}" for text, name in zip(texts, self._messages, strict=False) if text)
        yield from filter(None, texts[count:])


def _store_in(cell: Cell) -> str | None:
    """Return the store of a row by its cell; see `About`."""
    return ANY_STORE if isinstance(cell, Other) else (cell or "").strip() or None


def _doubts(name: str, cells: Column, *, retires: bool) -> Column:
    """Return the values of a column that contradict a success, each with the name of the column; empty if there are none."""
    distinct = {*cells}
    contradicting = {each for each in distinct if contradicts(name, _shown(each), retires=retires)}
    if may_report_failure(name) and not is_state(name):
        contradicting |= {each for each in distinct if says_of_failure(name, each.value if isinstance(each, Other) else each)}
    if contradicting:
        return [f"{_shown(each)!r} as {name}" if each in contradicting else None for each in cells]
    joined = "\n".join([each if type(each) is str else _shown(each) for each in cells]).lower()
    if not any(each in joined for each in MARKS):
        return []
    return [f"{text!r} as {name}" if DOUBT.search(text := _shown(each)) else None for each in cells]


def _shown(cell: Cell) -> str:
    """Return a cell as text, without white space around it."""
    return (cell.text if isinstance(cell, Other) else cell or "").strip()


def says(reason: str, text: str) -> bool:
    """Return whether a reason contains a text as whole words that are not negated."""
    found = re.search(rf"(?<!\w){re.escape(text)}(?!\w)", reason, re.IGNORECASE)
    return found is not None and not NEGATION.search(reason)
