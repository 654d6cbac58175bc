"""Several limits of one request: all of them admit it together, or none gives anything; time is simulated."""

from __future__ import annotations

import re
from itertools import repeat
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catalog_clients import Limits, WaitTooLong
from catalog_clients._engine.flows.effects import Sleep
from catalog_clients._engine.limits import JointLimiter, Longest, RateLimiter, Tally, Terms, Ticket
from catalog_clients._engine.limits.record import Record
from catalog_clients._engine.limits.shared import LEASE
from catalog_clients._engine.limits.usage import Stated
from catalog_clients._engine.responses.headers import seconds_until
from tests.clients.access import ITEMS
from tests.overrides.limits.test_limits import LIMITS, MANY, START, Plan, World, _enter
from tests.overrides.limits.test_limits_shared import THREADS, crowd, ended_with, entered
from tests.overrides.processes import HOUR, Process
from tests.overrides.processes import World as SharedWorld

DAY = 86_400.0
# Limits of examples, with numbers and headers of their own.
SECONDLY = replace(LIMITS[ITEMS], rate=10, period=1, burst=10, scope=("credential",), rate_per_second="Rate")
DAILY = replace(SECONDLY, rate=30, period=DAY, burst=30, rate_per_second=None, limit="Day", remaining="Left", until="Until")
WEIGHED = replace(MANY, rate=6, period=2, burst=6, concurrency=None, limit=None, remaining=None, until=None)
PARALLEL = replace(SECONDLY, rate=10**6, burst=10**6, concurrency=2, rate_per_second=None)


def both(first: Any, *others: Any) -> Any:
    return replace(first, also=others)


def joint(world: World, limit: Any) -> World:
    """Let a world keep all limits of a table."""
    terms = Terms.of(limit, only_lower=False)
    limiters = [RateLimiter(each, Tally(each.place, lambda: world.now)) for each in terms]
    world.limiter = JointLimiter(limiters)  # type: ignore[assignment]
    return world


def test_a_request_is_sent_when_all_limits_admit_it_and_the_longest_wait_counts() -> None:
    world = joint(World(SECONDLY), both(SECONDLY, DAILY)).play(*(Plan() for _ in range(32)))
    moments = [moment - START for moment, _ in world.arrivals]
    assert moments == [0] * 10 + [pytest.approx(1)] * 10 + [pytest.approx(2)] * 10 + [pytest.approx(DAY)] * 2


def test_what_one_limit_refuses_takes_nothing_of_another() -> None:
    world = joint(World(SECONDLY), both(SECONDLY, replace(DAILY, rate=1, burst=1)))
    for _ in range(12):
        _enter(world, Plan())
    first, second = world.limiter._limiters  # type: ignore[attr-defined]
    assert len(world.arrivals) == 1
    assert (len(first._usage.received), len(second._usage.received)) == (1, 1)
    assert first.look(Ticket((9, 0), lambda: False), "operation", world.now) == 0


def test_each_limit_counts_what_a_request_costs_it() -> None:
    world = joint(World(SECONDLY), both(SECONDLY, WEIGHED))
    world.play(*(Plan(items=3) for _ in range(3)), *(Plan(items=1, wanted=0.5) for _ in range(2)))
    assert [moment - START for moment, _ in world.arrivals[:2]] == [0, 0]
    assert min(moment - START for moment, _ in world.arrivals[2:]) == pytest.approx(2)
    assert world.limiter.most_items == 6


def test_the_number_of_requests_at_the_same_time_is_kept_beside_a_rate() -> None:
    world = joint(World(SECONDLY), both(SECONDLY, PARALLEL)).play(*(Plan(back=0.1) for _ in range(30)))
    assert world.most_running == 2
    assert world.most_in(1) <= 10


def test_a_request_that_costs_more_than_one_of_the_limits_is_an_error_that_names_it() -> None:
    world = joint(World(SECONDLY), both(SECONDLY, WEIGHED))
    with pytest.raises(WaitTooLong, match="a request costs 7 units, and the limit of 6 items in 2 s is 6"):
        _enter(world, Plan(items=7))
    _enter(world, Plan(items=6))
    assert len(world.arrivals) == 1


def test_headers_correct_the_limit_that_they_belong_to() -> None:
    said: list[dict[str, str]] = [{"Rate": "2"}, {"Day": "300"}, {"Left": "1", "Until": "50"}]
    world = joint(World(SECONDLY, headers=lambda world: said[len(world.completed) - 1]), both(SECONDLY, DAILY))
    bounds = []
    for _ in said:
        world.now += 10
        _enter(world, Plan())
        bounds.append([(each.units, each.window) for each in world.limiter.bounds])
    assert bounds == [[(10, 5), (30, DAY)], [(10, 5), (300, DAY)], [(10, 5), (300, DAY)]]
    said += [{}, {}]
    start = world.now
    for _ in range(2):
        world.enter(Plan())
    world.happen()
    assert [moment - start for moment, _ in world.arrivals[3:]] == [0, pytest.approx(50)]


NOW = 1_800_000_000
DATE = {"Date": "Fri, 15 Jan 2027 08:00:00 GMT"}


@pytest.mark.parametrize(
    ("form", "value", "seconds"),
    [
        (None, "50", 50),
        ("epoch-seconds", str(NOW + 50), 50),
        ("epoch-seconds", f"{NOW + 50}.5", 50.5),
        ("epoch-milliseconds", str((NOW + 50) * 1000), 50),
        ("epoch-seconds", str(NOW - 50), 0),
        ("epoch-seconds", DATE["Date"], None),
    ],
)
def test_headers_say_until_when_in_the_form_of_the_table(form: str | None, value: str, seconds: float | None) -> None:
    response = httpx2.Response(429, headers={"Until": value, "Left": "1", **DATE})
    assert seconds_until(response, "Until", form) == seconds
    assert Stated.read(replace(DAILY, until_format=form), response).seconds == seconds


@pytest.mark.parametrize(
    ("longest", "reason"),
    [
        (Longest(in_all=60), r"addOffers: the limit of 30 requests in 86400 s requires a wait of 86[34]\d\d s; 60 s are left"),
        (Longest(lowered=60), ""),
    ],
)
def test_a_wait_that_is_too_long_names_the_limit(longest: Longest, reason: str) -> None:
    world = joint(World(SECONDLY), both(SECONDLY, DAILY)).play(*(Plan(wanted=number / 5) for number in range(30)))
    flow = world.limiter.enter("addOffers", 1, longest, lambda: False)
    if reason:
        with pytest.raises(WaitTooLong, match=re.compile(f"^{reason}$")):
            next(flow)
    else:
        effect = next(flow)
        assert isinstance(effect, Sleep)
        assert effect.seconds > DAY / 2, "it is what the documented limit requires"


def test_a_long_wait_is_logged_with_the_limit(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="catalog_clients")
    joint(World(SECONDLY), both(SECONDLY, replace(DAILY, rate=1, burst=1, period=100))).play(Plan(), Plan())
    assert "first: the limit of 1 request in 100 s requires a wait of 100 s" in caplog.messages


def test_a_wait_names_a_limit_that_an_operation_without_others_has_used_first() -> None:
    limits, slow = Limits(), replace(DAILY, rate=1, burst=1)
    plain, several = limits.limiter("api", "plain", slow), limits.limiter("api", "several", both(slow, SECONDLY))
    assert plain is not None
    assert several is not None
    with pytest.raises(StopIteration):
        next(plain.enter("plain", 1, Longest(), lambda: False))
    with pytest.raises(WaitTooLong, match="several: the limit of 1 request in 86400 s requires a wait of"):
        next(several.enter("several", 1, Longest(in_all=-1), lambda: False))


def test_operations_share_each_of_their_limits_by_its_scope() -> None:
    own = replace(DAILY, scope=("credential", "operation"))
    limits = Limits()
    reads, writes = (limits.limiter("api", name, both(SECONDLY, own)) for name in ("read", "write"))
    plain = limits.limiter("api", "plain", SECONDLY)
    assert isinstance(plain, RateLimiter)
    assert isinstance(reads, JointLimiter)
    assert isinstance(writes, JointLimiter)
    assert reads._limiters[0]._tally is writes._limiters[0]._tally is plain._tally
    assert reads._limiters[1]._tally is not writes._limiters[1]._tally
    assert limits.limiter("api", "read", both(SECONDLY, own)) is reads
    alike = both(SECONDLY, DAILY)
    first, second = (limits.limiter("api", name, alike) for name in ("first", "second"))
    assert isinstance(first, JointLimiter)
    assert isinstance(second, JointLimiter)
    assert [each._tally for each in first._limiters] == [each._tally for each in second._limiters]


STEPS = st.lists(st.tuples(st.floats(0, 4), st.integers(1, 3), st.floats(0, 0.5), st.booleans()), min_size=1, max_size=40)


@given(STEPS)
@settings(max_examples=30)
def test_no_window_of_any_limit_gets_more_than_its_burst(drawn: list[tuple[float, int, float, bool]]) -> None:
    few = replace(SECONDLY, rate=3, burst=3, concurrency=2)
    world = joint(World(few), both(few, WEIGHED))
    world.play(*(Plan(wanted=wanted, items=items, out=out, back=0.01, lost=lost) for wanted, items, out, lost in drawn))
    arrivals, weights = sorted(world.arrivals), [items for _, items, _, _ in drawn]
    assert world.most_in(1) <= 3
    assert world.most_running <= 2
    assert len(arrivals) == len(weights)


def shared_of(limit: Any, **options: Any) -> tuple[SharedWorld, list[Process]]:
    """Return two processes that keep all limits of a table, each of which they share."""
    world = SharedWorld(limit, **options)
    return world, [Process(world, name) for name in "ab"]


@pytest.mark.parametrize("processes", [1, 3])
def test_processes_keep_and_use_up_the_tightest_of_the_limits(processes: int) -> None:
    world = SharedWorld(both(SECONDLY, replace(DAILY, rate=50, burst=50, period=20)), lasting=0.02)
    crowd(world, processes)
    world.run(19)
    assert world.most_in(1) == 10
    assert len(world.arrivals) == 50
    world.run(6)
    assert len(world.arrivals) == 100
    assert world.most_in(20) == 50


def test_a_refused_request_takes_nothing_in_the_store() -> None:
    world, (process, _) = shared_of(both(SECONDLY, replace(DAILY, rate=1, burst=1)))
    for _ in range(5):
        process.enter()
    world.run(3)
    first, second = (Record.decode(each).usage for each in world.store.records.values())
    assert len(world.arrivals) == 1
    assert sum(units for _, units in first.received) <= 1
    assert not first.shares
    assert not first.turns, "others need not leave it a turn at a limit that it does not wait for"
    assert len(second.turns) == 1


def test_corrections_are_those_of_the_limit_and_hold_for_all_processes() -> None:
    world, (first, second) = shared_of(both(SECONDLY, DAILY), headers=lambda _: {"Day": "60"})
    first.enter()
    world.run(1)
    second.enter()
    world.run(1)
    for process in (first, second):
        assert [each.units for each in process.limiter.bounds] == [10, 60]


def test_processes_say_which_limit_is_exceeded_or_waited_for() -> None:
    world, (process, _) = shared_of(both(SECONDLY, WEIGHED))
    flow = entered(process, 7)
    world.run(1)
    assert "operation: a request costs 7 units, and the limit of 6 items in 2 s is 6, so that it would" in str(ended_with(flow))
    process.enter(6)
    world.run(0.05)
    flow = entered(process, 6, Longest(in_all=0.5))
    world.run(0.1)
    error = ended_with(flow)
    assert isinstance(error, WaitTooLong)
    assert str(error) == "operation: the limit of 6 items in 2 s requires a wait of 2 s; 0 s are left"


def test_a_process_that_dies_gives_back_its_share_of_each_limit() -> None:
    world, (dead, other) = shared_of(both(SECONDLY, PARALLEL), lasting=HOUR)
    for _ in range(2):
        dead.enter()
    world.run(1)
    dead.is_alive = False
    for _ in range(2):
        other.enter()
    world.run(LEASE + 2)
    assert len(world.arrivals) == 4


def test_operations_of_one_process_that_share_one_of_their_limits_use_it_fairly() -> None:
    shared, own = replace(SECONDLY, rate=100, burst=100), replace(DAILY, rate=300, burst=300, scope=("operation",))
    world = SharedWorld(shared, lasting=0.02)
    plain, limited = Process(world, "same"), Process(world, "same")
    limited.follow(both(shared, own), ["key", "own"])
    for process in (plain, limited):
        for _ in range(THREADS):
            process.thread(repeat(1))
    world.run(4)
    assert 160 <= _received(world) <= 240
    world.run(16)
    assert world.most_in(1) == 100
    assert len(world.arrivals) >= 0.95 * 20 * 100
    assert _received(world) == 300, "and no more on this day"


def _received(world: SharedWorld) -> int:
    return sum(units for _, units in Record.decode(world.store.records["own"]).usage.received)
