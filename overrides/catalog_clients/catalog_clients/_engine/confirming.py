"""What a response says of the items of its request: whether it confirms them, and whether it rejects them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx2
import msgspec

from catalog_clients.errors import AccessError

from .chunking import PendingItem
from .effects import CallResult, attributes, find, texts_in
from .headers import moment_of
from .spelling import normal_form
from .tables import Behaviour, Condition

_CLOCKS = timedelta(days=1)  # by which two clocks, one of them without a time zone, may differ
_ZERO = datetime(1970, 1, 1, tzinfo=UTC)  # of most clocks
_ERRORS = {"error": (dict, list, str, int), "errors": (dict, list, int)}  # in which most vendors report errors
_SUCCESSES = ("success", "ok", "succeeded", "successful")  # which are false then
_MARKS = (b'"error', b'"succe', b'"ok"')
_WITH_PARTS = (dict, list)  # values of JSON that have others in them
_WHOLE_SECONDS = timedelta(seconds=1)  # of the header `Date`


def unconfirmed(table: Behaviour, items: Sequence[PendingItem], result: CallResult[object]) -> str:
    """Return why a success does not confirm the items of its request; empty if it can."""
    for each in table.confirmation.conditions if table.confirmation else ():
        value = result.find(each.value.path)
        if value is None and (broken := result.breach(each.value.path)):
            return result.hidden(broken)
        if (value is not None or not each.optional) and (wanted := _unmet(table, each, items, value, result)):
            return result.hidden(f"the response has {value!r} as {'.'.join(each.value.path)}, {wanted}: {result.text()}")
    rejections = table.chunking.rejections if table.chunking else None
    if rejections and (twice := result.twice(rejections.items.path)):
        return result.hidden(twice)
    if table.polling is None and (name := _error_beside(table, result)):  # the report of an ingestion says what is accepted
        return result.hidden(f"the response is a success, and has {name}: {result.text()}")
    return ""


def _error_beside(table: Behaviour, result: CallResult[object]) -> str:
    """Return the name under which a success has an error that its spec does not have; empty if it has none.

    It may be in the body, or in an object of it that has a value of a condition.
    """
    if result.response is None or not any(each in result.response.content for each in _MARKS):
        return ""
    body = result.json()
    conditions = table.confirmation.conditions if table.confirmation else ()
    paths = {each.value.path[:end] for each in conditions for end in range(len(each.value.path))} | {()}
    found = {name for path in paths for name in _errors(find(body, path), find(result.value, path))}
    found |= {name for name in _ERRORS if f"$.{name}" in result.doubled}
    return min(found, default="")


def _errors(value: object, known: object) -> Iterator[str]:
    """Yield the names of an object that say of an error, and that its model does not have."""
    documented = attributes(type(known)) if isinstance(known, msgspec.Struct) else {}
    for name, each in value.items() if isinstance(value, Mapping) else ():
        is_error = isinstance(each, _ERRORS.get(name, ())) and bool(each)
        if name not in documented and (is_error or (name in _SUCCESSES and each is False)):
            yield name


def named_elsewhere(result: CallResult[object]) -> Mapping[str, str]:
    """Return the texts, without white space around them, that a response has under names of which its spec says nothing.

    Each has the JSON path of that name. Where a response lists failures, and its spec has all names, an item of which one of these
    speaks may have failed, too.
    """
    return dict(_unknown_texts(result.json(), result.value, "$"))


def _unknown_texts(value: object, known: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield the texts below names that a model does not have, and the paths of these names."""
    if isinstance(value, dict) and isinstance(known, msgspec.Struct):
        documented = attributes(type(known))
        for name, each in value.items():
            if name not in documented:
                yield from ((text, f"{path}.{name}") for text in texts_in(each))
            elif isinstance(each, _WITH_PARTS):
                yield from _unknown_texts(each, getattr(known, documented[name]), f"{path}.{name}")
    elif isinstance(value, list) and isinstance(known, list) and len(value) == len(known):
        for index, (each, model) in enumerate(zip(value, known, strict=True)):
            yield from _unknown_texts(each, model, f"{path}[{index}]")


def _unmet(table: Behaviour, condition: Condition, items: Sequence[PendingItem], value: object, result: CallResult[object]) -> str:
    """Return what a value should be and is not; empty if it is."""
    if condition.time:
        return "" if _is_past(value, result.response) else "which is not a time in the past"
    wanted = list(condition.values) if condition.item is None else [_key(table, condition.item, each) for each in items]
    known = {normal_form(each, condition.ignore) for each in wanted}
    if isinstance(value, str) and normal_form(value, condition.ignore) in known:
        return ""
    return f"and not {' or '.join(map(repr, wanted))}"


def _key(table: Behaviour, path: tuple[str, ...], item: PendingItem) -> str:
    """Return the part of an item's key that is at a path in the item."""
    is_store = table.chunking is not None and path in table.chunking.key[1:]
    return item.store if is_store else item.sku


def _is_past(value: object, response: httpx2.Response | None) -> bool:
    """Return whether a value is a date and time that is not in the future by the vendor's clock, which may be off by a day.

    The zero of a clock, and what is before it, stands for no time.
    """
    now = (moment_of(response, "Date") if response is not None else None) or datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else _ZERO
    except ValueError:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment - _ZERO > _CLOCKS and moment - now <= _CLOCKS


def said_before(table: Behaviour, result: CallResult[object]) -> str:
    """Return what is said of an item that was as requested before the request, by the vendor's clock; empty if it was not."""
    since, response = table.confirmation.since if table.confirmation else None, result.response
    if since is None or response is None or result.lost or not (date := moment_of(response, "Date")):
        return ""
    time = result.find(since.value.path)
    with suppress(ValueError, TypeError, RuntimeError):  # not a date, one without a time zone, or a response without `elapsed`
        if datetime.fromisoformat(str(time)) < date - response.elapsed - _WHOLE_SECONDS:
            return f"{since.words} {time}"
    return ""


def rejects(table: Behaviour, result: CallResult[object]) -> bool:
    """Return whether an error rejects the items of its request.

    One that follows a lost attempt does not, as that may have succeeded, unless the operation only looks items up. Where
    credentials are refused, nothing was said of the items; nor is it by an error that lacks the body which the spec describes, as
    that of a gateway does, or that of a server at another URL than the API's.
    """
    if not result.refused or isinstance(result.error, AccessError) or (result.lost and table.matching is None):
        return False
    if is_unexplained(result.error):
        return False
    rejecting = table.confirmation.rejects if table.confirmation else ()
    return not rejecting or (result.response is not None and result.response.status_code in rejecting)


def is_unexplained(error: Exception | None) -> bool:
    """Return whether an error has nothing of the body that the spec describes."""
    data = getattr(error, "data", None)
    if isinstance(data, msgspec.Struct):
        return all(getattr(data, each) in (None, msgspec.UNSET) for each in data.__struct_fields__)
    return data is None and bool(getattr(error, "breaches", ()))
