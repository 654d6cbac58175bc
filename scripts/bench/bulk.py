"""Measure what a run costs for each SKU, and how close it is to the least time that the vendor's limit allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from scripts.apis import tables
from scripts.bench.comparison import Comparison, Target
from scripts.bench.measure import Figures, Plan, take_turns
from scripts.bench.runs import UNLIMITED, Runs, items_of, runs
from scripts.bench.work import Cost
from scripts.chaos import JWO

_MOST_CPU = {"archive": 7e-6, "upload": 15e-6}  # seconds for each SKU
_MOST_TIME = 1.1  # of the bound
_MOST_DURABLE, _MOST_DURABLE_TIME = 1.3, 1.05  # of the run without durability, and of the bound
_MOST_MEMORY = 1.2  # of that of a tenth of the items
_PLAN = Plan(rounds=3, budget=120, least_rounds=1, warm_up=False)
# glibc has an arena of its allocator for each thread, in which it keeps what was freed, so that the peak rises with the number of
# threads until each arena has been full once, whatever the number of items. The threads of a run share one arena with this.
ONE_ARENA = ("env", "MALLOC_ARENA_MAX=1")


def measure(*, quick: bool = False) -> Comparison:
    """Archive, and upload items of ten fields, without limits; the outcomes are written to a ledger, or only read.

    Raises:
        BenchError: the mock vendors do not start, or a run fails or takes too long.
    """
    count, targets, goes = items_of(quick=quick), list[Target](), dict[str, Callable[[], float]]()
    with runs(UNLIMITED) as made:
        for operation, most in _MOST_CPU.items():
            bound = f"{operation}: target"
            goes[bound] = partial(float, most)
            for way in ("written", "iterated"):
                goes[name := f"{operation}: {way}"] = partial(_cpu, made, f"{operation}-{way}", count)
                targets.append(Target(subject=name, baseline=bound, at_most=1))
        timings = take_turns(goes, _PLAN.scaled(quick=quick))
    return Comparison(title=f"CPU time of the client for each of {count:,} SKUs", timings=timings, targets=tuple(targets))


def measure_time(*, quick: bool = False) -> Comparison:
    """Archive within the documented limit, which counts the archivings and at least one request for the status of each.

    Raises:
        BenchError: see `measure`.
    """
    return _at_the_limit("archive", {"JustWalkOut": "archive-limited"}, "bulk_run", _MOST_TIME, quick=quick)


def measure_durable_time(*, quick: bool = False) -> Comparison:
    """Archive within the documented limit, as a durable job: in a SQLite file, and in PostgreSQL with three workers.

    Raises:
        BenchError: see `measure`.
    """
    jobs = {"job": "limited", "job of three workers": "workers"}
    return _at_the_limit("a job that archives", jobs, "durable_run", _MOST_DURABLE_TIME, quick=quick)


def measure_durable(*, quick: bool = False) -> Comparison:
    """Archive without limits, in a run that writes a ledger, and as a durable job in a SQLite file.

    Raises:
        BenchError: see `measure`.
    """
    count = items_of(quick=quick)
    with runs(UNLIMITED) as made:
        goes = {
            "run": partial(made.ours, "archive-written", count, module="bulk_run"),
            "job": partial(made.ours, "unlimited", count, module="durable_run"),
        }
        timings = _seconds(take_turns(goes, _PLAN.scaled(quick=quick)))
    return Comparison(
        title=f"archive {count:,} SKUs without limits, from the first row to the last outcome",
        timings=timings,
        targets=(Target(subject="job", baseline="run", at_most=_MOST_DURABLE),),
    )


def measure_memory(*, quick: bool = False) -> Comparison:
    """Archive and upload two numbers of items without limits.

    Raises:
        BenchError: see `measure`.
    """
    more = items_of(quick=quick)
    less = more // 10
    goes, targets = dict[str, Callable[[], float]](), list[Target]()
    with runs(UNLIMITED) as made:
        for operation in _MOST_CPU:
            names = {count: f"{operation}: {count:,} items" for count in (less, more)}
            goes |= {name: partial(_peak, made, f"{operation}-written", count) for count, name in names.items()}
            targets.append(Target(subject=names[more], baseline=names[less], at_most=_MOST_MEMORY))
        timings = take_turns(goes, _PLAN.scaled(quick=quick))
    return Comparison(
        title="peak memory of a process that writes the outcomes of a run", timings=timings, targets=tuple(targets), unit="MB"
    )


def _at_the_limit(what: str, subjects: Mapping[str, str], module: str, most: float, *, quick: bool) -> Comparison:
    """Compare runs of a module, each by its subject, with the bound of the limit."""
    count, bound = items_of(quick=quick), "bound of the limit"
    with runs(1) as made:
        goes = {bound: partial(Cost, cpu=0, seconds=_bound(count), peak=0)}
        goes |= {subject: partial(made.ours, name, count, module=module) for subject, name in subjects.items()}
        timings = _seconds(take_turns(goes, _PLAN.scaled(quick=quick)))
    return Comparison(
        title=f"{what} {count:,} SKUs at the documented rate",
        timings=timings,
        targets=tuple(Target(subject=subject, baseline=bound, at_most=most) for subject in subjects),
    )


def _cpu(made: Runs, name: str, count: int) -> float:
    return made.ours(name, count).cpu / count


def _seconds(found: Mapping[str, Sequence[Cost]]) -> dict[str, Figures]:
    """Return what runs took; and of jobs also the reading of the input, and what came after it, from the first request on."""
    figures = dict[str, Figures]()
    for name, costs in found.items():
        figures[name] = tuple(each.seconds for each in costs)
        if any(each.reading for each in costs):
            figures[f"{name}: reading"] = tuple(each.reading for each in costs)
            figures[f"{name}: after the reading"] = tuple(each.seconds - each.reading for each in costs)
    return figures


def _peak(made: Runs, name: str, count: int) -> float:
    return made.ours(name, count, *ONE_ARENA).peak


def _bound(count: int) -> float:
    """Return the least seconds in which the documented limit lets so many SKUs be archived, with a status for each request."""
    table = tables(JWO)["archiveCatalog"]
    limit: Any = table.rate_limit
    chunking: Any = table.chunking
    bound: float = (2 * count / chunking.size - limit.burst) / limit.rate * limit.period
    return max(1.0, bound)
