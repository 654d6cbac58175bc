"""A vendor without code of its own executes requests with the same key once."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from starlette.datastructures import Headers

from scripts.command import ROOT
from scripts.mock.engine.call import Call, MockResponse, Refused
from scripts.mock.engine.clock import VirtualClock
from scripts.mock.engine.journal import Journal
from scripts.mock.generic.described import of_file
from scripts.mock.generic.idempotency import Executed
from scripts.mock.generic.requests import SentRequest
from scripts.mock.generic.vendor import generic
from scripts.mock.settings import Settings
from scripts.runtime.behaviour import Behaviour, Expression, Retry
from tests.mock.callers import Caller

KIND = generic(of_file(ROOT / "tests" / "support" / "fifth_api.yaml"))
KEY = Expression("request", "body", ("key",))


class Depot(Caller):
    """A caller of the mock."""

    api = "bramble_depot"
    kinds = (KIND,)

    def recall(self, key: str | None, *labels: str) -> httpx2.Response:
        self.clock.advance(60)
        headers = {"X-Depot-Key": self.credentials["BRAMBLE_DEPOT_KEY"], **({"Recall-Key": key} if key else {})}
        body = {"order": {"cause": "moths", "batches": [{"batchLabel": each} for each in labels]}}
        return self.http.post("/warehouses/LEEDS-2/recalls", json=body, headers=headers)


def test_a_repeated_request_gets_the_first_response_and_another_one_with_its_key_is_refused() -> None:
    one, two = "key-of-one-recall", "key-of-another-recall"
    with Depot.served() as depot:
        first, again, other, used, missing = (
            depot.recall(*given) for given in ((one, "A"), (one, "A"), (two, "A"), (one, "B"), (None, "A"))
        )
    assert [each.status_code for each in (first, again, other, used, missing)] == [202, 202, 202, 409, 422]
    assert first.content == again.content != other.content
    assert f"The key {one} was used for another request." in used.text


def test_the_admin_endpoint_has_each_key_and_how_often_it_was_sent_and_executed() -> None:
    keys = {"sent-three-times": 3, "sent-once-for-all": 1, "short": 1}  # the last one is refused
    with Depot.served() as depot:
        for key, times in keys.items():
            for _ in range(times):
                depot.recall(key, "A")
        depot.admin.patch("faults", json={"chaos": 1, "faults": ["dropped-before"]})
        with pytest.raises(httpx2.TransportError):
            depot.recall("sent-once-for-all", "A")
        found = [json.loads(line) for line in depot.admin.get("keys").text.splitlines()]
    assert [tuple(each.values()) for each in found] == [
        ("createRecalls", "sent-three-times", 3, 1),
        ("createRecalls", "sent-once-for-all", 2, 1),
        ("createRecalls", "short", 1, 0),
    ]
    assert {*found[0]} == {"operation", "key", "sent", "executed"}


@pytest.mark.parametrize("part", ["header", "query", "body"])
def test_a_key_is_found_wherever_the_spec_has_it(part: Any) -> None:
    place = Expression("request", part, ("Key",))
    retry = Retry(responses=(), attempts=1, max_wait=1, idempotent=False, idempotency_key=place)
    vendor = KIND(Settings(), VirtualClock(), "http://127.0.0.1:1")
    vendor.tables = {"o": Behaviour(retry=retry)}
    wholes: dict[str, Any] = {"header": {"key": "K"}, "query": "a=1&Key=K", "body": b'{"Key": "K"}'}
    nothing: dict[str, Any] = {"header": {}, "query": "", "body": b"[]"}

    def call(given: dict[str, Any], operation: str) -> Call:
        headers = Headers(given["header"])
        return Call(
            method="POST", path="/", query=given["query"], headers=headers, body=given["body"], scope={}, operation=operation
        )

    assert vendor.key(call({**nothing, part: wholes[part]}, "o")) == "K"
    assert vendor.key(call(nothing, "o")) == vendor.key(call(wholes, "other")) == ""


@pytest.mark.parametrize("status", [409, 422, None])
def test_without_a_documented_refusal_any_request_with_a_used_key_gets_the_first_response(status: int | None) -> None:
    table = Behaviour(retry=Retry(responses=(), attempts=1, max_wait=1, idempotent=False, idempotency_key=KEY))
    spec = SimpleNamespace(response=lambda each: {} if each == status else None)
    operation: Any = SimpleNamespace(id="o", table=table, spec=spec)
    errors: Any = SimpleNamespace(response=lambda _, status, __: MockResponse(status=status, headers={}, body=b""))
    executed, times = Executed(errors, Journal(VirtualClock())), list[int]()

    def execute() -> MockResponse:
        times.append(1)
        return MockResponse(status=200, headers={}, body=b"%d" % len(times))

    def send(caller: str, **body: str) -> bytes | int:
        try:
            return executed.once(operation, caller, SentRequest(body=body), execute).body
        except Refused as refused:
            return refused.response.status

    assert send("Ada", key="1") == send("Ada", key="1") == b"1"
    assert send("Bob", key="1") == b"2"
    assert send("Ada") == b"3"
    assert send("Ada", key="1", more="x") == (status or b"1")
