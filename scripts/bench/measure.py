"""Time several ways to do the same thing in turns, so that a slow minute of the machine affects all of them."""

from __future__ import annotations

import asyncio
import gc
import math
import re
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

_STATUS = Path("/proc/self/status")

Contender = Callable[[int], object]
"""Does its work the given number of times."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What one go took, measured once in each round: seconds, unless the comparison names another unit.

    Attributes:
        figures: one a round, in the order of the rounds; at least one.
    """

    figures: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the figures."""
        return statistics.median(self.figures)

    @property
    def least(self) -> float:
        """The smallest figure."""
        return min(self.figures)

    @property
    def most(self) -> float:
        """The largest figure."""
        return max(self.figures)


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


def interleave(
    contenders: Mapping[str, Contender], plan: Plan, *, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Timing]:
    """Let every contender have one turn in each round, in the order given.

    The garbage collector stays on, as it is in a program, and begins each turn
    with nothing to collect.
    """

    def turn(contender: Contender, times: int) -> float:
        gc.collect()
        start = clock()
        contender(times)
        return (clock() - start) / times

    goes = {name: partial(turn, contender, _times(contender, plan.turn, clock)) for name, contender in contenders.items()}
    return take_turns(goes, plan, clock=clock)


def take_turns(
    goes: Mapping[str, Callable[[], float]], plan: Plan, *, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Timing]:
    """Do the same with contenders that return the figure themselves; all goes count but those of the warm-up round."""
    began = clock()
    found: dict[str, list[float]] = {name: [] for name in goes}
    for number in range(-1 if plan.warm_up else 0, plan.rounds):
        if number >= plan.least_rounds and clock() - began > plan.budget:
            break
        for name, go in goes.items():
            figure = go()
            if number >= 0:
                found[name].append(figure)
    return {name: Timing(figures=tuple(figures)) for name, figures in found.items()}


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


def peak() -> float:
    """Return the most memory that this process has had, in MB.

    On Linux, `ru_maxrss` also counts memory of the parent process, so that /proc is read instead, where it exists.
    """
    if _STATUS.exists() and (found := re.search(r"VmHWM:\s*(\d+) kB", _STATUS.read_text(encoding="ascii"))):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def _times(contender: Contender, turn: float, clock: Callable[[], float]) -> int:
    if turn == 0:
        return 1
    contender(1)
    start = clock()
    contender(1)
    return max(1, math.ceil(turn / max(clock() - start, 1e-9)))
