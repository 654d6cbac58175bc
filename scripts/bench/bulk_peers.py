"""Measure a run of many items beside a straight loop over the clients of other generators: three figures of the same runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from scripts.bench.bulk import ONE_ARENA
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import DATAMODEL, STOCK
from scripts.bench.measure import Plan, take_turns
from scripts.bench.runs import UNLIMITED, items_of, runs
from scripts.bench.work import Cost

_OURS = "JustWalkOut"
_PEERS = {"openapi-python-client": STOCK, **{f"datamodel-code-generator ({kind})": name for kind, name in DATAMODEL.items()}}
_OPERATIONS = ("archive", "upload")
# What the loop leaves out (duplicates, limits, retries, items that no report has) may cost as much again, but no more time.
_OF_CPU, _OF_TIME, _OF_MEMORY = 2.0, 1.1, 2.0
_PLAN = Plan(rounds=3, budget=180, least_rounds=1, warm_up=False)


def measure_cpu(*, quick: bool = False) -> Comparison:
    """Compare the CPU time for each SKU.

    Raises:
        BenchError: the mock vendors do not start, or a run fails or takes too long.
    """
    count = items_of(quick=quick)
    return _comparison("CPU time of the client for each SKU", lambda cost: cost.cpu / count, _OF_CPU, quick=quick)


def measure_time(*, quick: bool = False) -> Comparison:
    """Compare the time of a whole run, in which the mock vendor takes part.

    Raises:
        BenchError: see `measure_cpu`.
    """
    return _comparison("time of a run", lambda cost: cost.seconds, _OF_TIME, quick=quick)


def measure_memory(*, quick: bool = False) -> Comparison:
    """Compare the peak of the memory of a process.

    Raises:
        BenchError: see `measure_cpu`.
    """
    return _comparison("peak memory of a run", lambda cost: cost.peak, _OF_MEMORY, quick=quick, unit="MB")


def _comparison(title: str, figure: Callable[[Cost], float], at_most: float, *, quick: bool, unit: str = "s") -> Comparison:
    costs = _costs(quick=quick)
    return Comparison(
        title=f"{title}, {items_of(quick=quick):,} SKUs without limits, beside a straight loop over the clients of peers",
        timings={name: tuple(map(figure, each)) for name, each in costs.items()},
        targets=tuple(
            Target(subject=f"{operation}: {_OURS}", baseline=f"{operation}: {peer}", at_most=at_most)
            for operation in _OPERATIONS
            for peer in _PEERS
        ),
        unit=unit,
    )


@cache
def _costs(*, quick: bool) -> Mapping[str, tuple[Cost, ...]]:
    """Perform all runs once, for all three comparisons."""
    count, goes = items_of(quick=quick), dict[str, Callable[[], Cost]]()
    with runs(UNLIMITED) as made:
        for operation in _OPERATIONS:
            goes[f"{operation}: {_OURS}"] = partial(made.ours, f"{operation}-written", count, *ONE_ARENA)
            for peer, package in _PEERS.items():
                goes[f"{operation}: {peer}"] = partial(made.straight, f"{operation} {package}", count, *ONE_ARENA)
        return take_turns(goes, _PLAN.scaled(quick=quick))
