"""How outcomes are written into the database: short, and read as they were."""

from __future__ import annotations

from typing import Any

import pytest

from catalog_clients import Outcome
from catalog_clients._engine.ledger.joint import JointOutcomes
from catalog_clients._engine.ledger.records import PendingItem
from catalog_jobs._store.packing import (
    Known,
    Outcomes,
    Span,
    extended,
    joined,
    merged,
    numbers_in,
    numbers_of,
    outcomes_of,
    packed,
    shortened,
    spans_of,
    unpacked,
)


def outcome(item: int, status: Any = "confirmed", **given: Any) -> Outcome:
    return Outcome(sku=f"SKU-{item}", status=status, item=item, **given)


@pytest.mark.parametrize(
    ("values", "short"),
    [([], []), (["", ""], []), (["a"], ["a"]), (["a", "a", "a"], ["a"]), (["a", "b"], ["a", "b"]), (["", "b"], ["", "b"])],
)
def test_a_list_is_short_where_its_values_are_the_same(values: list[str], short: list[str]) -> None:
    assert shortened(values) == short
    assert extended(short, len(values), "") == values


@pytest.mark.parametrize(
    ("numbers", "spans"),
    [
        ([], []),
        ([7], [7]),
        ([1, 2, 3], [(1, 3)]),
        ([1, 3, 2, 4], [1, 3, 2, 4]),  # an item that replaces another one has its place
        ([3, 2, 1], [3, 2, 1]),
        ([*range(1, 33), *range(41, 57)], [(1, 24), 25, 26, 27, 28, 29, 30, 31, 32, 41, 42, 43, 44, (45, 56)]),
    ],
)
def test_numbers_that_follow_each_other_are_a_span(numbers: list[int], spans: list[Span]) -> None:
    assert spans_of(numbers) == spans
    assert numbers_in(unpacked(packed(spans), list[Span])) == numbers


def test_outcomes_are_read_as_they_were_written() -> None:
    written = [
        outcome(1, ingestion_id="i", attempt=1),
        outcome(2, "rejected", reason="no", ingestion_id="i", attempt=1),
        outcome(3, "unknown", ingestion_id="i", attempt=1),
    ]
    read = unpacked(packed(outcomes_of(written)), Outcomes)
    assert merged([read]) == {
        1: Known("confirmed", "", "i", 1),
        2: Known("rejected", "no", "i", 1),
        3: Known("unknown", "", "i", 1),
    }
    assert numbers_of(read) == {"confirmed": 1, "rejected": 1, "unknown": 1}
    assert (read.ingestions, read.attempts) == (["i"], [1])  # once, as they are the same


@pytest.mark.parametrize("attempt", [0, 2])
def test_outcomes_of_one_request_are_packed_as_others(attempt: int) -> None:
    items = [PendingItem(None, place, f"SKU-{place}", attempt=attempt, ingestion_id="i" * attempt) for place in (1, 2, 3)]
    joint = JointOutcomes(items, [("confirmed", ""), ("rejected", "no"), ("unknown", "")])
    assert outcomes_of(joint) == outcomes_of([*joint])


@pytest.mark.parametrize(
    "parts",
    [
        [[outcome(1, attempt=1)]],
        [[outcome(1, ingestion_id="i", attempt=1), outcome(2)], [outcome(3, "rejected", reason="no")], [outcome(4)]],
        [[outcome(1, "unknown", reason="lost", attempt=1), outcome(2)], [outcome(1, ingestion_id="i", attempt=2)]],
    ],
    ids=["one", "of different items", "of an item that was sent again"],
)
def test_several_outcomes_are_joined_and_the_last_one_of_an_item_counts(parts: list[list[Outcome]]) -> None:
    found = [outcomes_of(part) for part in parts]
    one = joined(found)
    assert merged([one]) == merged(found)
    statuses = [each.status for each in merged(found).values()]
    assert numbers_of(one) == {name: statuses.count(name) for name in ("confirmed", "rejected", "unknown")}
