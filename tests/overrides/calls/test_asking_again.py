"""A success response that asks for another attempt: nothing was executed, so the request is sent again, and confirms nothing."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients import RetryRequested
from catalog_clients._engine.ledger.exports import ledger_of
from catalog_clients._engine.ledger.ledger import last_rows
from scripts.runtime.behaviour import Expression, RetryResponse
from tests.generate.packages import Package
from tests.overrides.ways import Way

STOCK = """
openapi: 3.1.0
info: {title: Busy stock, version: "1"}
servers: [{url: "https://stock.example"}]
paths:
  /stock:
    post:
      operationId: setStock
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Stock"}}}}
      responses:
        "200": {description: Done., content: {application/json: {schema: {$ref: "#/components/schemas/Reply"}}}}
        "429": {description: Slower., headers: {Again: {description: When., schema: {type: integer}}}}
        "500":
          description: Down.
          content: {application/json: {schema: {$ref: "#/components/schemas/Reply"}}}
      x-client-chunking: {item: $request.body, key: [/sku], normalize: none, keep: last}
      x-client-confirmation: {conditions: [{value: $response.body#/code, values: [0], failures: [17]}]}
      x-client-retry:
        responses:
          - {status: 200, value: $response.body#/code, values: [42, 43], wait: 0.001}
          - {status: 500, value: $response.body#/code, values: [42], wait: 0.001}
          - {status: 429, wait: $response.header.Again, waitFormat: epoch-seconds}
        attempts: 3
        maxWait: 1
        idempotent: false
components:
  schemas:
    Stock: {type: object, required: [sku], properties: {sku: {type: string}}}
    Reply: {type: object, required: [code, id], properties: {code: {type: integer}, id: {type: string}}}
"""


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("stock")
    (folder / "stock.yaml").write_text(STOCK, encoding="utf-8")
    return Package(folder / "stock.yaml", folder / "out")


class Vendor:
    """Gives each SKU its responses in turn, and the last one from then on."""

    def __init__(self, **responses: Sequence[tuple[int, object]]) -> None:
        self.responses, self.sent = responses, Counter[str]()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        sku = json.loads(request.content)["sku"]
        planned = self.responses[sku]
        status, code = planned[min(self.sent[sku], len(planned) - 1)]
        self.sent[sku] += 1
        return httpx2.Response(status, json={"code": code} if status >= 500 else {"code": code, "id": "1"})


def run(way: Way, stock: Package, vendor: Vendor, **options: Any) -> Any:
    bulk = way.bulk(stock.root, "https://stock.example", http_client=way.http(transport=httpx2.MockTransport(vendor)))
    return bulk.run("setStock", [{"sku": each} for each in vendor.responses], **options)


def test_a_request_is_sent_again_until_its_response_asks_for_nothing_more(way: Way, stock: Package) -> None:
    vendor = Vendor(A=[(200, 42), (200, 43), (200, 0)], B=[(500, 42), (200, 17)], C=[(200, 0)], D=[(200, 44)], E=[(200, True)])
    outcomes = {each.sku: each for each in way.read(run(way, stock, vendor))}
    assert {sku: (each.status, each.attempt) for sku, each in outcomes.items()} == {
        "A": ("confirmed", 3),
        "B": ("rejected", 2),
        "C": ("confirmed", 1),
        "D": ("unknown", 1),
        "E": ("unknown", 1),
    }
    assert vendor.sent == {"A": 3, "B": 2, "C": 1, "D": 1, "E": 1}


def test_after_the_last_attempt_the_item_is_known_not_to_be_executed_and_is_sent_by_a_resumed_run(
    way: Way, stock: Package, tmp_path: Path
) -> None:
    vendor, ledger = Vendor(A=[(200, 42)] * 3 + [(200, 0)], B=[(500, 7), (200, 0)]), tmp_path / "ledger.csv"
    for options in ({}, {"resume": ledger}):
        result = run(way, stock, vendor, **options)
        way.finish(result.write(ledger) if way.name == "sync" else result.awrite(ledger))
        rows = [(each.sku, each.status, each.attempt, each.reason.partition(" = ")[0]) for each in last_rows(ledger_of(ledger))]
        rows.sort()
        asked = "not executed: RetryRequested: the response has code"
        first = ("A", "confirmed", 1, "") if options else ("A", "unknown", 0, asked)
        assert rows[0] == first
        assert rows[1][:3] == ("B", "unknown", 1), "it may have been executed"
    assert vendor.sent == {"A": 4, "B": 1}


def test_a_name_that_the_body_has_twice_asks_for_nothing(way: Way, stock: Package) -> None:
    sent = list[httpx2.Request]()

    def vendor(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200, content=b'{"code": 0, "code": 42, "id": "1"}', headers={"Content-Type": "application/json"})

    bulk = way.bulk(stock.root, "https://stock.example", http_client=way.http(transport=httpx2.MockTransport(vendor)))
    (outcome,) = way.read(bulk.run("setStock", [{"sku": "A"}]))
    assert (outcome.status, len(sent)) == ("unknown", 1)


def test_the_table_has_what_the_spec_says(stock: Package) -> None:
    code = Expression("response", "body", ("code",))
    expected = [
        RetryResponse(status=200, value=code, values=(42, 43), wait=0.001),
        RetryResponse(status=500, value=code, values=(42,), wait=0.001),
        RetryResponse(status=429, wait="Again", wait_format="epoch-seconds"),
    ]
    found = stock.root.behaviour.OPERATIONS["setStock"].retry.responses
    assert [repr(each) for each in found] == [repr(each) for each in expected]


def test_the_error_is_pickled_without_the_response() -> None:
    error = RetryRequested("text", httpx2.Response(200))
    found = pickle.loads(pickle.dumps(error))
    assert (type(found), str(found), found.response) == (RetryRequested, "text", None)
