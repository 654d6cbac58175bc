"""The keys of requests: the same for a retry, and for nothing else."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from catalog_clients import InvalidArgument
from catalog_clients._engine.chunks.chunking import Chunker
from catalog_clients._engine.items.idempotency import key_of, origin_of
from catalog_clients._engine.items.requests import Requests
from catalog_clients._engine.ledger.ledger import Earlier, Ledger
from catalog_clients._engine.ledger.records import Outcome, PendingItem
from catalog_clients._engine.run.state import RunState
from catalog_clients._engine.tables.operations import operation_of
from scripts.runtime.behaviour import Expression
from tests.clients.access import JWO
from tests.clients.causes import ARCHIVE
from tests.overrides.calls.test_retries import ALL, attempts_of, error_of
from tests.overrides.playing import APIS, TABLES

SEED = "0123456789abcdef" * 2


def _items(*positions: int) -> list[PendingItem]:
    return [PendingItem(None, position, f"S{position}", chunk=1) for position in positions]


def test_keys_differ_by_run_items_and_content_and_not_by_the_order_of_fields() -> None:
    contents: list[Any] = [{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"b": 2}]
    keys = [
        key_of(origin_of(seed, _items(*positions)), content)
        for seed in (SEED, SEED[::-1])
        for positions in ([1, 2], [1, 3], [12])
        for content in contents
    ]
    assert all(one != other for one, other in combinations(keys, 2))
    assert keys[0] == key_of(origin_of(SEED, _items(1, 2)), {"b": 2, "a": 1})
    assert {UUID(each).version for each in keys} == {4}
    assert origin_of("", _items(1)) == "", "without a seed, a request gets a new key when it is built"


def test_a_model_and_the_mapping_that_says_the_same_have_one_key() -> None:
    class Item(msgspec.Struct):
        a: int
        b: int | msgspec.UnsetType = msgspec.UNSET

    assert key_of("x", [Item(a=1)]) == key_of("x", [{"a": 1}])


def _earlier(folder: Path, *, seed: str) -> Earlier:
    """Return what the ledger of a run says that has sent items 1 to 3, then 1 and 2 and 3 alone, and then 4 and 5; 2 is known."""
    path = folder / "ledger.csv"
    with Ledger(path, purpose="a run", retires=True, key_seed=seed) as ledger:
        for positions in ([1, 2, 3], [1, 2], [3], [4, 5]):
            ledger.sending(_items(*positions))
        ledger.outcomes([Outcome(sku="S2", status="rejected", item=2, chunk=1, attempt=1)])
    return Earlier.read(path)


def test_a_resumed_run_has_the_keys_of_the_first_and_its_requests(tmp_path: Path) -> None:
    earlier = _earlier(tmp_path, seed=SEED)
    assert earlier.key_seed == SEED
    state = RunState(earlier=earlier, key_seed=earlier.key_seed)
    chunks = Chunker(10, TABLES[ARCHIVE].chunking, state).chunks([f"S{number}" for number in range(1, 8)])
    assert [(each.number, [item.position for item in each.items]) for each in chunks] == [
        (2, [1]),
        (3, [3]),
        (4, [4, 5]),
        (5, [6, 7]),
    ]


def test_without_keys_a_resumed_run_fills_its_requests(tmp_path: Path) -> None:
    earlier = _earlier(tmp_path, seed="")
    assert (earlier.key_seed, earlier.request(1)) == ("", 0)
    (chunk,) = Chunker(10, TABLES[ARCHIVE].chunking, RunState(earlier=earlier)).chunks([f"S{number}" for number in range(1, 8)])
    assert [each.position for each in chunk.items] == [1, 3, 4, 5, 6, 7]
    assert {each.chunk for each in chunk.items} == {2}


def _with_key(field: str) -> Any:
    """Return the table of an operation whose body has the key in a field."""
    table: Any = TABLES[ARCHIVE]
    return replace(table, retry=replace(table.retry, idempotency_key=Expression("request", "body", (field,))))


def test_a_field_of_the_body_has_the_key_of_its_request() -> None:
    requests = Requests(operation_of(APIS[JWO], ARCHIVE), _with_key("requestKey"), {"all_applicable_stores": ["S"]})
    sent: list[list[object]] = [["A"], ["A"], ["B"]]
    bodies = [msgspec.json.decode(requests(items, "origin").content or b"") for items in sent]
    keys = [each.pop("requestKey") for each in bodies]
    assert bodies == [{"allApplicableStores": ["S"], "itemSkus": items} for items in sent]
    assert keys[0] == keys[1] != keys[2]
    assert b"requestKey" not in (requests(["A"]).content or b""), "the generated client makes a new one"


@pytest.mark.parametrize(
    ("field", "given", "argument"),
    [
        ("allApplicableStores", {"all_applicable_stores": ["S"]}, "all_applicable_stores"),
        ("requestKey", {"body": {"allApplicableStores": ["S"], "requestKey": "K"}}, "body"),
    ],
)
def test_one_key_for_all_requests_is_refused(field: str, given: dict[str, Any], argument: str) -> None:
    with pytest.raises(
        InvalidArgument, match=rf"body \$\.{field}: each request gets a key of its own.*leave out the argument {argument}"
    ):
        Requests(operation_of(APIS[JWO], ARCHIVE), _with_key(field), given)


@ALL
@pytest.mark.parametrize(
    ("text", "idempotent", "again", "unexecuted"),
    [
        (None, True, True, False),
        (None, False, False, False),
        ("throttled", True, True, False),
        ("throttled", False, True, True),
    ],
)
def test_what_must_not_be_executed_twice_is_sent_again_only_if_the_vendor_says_that_it_was_not_executed(
    name: str, text: str | None, idempotent: bool, again: bool, unexecuted: bool
) -> None:
    row = replace(TABLES[name].retry.responses[0], status=500, text=text, wait=1.0)
    attempts, error = attempts_of(name, idempotent=idempotent, responses=(row,)), error_of(name, 500, "Throttled")
    assert (attempts.pause(error) is not None) is again
    assert attempts.failed(error).unexecuted is unexecuted
    assert attempts.may_have_succeeded is not unexecuted
