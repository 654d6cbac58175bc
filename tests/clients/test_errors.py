"""Each documented error of each operation, for each documented cause, is raised as its typed error, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from scripts.apis import tables
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK
from tests.clients.caller import Caller, Ended
from tests.clients.causes import ARCHIVE, CAUSES, EACH_OPERATION, STATUS, UNKNOWN, Cause, asking, in_turn
from tests.clients.conformance import OPERATIONS
from tests.clients.products import held
from tests.properties.contract import Operation, load
from tests.properties.package import difference
from tests.properties.schemas import equal
from tests.support.ways import Way

# Subjects that there are, in no special condition.
_SUBJECTS = {JWO: "SKU-0000001", ITEMS: "B000000001", SHIPSIDEKICK: "00000000-0000-4000-8000-000000000001"}


@EACH_OPERATION
def test_every_documented_status_has_a_cause(operation: Operation) -> None:
    documented = {status for status, response in operation.responses.items() if not response.success}
    assert {cause.status for cause in CAUSES if cause.operation == operation.id} == documented


def test_every_documented_error_text_has_a_cause() -> None:
    """Of Just Walk Out, as no other document shows the body of an error; of a 403, its documents do not either."""
    documented = {
        (operation.id, status, example)
        for operation in load(JWO).operations
        for status, raw in operation.responses.items()
        for example in raw.examples
        if not raw.success and status != 403
    }
    assert {(each.operation, each.status, each.example) for each in CAUSES if each.example} == documented


@in_turn(each for each in CAUSES if not each.exhausted)
def test_each_cause_raises_its_error(
    cause: Cause, way: Way, mocks: Mocks, failing: Callable[[str], Mocks], monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = OPERATIONS[cause.operation]
    chosen = failing(cause.fault) if cause.fault else mocks
    vendor = chosen.vendors[operation.api.package]
    subject = _subject(way, chosen, operation)
    caller = Caller(way, chosen, operation.api.package, cause.who)
    before = held(vendor, subject)
    monkeypatch.setattr(vendor, "options", replace(vendor.options, **cause.options))
    ended = caller.call(operation.id, asking(operation.id, subject) | dict(cause.arguments), cause.changed)
    assert_raised(ended, cause)
    assert held(vendor, subject) == before


@in_turn(each for each in CAUSES if each.exhausted)
def test_a_call_above_the_documented_limit_is_refused(cause: Cause, way: Way, mocks_with: Callable[[Settings], Mocks]) -> None:
    operation = OPERATIONS[cause.operation]
    options = {operation.api.package: cause.options}
    mocks = mocks_with(Settings(speed=0.001, options=options))  # time nearly stands still, so that the limit does not recover
    caller = Caller(way, mocks, operation.api.package)
    subject = _subject(way, mocks, operation)
    arguments = asking(operation.id, subject)
    allowed = _most_calls(operation, arguments) - (operation.id == STATUS)  # it starts an archiving first, which counts too
    for _ in range(allowed):
        assert caller.call(operation.id, arguments).error is None
    assert_raised(caller.call(operation.id, arguments), cause)


def assert_raised(ended: Ended, cause: Cause) -> None:
    """The call has ended in the class of the status, which has all that the response says."""
    operation = OPERATIONS[cause.operation]
    error, raw = ended.error, ended.response
    assert error is not None
    assert raw is not None
    assert (type(error).__name__, error.status) == (operation.responses[cause.status].error, cause.status)
    assert (error.operation, error.method, error.url) == (operation.id, operation.method, str(raw.request.url))
    assert error.response is raw
    assert error.body == raw.content
    assert ".: " not in str(error)
    assert difference(error.data, raw.json()) is None
    assert error.request_id == (operation.api.request_id and raw.headers[operation.api.request_id])
    if cause.example:
        assert equal(raw.json(), operation.responses[cause.status].examples[cause.example])


def _subject(way: Way, mocks: Mocks, operation: Operation) -> str:
    """Return an existing product or, for operations on an ingestion, an existing one."""
    if operation.id == STATUS:
        ingestion: str = Caller(way, mocks, JWO).succeed(ARCHIVE, **asking(ARCHIVE, UNKNOWN)).ingestion_id
        return ingestion
    return _SUBJECTS.get(operation.api.package, "SKU-0000001")


def _most_calls(operation: Operation, arguments: dict[str, Any]) -> int:
    """Return how often an operation may be called at once; each with the largest body, where its size counts."""
    table = tables(operation.api.package)[operation.id]
    limit = table.rate_limit
    assert limit is not None
    if isinstance(limit.cost, int):
        return int(limit.burst // limit.cost)
    assert table.chunking is not None
    arguments["body"].offer_ids = [f"SKU-{number:07}" for number in range(1, table.chunking.size + 1)]
    return int(limit.burst // table.chunking.size)
