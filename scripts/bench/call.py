"""Call a server on the loopback interface, over real TCP connections that stay open: one call after another, and 64 at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from scripts.bench.callers import CONNECTIONS, Callers, page, status
from scripts.bench.comparison import Comparison, Target
from scripts.bench.measure import Contender, Plan, awaited, interleave, repeated

_OF_BARE, _OF_PEER = 1.15, 1.1  # of the time of bare httpx2, and of a peer's client
_NO_TARGET = "urllib3"  # which is quicker than httpx2 itself, whatever a client does
_PLAN = Plan(rounds=41, turn=0.02, budget=30)
_PLAN_AT_ONCE = Plan(rounds=21, turn=0.1, budget=60)


def measure(url: str, *, quick: bool = False) -> Comparison:
    """Get a status, one after another."""
    return _one_by_one(status(url), "short response", _PLAN.scaled(quick=quick))


def measure_page(url: str, *, quick: bool = False) -> Comparison:
    """Get a page of items, one after another."""
    return _one_by_one(page(url), "page of 20 items", _PLAN.scaled(quick=quick))


def measure_at_once(url: str, *, quick: bool = False) -> Comparison:
    """Get 64 statuses at once."""
    return _at_once(status(url), "short response", _PLAN_AT_ONCE.scaled(quick=quick))


def measure_pages_at_once(url: str, *, quick: bool = False) -> Comparison:
    """Get 64 pages at once."""
    return _at_once(page(url), "page of 20 items", _PLAN_AT_ONCE.scaled(quick=quick))


def _one_by_one(callers: Callers, what: str, plan: Plan) -> Comparison:
    with asyncio.Runner() as runner:
        contenders = {name: repeated(call) for name, call in callers.sync.items()}
        contenders |= {name: awaited(runner, call) for name, call in callers.asynchronous.items()}
        timings = interleave(contenders, plan)
    return Comparison(
        title=f"one call to a server on the loopback interface, {what}", timings=timings, targets=tuple(_targets(callers))
    )


def _at_once(callers: Callers, what: str, plan: Plan) -> Comparison:
    """Let threads, or the tasks of an event loop, make a call each; the warm-up opens the connections."""
    with asyncio.Runner() as runner, ThreadPoolExecutor(CONNECTIONS) as pool:
        contenders = {name: _in_threads(pool, call) for name, call in callers.sync.items()}
        contenders |= {name: _in_tasks(runner, call) for name, call in callers.asynchronous.items()}
        timings = interleave(contenders, plan)
    return Comparison(
        title=f"{CONNECTIONS} calls at once to a server on the loopback interface, {what}",
        timings=timings,
        targets=tuple(_targets(callers)),
    )


def _in_threads(pool: ThreadPoolExecutor, call: Callable[[], object]) -> Contender:
    call()  # some clients of msgspec's models end the process if they make a decoder in two threads at once

    def all_at_once() -> None:
        for each in [pool.submit(call) for _ in range(CONNECTIONS)]:
            each.result()

    return repeated(all_at_once)


def _in_tasks(runner: asyncio.Runner, call: Callable[[], Awaitable[object]]) -> Contender:
    return awaited(runner, lambda: asyncio.gather(*(call() for _ in range(CONNECTIONS))))


def _targets(callers: Callers) -> Iterator[Target]:
    """Yield that ours is as fast as bare httpx2 and as each peer's client on httpx or httpx2, but for what a target allows."""
    for calls in callers:
        ours, bare, *peers = list(calls)
        yield Target(subject=ours, baseline=bare, at_most=_OF_BARE)
        yield from (Target(subject=ours, baseline=peer, at_most=_OF_PEER) for peer in peers if _NO_TARGET not in peer)
