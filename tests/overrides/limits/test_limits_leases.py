"""A limit that processes share takes back what was given to requests that are never sent, and to processes that have died."""

from __future__ import annotations

import httpx2
import pytest
from msgspec.structs import replace

from catalog_clients._engine.limits import Longest, Ticket, TurnOver
from catalog_clients._engine.limits.shared import LEASE
from tests.overrides.limits.test_limits import MANY
from tests.overrides.limits.test_limits_shared import PARALLEL, SECOND, entered
from tests.overrides.processes import HOUR, Process, World


def admitted(world: World, process: Process, longest: Longest = Longest()) -> Ticket:  # noqa: B008 - it is immutable
    """Return the ticket of a request that was admitted, and is not sent yet."""
    flow = entered(process, longest=longest)
    world.run(0.1)
    with pytest.raises(StopIteration) as ended:
        next(flow)
    ticket: Ticket = ended.value.value
    return ticket


def test_the_share_of_a_process_that_has_died_is_given_back_after_a_time() -> None:
    world = World(PARALLEL, lasting=HOUR)
    dead, other = Process(world, "dead"), Process(world, "other")
    for _ in range(4):
        dead.enter()
    world.run(LEASE * 3)  # which it renews
    other.enter()
    world.run(LEASE)
    assert world.running == 4
    dead.is_alive = False
    world.run(LEASE * 0.5)
    assert world.running == 4
    world.run(LEASE * 0.6)
    assert world.running == 5


def test_requests_whose_thread_has_ended_keep_no_place() -> None:
    world, has_ended = World(PARALLEL), [False]
    process, other = Process(world, "first"), Process(world, "second")
    for _ in range(4):
        flow = process.limiter.enter("operation", 1, Longest(), lambda: has_ended[0])
        next(flow)
        world.run(0.1)
        with pytest.raises(StopIteration):
            next(flow)
    has_ended[0] = True
    other.enter()
    world.run(LEASE / 2)
    assert len(world.arrivals) == 1


def test_a_response_that_comes_after_the_lease_counts_once() -> None:
    world = World(replace(SECOND, burst=2, rate=2, period=60))
    process = Process(world, "first")
    ticket = admitted(world, process, Longest(request=5))
    world.run(20)
    process.limiter.leave(ticket, httpx2.Response(200))
    process.enter()
    world.run(1)
    assert sum(units for _, units in world.store.record().usage.received) == 2


def test_what_a_process_has_sent_that_has_died_counts_for_a_window_from_the_end_of_its_lease_on() -> None:
    world = World(MANY, lasting=HOUR)
    dead, other = Process(world, "dead"), Process(world, "other")
    dead.enter(10_000)
    world.run(1)
    dead.is_alive = False
    other.enter(200)
    world.run(LEASE + 55)
    assert len(world.arrivals) == 1
    world.run(10)
    assert len(world.arrivals) == 2


def test_a_process_that_has_died_while_it_waited_keeps_no_turn() -> None:
    world = World(PARALLEL, lasting=10)
    busy, dead, other = (Process(world, name) for name in ("busy", "dead", "other"))
    for _ in range(4):
        busy.enter()
    world.run(1)
    for process in [dead, *[other] * 4]:
        process.enter()
    world.run(1)
    dead.is_alive = False
    world.run(10)
    assert world.completed["busy"] == 4
    assert world.running == 4


def test_a_request_that_is_given_up_when_it_was_just_admitted_was_never_sent() -> None:
    world = World(PARALLEL)
    process = Process(world, "first")
    flow = entered(process)
    world.run(0.1)
    assert world.store.record().usage.shares
    flow.close()
    world.run(0.1)
    usage = world.store.record().usage
    assert not usage.shares
    assert not usage.received


def test_a_process_that_was_stopped_when_it_was_just_admitted_waits_again() -> None:
    world = World(PARALLEL, lasting=HOUR)
    stopped, other = Process(world, "stopped"), Process(world, "other")
    flow = entered(stopped)
    world.run(0.1)
    stopped.is_alive = False
    for _ in range(PARALLEL.concurrency):
        other.enter()
    world.run(LEASE + 1)
    assert world.running == PARALLEL.concurrency, "they have its place"
    stopped.is_alive = True
    again = next(flow)
    world.run(LEASE)
    assert not again.queue.is_decided, "it waits, and has sent nothing"
    flow.close()
    world.run(1)
    assert [name.partition("/")[0] for name in world.store.record().usage.shares] == ["other"]


def test_a_process_that_was_stopped_before_it_wrote_a_request_does_not_send_it() -> None:
    world = World(PARALLEL, lasting=HOUR)
    stopped, other = Process(world, "stopped"), Process(world, "other")
    ticket = admitted(world, stopped)
    stopped.limiter.check(ticket)
    stopped.is_alive = False
    for _ in range(PARALLEL.concurrency):
        other.enter()
    world.run(LEASE + 1)
    assert world.running == PARALLEL.concurrency, "they have its place"
    stopped.is_alive = True
    for _ in range(2):
        with pytest.raises(TurnOver):
            stopped.limiter.check(ticket)
        stopped.wake(stopped.limiter)  # it records what is in progress again
        world.run(1)


def test_a_request_that_connects_slowly_keeps_its_place() -> None:
    world = World(PARALLEL, lasting=HOUR)
    process = Process(world, "first")
    ticket = admitted(world, process)
    for _ in range(9):
        world.run(LEASE / 3)
        process.limiter.check(ticket)
