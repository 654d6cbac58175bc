"""The two kinds of limit, and the clocks."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from scripts.mock.engine.clock import Clock, VirtualClock
from scripts.mock.engine.limits import Bucket, Limits, Quota, Use, whole
from scripts.runtime.behaviour import Epoch, RateLimit

# Quarters of a second and whole units: floating point numbers hold them exactly, so that nothing below is approximate.
STEPS = st.lists(st.tuples(st.integers(0, 40).map(lambda quarters: quarters / 4), st.integers(0, 6)), max_size=30)


@given(st.sampled_from([0.25, 0.5, 1, 2]), st.sampled_from([1, 4, 16]), st.integers(1, 8), STEPS)
@example(1, 1, 2, [(0, 2), (1, 2), (1, 2)])
def test_a_bucket_gives_as_much_as_its_burst_and_its_rate_allow_in_any_window(
    flow: float, period: float, burst: int, steps: list[tuple[float, int]]
) -> None:
    clock = VirtualClock()
    bucket = Bucket(clock, rate=flow * period, period=period, burst=burst)
    taken: list[tuple[float, int]] = []
    for wait, units in steps:
        clock.advance(wait)
        left = min(
            burst + flow * (clock.now() - since) - sum(each for moment, each in taken if moment >= since)
            for since in [clock.now(), *(moment for moment, _ in taken)]
        )
        assert bucket.take(units) == (units <= left)
        if units <= left:
            taken.append((clock.now(), units))


@given(st.integers(1, 8), st.integers(1, 16), STEPS)
@example(2, 1, [(0.75, 2), (0.25, 2), (0.75, 1)])
def test_a_quota_gives_its_limit_once_a_period_and_its_rest_to_who_asks_for_more(
    limit: int, period: int, steps: list[tuple[float, int]]
) -> None:
    clock = VirtualClock()
    quota = Quota(clock, limit=limit, period=period)
    given_in: dict[float, int] = {}
    for wait, units in steps:
        clock.advance(wait)
        before = quota.until
        taken = quota.take(units)
        assert quota.until == (before if clock.now() < before else clock.now() + period)
        left = limit - given_in.get(quota.until, 0)
        assert taken == (units <= left)
        given_in[quota.until] = given_in.get(quota.until, 0) + (units if taken else left)
        assert quota.remaining == limit - given_in[quota.until]


def test_what_is_left_of_a_limit_is_reported_without_the_end_of_its_period_too() -> None:
    clock = VirtualClock()
    limits, limit = Limits(clock), RateLimit(rate=5, period=10, burst=2, cost=1, scope=(), limit="X-Most", remaining="X-Left")
    found, use = [], Use(limit, 0, ())
    for wait in (0, 0, 0, 1, 1, 60):
        clock.advance(wait)
        found.append((limits.take([(use, 1)]), limits.headers(use)))
    left = [(True, 1), (True, 0), (False, 0), (False, 0), (True, 0), (True, 1)]
    assert found == [(taken, {"x-most": "5", "x-left": str(number)}) for taken, number in left]


@pytest.mark.parametrize(("form", "factor"), [("epoch-seconds", 1), ("epoch-milliseconds", 1000)])
def test_the_end_of_a_period_is_reported_in_the_form_of_the_table(form: Epoch, factor: int) -> None:
    clock = VirtualClock()
    limit = RateLimit(rate=3, period=60, burst=3, cost=1, scope=(), remaining="Left", until="Until", until_format=form)
    ends = int(Limits(clock).headers(Use(limit, 0, ()))["until"])
    assert ends % factor == 0
    assert clock.wall(60) <= ends / factor <= clock.wall(60) + 1


@pytest.mark.parametrize(("speed", "seconds"), [(1, 60), (1000, 1)])
def test_the_end_of_a_period_is_seconds_where_its_header_is_a_number_that_the_table_does_not_explain(
    speed: float, seconds: int
) -> None:
    limit = RateLimit(rate=3, period=60, burst=3, cost=1, scope=(), remaining="Left", until="Until")
    clock = VirtualClock()
    clock.speed = speed
    limits = Limits(clock)
    assert limits.headers(Use(limit, 0, ()), in_seconds=True)["until"] == str(seconds)
    stamped = replace(limit, until_format="epoch-seconds")
    assert int(limits.headers(Use(stamped, 0, ()), in_seconds=True)["until"]) > 10**9


def test_parts_of_structured_headers_are_written_together() -> None:
    parts = {
        "x-left": "1",
        "ratelimit;limit": "9",
        'policy;"A b";q': "2",
        "ratelimit;reset": "3",
        'policy;"c";q': "4",
        'policy;"A b";w': "5",
    }
    assert whole(parts) == {"x-left": "1", "ratelimit": "limit=9, reset=3", "policy": '"A b";q=2;w=5, "c";q=4'}


def test_a_call_that_one_of_its_limits_refuses_takes_nothing_of_the_others() -> None:
    clock = VirtualClock()
    limits = Limits(clock)
    few = Use(RateLimit(rate=2, period=1, burst=2, cost=1, scope=(), remaining="X-Left"), 0, ())
    daily = Use(RateLimit(rate=3, period=86_400, burst=3, cost=1, scope=(), remaining="X-Left-Today", until="X-Until"), 1, ())
    found = []
    for wait in (0, 0, 0, 1, 0, 86_400):
        clock.advance(wait)
        taken = limits.take([(few, 1), (daily, 1)])
        found.append((taken, limits.headers(few)["x-left"], limits.headers(daily)["x-left-today"]))
    assert found == [(True, "1", "2"), (True, "0", "1"), (False, "0", "1"), (True, "1", "0"), (False, "1", "0"), (True, "1", "2")]
    assert limits.wait([few, daily]) == 0
    limits.take([(daily, 3)])
    assert limits.wait([few, daily]) == 86_400


def test_a_fast_clock_shrinks_times_and_has_dates_in_real_time() -> None:
    clock = Clock(speed=100)
    assert clock.real(60) == 0.6
    assert abs(clock.wall(60) - clock.wall(0) - 0.6) < 1e-6
    slow = Clock(speed=1e-9)
    assert 0 <= slow.now() < 1e-6
