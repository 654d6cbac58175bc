"""Compare the duration of a run with the least one that the vendor's limit allows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from scripts.apis import tables
from scripts.bench.comparison import Comparison, Target
from scripts.bench.connections import WAYS, Connections, connected, mocks, scaled
from scripts.bench.environment import BenchError
from scripts.bench.measure import Plan, Timing, take_turns
from scripts.chaos import ITEMS, YANDEX
from scripts.chaos.facades import PROFILES
from scripts.mock.vendors.amazon_catalog_items.items import MARKETPLACES, code

_LIMIT = 1.05
_PLAN = Plan(rounds=3, budget=90, least_rounds=2, warm_up=False)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run whose duration a limit determines.

    Attributes:
        api, operation: of the limit.
        speed: of the mock. A window of the limit has to be longer than the duration of a burst, and than the rounding of the
            limiter and of the vendors' headers.
        windows: number of windows after the burst.
        start: calls the facade with the items of some numbers.
    """

    api: str
    operation: str
    speed: float
    windows: int
    start: Callable[[Any, Iterable[int]], Any]

    @property
    def name(self) -> str:
        """Name of the facade."""
        return PROFILES[self.api].name

    @property
    def window(self) -> float:
        """Seconds after which a whole burst may be sent again."""
        limit = self._table.rate_limit
        return float(limit.burst / limit.rate * limit.period / self.speed)

    @property
    def burst(self) -> int:
        """Items that may be sent at once."""
        limit, chunking = self._table.rate_limit, self._table.chunking
        return int(limit.burst) * (limit.cost * chunking.size if isinstance(limit.cost, int) else 1)

    @property
    def bound(self) -> float:
        """Seconds that have to pass from the burst to the end."""
        return self.windows * self.window

    @property
    def _table(self) -> Any:
        return tables(self.api)[self.operation]

    def go(self, runner: asyncio.Runner, to: Connections, way: str) -> float:
        """Return the seconds from the responses to the burst to the end of the run.

        Raises:
            BenchError: an item has no outcome.
        """
        facade = to.facade(way, self.api, limits=scaled(self.api, self.speed))
        stream = self.start(facade, range(1, self.burst * (self.windows + 1) + 1))

        async def aread() -> list[tuple[float, Any]]:
            return [(time.perf_counter(), each) async for each in stream]

        found = runner.run(aread()) if way else [(time.perf_counter(), each) for each in stream]
        if unknown := [each for _, each in found if each.status == "unknown"]:
            raise BenchError(f"limits: {way}{self.name}: {len(unknown)} of {len(found)} items are unknown: {unknown[0].reason}")
        return found[-1][0] - found[self.burst - 1][0]


def measure() -> Comparison:
    """Run in turns, so that the limit of each run recovers before its next turn.

    Raises:
        BenchError: the mock vendors do not start, or an item has no outcome.
    """
    lookup = Run(api=ITEMS, operation="searchCatalogItems", speed=1, windows=5, start=_look_up)
    archive = Run(api=YANDEX, operation="addOffersToArchive", speed=12, windows=1, start=_archive)
    with (
        asyncio.Runner() as runner,
        mocks(["--speed", str(lookup.speed)]) as slow,
        mocks(["--speed", str(archive.speed)]) as fast,
        connected(slow, runner) as to_slow,
        connected(fast, runner) as to_fast,
    ):
        runs = ((lookup, to_slow), (archive, to_fast))
        goes = {f"{way}{run.name}": partial(run.go, runner, to, way) for way in WAYS for run, to in runs}
        found = take_turns(goes, _PLAN)
    timings: dict[str, Timing] = {}
    targets: list[Target] = []
    for run in (lookup, archive):
        baseline = f"bound of {run.name}: {run.windows} x {run.window:g} s"
        subjects = [f"{way}{run.name}" for way in WAYS]
        timings |= {baseline: Timing(figures=(run.bound,) * len(found[subjects[0]].figures))}
        timings |= {each: found[each] for each in subjects}
        targets += [Target(subject=each, baseline=baseline, limit=_LIMIT) for each in subjects]
    return Comparison(name="limits", title="a run at the limit, from the end of the burst", timings=timings, targets=tuple(targets))


def _look_up(facade: Any, numbers: Iterable[int]) -> Any:
    asins = (code("ASIN", number) for number in numbers)
    return facade.lookup(asins, identifiers_type="ASIN", marketplace_ids=[next(iter(MARKETPLACES))])


def _archive(facade: Any, numbers: Iterable[int]) -> Any:
    return facade.archive((f"SKU-{number:07}" for number in numbers), business_id=4711)
