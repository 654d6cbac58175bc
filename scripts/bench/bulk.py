"""Measure what a run costs for each SKU, and how close it is to the least time that the vendor's limit allows.

Each run is a process of its own, and so are the mock vendors.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from scripts.apis import source_folders, tables
from scripts.bench.bulk_run import Cost
from scripts.bench.comparison import Comparison, Target
from scripts.bench.connections import mocks
from scripts.bench.environment import run
from scripts.bench.measure import Plan, take_turns
from scripts.chaos import JWO
from scripts.command import ROOT

_COUNT = 1_000_000
_MOST_CPU = {"archive": 7e-6, "upload": 15e-6}  # seconds for each SKU
_MOST_TIME = 1.1  # of the bound
_MOST_DURABLE, _MOST_DURABLE_TIME = 1.3, 1.05  # of the run without durability, and of the bound
_MOST_MEMORY = 1.2  # of that of a tenth of the items
_PLAN = Plan(rounds=3, budget=120, least_rounds=1, warm_up=False)
_UNLIMITED = 1e6  # factor of the vendor's time at which no limit is ever reached
# All products can be archived, each at once. The links to reports last as long as they are needed, however slow the machine is.
_MOCK = ("on_planogram=0", "archived=0", "queue_seconds=0", "processing_seconds=0", "link_lifetime=1e9")


def measure(share: float = 1) -> Comparison:
    """Archive, and upload items of ten fields, without limits; the outcomes are written to a ledger, or only read.

    Args:
        share: of the million items.

    Raises:
        BenchError: the mock vendors do not start, or a run fails or takes too long.
    """
    count, targets, goes = int(_COUNT * share), list[Target](), dict[str, Callable[[], float]]()
    for operation, most in _MOST_CPU.items():
        bound = f"{operation}: target"
        goes[bound] = partial(float, most)
        for way in ("written", "iterated"):
            goes[name := f"{operation}: {way}"] = partial(_cpu, operation, way, count)
            targets.append(Target(subject=name, baseline=bound, at_most=1))
    return Comparison(
        title=f"CPU time of the client for each of {count:,} SKUs", timings=take_turns(goes, _PLAN), targets=tuple(targets)
    )


def measure_time(share: float = 1) -> Comparison:
    """Archive within the documented limit, which counts the archivings and at least one request for the status of each.

    Raises:
        BenchError: see `measure`.
    """
    count = int(_COUNT * share)
    return Comparison(
        title=f"archive {count:,} SKUs at the documented rate",
        timings=take_turns({"bound of the limit": partial(float, _bound(count)), "JustWalkOut": partial(_seconds, count)}, _PLAN),
        targets=(Target(subject="JustWalkOut", baseline="bound of the limit", at_most=_MOST_TIME),),
    )


def measure_durable(share: float = 1) -> Comparison:
    """Archive without limits, in a run that writes a ledger, and as a durable job in a SQLite file.

    Raises:
        BenchError: see `measure`.
    """
    count = int(_COUNT * share)

    def plain() -> float:
        return _cost("archive", "written", count, speed=_UNLIMITED).seconds

    def durable() -> float:
        return _cost("archive", "unlimited", count, speed=_UNLIMITED, module="durable_run").seconds

    return Comparison(
        title=f"archive {count:,} SKUs without limits, from the first row to the last outcome",
        timings=take_turns({"run": plain, "job": durable}, _PLAN),
        targets=(Target(subject="job", baseline="run", at_most=_MOST_DURABLE),),
    )


def measure_durable_time(share: float = 1) -> Comparison:
    """Archive within the documented limit, as a durable job in a SQLite file.

    Raises:
        BenchError: see `measure`.
    """
    count = int(_COUNT * share)

    def job() -> float:
        return _cost("archive", "limited", count, speed=1, module="durable_run").seconds

    goes: dict[str, Callable[[], float]] = {"bound of the limit": partial(float, _bound(count)), "job": job}
    return Comparison(
        title=f"a job that archives {count:,} SKUs at the documented rate",
        timings=take_turns(goes, _PLAN),
        targets=(Target(subject="job", baseline="bound of the limit", at_most=_MOST_DURABLE_TIME),),
    )


def measure_memory(share: float = 1) -> Comparison:
    """Archive and upload two numbers of items without limits.

    Raises:
        BenchError: see `measure`.
    """
    less, more = int(_COUNT * share / 10), int(_COUNT * share)
    goes, targets = dict[str, Callable[[], float]](), list[Target]()
    for operation in _MOST_CPU:
        names = {count: f"{operation}: {count:,} items" for count in (less, more)}
        goes |= {name: partial(_peak, operation, count) for count, name in names.items()}
        targets.append(Target(subject=names[more], baseline=names[less], at_most=_MOST_MEMORY))
    return Comparison(
        title="peak memory of a process that writes the outcomes of a run",
        timings=take_turns(goes, _PLAN),
        targets=tuple(targets),
        unit="MB",
    )


def _cpu(operation: str, way: str, count: int) -> float:
    return _cost(operation, way, count, speed=_UNLIMITED).cpu / count


def _seconds(count: int) -> float:
    return _cost("archive", "limited", count, speed=1).seconds


def _peak(operation: str, count: int) -> float:
    """Return the peak of a process whose threads share one arena of the allocator.

    glibc has one for each thread, in which it keeps what was freed, so that the peak rises with the number of threads until each
    arena has been full once, whatever the number of items.
    """
    return _cost(operation, "written", count, "env", "MALLOC_ARENA_MAX=1", speed=_UNLIMITED).peak


def _bound(count: int) -> float:
    """Return the least seconds in which the documented limit lets so many SKUs be archived, with a status for each request."""
    table = tables(JWO)["archiveCatalog"]
    limit: Any = table.rate_limit
    chunking: Any = table.chunking
    bound: float = (2 * count / chunking.size - limit.burst) / limit.rate * limit.period
    return max(1.0, bound)


def _cost(operation: str, way: str, count: int, *before: str, speed: float, module: str = "bulk_run") -> Cost:
    """Perform a run with new mock vendors, in a process that writes only below its temporary folder in the cache."""
    options = [part for each in _MOCK for part in ("--set", f"{JWO}.{each}")]
    with mocks("--speed", str(speed), "--size", str(_COUNT), *options) as served:
        run_name = f"{operation}-{way}" if module == "bulk_run" else way
        credentials = msgspec.json.encode(served.credentials[JWO]).decode()
        command = (sys.executable, "-m", f"scripts.bench.{module}", served.urls[JWO], credentials, run_name, count)
        return msgspec.json.decode(run(*before, *command, paths=[ROOT, *source_folders()]), type=Cost)
