"""Determine the outcomes of items from a response that lists them: only the refused ones, or each with its status."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

import msgspec

from catalog_clients._engine.flows.effects import CallResult, find, has
from catalog_clients._engine.items.spelling import normal_form
from catalog_clients._engine.ledger.joint import JointOutcomes, Said
from catalog_clients._engine.ledger.records import ChunkResult, Outcome, PendingItem
from catalog_clients._engine.reports.classifying import says
from catalog_clients._engine.responses.json_paths import json_path
from catalog_clients._engine.tables.behaviour import Behaviour
from catalog_clients._engine.tables.chunks import Rejections
from catalog_clients.errors import shortened

from .again import once_more
from .confirming import contradicted, miscounted
from .request_paths import index_in
from .row_status import status_of
from .sending import failed
from .unexpected import failure_beside, said_unless_named


class ClassifyList(Protocol):
    """Determines the outcomes of a request's items from a list, which may be on several pages."""

    def __call__(
        self, items: Sequence[PendingItem], result: CallResult[object], *others: CallResult[object]
    ) -> ChunkResult[Outcome]:
        """Return the outcomes; `others` are the pages after the first."""


def classify_by_failures(
    table: Behaviour, listing: Rejections | None = None, *, is_collected: bool = False, removes: bool = False
) -> ClassifyList:
    """Return what classifies by a response that lists the refused items, or each item with its status.

    If only refused items are listed, all others are confirmed, with exceptions. If the list has an item that was not sent, the
    vendor reads keys in another way than this client: no item is confirmed. The same applies if a part of the list cannot be read.
    An item that the response also has in another place is not confirmed.

    If the response has to count the items, and its number differs, no item that it does not list is confirmed; if it contradicts
    its success in another place, none is. What it refuses is rejected all the same. If each item has a status, only the words of
    the table confirm or reject an item, and one that is not listed exactly once is unknown.

    If the list names items by their index in the request, or by a path with it, all items are unknown if one of these names no item
    of the request: the vendor counts in another way, or means something else. If another run has sent the items, and their indexes
    are not known, they are unknown unless each index is listed once, as items may be missing.

    If an item may have been sent before, and is listed as a failure without a reason, it is unknown: an earlier success may be the
    reason. If the request removes items, it is unknown with any reason, as a removed item is refused from then on.

    Args:
        table: of the operation.
        listing: where the response has the list; default: the place of the table.
        is_collected: whether another run has sent the items.
        removes: whether a success removes the item from the vendor's data.
    """
    rejections, done = _listing_of(table, listing), table.retry.done if table.retry else None
    array = table.chunking.array.path if table.chunking and table.chunking.array else ()
    ignored = table.chunking.ignore if table.chunking and rejections.index is None else ()

    def form(name: object) -> object:
        return normal_form(name, ignored) if isinstance(name, str) else name

    def classify(items: Sequence[PendingItem], result: CallResult[object], *others: CallResult[object]) -> ChunkResult[Outcome]:
        names, pages, path = [*map(form, _names(rejections, items))], (result, *others), rejections.items.path
        rows = _rows(rejections, array, [each.find(path) for each in pages], form)
        raw = _rows(rejections, array, [find(each.json(), path) for each in pages], form) if rejections.status is not None else {}
        sent = Counter(names) if rows else Counter[object]()
        unexpected = rows.keys() - sent.keys()
        by_index = rejections.index is not None
        is_whole = not is_collected or all(each.index is not None for each in items)
        if by_index and (unexpected or not (is_whole or [len(rows.get(each, ())) for each in names] == [1] * len(rows))):
            return _by_other_indexes(items, unexpected)
        doubt = miscounted(table, items, result) if listing is None else ""
        said, hide = _unlisted(rejections, items, pages, unexpected, doubt, is_collected=is_collected), cache(result.hidden)
        for place, name in enumerate(names if rows else ()):
            about = rows.get(name)
            if about and not _is_certain(rejections, len(about), sent[name]):
                what = "index" if by_index else "key"
                said[place] = "unknown", f"the response has {len(about)} results for {sent[name]} items with this {what}"
            elif about:
                is_open = items[place].was_sent or result.lost
                said[place] = _of_row(rejections, about[-1], hide, done, is_open=is_open, removes=removes)
            if about and said[place][0] == "confirmed" and (beside := _contradiction(rejections, about, raw.get(name, ()))):
                said[place] = ("unknown", shortened(hide(f"the response lists it as a success, beside {beside}")))
        # Another run may have sent other items, too, which have an outcome already.
        found = ChunkResult[Outcome](results=JointOutcomes(items, said), unexpected=0 if is_collected else len(unexpected))
        return found if listing is not None else doubted(found, contradicted(table, items, result))

    return classify


def doubted(found: ChunkResult[Outcome], reason: str) -> ChunkResult[Outcome]:
    """Return outcomes of which none is confirmed, if there is a reason for that. What is refused is so all the same."""
    if not reason:
        return found
    outcomes = [
        msgspec.structs.replace(each, status="unknown", reason=shortened(reason)) if each.status == "confirmed" else each
        for each in found.results
    ]
    return replace(found, results=outcomes, text=found.text or reason)


def _by_other_indexes(items: Sequence[PendingItem], unexpected: Collection[object]) -> ChunkResult[Outcome]:
    """Return the outcomes of items if a list by index is not about exactly these."""
    reason = f"the response has results by index, but not for exactly these {len(items)} items"
    if unexpected:
        reason = shortened(f"{reason}: it names {min(map(repr, unexpected))}")
    return replace(failed(items, None, "unknown", reason), unexpected=len(unexpected))


def _listing_of(table: Behaviour, listing: Rejections | None) -> Rejections:
    found = listing or (table.chunking.rejections if table.chunking else None)
    if found is None:
        raise ValueError("the spec does not say where a response lists refused items")
    return found


def _is_certain(rejections: Rejections, listed: int, sent: int) -> bool:
    """Return whether the result of each of some items with the same name, perhaps in different stores, is certain."""
    return (listed, sent) == (1, 1) if rejections.status is not None else sent in (1, listed)


def _names(rejections: Rejections, items: Sequence[PendingItem]) -> Sequence[str]:
    """Return how a response names each item of its request: by its key, of one or two parts, or by its index."""
    if rejections.store is not None:
        return [_of_store(each.sku, each.store) for each in items]
    if rejections.index is None:
        return [each.sku for each in items]
    return [str(rejections.first + (place if each.index is None else each.index)) for place, each in enumerate(items)]


def _of_store(sku: object, store: object) -> str:
    return f"{sku!r} of {store!r}"


def _unlisted(
    rejections: Rejections,
    items: Sequence[PendingItem],
    pages: Sequence[CallResult[object]],
    unexpected: set[object],
    doubt: str,
    *,
    is_collected: bool,
) -> list[Said]:
    """Return status and reason of items that no page of a response lists."""
    has_status = rejections.status is not None
    otherwise: Said = ("unknown", "the response does not list it") if has_status else ("confirmed", "")
    if unexpected:
        verb = "lists" if has_status else "refuses"
        why = "which is not one of these items" if is_collected else "which was not sent"
        otherwise = "unknown", f"the response {verb} {min(map(str, unexpected))!r}, {why}"
    elif broken := next(filter(None, (each.breach(rejections.items.path) or _null_in(rejections, each) for each in pages)), doubt):
        otherwise = "unknown", broken
    return said_unless_named(items, pages, otherwise)


def _null_in(rejections: Rejections, result: CallResult[object]) -> str:
    """Return where a response has null although the spec requires the list there, or an object with it; empty if nowhere.

    A client reads null in any optional field, so that it is no breach for it.
    """
    for path in rejections.never_null:
        if has(result.value, path) and result.find(path) is None:
            is_array = path == rejections.items.path and (rejections.key or rejections.index) is not None
            kind = "array" if is_array else "object"
            return f"the response breaks the spec at {json_path(path)}: Expected `{kind}`, got `null`"
    return ""


def _contradiction(rejections: Rejections, rows: Sequence[object], raw: Sequence[object]) -> str:
    """Return what contradicts the success of an item in its rows, which are models, and the same as JSON; empty if nothing does."""
    found = (failure_beside(value, known, rejections.reason) for known, value in zip(rows, raw, strict=False))
    return next(filter(None, found), "")


def _rows(
    rejections: Rejections, array: Sequence[str], pages: Sequence[object], form: Callable[[object], object]
) -> Mapping[object, Sequence[object]]:
    """Return the rows of a list by key or index of their item. These are texts in this client, even if they are numbers.

    Args:
        rejections: where the rows have their parts.
        array: path of the items in the request.
        pages: the parts of the list, of models or of decoded JSON.
        form: returns what all spellings of a name have in common.
    """
    found = defaultdict[object, list[object]](list)
    if rejections.key is None and rejections.index is None:  # a map by key, which has no pages
        for key, each in (pair for page in pages if isinstance(page, Mapping) for pair in page.items()):
            found[form(key)].append(each)
        return found
    for each in (row for page in pages if isinstance(page, list) for row in page):
        name = _part(each, rejections.key or ()) if rejections.index is None else _part(each, rejections.index)
        if rejections.index is not None and isinstance(name, str):
            name = index_in(array, name)
        if rejections.store is not None:
            name = _of_store(name, _part(each, rejections.store))
        found[form(name)].append(each)
    return found


def _part(row: object, path: Sequence[str]) -> object:
    """Return what a row has at a path: a whole number as a text, and a list or an object as one that names nothing."""
    value = find(row, path)
    return repr(value) if type(value) is int or not isinstance(value, Hashable) else value


def _of_row(
    rejections: Rejections, row: object, hide: Callable[[str], str], done: str | None, *, is_open: bool, removes: bool
) -> Said:
    """Return status and reason of an item, from its only row.

    Args:
        rejections: says where the row has its values.
        row: the row.
        hide: returns a text without credentials.
        done: text of the vendor that means that the item already has the requested state.
        is_open: whether the vendor may have executed an earlier request with the item.
        removes: whether a success removes the item from the vendor's data.
    """
    given = find(row, rejections.reason) if rejections.reason is not None else None
    reason = "" if given is None or given == [] else str(given).strip()
    status, otherwise = status_of(rejections, row)
    if status == "unknown":
        return status, shortened(hide(f"{otherwise}: {reason}" if reason else otherwise))
    if status == "confirmed":
        return status, ""
    shown = shortened(hide(reason or otherwise))
    if is_open and (not reason or removes or (done is not None and says(shown, done))):
        return once_more(shown, done)
    return status, shown
