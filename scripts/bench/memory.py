"""Compare the peak memory of uploads of two sizes, each in a process that imports no more than a user's program does."""

from __future__ import annotations

import sys
from functools import partial

import msgspec

from scripts.apis import source_folders
from scripts.bench.comparison import Comparison, Target
from scripts.bench.connections import mocks
from scripts.bench.environment import run
from scripts.bench.measure import Plan, take_turns
from scripts.chaos import JWO
from scripts.command import ROOT
from scripts.mock.serving import Served

_COUNTS = (100_000, 1_000_000)
_LIMIT = 1.2
_PLAN = Plan(rounds=2, budget=60, least_rounds=1, warm_up=False)
# The links to reports last as long as they are needed, however slow the machine is.
_MOCK = ("--speed", "100", "--set", f"{JWO}.link_lifetime=1e9")


def measure() -> Comparison:
    """Upload catalogs of two sizes without limits, each in a separate process, to mock vendors in another one.

    Raises:
        BenchError: the mock vendors do not start, or an upload fails or takes too long.
    """
    less, more = (f"{count:,} items" for count in _COUNTS)
    with mocks(*_MOCK) as served:
        peaks = take_turns({f"{count:,} items": partial(_peak_of, count, served) for count in _COUNTS}, _PLAN)
    return Comparison(
        title="peak memory of a process that uploads a catalog and reads the reports",
        timings=peaks,
        targets=(Target(subject=more, baseline=less, at_most=_LIMIT),),
        unit="MB",
    )


def _peak_of(count: int, served: Served) -> float:
    """Measure in a separate process, which writes only below its temporary folder in the cache.

    Its threads share one arena of the allocator: glibc has one for each thread, in which it keeps what was freed, so that the peak
    rises with the number of threads until each arena has been full once, whatever the number of items.
    """
    credentials = msgspec.json.encode(served.credentials[JWO]).decode()
    command = ("env", "MALLOC_ARENA_MAX=1", sys.executable, "-m", "scripts.bench.uploading", served.urls[JWO], credentials, count)
    return float(run(*command, paths=[ROOT, *source_folders()]))
