"""A response that has to count the items of its request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.ledger.ledger import read_ledger
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.outcomes.confirming import unconfirmed
from scripts.runtime.behaviour import Behaviour, Confirmation, Expression
from tests.generate.packages import Package
from tests.overrides.wares import DOCUMENT, Wares  # noqa: F401 - `generated` takes the document
from tests.overrides.ways import Way

SKUS = [f"W-{number}" for number in range(1, 6)]
LEVELS = [{"sku": sku, "level": 1} for sku in SKUS]
REFUSED = {"refused": [{"sku": "W-2", "why": "it is unknown"}]}
BREACH = {bool: "Expected `int`, got `bool`", str: "Expected `int`, got `str`"}
OTHERS = ("confirmed", "rejected", *["confirmed"] * 3)


@pytest.fixture(scope="module")
def wares() -> Iterator[Wares]:
    with Wares.served() as found:
        yield found


def statuses(way: Way, package: Package, body: object) -> tuple[list[str], str]:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=body))
    bulk = way.bulk(package.root, "https://api.wares.example/v3", http_client=way.http(transport=transport))
    found = way.read(bulk.run("stockWares", LEVELS, shop="EAST"))
    return [each.status for each in found], found[0].reason


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"taken": {"number": 5}}, ("confirmed",) * 5),
        ({"taken": {"number": 4}, **REFUSED}, OTHERS),
        ({"taken": {"number": 5}, **REFUSED}, OTHERS),  # all were taken over, and one of them was refused then
    ],
)
def test_a_count_of_all_items_that_are_not_refused_confirms_them(
    body: object, expected: tuple[str, ...], way: Way, generated: Package
) -> None:
    assert statuses(way, generated, body) == ([*expected], "")


@pytest.mark.parametrize(
    ("taken", "shown"),
    [
        ({"number": 3}, "3"),
        ({"number": 6}, "6"),
        ({"number": None}, "None"),
        ({"number": True}, ""),
        ({"number": "4"}, ""),
        ({}, "None"),
        (None, "None"),
    ],
)
def test_another_count_confirms_no_item_that_the_response_does_not_name(
    taken: Any, shown: str, way: Way, generated: Package
) -> None:
    found, reason = statuses(way, generated, {"taken": taken, **REFUSED})
    assert found == ["unknown", "rejected", *["unknown"] * 3]
    counted = f"the response has {shown} as taken.number, and 5 items were sent, of which it lists 1"
    assert reason == (counted if shown else f"the response breaks the spec at $.taken.number: {BREACH[type(taken['number'])]}")


@pytest.mark.parametrize(("value", "reason"), [(2, ""), (1, "the response has 1 as accepted, and 2 items were sent")])
def test_a_count_in_a_response_without_a_list_is_of_all_items(value: int, reason: str) -> None:
    table = Behaviour(confirmation=Confirmation(count=Expression("response", "body", ("accepted",))))
    items = [PendingItem(None, number, f"A-{number}") for number in (1, 2)]
    assert unconfirmed(table, items, CallResult(value={"accepted": value})) == reason


@pytest.mark.parametrize("rejected", [0.0, 0.5])
def test_the_mock_counts_what_it_does_not_refuse(rejected: float, wares: Wares) -> None:
    with wares.changed(rejected=rejected):
        found: Any = wares.http.put("/shops/EAST/stock", json={"levels": LEVELS}).json()
    assert found["taken"]["number"] == 5 - len(found.get("refused", ()))


def test_work_whose_response_is_in_doubt_is_not_followed_after_a_crash_either(
    way: Way, generated: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = generated.root.behaviour.OPERATIONS
    counted = Confirmation(count=Expression("response", "body", ("taken",)))
    changed = {**tables, "uploadWares": replace(tables["uploadWares"], confirmation=counted)}
    monkeypatch.setattr(generated.root.behaviour, "OPERATIONS", changed)
    transport = httpx2.MockTransport(lambda _: httpx2.Response(202, headers={"Location": "/v3/shops/EAST/jobs/17"}))
    bulk = way.bulk(generated.root, "https://api.wares.example/v3", http_client=way.http(transport=transport))
    result, ledger = bulk.run("uploadWares", [{"sku": sku, "price": 1} for sku in SKUS], shop="EAST"), tmp_path / "ledger.csv"
    assert way.finish((result.write if way.name == "sync" else result.awrite)(ledger)).unknown == 5
    assert [row.status for row in read_ledger(ledger)] == ["sending", *["unknown"] * 5]
