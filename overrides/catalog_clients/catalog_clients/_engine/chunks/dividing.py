"""Divide the items of a request that was refused as a whole, where only some may be the reason, or that a limit does not admit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TypeAlias, cast

import msgspec

from catalog_clients._engine.flows.effects import CallResult, find
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.limits import TooExpensive
from catalog_clients._engine.tables.behaviour import Request
from catalog_clients._engine.tables.chunks import Chunking, Refusal

MOST_DIVISIONS = 64
"""How often the items of a chunk are divided, so that it takes at most twice as many requests beyond its first ones."""
OfKey: TypeAlias = Callable[[PendingItem], object]
"""Returns the content of an item that consists only of its key."""


def affordable(
    items: Sequence[PendingItem], request: Request[object], error: Exception, table: Chunking | None, of_key: OfKey
) -> list[list[PendingItem]]:
    """Return groups of items, with their contents, that are as large as a limit allows; none if the error is another one."""
    most = error.most if isinstance(error, TooExpensive) else None
    if table is None or not most:
        return []
    for each, content in zip(items, _contents(items, request, table, of_key), strict=True):
        each.item = content
    return [[*items[start : start + most]] for start in range(0, len(items), most)]


def divided(
    items: Sequence[PendingItem],
    request: Request[object],
    result: CallResult[object],
    table: Chunking | None,
    of_key: OfKey,
) -> list[list[PendingItem]]:
    """Return two groups of items, with their contents, to send again; none if the refusal concerns all items.

    Args:
        items: the items of the request.
        request: the request; it has the contents of the items, which were dropped when it was built.
        result: what the vendor has responded.
        table: says which responses refuse a request because of some of its items.
        of_key: returns the content of an item that consists only of its key.
    """
    refusal = _refusal(table, result) if len(items) > 1 else None
    if table is None or refusal is None:
        return []
    contents = _contents(items, request, table, of_key)
    alike = defaultdict[object, list[PendingItem]](list)
    for each, content in zip(items, contents, strict=True):
        alike[str(find(content, refusal.by)) if refusal.by else each.position].append(each)
    if len(alike) == 1:
        return []
    for each, content in zip(items, contents, strict=True):
        each.item = content
    groups, half = [*alike.values()], len(alike) // 2
    return [[*chain.from_iterable(groups[:half])], [*chain.from_iterable(groups[half:])]]


def _refusal(table: Chunking | None, result: CallResult[object]) -> Refusal | None:
    """Return the row of the table by which a response refuses a request for some of its items; None if it does not."""
    if table is None or not result.refused or result.response is None:
        return None
    text = result.response.text.casefold()
    rows = (each for each in table.refusals if each.status == result.response.status_code)
    return next((each for each in rows if (each.text or "").casefold() in text), None)


def _contents(items: Sequence[PendingItem], request: Request[object], table: Chunking, of_key: OfKey) -> Sequence[object]:
    """Return the contents of items: those in the body of their request or, where it has no body, their keys."""
    if request.content is None:
        return [of_key(each) for each in items]
    array = table.array.path if table.array else ()
    return cast("Sequence[object]", find(msgspec.json.decode(request.content), array))
