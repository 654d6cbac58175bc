"""Responses that fail: a client raises one of its errors or one of httpx2, whatever the vendor has done by then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest

from scripts.mock.engine.chaos import FAULTS
from scripts.mock.serving import Mocks
from tests.clients.access import YANDEX
from tests.clients.caller import Caller, Ended
from tests.clients.causes import ARCHIVE, DELETE, EACH_OPERATION, GET, SEARCH, STATUS, UNKNOWN, asking
from tests.clients.conformance import OPERATIONS, deviations
from tests.clients.products import held, patiently, untouched
from tests.properties.contract import Operation
from tests.properties.package import difference
from tests.support.ways import WAYS, Way

_READING = {STATUS, SEARCH, GET}
_UNDONE = {"error-500", "error-503", "dropped-before", "throttled"}
_BROKEN_OFF = (httpx2.NetworkError, httpx2.RemoteProtocolError)
# Errors where no complete response is received.
_WITHOUT_RESPONSE: dict[str, tuple[type[Exception], ...]] = {
    "truncated": _BROKEN_OFF,
    "slow": (httpx2.TimeoutException,),
    "dropped-before": _BROKEN_OFF,
    "dropped-after": _BROKEN_OFF,
}
_THROTTLED = {YANDEX: 420}
_STATUSES = {"error-500": 500, "error-503": 503, "late-500": 500, "html": 502}


@EACH_OPERATION
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_response_is_never_a_success(
    fault: str, operation: Operation, ways: Mapping[str, Way], failing: Callable[[str], Mocks]
) -> None:
    mocks = failing(fault)
    vendor = mocks.vendors[operation.api.package]
    # Both ways meet each fault and call each operation; that both do so for each pair of them shows nothing more.
    number = [*FAULTS].index(fault) + [*OPERATIONS].index(operation.id)
    caller = Caller(ways[WAYS[number % 2]], mocks, operation.api.package)
    subject = _subject(fault, caller, vendor, operation)
    before = held(vendor, subject)
    ended = _attempt(fault, caller, operation, subject)
    if fault in _WITHOUT_RESPONSE:
        assert isinstance(ended.error, _WITHOUT_RESPONSE[fault])
    else:
        _assert_raised(fault, operation, ended)
    if fault not in _UNDONE and operation.id not in _READING:
        assert any(vendor.look_up([subject]) != before[1] for _ in patiently())
    else:
        assert held(vendor, subject) == before


def _attempt(fault: str, caller: Caller, operation: Operation, subject: str) -> Ended:
    with caller.way.waiting(0.8 if fault == "slow" else 30):  # enough for a busy machine to send it, and less than it is late by
        return caller.attempt(operation.id, asking(operation.id, subject))


def _assert_raised(fault: str, operation: Operation, ended: Ended) -> None:
    """The error keeps the unchanged response and, for a documented response, has the class of its status and its data."""
    error, raw = ended.error, ended.response
    assert raw is not None
    assert error.response is raw
    assert error.body == raw.content
    if fault == "empty":
        assert (type(error).__name__, error.status, error.body) == ("InvalidResponse", operation.success.status, b"")
        return
    status = _STATUSES.get(fault) or _THROTTLED.get(operation.api.package, 429)
    assert error.status == status
    if status not in operation.responses:
        assert type(error).__name__ == "UnexpectedStatus"
        return
    assert type(error).__name__ == operation.responses[status].error
    assert deviations(operation, raw) == []
    assert difference(error.data, raw.json()) is None


def _subject(fault: str, caller: Caller, vendor: Any, operation: Operation) -> Any:
    """Return something that the operation has not been used on: a product, or an ingestion that has been accepted."""
    if operation.id == STATUS:
        _attempt(fault, caller, OPERATIONS[ARCHIVE], UNKNOWN)
        return next(iter(vendor._ingestions), "none")
    return untouched(vendor, "archived" if operation.id == DELETE else None)
