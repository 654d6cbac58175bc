"""Time several ways to do the same thing in turns, so that a slow minute of the machine affects all of them."""

from __future__ import annotations

import asyncio
import gc
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Contender: TypeAlias = Callable[[int], object]
"""Does its work the given number of times."""

Figures: TypeAlias = tuple[float, ...]
"""What one go took in each round: seconds, unless the comparison names another unit."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The extent of a measurement.

    Attributes:
        rounds: how often each contender has its turn.
        turn: seconds that a turn lasts at least; quick work is repeated until it does. 0: each turn is one go.
        budget: seconds after which no further round begins.
        least_rounds: rounds that are made whatever they cost.
        warm_up: whether a first round does not count.
    """

    rounds: int
    turn: float = 0.0
    budget: float = 60.0
    least_rounds: int = 3
    warm_up: bool = True

    def scaled(self, *, quick: bool) -> Plan:
        """Return this plan or, for a quick run, one of an eighth of the rounds and of the time."""
        if not quick:
            return self
        return replace(self, rounds=math.ceil(self.rounds / 8), turn=self.turn / 8, budget=self.budget / 8, least_rounds=1)


def interleave(
    contenders: Mapping[str, Contender], plan: Plan, *, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Figures]:
    """Let every contender have one turn in each round, in the order given.

    The garbage collector stays on, as it is in a program, and begins each turn
    with nothing to collect.
    """

    def turn(contender: Contender, times: int) -> float:
        gc.collect()
        return timed(contender, times, clock) / times

    def times(contender: Contender) -> int:
        contender(1)
        return max(1, math.ceil(plan.turn / max(timed(contender, 1, clock), 1e-9)))

    goes = {name: partial(turn, each, times(each) if plan.turn else 1) for name, each in contenders.items()}
    is_warm = plan.turn > 0  # by the goes that have counted its times
    return take_turns(goes, replace(plan, warm_up=plan.warm_up and not is_warm), clock=clock)


def take_turns(
    goes: Mapping[str, Callable[[], T]], plan: Plan, *, clock: Callable[[], float] = time.perf_counter
) -> dict[str, tuple[T, ...]]:
    """Do the same with contenders that return the figure themselves; all goes count but those of the warm-up round."""
    began = clock()
    found: dict[str, tuple[T, ...]] = dict.fromkeys(goes, ())
    for number in range(-1 if plan.warm_up else 0, plan.rounds):
        if number >= plan.least_rounds and clock() - began > plan.budget:
            break
        for name, go in goes.items():
            figure = go()
            if number >= 0:
                found[name] += (figure,)
    return found


def timed(contender: Contender, times: int = 1, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the seconds in which a contender does its work a number of times."""
    start = clock()
    contender(times)
    return clock() - start


def repeated(call: Callable[[], object]) -> Contender:
    """Make a contender of a function that does the work once."""

    def run(times: int) -> None:
        for _ in range(times):
            call()

    return run


def awaited(runner: asyncio.Runner, call: Callable[[], Awaitable[object]]) -> Contender:
    """Make a contender of a function whose result is awaited, in the same runner for each turn."""

    async def calls(times: int) -> None:
        for _ in range(times):
            await call()

    return lambda times: runner.run(calls(times))
