"""Find what a success response has and its spec does not: an error, or a field that names an item of the request."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

import msgspec

from catalog_clients._engine.flows.effects import CallResult, attributes, find, has, texts_in
from catalog_clients._engine.ledger.joint import Said
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.reports.named_values import (
    counts_failures,
    failures_in,
    has_only_begun,
    is_refused,
    is_there,
    lists_failures,
    says_of_failure,
)
from catalog_clients._engine.responses.json_paths import json_path
from catalog_clients._engine.tables.behaviour import Behaviour
from catalog_clients._engine.tables.chunks import Rejections
from catalog_clients.errors import shortened

from .row_status import Listed, listed

_ERRORS = ("error", "errors")  # in which most vendors report that a request has failed
_MESSAGE = "message"  # a name of a field whose words decide, whatever the spec calls it
_WITH_PARTS = (dict, list)  # values of JSON that have others in them
_WORD = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_CODE = re.compile(r"(?=.*\d).*[^\W\d_]")


def error_beside(
    table: Behaviour,
    items: Sequence[PendingItem],
    result: CallResult[object],
    listing: Rejections | None = None,
    count: Listed | None = None,
) -> str:
    """Return the name of an error, a warning or a contradicting state in a success response that no table reads, and what to do.

    The text is empty if there is none, and continues a sentence: "the response has ...".

    It is a field that the spec does not have, or one named `error` or `errors` that it has. It may be in the body, or in an object
    of the body that has a value of a condition or the list of refused items, at any depth of a field that the spec does not have.
    A flag such as `success: false` may be in any object, whether the spec has it or not, and so may a list such as `failed` that
    the spec has; that of a lookup is of what was not found.
    An error that names items of the request is not an error of the whole request, and neither is the number of the failures that
    are listed. A larger number is one, at any depth and also in a field that the spec has, unless the table says which field has
    the number, or that this one is informational.

    Args:
        table: of the operation.
        items: of its request.
        result: the success.
        listing: where the response lists items; default: as the table says of the success response.
        count: how many items the end of some work lists, on all pages; default: those that this response lists.
    """
    body, listing = result.json(), listing or (table.chunking.rejections if table.chunking else None)
    places = [each.value for each in table.confirmation.conditions] if table.confirmation else []
    if listing:
        places.append(listing.items)
    named, skipped = {each.path for each in places}, {each.path for each in listing.informational} if listing else set()
    paths = {each[:end] for each in named for end in range(len(each))} | {()}
    skus = cache(lambda: {each.sku.strip().casefold() for each in items} if table.chunking and table.chunking.array else set[str]())
    rows, failures = listed(listing, [result]) if count is None else count
    most = successes(len(items), rows)

    def is_error(name: str, value: object) -> bool:
        if type(value) is int and counts_failures(name):
            return value != failures
        return value is None or name in _ERRORS or not _names_items(value, skus())

    unread = [_unread(find(body, path), find(result.value, path), path, named | paths | skipped) for path in paths]
    found = {name for some in unread for name, value in failures_in(some, most) if is_error(name, value)}
    refusing = [*_refusals(body, named | skipped)]
    refusing += _lists_of_failures(body, result.value, named | skipped) if table.matching is None else ()
    flags = {".".join(path) for path in refusing if path[-1] not in found}
    found |= flags
    numbers = [*_counts(body, named | skipped)] if not (listing and listing.refused) else []
    counts = {".".join(path): value for path, value in numbers if len(path) == 1 or path[-1] not in found}
    larger = {name for name, value in counts.items() if value > failures}
    found |= larger
    fields = [each for some in unread if isinstance(some, dict) for each in some.items()]
    if table.confirmation and table.confirmation.retires:
        found |= {name for name, value in fields if is_there(name, value)}
    if table.polling is None and table.matching is None:
        found |= {name for name, value in fields if has_only_begun(name, value)}
    name = min(found | {name for name in _ERRORS if f"$.{name}" in result.doubled}, default="")
    if listing is None or not (name in larger | flags or (name in _ERRORS and has(result.value, (name,)))):
        return name
    said = f"{counts[name]} as {name}, and {failures} failures are listed" if name in larger else name
    return f"{said} (if it says nothing of an item that the list does not, name it as informational in the table of the list)"


def _refusals(value: object, read: Collection[tuple[str, ...]], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of flags, in objects within objects, that say that a request has not succeeded; without what tables read."""
    for name, each in value.items() if isinstance(value, dict) and path not in read else ():
        at = (*path, name)
        if is_refused(name, each) and at not in read:
            yield at
        yield from _refusals(each, read, at)


def _counts(value: object, read: Collection[tuple[str, ...]], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the paths of numbers of failures, in objects within objects, and the numbers; without what tables read."""
    for name, each in value.items() if isinstance(value, dict) and path not in read else ():
        at = (*path, name)
        if isinstance(each, int) and not isinstance(each, bool) and counts_failures(name) and at not in read:
            yield at, each
        yield from _counts(each, read, at)


def _lists_of_failures(
    value: object, known: object, read: Collection[tuple[str, ...]], path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield the paths of lists that the model has, in objects within objects, of what has failed; without what tables read."""
    if not isinstance(value, dict) or not isinstance(known, msgspec.Struct) or path in read:
        return
    for name, attribute in attributes(type(known)).items():
        at, each = (*path, name), value.get(name)
        if lists_failures(name, each) and at not in read:
            yield at
        yield from _lists_of_failures(each, getattr(known, attribute), read, at)


def miscounts(listing: Rejections, result: CallResult[object], failures: int) -> str:
    """Return how the number of refused items in a response leaves successes in doubt; empty if it does not.

    Args:
        listing: says where the number is.
        result: the response.
        failures: how many failures are listed.
    """
    place = listing.refused
    if place is None:
        return ""
    value = result.find(place.path)
    if (value is None and not result.breach(place.path)) or (type(value) is int and value <= failures):
        return ""
    number = "no number" if value is None else repr(value)
    return f"{number} as {'.'.join(place.path)}, and {failures} failures are listed (look for the others at the vendor)"


def successes(sent: int, listed: int) -> range:
    """Return the numbers of successes that leave no failure unexplained: from all items but those that are listed, up to all."""
    return range(sent - listed, sent + 1)


def failure_beside(value: object, known: object, reason: Sequence[str] | None) -> str:
    """Return what contradicts the success of an item in its row, as `name: value`; empty if nothing does.

    It is in a field that the spec does not have, at any depth, in one named `error` or `errors`, in a flag such as
    `success: false`, or in the words of the reason.

    Args:
        value: the row, as decoded JSON.
        known: its model.
        reason: path of the reason in the row, if there is one.
    """
    beside = [
        found
        for path, each in _undocumented(value, known, errors=True)
        for found in failures_in(_nested(path, each), range(sys.maxsize))
    ]
    if reason and (text := find(value, reason)) is not None and says_of_failure(_MESSAGE, text):
        beside.append((".".join(reason), text))
    return next((f"{name}: {msgspec.json.encode(each).decode()}" for name, each in beside), "")


def _undocumented(
    value: object, known: object, path: tuple[str | int, ...] = (), *, errors: bool = False
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield paths and values of the fields that a model does not have, at any depth.

    Args:
        value: decoded JSON.
        known: its model.
        path: its path.
        errors: whether fields named `error` or `errors`, and flags such as `success: false`, count even if the model has them.
    """
    if isinstance(value, dict) and isinstance(known, msgspec.Struct):
        documented = attributes(type(known))
        for name, each in value.items():
            if name not in documented or (errors and (name in _ERRORS or is_refused(name, each))):
                yield (*path, name), each
            elif isinstance(each, _WITH_PARTS):
                yield from _undocumented(each, getattr(known, documented[name]), (*path, name), errors=errors)
    elif isinstance(value, list) and isinstance(known, list) and len(value) == len(known):
        for index, (each, model) in enumerate(zip(value, known, strict=True)):
            yield from _undocumented(each, model, (*path, index), errors=errors)


def _nested(path: Sequence[str | int], value: object) -> object:
    """Return JSON that has nothing but a value at a path."""
    for each in reversed(path):
        value = {each: value} if isinstance(each, str) else [value]
    return value


def _unread(value: object, known: object, path: tuple[str, ...], read: Collection[tuple[str, ...]]) -> object:
    """Return the fields of an object that its model does not have, or that are errors which no table reads.

    Of a list, these are the elements that have no model.

    Args:
        value: the object or the list.
        known: its model.
        path: its path.
        read: paths that the tables name.
    """
    if isinstance(value, list):
        models = known if isinstance(known, list) and len(known) == len(value) else [None] * len(value)
        return [each for each, model in zip(value, models, strict=True) if not isinstance(model, msgspec.Struct)]
    documented = attributes(type(known)) if isinstance(known, msgspec.Struct) else {}
    if not isinstance(value, dict):
        return None
    unread = {name for name in _ERRORS if (*path, name) not in read}
    return {name: each for name, each in value.items() if name not in documented or name in unread}


def _names_items(value: object, skus: Collection[str]) -> bool:
    """Return whether a value names an item of the request; of a list, whether each element does.

    A text names an item if it is a SKU, or if a word of it is a SKU with both a letter and a digit, so that it is no other word. A
    number that is not in a list is a count.
    """
    parts = [[each] for each in value] if isinstance(value, list) else [value]
    return bool(skus) and all(any(name in skus for text in texts_in(part) for name in _names(text.casefold())) for part in parts)


def _names(text: str) -> Iterator[str]:
    """Yield what may be a SKU in a text: all of it, and its words that have a letter and a digit."""
    yield text
    yield from (word for word in _WORD.findall(text) if _CODE.search(word))


def named_elsewhere(result: CallResult[object], items: Sequence[PendingItem]) -> Mapping[str, str]:
    """Return the SKUs of items that a response names in a field unknown to its spec, with the field's path. They may have failed.

    An item is named by a text that is its SKU, in any letter case, or contains it as a word; or by a number in a list.
    """
    paths = {
        word: json_path(path)
        for path, each in _undocumented(result.json(), result.value)
        for text in map(str.casefold, texts_in(each))
        for word in (text, *_WORD.findall(text))
    }
    if not paths:
        return {}
    return {each.sku: path for each in items if (path := _path_of(each.sku.strip().casefold(), paths))}


def said_unless_named(items: Sequence[PendingItem], results: Sequence[CallResult[object]], otherwise: Said) -> list[Said]:
    """Return status and reason of items: the given ones, unless a response names an item in a field unknown to its spec."""
    others = {sku: path for each in results for sku, path in named_elsewhere(each, items).items()}
    said = otherwise[0], shortened(otherwise[1])
    return [unexplained(others[each.sku]) if each.sku in others else said for each in items] if others else [said] * len(items)


def unexplained(path: str) -> Said:
    """Return status and reason of an item that a response names at a path unknown to its spec."""
    return "unknown", shortened(f"the response names it in {path}, which the spec does not have")


def _path_of(sku: str, paths: Mapping[str, str]) -> str:
    """Return the path of a text that is a SKU or, if the SKU has several words, contains it; empty if there is none."""
    if sku in paths or _WORD.fullmatch(sku):
        return paths.get(sku, "")
    return next((path for text, path in paths.items() if sku in text), "")
