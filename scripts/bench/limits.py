"""Compare the duration of a run with the least one that the vendor's limit allows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from catalog_clients import Limits
from scripts.apis import tables
from scripts.bench.comparison import Comparison, Target
from scripts.bench.connections import http_clients, mocks
from scripts.bench.environment import BenchError
from scripts.bench.measure import Figures, Plan, take_turns
from scripts.chaos import ITEMS, YANDEX
from scripts.chaos.facades import PROFILES, WAYS, facade
from scripts.chaos.limits import scaled_limits
from scripts.mock.served import Served
from scripts.mock.vendors.amazon_catalog_items.items import MARKETPLACES, code

_LIMIT = 1.05
_PLAN = Plan(rounds=3, budget=90, least_rounds=2, warm_up=False)


class Run:
    """A run whose duration a limit determines.

    Args:
        api, operation: of the limit.
        start: calls the facade with the items of some numbers.
        speed: of the mock. A window of the limit has to be longer than the duration of a burst, and than the rounding of the
            limiter and of the vendors' headers.
        windows: number of windows after the burst.

    Attributes:
        name: of the facade.
        window: seconds after which a whole burst may be sent again.
        burst: items that may be sent at once.
    """

    def __init__(self, api: str, operation: str, start: Callable[[Any, Iterable[int]], Any], *, speed: float, windows: int) -> None:
        table: Any = tables(api)[operation]
        limit = table.rate_limit
        self.api, self.speed, self.windows, self._start = api, speed, windows, start
        self.name = PROFILES[api].name
        self.window = float(limit.burst / limit.rate * limit.period / speed)
        self.burst = int(limit.burst) * (limit.cost * table.chunking.size if isinstance(limit.cost, int) else 1)

    def go(self, way: str, served: Served, http: Any, runner: asyncio.Runner) -> float:
        """Return the seconds from the responses to the burst to the end of the run.

        Raises:
            BenchError: an item has no outcome.
        """
        made = facade(way, self.api, served, http_client=http, limits=Limits(scaled_limits(self.api, self.speed)))
        stream = self._start(made, range(1, self.burst * (self.windows + 1) + 1))

        async def read() -> list[tuple[float, Any]]:
            return [(time.perf_counter(), each) async for each in stream]

        found = [(time.perf_counter(), each) for each in stream] if way == "sync" else runner.run(read())
        if unknown := [each for _, each in found if each.status == "unknown"]:
            raise BenchError(f"limits: {self.name}, {way}: {len(unknown)} of {len(found)} items are unknown: {unknown[0].reason}")
        return found[-1][0] - found[self.burst - 1][0]


def measure(*, quick: bool = False) -> Comparison:
    """Run in turns, so that the limit of each run recovers before its next turn.

    Raises:
        BenchError: the mock vendors do not start, or an item has no outcome.
    """
    lookup = Run(ITEMS, "searchCatalogItems", look_up, speed=1, windows=5)
    archiving = Run(YANDEX, "addOffersToArchive", archive, speed=12, windows=1)
    with (
        asyncio.Runner() as runner,
        http_clients(runner) as http,
        mocks("--speed", str(lookup.speed)) as slow,
        mocks("--speed", str(archiving.speed)) as fast,
    ):
        runs = [(way, run, served) for way in WAYS for run, served in ((lookup, slow), (archiving, fast))]
        goes = {f"{WAYS[way]}{run.name}": partial(run.go, way, served, http[way], runner) for way, run, served in runs}
        found = take_turns(goes, _PLAN.scaled(quick=quick))
    timings: dict[str, Figures] = {}
    targets: list[Target] = []
    for run in (lookup, archiving):
        bound = f"bound of {run.name}: {run.windows} x {run.window:g} s"
        subjects = [f"{prefix}{run.name}" for prefix in WAYS.values()]
        timings |= {bound: (run.windows * run.window,) * len(found[run.name])} | {each: found[each] for each in subjects}
        targets += [Target(subject=each, baseline=bound, at_most=_LIMIT) for each in subjects]
    return Comparison(title="a run at the limit, from the end of the burst", timings=timings, targets=tuple(targets))


def look_up(catalog: Any, numbers: Iterable[int]) -> Any:
    """Look up the items of some numbers."""
    asins = (code("ASIN", number) for number in numbers)
    return catalog.lookup(asins, identifiers_type="ASIN", marketplace_ids=[next(iter(MARKETPLACES))])


def archive(market: Any, numbers: Iterable[int]) -> Any:
    """Archive the offers of some numbers."""
    return market.archive((f"SKU-{number:07}" for number in numbers), business_id=4711)
