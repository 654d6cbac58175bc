"""How long a vendor that cannot be reached is waited for."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from types import SimpleNamespace
from unittest.mock import MagicMock

import httpx2
import pytest

from catalog_clients import LimitsError, Outcome
from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.ledger.records import ChunkResult, Status
from catalog_jobs._store.journal import Group
from catalog_jobs._store.packing import StagedChunk
from catalog_jobs._work import sending

ATTEMPT = 5.0
"""Seconds that an attempt takes until it is known that there is no connection."""


class Clock(threading.Event):
    """Time that passes while something waits for the worker to stop, or an attempt is made."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.pauses = 100.0, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0)
        self.now += timeout or 0
        return False


def test_a_vendor_is_not_waited_for_longer_than_it_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, journal, plan = Clock(), MagicMock(), MagicMock()
    monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: clock.now))

    def run_chunk(*_: object) -> ChunkResult[Outcome]:
        clock.now += ATTEMPT
        return ChunkResult(failure=httpx2.ConnectError("no route", request=httpx2.Request("POST", "https://vendor.example")))

    plan.bulk.run_chunk = run_chunk
    sender = sending.GroupSender(plan, journal, 30.0, clock, Future())
    chunk = StagedChunk(number=1, positions=[1], skus=["A"], lines=[1])
    assert not sender.send(Group("job", 1, [chunk], {}))
    assert clock.pauses == [2, 4, 8, 1]
    (reason,) = journal.stop_job.call_args.args
    assert reason.startswith("the vendor could not be reached for 35 s: ConnectError: no route")


def test_a_worker_that_stops_waits_for_no_limit() -> None:
    stop, plan = threading.Event(), MagicMock()
    stop.set()
    sender = sending.GroupSender(plan, MagicMock(), 30.0, stop, Future())
    assert not sender.send(Group("job", 1, [StagedChunk(number=1, positions=[1], skus=["A"])], {}))
    plan.bulk.run_chunk.assert_not_called()


def test_what_was_accepted_is_asked_for_and_not_sent_again_after_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store of limits may be gone while work is followed."""
    clock, calls = Clock(), list[tuple[str, list[tuple[int, int | None]]]]()
    monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: clock.now))

    def outcome(status: Status, item: int) -> Outcome:
        return Outcome(sku="ABC"[item - 1], status=status, item=item, ingestion_id="X", attempt=1)

    accepted = [outcome("confirmed", 1), outcome("unknown", 2)]
    unsent = Outcome(sku="C", status="unknown", item=3)

    def run_chunk(_: object, part: Chunk, *__: object) -> ChunkResult[Outcome]:
        calls.append((part.ingestion_id, [(each.position, each.index) for each in part.items]))
        if len(calls) == 1:
            return ChunkResult(results=[*accepted, unsent], fatal=LimitsError("the store is gone"))
        return ChunkResult(results=[each.outcome("confirmed") for each in part.items])

    plan, journal = MagicMock(), MagicMock()
    plan.bulk.run_chunk = run_chunk
    sender = sending.GroupSender(plan, journal, 30.0, clock, Future())
    assert sender.send(Group("job", 1, [StagedChunk(number=1, positions=[(1, 3)], skus=["A", "B", "C"])], {}))
    assert calls == [("", [(1, None), (2, None), (3, None)]), ("X", [(2, 1)]), ("", [(3, None)])]
    assert [each.kwargs["is_last"] for each in journal.outcomes.call_args_list] == [False, False, True]
