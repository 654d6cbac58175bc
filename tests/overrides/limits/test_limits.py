"""What arrives at a vendor stays within its limit, whenever requests are sent and however long they take; time is simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catalog_clients import Limits, WaitTooLong
from catalog_clients._engine.flows.effects import Flow, Sleep
from catalog_clients._engine.limits import Longest, RateLimiter, Tally, Terms, Ticket
from tests.clients.access import ITEMS, JWO, YANDEX
from tests.clients.causes import ADD, ARCHIVE, GET, SEARCH, UPLOAD
from tests.overrides.playing import TABLES
from tests.overrides.simulation import SOON, Simulation
from tests.overrides.ways import OFFERS

LIMITS = {api: TABLES[operation].rate_limit for api, operation in ((JWO, UPLOAD), (ITEMS, SEARCH), (YANDEX, ADD))}
# The same with a minute that takes seconds: in a whole one, requests that wait for a slot look a million times whether it is free.
QUICK = LIMITS | {YANDEX: replace(LIMITS[YANDEX], period=3)}
MOST_ITEMS = {JWO: 1, ITEMS: 1, YANDEX: OFFERS}
REMAINING, UNTIL, LIMIT = LIMITS[YANDEX].remaining, LIMITS[YANDEX].until, LIMITS[YANDEX].limit
RATE = LIMITS[ITEMS].rate_per_second
EACH = pytest.mark.parametrize("api", LIMITS)
# Limits of examples, with numbers of their own: of requests, and of the items of requests.
FEW = replace(LIMITS[ITEMS], rate=2, period=1, burst=2)
MANY = replace(LIMITS[YANDEX], rate=10_000, period=60, burst=10_000, concurrency=4)
START = 500.25


@dataclass(frozen=True)
class Plan:
    """A request: when it is wanted, how much longer than the quickest it takes to arrive and to get a response, and its items."""

    wanted: float = 0
    out: float = 0
    back: float = 0
    items: int = 1
    name: str = "first"
    lost: bool = False


@dataclass
class World(Simulation):
    """A time in which requests are sent, arrive and get responses.

    Attributes:
        limit: limit that the limiter keeps to.
        out, back: how long requests take at least to arrive, and by name to get a response then.
        headers: those of a response.
        late: how much longer than requested each sleep takes.
        completed: when requests got responses.
    """

    limit: Any
    out: float = 0
    back: Mapping[str, float] = field(default_factory=dict)
    headers: Callable[[World], Mapping[str, str]] = lambda _: {}
    late: float = 0
    now: float = field(default=START, kw_only=True)
    completed: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.limiter = RateLimiter(Terms.of(self.limit, only_lower=False)[0], Tally(clock=lambda: self.now))

    def play(self, *plans: Plan) -> World:
        start = self.now
        for plan in plans:
            self.at(start + plan.wanted, lambda plan=plan: self.enter(plan))  # type: ignore[misc]
        self.happen()
        assert len(self.completed) == len(plans)
        return self

    def enter(self, plan: Plan) -> Flow[Ticket]:
        """Begin a request, and go on with it as its flow allows; the flow is for whoever wants to close it."""
        flow = self.limiter.enter(plan.name, plan.items, Longest(), lambda: False)
        self._go_on(flow, plan)
        return flow

    def _go_on(self, flow: Any, plan: Plan) -> None:
        if flow.gi_frame is None:
            return  # it was closed
        try:
            effect = flow.send(None)
        except StopIteration as ended:
            self._send(ended.value, plan)
            return
        assert isinstance(effect, Sleep)
        assert effect.seconds > 0
        self.at(self.now + effect.seconds + self.late, lambda: self._go_on(flow, plan))

    def _send(self, ticket: Ticket, plan: Plan) -> None:
        self.begins()
        arrival = self.now + self.out + plan.out
        self.at(arrival, lambda: self.arrivals.append((arrival, ticket.units[0])))
        self.at(arrival + self.back.get(plan.name, 0) + plan.back, lambda: self._leave(ticket, plan))

    def _leave(self, ticket: Ticket, plan: Plan) -> None:
        self.running -= 1
        self.completed.append(self.now)
        self.limiter.leave(ticket, None if plan.lost else httpx2.Response(200, headers=dict(self.headers(self))))


def _window(limit: Any) -> float:
    seconds: float = limit.burst / limit.rate * limit.period
    return seconds


# Jitter as shares of a window: mostly little, sometimes more than a window.
SHARES = st.sampled_from([0.0, 0.0, 0.001, 0.01, 0.05, 0.2, 0.9, 1.0, 1.3]) | st.floats(0, 1.5)
PLANS = st.lists(
    st.tuples(SHARES, SHARES, SHARES, st.integers(0, 1), st.sampled_from(["first", "second"]), st.booleans()),
    min_size=1,
    max_size=45,
)


def _plans(api: str, drawn: list[tuple[float, float, float, int, str, bool]]) -> list[Plan]:
    """Return requests; the first one with each name has a free way, so that the limiter knows the quickest response."""
    window, most, names = _window(QUICK[api]), MOST_ITEMS[api], set[str]()
    plans = []
    for wanted, out, back, few, name, lost in drawn:
        free = name in names
        names.add(name)
        items = max(1, most // (1 + few))
        plans.append(
            Plan(0 if not free else wanted * window, out * window * free, back * window * free, items, name, lost=lost and free)
        )
    return plans


@EACH
@given(PLANS, st.sampled_from([0, 0, 0.01, 0.1, 0.6]), st.sampled_from([0, 0.01, 0.3]), st.sampled_from([0, 0.003]))
@settings(max_examples=12)
@example([(0.0, 1.3 * (number % 2), 0.0, 0, "first", False) for number in range(45)], 0, 0, 0)
def test_no_window_gets_more_than_the_burst_however_requests_and_responses_are_delayed(
    api: str, drawn: list[tuple[float, float, float, int, str, bool]], out: float, back: float, late: float
) -> None:
    limit, window = QUICK[api], _window(QUICK[api])
    world = World(limit, out * window, {"first": back * window, "second": 0.1 * window}, late=late)
    if api == YANDEX:  # enough at once to fill its large window
        drawn = drawn + [(share / 50, 0.0, 0.001, few, name, False) for share, _, _, few, name, _ in drawn]
    world.play(*_plans(api, drawn))
    assert world.most_in(window) <= limit.burst
    assert world.most_running <= (limit.concurrency or len(world.completed))


@EACH
def test_with_quick_responses_almost_all_of_the_limit_is_used(api: str) -> None:
    limit, most = LIMITS[api], MOST_ITEMS[api]
    number = max(90, 3 * int(limit.burst // most))
    world = World(limit, out=0.02, back={"first": 0.03})
    world.play(*(Plan(out=0.001 * (place % 5), back=0.002 * (place % 3), items=most) for place in range(number)))
    assert world.most_in(_window(limit)) == limit.burst // most * most  # as many whole requests as it allows
    ideal = _window(limit) * (number * most / limit.burst - 1)
    assert ideal <= max(world.completed) - START <= ideal * 1.06 + 1
    assert len(world.limiter._usage.received) <= limit.burst, "what is older than a window is kept"


def test_a_request_that_was_given_up_may_have_arrived_until_then() -> None:
    plans = [*(Plan() for _ in range(24)), *(Plan(wanted=40, out=0.4, back=-0.2, lost=True) for _ in range(2))]
    world = World(FEW, out=0.1, back={"first": 0.2}).play(*plans, *(Plan(wanted=40.01) for _ in range(6)))
    assert world.most_in(_window(FEW)) <= FEW.burst


def test_the_number_of_running_requests_is_kept_although_units_are_left() -> None:
    world = World(MANY).play(*(Plan(back=3) for _ in range(11)))
    assert world.most_running == MANY.concurrency
    assert 9 <= max(world.completed) - START <= 9 * 1.02


@pytest.mark.parametrize(("reported", "seconds"), [("5.0", 0.4), ("0.5", 4), ("2", 1)])
def test_a_rate_that_responses_state_is_kept_from_then_on(reported: str, seconds: float) -> None:
    world = World(FEW, out=0.01, back={"first": 0.01}, headers=lambda _: {RATE: reported})
    world.play(*(Plan() for _ in range(40)))
    stated_at = min(world.completed)
    assert world.most_in(seconds, since=stated_at + SOON) == 2
    assert (max(world.completed) - stated_at) == pytest.approx(19 * seconds, rel=0.15)


@pytest.mark.parametrize(("stated", "only_lower", "seconds"), [("5", True, 1), ("0.5", True, 2), ("5", False, 0.2)])
def test_a_response_may_only_lower_the_limit_that_the_caller_has_set(stated: str, only_lower: bool, seconds: float) -> None:
    limiter = RateLimiter(Terms.of(replace(FEW, rate=1, burst=1), only_lower=only_lower)[0], Tally())
    limiter._learn(httpx2.Response(200, headers={RATE: stated}), now=0)
    assert limiter.bounds[0].window == pytest.approx(seconds)


def test_a_limit_that_responses_state_is_kept_from_then_on() -> None:
    world = World(MANY, headers=lambda _: {LIMIT: "600"}).play(*(Plan(back=0.1, items=200) for _ in range(12)))
    assert world.limiter.most_items == 600
    assert world.most_in(60, since=min(world.completed) + SOON) == 600


def test_a_request_that_costs_more_than_the_limit_is_an_error_and_keeps_no_slot() -> None:
    world = World(MANY, headers=lambda _: {LIMIT: "100"}).play(Plan(items=200))
    for _ in range(10):
        with pytest.raises(WaitTooLong, match="addOffersToArchive: a request costs 101 units, and the limit is 100"):
            _enter(world, Plan(items=101, name=ADD))
    assert world.limiter.most_items == 100
    world.now += 60.01
    _enter(world, Plan(items=100))
    assert len(world.arrivals) == 2
    with pytest.raises(WaitTooLong, match="costs 10001 units, and the limit is 10000"):
        _enter(World(MANY), Plan(items=10_001))


def _enter(world: World, plan: Plan) -> None:
    """Begin a request, and let happen what does at once."""
    world.enter(plan)
    world.happen(world.now)


def test_where_others_use_the_same_limit_what_they_left_is_not_exceeded_until_it_is_renewed() -> None:
    date = "Wed, 25 Nov 2026 12:00:00 GMT"
    reported = {REMAINING: "450", UNTIL: "Wed, 25 Nov 2026 12:00:30 GMT", "Date": date}
    world = World(MANY, headers=lambda world: reported if len(world.completed) == 1 else {})
    world.play(Plan(items=200), *(Plan(wanted=1, items=200) for _ in range(4)), Plan(wanted=2, items=50), Plan(wanted=2, items=1))
    assert [(moment - START, units) for moment, units in world.arrivals] == [
        (0, 200),
        (1, 200),
        (1, 200),
        (2, 50),
        (pytest.approx(30), 200),
        (pytest.approx(30), 200),
        (pytest.approx(30), 1),
    ]


def test_what_is_left_is_not_a_reason_to_wait_where_only_this_client_has_used_it() -> None:
    left = iter(range(9800, 0, -200))

    def headers(_: World) -> Mapping[str, str]:
        return {REMAINING: str(next(left)), UNTIL: "60"}

    world = World(MANY, headers=headers).play(*(Plan(items=200, back=0.1) for _ in range(40)))
    assert max(world.completed) == pytest.approx(501.25, abs=0.05)


@pytest.mark.parametrize(("left", "waits"), [(9_800, False), (9_700, True)])
def test_units_older_than_the_window_are_not_among_those_that_are_left_to_others(left: int, waits: bool) -> None:
    reported = {REMAINING: str(left), UNTIL: "600"}
    world = World(MANY, headers=lambda world: reported if len(world.completed) == 2 else {})
    world.play(Plan(items=200), Plan(wanted=1, back=70, items=200), Plan(wanted=140, items=9_900))
    assert world.arrivals[-1][0] - START == pytest.approx(71 + 600 if waits else 140)


LEFT_ONLY = replace(MANY, rate=100, period=60, burst=100, concurrency=None, cost=1, until=None)


@pytest.mark.parametrize("left", [0, 1])
def test_what_others_have_left_counts_for_one_period_where_nothing_says_until_when(left: int) -> None:
    world = World(LEFT_ONLY, headers=lambda world: {REMAINING: str(left)} if len(world.completed) == 1 else {})
    world.play(Plan(back=2), *(Plan(wanted=3) for _ in range(4)))
    at_once, later = [3.0] * left, [pytest.approx(62)] * (4 - left)
    assert [moment - START for moment, _ in world.arrivals] == [0, *at_once, *later]


def test_a_response_with_more_left_than_before_lets_requests_go_on() -> None:
    left = iter([2, 90, 89, 88, 87, 86, 85])
    world = World(LEFT_ONLY, headers=lambda _: {REMAINING: str(next(left))})
    world.play(*(Plan(wanted=number) for number in range(7)))
    assert max(moment for moment, _ in world.arrivals) - START == 6


def test_requests_under_way_use_what_is_left_too() -> None:
    left = iter([3, 2, 1, 0, 99])
    world = World(LEFT_ONLY, headers=lambda _: {REMAINING: str(next(left))})
    world.play(Plan(), *(Plan(wanted=1, back=5) for _ in range(3)), Plan(wanted=2))
    assert [moment - START for moment, _ in world.arrivals] == [0, 1, 1, 1, pytest.approx(66)]


def test_what_is_left_by_this_client_alone_is_no_reason_to_wait_without_an_end_of_the_period() -> None:
    world = World(LEFT_ONLY, headers=lambda world: {REMAINING: str(100 - len(world.arrivals))})
    world.play(*(Plan(wanted=number / 50, back=0.1) for number in range(100)))
    assert max(moment for moment, _ in world.arrivals) - START == pytest.approx(99 / 50)
    assert world.limiter._usage.until < START


@pytest.mark.parametrize(("stated", "units", "seconds"), [(120, 20, 10), (30, 5, 10), (2, 1, 30), (60, 10, 10)])
def test_a_limit_of_a_period_changes_a_burst_that_is_lower_in_proportion(stated: int, units: int, seconds: float) -> None:
    limiter = RateLimiter(Terms.of(replace(LEFT_ONLY, rate=60, burst=10), only_lower=False)[0], Tally())
    limiter._learn(httpx2.Response(200, headers={LIMIT: str(stated)}), now=0)
    assert limiter.bounds[0][1:] == (units, seconds)


ODD_VALUES = ["", "x", "0", "-1", "nan", "inf", "1e-320", "1e308", "0.3", "1,5", "5"]


@given(
    st.dictionaries(
        st.sampled_from([RATE, LIMIT, REMAINING, UNTIL, "Date"]),
        st.sampled_from([*ODD_VALUES, "Wed, 25 Nov 99999999999 12:00:30 GMT", "9" * 400]),
        min_size=1,
    ),
    st.sampled_from([ITEMS, YANDEX]),
)
@settings(max_examples=60)
def test_headers_that_make_no_sense_keep_no_slot_and_break_nothing(headers: dict[str, str], api: str) -> None:
    world = World(LIMITS[api], headers=lambda _: headers)
    _enter(world, Plan())
    assert len(world.completed) == 1
    assert world.limiter.most_items >= 1  # which counts the requests that have ended
    assert not world.limiter._tally.running


@given(st.lists(st.tuples(st.sampled_from(["enter", "close", "wait", "enter"]), st.integers(0, 30)), max_size=60))
@settings(max_examples=60)
def test_whoever_gives_up_waiting_keeps_no_slot(steps: list[tuple[str, int]]) -> None:
    limit = replace(MANY, burst=6, rate=6, period=10)
    world, flows = World(limit), list[Flow[Ticket]]()
    for step, number in steps:
        if step == "enter":
            flows.append(world.enter(Plan(items=1 + number % 3, back=number / 7)))
        elif step == "wait":
            world.happen(world.now + number / 10)
            world.now += number / 10
        elif flows:
            flows.pop(number % len(flows)).close()
    world.happen()
    assert world.most_running <= limit.concurrency
    assert world.running == 0
    world.now += 100
    before = len(world.arrivals)
    for _ in range(limit.concurrency + 1):
        world.enter(Plan(back=1))
    world.happen(world.now)
    assert len(world.arrivals) == before + limit.concurrency, "a slot was lost, or is there twice"


def test_a_request_that_lasts_longer_than_its_window_is_not_looked_at_all_the_time() -> None:
    world = World(replace(FEW, burst=1, rate=1))
    looks, admit = list[float](), world.limiter._admit

    def look(ticket: Ticket, operation: str) -> float:
        looks.append(world.now)
        return admit(ticket, operation)

    world.limiter._admit = look  # type: ignore[method-assign]
    start = world.now
    world.play(Plan(back=60), Plan(wanted=0.5))
    assert len(looks) < 700, "every 5 ms would be 12,000"
    assert world.arrivals[1][0] - start < 60 + 1 + 0.1 + SOON


def test_operations_share_a_limiter_where_their_scope_says_so_and_a_limit_can_be_replaced() -> None:
    limits = Limits()
    uploads, archives = (limits.limiter(JWO, name, LIMITS[JWO]) for name in (UPLOAD, ARCHIVE))
    assert isinstance(uploads, RateLimiter)
    assert isinstance(archives, RateLimiter)
    assert uploads._tally is archives._tally
    assert limits.limiter(YANDEX, "a", MANY) is not limits.limiter(YANDEX, "b", MANY)
    assert limits.limiter(YANDEX, "a", MANY) is limits.limiter(YANDEX, "a", MANY)
    assert Limits().limiter(YANDEX, "a", MANY) is not limits.limiter(YANDEX, "a", MANY)
    assert limits.limiter(ITEMS, "none", None) is None
    overridden = Limits({SEARCH: replace(FEW, burst=7), GET: None})
    assert overridden.limiter(ITEMS, GET, FEW) is None
    limiter = overridden.limiter(ITEMS, SEARCH, FEW)
    assert limiter is not None
    assert limiter.bounds[0].units == 7
