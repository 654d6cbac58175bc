"""A limit that processes share is kept by all of them together, used up, and shared fairly; time is simulated."""

from __future__ import annotations

from itertools import repeat
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catalog_clients import LimitsError, WaitTooLong
from catalog_clients._engine.limits import Longest
from catalog_clients._engine.limits.shared import LEASE
from catalog_clients._engine.limits.store import StoreUnavailable
from catalog_clients._engine.limits.worker import PATIENCE
from tests.clients.access import ITEMS
from tests.overrides.limits.test_limits import LIMIT, LIMITS, MANY, RATE, REMAINING, UNTIL
from tests.overrides.processes import HOUR, Process, World

# Limits of examples, with numbers of their own.
SECOND = replace(LIMITS[ITEMS], rate=100, period=1, burst=100)
PARALLEL = replace(MANY, rate=10**9, period=1, burst=10**9, concurrency=4)
FEW = replace(LIMITS[ITEMS], rate=2, period=1, burst=2)
THREADS = 8


def crowd(world: World, processes: int = 4, items: int = 1, name: str = "process") -> list[Process]:
    """Let processes with some threads each send as many requests as they may."""
    found = [Process(world, f"{name} {number}") for number in range(processes)]
    for process in found:
        for _ in range(THREADS):
            process.thread(repeat(items))
    return found


@pytest.mark.parametrize("processes", [1, 3, 4])
@pytest.mark.parametrize("latency", [0.0005, 0.003])
def test_a_rate_is_kept_used_up_and_shared_fairly(processes: int, latency: float) -> None:
    world = World(SECOND, lasting=0.02, latency=latency)
    crowd(world, processes)
    world.run(6)
    assert world.most_in(1) == 100
    assert sum(world.completed.values()) >= 0.95 * 6 * 100
    assert min(world.completed.values()) > 0.8 * max(world.completed.values())


def test_units_are_kept_and_used_up_where_requests_cost_their_items() -> None:
    world = World(MANY, lasting=0.5)
    crowd(world, items=200)
    world.run(300)
    assert world.most_in(60) == 10_000
    assert world.most_running == 4
    assert sum(world.completed.values()) * 200 >= 0.95 * 5 * 10_000
    assert min(world.completed.values()) > 0.9 * max(world.completed.values())


@pytest.mark.parametrize("processes", [1, 4, 9])
def test_the_number_of_requests_at_the_same_time_is_kept_used_up_and_shared_fairly(processes: int) -> None:
    world = World(PARALLEL, lasting=0.5, latency=0.002)
    crowd(world, processes)
    world.run(20)
    assert world.most_running == 4
    assert sum(world.completed.values()) >= 0.95 * 20 * 4 / 0.5
    assert min(world.completed.values()) >= 0.8 * max(world.completed.values()) - 1


def test_a_limit_that_allows_fewer_requests_than_there_are_processes_is_shared_fairly() -> None:
    world = World(FEW, lasting=0.02)
    crowd(world, 5)
    world.run(20)
    assert world.most_in(1) == 2
    assert sum(world.completed.values()) >= 0.95 * 40
    assert min(world.completed.values()) >= max(world.completed.values()) - 2


def test_a_process_alone_uses_what_others_do_not_need() -> None:
    world = World(PARALLEL, lasting=0.5, latency=0.002)
    first, second = Process(world, "first"), Process(world, "second")
    for _ in range(THREADS):
        first.thread(repeat(1))
    second.thread(iter([1] * 3))
    world.run(20)
    assert world.completed["second"] == 3
    assert world.completed["first"] >= 0.95 * 20 * 4 / 0.5 - 3


PLANS = st.lists(
    st.tuples(st.integers(0, 3), st.floats(0, 3), st.integers(1, 3), st.sampled_from(["send", "send", "send", "give up", "die"])),
    max_size=60,
)


@given(PLANS, st.floats(0, 0.6), st.floats(0, 0.3), st.sampled_from([0.0005, 0.02]))
@settings(max_examples=40)
def test_no_window_gets_more_than_the_burst_whoever_gives_up_or_dies(
    plans: list[tuple[int, float, int, str]], lasting: float, out: float, latency: float
) -> None:
    limit = replace(MANY, rate=6, period=1, burst=6, concurrency=3)
    world = World(limit, lasting=lasting, out=min(out, lasting), latency=latency)
    processes = [Process(world, str(number)) for number in range(4)]
    for number, moment, items, what in plans:
        world.at(world.start + moment, lambda process=processes[number], items=items, what=what: do(world, process, items, what))  # type: ignore[misc]
    world.run(3 + 3 * LEASE)
    assert world.most_in(1) <= limit.burst
    assert world.most_running <= limit.concurrency
    survivor = Process(world, "survivor")
    for _ in range(THREADS):
        survivor.enter()
    before = len(world.arrivals)
    world.run(2 * LEASE)
    assert len(world.arrivals) == before + THREADS, "a share was lost"


def do(world: World, process: Process, items: int, what: str) -> None:
    if what == "die":
        process.is_alive = False
    elif process.is_alive:
        flow = process.enter(items)
        if what == "give up":
            world.at(world.now + 0.01, flow.close)


def test_a_correction_that_one_process_gets_holds_for_all() -> None:
    reported = {LIMIT: "600"}
    world = World(MANY, headers=lambda world: reported if world.completed["first"] else {})
    first, second = Process(world, "first"), Process(world, "second")
    second.enter(200)
    world.run(70)
    assert second.limiter.most_items == 10_000
    first.enter(200)
    world.run(70)
    for _ in range(THREADS):
        second.enter(200)
    world.run(30)
    assert (first.limiter.most_items, second.limiter.most_items) == (600, 600)
    assert len(world.arrivals) == 2 + 3


@pytest.mark.parametrize(("only_lower", "rate"), [(True, 2), (False, 5)])
def test_a_limit_that_a_process_has_set_itself_is_only_lowered(rate: int, *, only_lower: bool) -> None:
    world = World(FEW, headers=lambda _: {RATE: "5"})
    process = Process(world, "first", only_lower=only_lower)
    process.enter()
    world.run(5)
    assert process.limiter.bounds[0].units / process.limiter.bounds[0].window == rate


def test_what_others_have_left_is_left_to_all_processes() -> None:
    reported = {REMAINING: "250", UNTIL: "30"}
    world = World(MANY, headers=lambda world: reported if sum(world.completed.values()) == 1 else {})
    first, second = Process(world, "first"), Process(world, "second")
    first.enter(200)
    world.run(1)
    for _ in range(3):
        second.enter(200)
    world.run(20)
    assert len(world.arrivals) == 2
    world.run(20)
    assert len(world.arrivals) == 4


def test_what_others_have_left_is_left_to_all_processes_for_one_period_where_nothing_says_until_when() -> None:
    limit = replace(MANY, until=None)
    world = World(limit, headers=lambda world: {REMAINING: "250"} if sum(world.completed.values()) == 1 else {})
    Process(world, "first").enter(200)
    world.run(1)
    second = Process(world, "second")
    for _ in range(3):
        second.enter(200)
    world.run(58)
    assert len(world.arrivals) == 2
    world.run(3)
    assert len(world.arrivals) == 4


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_jumps_lets_nobody_send_more_or_wait_longer(jump: float, caplog: pytest.LogCaptureFixture) -> None:
    world = World(MANY, lasting=0.5)
    crowd(world, 2, items=200)
    world.at(world.start + 30, lambda: setattr(world.store, "wrong_by", jump))
    world.at(world.start + 90, lambda: crowd(world, 1, 200, "later"))  # a process that comes later
    world.run(180)
    assert world.most_in(60) == 10_000
    assert world.most_running == 4
    assert sum(world.completed.values()) * 200 >= 0.95 * 3 * 10_000
    assert len([each for each in caplog.messages if "has jumped by" in each]) == 1


def test_a_machine_that_is_started_again_keeps_the_limit() -> None:
    world = World(MANY, lasting=0.1)
    old = Process(world, "old")
    for _ in range(50):
        old.enter(200)
    world.run(10)
    old.is_alive = False
    record = world.store.record()
    seen = record.timeline.seen
    record.timeline.seen = {machine: (now, steady + HOUR) for machine, (now, steady) in seen.items()}  # before it was switched off
    world.store.records["key"] = record.encode()
    new = Process(world, "new")
    new.enter(200)
    world.run(45)
    assert len(world.arrivals) == 50
    world.run(10)
    assert len(world.arrivals) == 51


def test_a_limit_with_many_small_requests_has_a_small_record() -> None:
    world = World(replace(MANY, burst=2_000, rate=2_000, concurrency=None), lasting=0.01)
    crowd(world, 1)
    world.run(50)
    assert len(world.arrivals) == 2_000
    assert len(world.store.record().usage.received) <= 501


def ended_with(flow: Any) -> BaseException:
    """Return the error of a request that waits no more."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
        next(flow)
    return caught.value


def entered(process: Process, items: int = 1, longest: Longest = Longest()) -> Any:  # noqa: B008
    """Return the flow of a request that has begun to wait."""
    flow = process.limiter.enter("operation", items, longest, lambda: False)
    next(flow)
    return flow


def test_a_request_that_costs_more_than_the_limit_is_an_error() -> None:
    world = World(MANY)
    flow = entered(Process(world, "first"), 10_001)
    world.run(1)
    assert "operation: a request costs 10001 units, and the limit is 10000, so that it would" in str(ended_with(flow))
    assert not world.store.record().usage.shares


def test_a_wait_that_is_too_long_is_an_error_and_keeps_no_turn() -> None:
    world = World(MANY, headers=lambda _: {REMAINING: "0", UNTIL: "5000"})
    process = Process(world, "first")
    process.enter()
    world.run(1)
    flow = entered(process, longest=Longest(once=300))
    world.run(1)
    error = ended_with(flow)
    assert isinstance(error, WaitTooLong)
    assert str(error) == "operation: the limit requires a wait of 4999 s; the maximum is 300 s"
    world.run(1)
    assert not world.store.record().usage.turns


def test_a_store_that_fails_for_a_while_is_waited_for() -> None:
    world = World(SECOND)
    process = Process(world, "first")
    world.store.error = StoreUnavailable("it is away")
    process.enter()
    world.run(PATIENCE * 0.9)
    assert not world.arrivals
    world.store.error = None
    world.run(1)
    assert len(world.arrivals) == 1


def test_a_store_that_does_not_come_back_is_an_error_and_nothing_is_sent() -> None:
    world = World(SECOND)
    process = Process(world, "first")
    process.enter()
    world.run(0.05)
    world.store.error = StoreUnavailable("it is away")
    flow = entered(process)
    world.run(PATIENCE + 1)
    error = ended_with(flow)
    assert isinstance(error, LimitsError)
    assert str(error) == "the store of limits cannot be used: it is away"
    assert len(world.arrivals) == 1
    world.store.error = None
    process.enter()
    world.run(1)
    assert len(world.arrivals) == 2


def test_a_store_that_does_not_respond_is_an_error() -> None:
    world = World(SECOND)
    process = Process(world, "first")
    flow = process.limiter.enter("operation", 1, Longest(), lambda: False)
    next(flow)
    process._since = world.now
    world.now += PATIENCE + 1
    assert str(ended_with(flow)) == "the store of limits memory does not respond"


def test_a_process_that_comes_later_has_no_more_than_its_part() -> None:
    world = World(replace(FEW, rate=1, burst=1), lasting=0.02)
    crowd(world, 1, name="early")
    world.run(20)
    before = world.completed["early 0"]
    crowd(world, 1, name="late")
    world.run(20)
    assert abs(world.completed["late 0"] - (world.completed["early 0"] - before)) <= 2


def test_what_is_left_is_not_a_reason_to_wait_where_only_these_processes_have_used_it() -> None:
    def headers(world: World) -> dict[str, str]:
        return {REMAINING: str(10_000 - sum(units for _, units in world.arrivals)), UNTIL: "60"}

    world = World(MANY, headers=headers)
    crowd(world, 2, items=200)
    world.run(50)
    assert len(world.arrivals) == 50
    assert world.store.record().usage.until < world.start
