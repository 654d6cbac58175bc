"""Requests with a key: what was sent together before a worker ended is sent together again, with a key of the same origin."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from unittest.mock import MagicMock

import pytest

from catalog_clients import Outcome
from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.ledger.records import ChunkResult
from catalog_clients._engine.run.state import RunState
from catalog_jobs._store.journal import Group
from catalog_jobs._store.packing import StagedChunk
from catalog_jobs._work.sending import GroupSender


@pytest.mark.parametrize(("has_key", "expected"), [(True, [[1, 3], [2], [4, 5]]), (False, [[1, 2, 3, 4, 5]])])
@pytest.mark.parametrize("sent", [{1: 7, 2: 4, 3: 7}])
def test_what_was_sent_in_one_request_is_sent_in_one_again(
    has_key: bool, expected: list[list[int]], sent: Mapping[int, int]
) -> None:
    chunks, seeds, plan = list[list[int]](), set[str](), MagicMock()

    def run_chunk(_: object, chunk: Chunk, state: RunState, *__: object) -> ChunkResult[Outcome]:
        chunks.append([each.position for each in chunk.items])
        seeds.add(state.key_seed)
        return ChunkResult(results=[each.outcome("confirmed") for each in chunk.items])

    plan.bulk.run_chunk, plan.operation.has_key = run_chunk, has_key
    staged = StagedChunk(number=1, positions=[1, 2, 3, 4, 5], skus=["A", "B", "C", "D", "E"])
    group = Group("job", 1, [staged], {}, sent=dict(sent), key_seed="of this job")
    assert GroupSender(plan, MagicMock(), 30, threading.Event(), Future()).send(group)
    assert chunks == expected
    assert seeds == {"of this job"}
