"""Duplicates of any number of items, in memory and in the temporary file, against what a plain dictionary says."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from catalog_clients._engine.chunks import chunking
from catalog_clients._engine.chunks.chunking import Chunker
from catalog_clients._engine.items import seen
from catalog_clients._engine.run.state import RunState

KEYS = [f"SKU-{number}" for number in range(40)] + ["", " A", "a", "a\0b", "a\0c", "\0", "\x01", "\x0100", "\ud800", "\U0001f9c3"]
KEYS += ['"', "\\", "\\u0041", "é", "e\u0301"]


@pytest.mark.parametrize("in_memory", [0, 7, 1000])
def test_what_was_stored_before_is_returned(in_memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "_IN_MEMORY", in_memory)
    chosen, stored, keys = random.Random(in_memory), dict[str, int](), seen.SeenKeys()  # noqa: S311 - it chooses tests, and is no secret
    for _ in range(60):
        contents = {key: chosen.choice([0, 1, -(1 << 63), (1 << 63) - 1]) for key in chosen.sample(KEYS, chosen.randrange(6))}
        known = {key: stored[key] for key in contents if key in stored}
        assert keys.put(contents) == known
        stored |= contents
        assert [key for key in KEYS if keys.has(key)] == [key for key in KEYS if key in stored]


@pytest.mark.parametrize("keep", ["first", "last"])
@pytest.mark.parametrize("size", [1, 4, 30])
@pytest.mark.parametrize("most_waiting", [1, 3, 10_000])
def test_duplicates_are_the_same_however_many_items_are_compared_at_a_time(
    keep: str, size: int, most_waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunking, "_MOST_WAITING", most_waiting)
    monkeypatch.setattr(seen, "_IN_MEMORY", 9)
    chosen, state = random.Random(size), RunState()  # noqa: S311 - it chooses tests, and is no secret
    items = [
        {"sku": chosen.choice(["A", "B", "C", "D", " "]), "store": chosen.choice("12"), "price": chosen.choice("89")}
        for _ in range(90)
    ]
    table: Any = SimpleNamespace(key=(("sku",), ("store",)), normalize="none", keep=keep)
    chunks = [
        ([each.item for each in chunk.items], [each.position for each in chunk.items], chunk.barrier)
        for chunk in Chunker(size, table, state).chunks(items)
    ]
    assert (chunks, state.duplicates) == expected(items, size, keep)


def expected(items: list[dict[str, str]], size: int, keep: str) -> tuple[list[tuple[list[Any], list[int], bool]], int]:
    """Take one item after the other; return items, positions and barrier of each chunk, and the number of duplicates."""
    chunks, chunk, barrier, duplicates = list[tuple[list[Any], list[int], bool]](), list[tuple[int, dict[str, str]]](), False, 0
    latest = dict[tuple[str, str], dict[str, str]]()

    def cut() -> None:
        chunks.append(([item for _, item in chunk], [position for position, _ in chunk], barrier))
        chunk.clear()

    for position, item in enumerate(items, 1):
        key = (item["sku"], item["store"])
        place = next((index for index, (_, other) in enumerate(chunk) if key == (other["sku"], other["store"])), None)
        if not item["sku"].strip():
            chunk.append((position, item))
        elif key in latest and (keep == "first" or latest[key] == item):
            duplicates += 1
        elif place is not None:
            chunk[place], duplicates = (position, item), duplicates + 1
            latest[key] = item
        else:
            chunk.append((position, item))
            barrier |= key in latest
            latest[key] = item
        if len(chunk) == size:
            cut()
            barrier = False
    if chunk:
        cut()
    return chunks, duplicates
