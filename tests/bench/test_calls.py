"""Calls one by one and at once, by played clients; no test depends on durations."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping

import pytest

from scripts.bench import call
from scripts.bench.callers import CONNECTIONS, Callers
from scripts.bench.measure import Contender, Figures, Plan


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each contender work once, instead of measuring it."""

    def once(contenders: Mapping[str, Contender], _: Plan) -> dict[str, Figures]:
        for contender in contenders.values():
            contender(1)
        return dict.fromkeys(contenders, (1.0,))

    monkeypatch.setattr(call, "interleave", once)


def test_as_many_calls_as_connections_are_made_at_once_by_threads_and_by_tasks() -> None:
    barrier, warm = threading.Barrier(CONNECTIONS, timeout=30), list[str]()
    async_barrier = asyncio.Barrier(CONNECTIONS)

    def sync() -> None:
        if warm:
            barrier.wait()
        warm.append(threading.current_thread().name)

    async def asynchronous() -> None:
        async with asyncio.timeout(30):
            await async_barrier.wait()

    callers = Callers({"ours": sync, "bare": int}, {"ours, async": asynchronous, "bare, async": _nothing})
    call._at_once(callers, "", Plan(rounds=1))
    assert len(set(warm[1:])) == CONNECTIONS
    assert warm[0] == threading.current_thread().name


def test_ours_is_compared_with_bare_httpx2_and_with_each_peer_that_sends_with_it_or_with_httpx() -> None:
    callers = Callers(
        {"ours": int, "bare": int, "peer (urllib3)": int, "peer (httpx)": int},
        {"ours, async": _nothing, "bare, async": _nothing, "peer, async": _nothing},
    )
    found = call._one_by_one(callers, "", Plan(rounds=1))
    assert [(each.target.subject, each.target.baseline, each.target.at_most) for each in found.outcomes()] == [
        ("ours", "bare", 1.15),
        ("ours", "peer (httpx)", 1.1),
        ("ours, async", "bare, async", 1.15),
        ("ours, async", "peer, async", 1.1),
    ]


async def _nothing() -> None:
    """Make no call."""
