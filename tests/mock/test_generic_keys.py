"""A vendor without code of its own executes requests with the same key once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from scripts.command import ROOT
from scripts.mock.engine.call import MockResponse, Refused
from scripts.mock.generic.described import of_file
from scripts.mock.generic.idempotency import Executed
from scripts.mock.generic.requests import Sent
from scripts.mock.generic.vendor import generic
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


@pytest.mark.parametrize("status", [409, 422, None])
def test_without_a_documented_refusal_any_request_with_a_used_key_gets_the_first_response(status: int | None) -> None:
    table = Behaviour(retry=Retry(responses=(), attempts=1, max_wait=1, idempotent=False, idempotency_key=KEY))
    spec = SimpleNamespace(response=lambda each: {} if each == status else None)
    operation: Any = SimpleNamespace(id="o", table=table, spec=spec)
    errors: Any = SimpleNamespace(response=lambda _, status, __: MockResponse(status=status, headers={}, body=b""))
    executed, times = Executed(errors), list[int]()

    def execute() -> MockResponse:
        times.append(1)
        return MockResponse(status=200, headers={}, body=b"%d" % len(times))

    def send(caller: str, **body: str) -> bytes | int:
        try:
            return executed.once(operation, caller, Sent(body=body), execute).body
        except Refused as refused:
            return refused.response.status

    assert send("Ada", key="1") == send("Ada", key="1") == b"1"
    assert send("Bob", key="1") == b"2"
    assert send("Ada") == b"3"
    assert send("Ada", key="1", more="x") == (status or b"1")
