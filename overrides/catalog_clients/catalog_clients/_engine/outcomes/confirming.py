"""Decide whether a response confirms the items of its request, and whether it rejects them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import httpx2

from catalog_clients._engine.calls.retries import is_unexplained
from catalog_clients._engine.flows.effects import CallResult, has, is_one
from catalog_clients._engine.items.spelling import normal_form
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.responses.headers import date_of
from catalog_clients._engine.tables.behaviour import Behaviour, Condition
from catalog_clients.errors import AccessError

from .row_status import listed
from .unexpected import error_beside, miscounts, successes

_CLOCKS = timedelta(days=1)  # maximum difference of two clocks, one of them without a time zone
_NOT_DONE: dict[int, str] = {
    HTTPStatus.ACCEPTED: "the work has only begun, and the spec does not say how to poll for its end (x-client-polling)",
    HTTPStatus.MULTI_STATUS: "each item has an outcome of its own, and the spec does not say how to read them "
    "(rejections of x-client-chunking)",
}
_ZERO = datetime(1970, 1, 1, tzinfo=UTC)  # of most clocks
_WHOLE_SECONDS = timedelta(seconds=1)  # of the header `Date`


def unconfirmed(table: Behaviour, items: Sequence[PendingItem], result: CallResult[object]) -> str:
    """Return why a success response does not confirm the items of its request; empty if it can."""
    if reason := _only_begun(table, result) or _conditions_unmet(table, items, result):
        return reason
    rejections = table.chunking.rejections if table.chunking else None
    if rejections and (twice := result.twice(rejections.items.path)):
        return result.hidden(twice)
    if (rejections is None or table.polling) and (reason := miscounted(table, items, result)):
        return reason
    # The report of an ingestion, or a list, says what is accepted.
    return "" if table.polling or rejections else contradicted(table, items, result)


def contradicted(table: Behaviour, items: Sequence[PendingItem], result: CallResult[object]) -> str:
    """Return what a success response has that contradicts it, beside the list of its items, if it has one; empty without it."""
    listing = table.chunking.rejections if table.chunking else None
    counted = miscounts(listing, result, listed(listing, [result]).failures) if listing else ""
    name = counted or error_beside(table, items, result)
    return result.hidden(f"the response is a success, and has {name}: {result.text()}") if name else ""


def _conditions_unmet(table: Behaviour, items: Sequence[PendingItem], result: CallResult[object]) -> str:
    """Return which condition of the table a success response does not meet; empty if it meets all."""
    for each in table.confirmation.conditions if table.confirmation else ():
        value = result.find(each.value.path)
        if value is None and (broken := result.breach(each.value.path)):
            return result.hidden(broken)
        is_absent = each.optional and not has(result.value, each.value.path)
        if not is_absent and (wanted := _unmet(table, each, items, value, result)):
            return result.hidden(f"the response has {value!r} as {'.'.join(each.value.path)}, {wanted}: {result.text()}")
    return ""


def miscounted(table: Behaviour, items: Sequence[PendingItem], result: CallResult[object]) -> str:
    """Return why the number that a success response counts leaves items unexplained; empty if it does not, or if it needs none."""
    place = table.confirmation.count if table.confirmation else None
    if place is None:
        return ""
    rejections = table.chunking.rejections if table.chunking and not table.polling else None
    value, refused = result.find(place.path), listed(rejections, [result]).rows
    if type(value) is int and value in successes(len(items), refused):
        return ""
    if value is None and (broken := result.breach(place.path)):
        return result.hidden(broken)
    sent = f"{len(items)} items were sent{f', of which it lists {refused}' if refused else ''}"
    return result.hidden(f"the response has {value!r} as {'.'.join(place.path)}, and {sent}")


def _only_begun(table: Behaviour, result: CallResult[object]) -> str:
    """Return why the status of a success response does not confirm; empty if it does, or if the table names another condition."""
    rejections, confirmation = table.chunking.rejections if table.chunking else None, table.confirmation
    is_followed = table.polling is not None or table.matching is not None
    if result.response is None or is_followed or (rejections is not None and rejections.status is not None):
        return ""
    status = result.response.status_code
    if confirmation is not None and confirmation.statuses:
        return "" if status in confirmation.statuses else f"the response is {status}, which is not a status that confirms"
    if status not in _NOT_DONE or (confirmation is not None and confirmation.conditions):
        return ""
    if status == HTTPStatus.MULTI_STATUS and rejections is not None:
        return ""
    return f"the response is {status}: {_NOT_DONE[status]}, or that this confirms (statuses of x-client-confirmation)"


def _unmet(table: Behaviour, condition: Condition, items: Sequence[PendingItem], value: object, result: CallResult[object]) -> str:
    """Return what a value should be and is not; empty if it is."""
    if condition.time:
        return "" if _is_past(value, result.response) else "which is not a time in the past"
    if condition.item is None:
        return "" if is_one(value, condition.values) else f"and not {' or '.join(map(repr, condition.values))}"
    wanted = [_key(table, condition.item, each) for each in items]
    known = {normal_form(each, condition.ignore) for each in wanted}
    if isinstance(value, str) and normal_form(value, condition.ignore) in known:
        return ""
    return f"and not {' or '.join(map(repr, wanted))}"


def _key(table: Behaviour, path: tuple[str, ...], item: PendingItem) -> str:
    """Return the part of an item's key that is at a path in the item."""
    is_store = table.chunking is not None and path in table.chunking.key[1:]
    return item.store if is_store else item.sku


def _is_past(value: object, response: httpx2.Response | None) -> bool:
    """Return whether a value is a date and time in the past, by the vendor's clock, with a tolerance of one day.

    Zero and negative times mean that there is no time.
    """
    now = (date_of(response) if response is not None else None) or datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else _ZERO
    except ValueError:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment - _ZERO > _CLOCKS and moment - now <= _CLOCKS


def said_before(table: Behaviour, result: CallResult[object]) -> str:
    """Return the reason for an item that had the requested state before the request, by the vendor's clock; empty if it had not."""
    since, response = table.confirmation.since if table.confirmation else None, result.response
    if since is None or response is None or result.lost or not (date := date_of(response)):
        return ""
    time = result.find(since.value.path)
    with suppress(ValueError, TypeError, RuntimeError):  # not a date, one without a time zone, or a response without `elapsed`
        if datetime.fromisoformat(str(time)) < date - response.elapsed - _WHOLE_SECONDS:
            return f"{since.words} {time}"
    return ""


def refuses(table: Behaviour, result: CallResult[object]) -> bool:
    """Return whether a success response says, by a condition of the table, that the vendor rejects the items of its request.

    It does not after a lost attempt, as that attempt may have succeeded.
    """
    conditions = table.confirmation.conditions if table.confirmation else ()
    return not result.lost and any(is_one(result.find(each.value.path), each.failures) for each in conditions)


def rejects(table: Behaviour, result: CallResult[object]) -> bool:
    """Return whether an error rejects the items of its request.

    These do not: an error after a lost attempt, as that attempt may have succeeded (unless the operation only looks items up);
    refused credentials; and an error without the body that the spec describes, for instance one of a gateway or another server.
    """
    if not result.refused or isinstance(result.error, AccessError) or (result.lost and table.matching is None):
        return False
    if is_unexplained(result.error):
        return False
    rejecting = table.confirmation.rejects if table.confirmation else ()
    return not rejecting or (result.response is not None and result.response.status_code in rejecting)
