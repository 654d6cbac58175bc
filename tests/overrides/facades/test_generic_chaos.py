"""`make chaos` of an API that has no code: what its operations are compared with follows from its spec."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from catalog_clients import Outcome
from scripts.chaos import generic
from scripts.chaos.ledger import compare
from scripts.chaos.results import truth
from scripts.chaos.task import entry_of
from scripts.command import ROOT
from scripts.mock.engine.clock import Clock
from scripts.mock.generic.described import Described, of_file
from scripts.mock.generic.vendor import generic as mock_of
from tests.generate.packages import Package
from tests.mock.callers import Caller
from tests.overrides.ways import Way

DOCUMENT = ROOT / "tests" / "support" / "wholesale.yaml"
ITEMS = 200
STOCK = """
openapi: 3.1.0
info: {title: Stock, version: "1"}
servers: [{url: "https://stock.example"}]
paths:
  /stock:
    post:
      operationId: setStock
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Stock"}}}}
      responses:
        "200": {description: Done., content: {application/json: {schema: {$ref: "#/components/schemas/Reply"}}}}
        "503": {description: Down.HEADERS}
      x-client-chunking: {item: $request.body, key: [/sku], normalize: none, keep: last}
      x-client-confirmation: {conditions: [{value: $response.body#/code, values: [0], failures: [17]}]}
      x-client-retry: {responses: [{status: 503, wait: WAIT}], attempts: 5, maxWait: 60, idempotent: true}
components:
  schemas:
    Stock: {type: object, required: [sku], properties: {sku: {type: string}}}
    Reply: {type: object, required: [code], properties: {code: {type: integer}}}
"""


class Wholesale(Caller):
    """A caller of the mock."""

    api = "vexley_wholesale"
    kinds = (mock_of(of_file(DOCUMENT)),)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(DOCUMENT, tmp_path_factory.mktemp("wholesale"))


def test_what_only_reads_is_compared_with_what_the_vendor_holds(
    way: Way, generated: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generic, "client", lambda _: generated.root)
    monkeypatch.setattr(generic, "of_roster", lambda _: of_file(DOCUMENT))
    task = next(each for each in generic.tasks.__wrapped__("vexley_wholesale", ITEMS) if each.operation == "getArticle")
    assert task.refused is not None
    with Wholesale.served(clock=Clock(speed=1000)) as wholesale:
        auth = generated.root.auth.VexleyKey(next(iter(wholesale.credentials.values())))
        bulk = way.bulk(generated.root, wholesale.vendor.base_url, auth=auth)
        ledger = [task.entry(each) for each in way.read(task.begin(bulk))]
        before, refused = (truth(task.keys, each, wholesale.admin) for each in (task.held, task.refused))
    assert Counter(each.status for each in ledger) == {"confirmed": ITEMS - ITEMS // 100, "rejected": ITEMS // 100}
    assert compare(ledger, before, before, refused).differences == []


def stock(folder: Path, headers: str = "", wait: object = 10) -> Described:
    spec = folder / "stock.yaml"
    spec.write_text(STOCK.replace("HEADERS", headers).replace("WAIT", str(wait)), encoding="utf-8")
    return of_file(spec)


@pytest.mark.parametrize(
    ("headers", "wait", "is_long"),
    [
        ("", 10, False),
        (", headers: {Retry-After: {description: Seconds., schema: {type: integer}}}", 10, True),
        ("", "$response.header.Again", True),
    ],
)
def test_attempts_wait_long_only_where_a_vendor_says_how_long(
    headers: str, wait: object, is_long: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generic, "of_roster", lambda _: stock(tmp_path, headers, wait))
    assert (generic.max_wait("stock") >= 1) is is_long


def test_a_rejection_in_a_success_response_is_not_certain_once_a_response_was_lost(tmp_path: Path) -> None:
    refusal = generic._refusal(stock(tmp_path).operations["setStock"])
    reasons = ['the response has 17 as code, and not 0: {"code":17}', "the response has None as code, and another"]
    outcomes = [Outcome(item=1, sku="A", status="unknown", reason=each, attempt=2) for each in reasons]
    assert [entry_of(each, refusal=refusal).open for each in outcomes] == [True, False]
