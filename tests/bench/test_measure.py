"""The measuring code, with a clock that the tests turn; no test depends on how long anything takes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import pytest

from scripts.bench.measure import Plan, awaited, interleave, repeated, take_turns


@pytest.fixture(autouse=True)
def collected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note collections of garbage instead of collecting that of all tests, which takes a second."""
    log: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: log.append("collect"))
    return log


class Clock:
    """Time that passes only while a contender works."""

    def __init__(self) -> None:
        self.now = 0.0
        self.log: list[tuple[str, int]] = []

    def __call__(self) -> float:
        return self.now

    def contender(self, name: str, seconds: float) -> Callable[[int], None]:
        def work(times: int) -> None:
            self.log.append((name, times))
            self.now += seconds * times

        return work


def test_contenders_take_turns_and_the_first_round_does_not_count() -> None:
    clock = Clock()
    found = interleave({"a": clock.contender("a", 1), "b": clock.contender("b", 2)}, Plan(rounds=2), clock=clock)
    assert clock.log == [("a", 1), ("b", 1)] * 3
    assert found == {"a": (1, 1), "b": (2, 2)}


def test_quick_work_is_repeated_until_a_turn_is_long_enough_and_timed_for_one_go() -> None:
    clock = Clock()
    contenders = {"quick": clock.contender("quick", 0.25), "slow": clock.contender("slow", 3)}
    assert interleave(contenders, Plan(rounds=1, turn=1), clock=clock) == {"quick": (0.25,), "slow": (3,)}
    assert clock.log[-2:] == [("quick", 4), ("slow", 1)]


@pytest.mark.parametrize(("budget", "rounds"), [(0, 3), (4.5, 5), (100, 9)])
def test_no_round_begins_after_the_budget_but_the_least_number_is_made(budget: float, rounds: int) -> None:
    clock = Clock()
    plan = Plan(rounds=9, budget=budget, least_rounds=3, warm_up=False)
    assert len(interleave({"a": clock.contender("a", 1)}, plan, clock=clock)["a"]) == rounds


def test_a_quick_run_has_an_eighth_of_the_rounds_but_at_least_one() -> None:
    plan = Plan(rounds=17, turn=0.8, budget=80, least_rounds=3)
    assert plan.scaled(quick=False) == plan
    assert plan.scaled(quick=True) == Plan(rounds=3, turn=0.1, budget=10, least_rounds=1)
    assert Plan(rounds=1).scaled(quick=True).rounds == 1


def test_goes_may_return_their_figures_themselves() -> None:
    figures = iter([100.0, 3.0, 1.0, 2.0])
    assert take_turns({"a": lambda: next(figures)}, Plan(rounds=3)) == {"a": (3, 1, 2)}


def test_the_collector_runs_before_a_turn_and_stays_on(collected: list[str]) -> None:
    interleave({"a": lambda times: collected.append(f"work {times} {gc.isenabled()}")}, Plan(rounds=1, warm_up=False))
    assert collected == ["collect", "work 1 True"]


def test_contenders_call_or_await_as_often_as_given() -> None:
    calls: list[int] = []

    async def call() -> None:
        calls.append(1)

    repeated(lambda: calls.append(0))(2)
    with asyncio.Runner() as runner:
        awaited(runner, call)(3)
    assert calls == [0, 0, 1, 1, 1]
