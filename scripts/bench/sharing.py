"""Compare the duration of runs of several processes that share a limit with the least one that the limit allows."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec

from scripts.apis import source_folders
from scripts.bench.comparison import Comparison, Target
from scripts.bench.connections import mocks
from scripts.bench.environment import BenchError, run
from scripts.bench.measure import Figures, Plan, take_turns
from scripts.bench.sharing_process import Part
from scripts.chaos import ITEMS, YANDEX
from scripts.chaos.vendor import admin, usage
from scripts.command import ROOT
from scripts.mock.served import Served
from scripts.mock.vendors.amazon_catalog_items.items import code
from scripts.tools import postgresql

_PROCESSES = 4
_LIMIT = 1 / 0.95  # of the duration, so that 95 % of the limit are used
_PLAN = Plan(rounds=2, budget=120, least_rounds=1, warm_up=False)
_SPEED, _FAST, _SLOW = 12.0, 10_000.0, 1.0
_UNKNOWN = 5_000_000  # number from which on the mock vendor has no items, whose pages would take longer than the limit allows


class Case(NamedTuple):
    """A limit that processes use up together.

    Attributes:
        api, operation: of the limit.
        mock: arguments of the mock vendors.
        changes: of the limit in the spec.
        items: of one request.
        at_once: number of requests that may be sent at once.
        seconds: after which as many may be sent again.
        rounds: how often they are, after the first time.
        most: what the vendor may count of units within a period, and of requests at the same time.
    """

    api: str
    operation: str
    mock: tuple[str, ...]
    changes: dict[str, float]
    items: int
    at_once: int
    seconds: float
    rounds: int
    most: tuple[float, float]


def cases() -> dict[str, Case]:
    """Return the limits that are measured: units in a long window, many requests, and requests at the same time."""
    archiving, offers = "addOffersToArchive", 200
    hundred = {"rate": 100.0, "burst": 100.0}
    options = [f"--set={ITEMS}.{name}={value:g}" for name, value in hundred.items()]
    slow = ("--speed", f"{_FAST}", "--chaos", "1", "--fault", "slow", "--slow", f"{_SLOW * _FAST}")
    return {
        "10,000 offers in a window": Case(
            YANDEX, archiving, ("--speed", f"{_SPEED}"), {"period": 60 / _SPEED}, offers, 50, 60 / _SPEED, 2, (10_000, 4)
        ),
        "100 requests/s": Case(ITEMS, "searchCatalogItems", tuple(options), hundred, 20, 100, 1, 5, (100, 1e9)),
        "4 requests at the same time": Case(YANDEX, archiving, slow, {"period": 60 / _FAST}, offers, 4, _SLOW, 10, (1e9, 4)),
    }


def measure(*, quick: bool = False) -> Comparison:
    """Run four processes with eight threads each, for each limit and each kind of store.

    Raises:
        BenchError: a process or a server does not start, an outcome is unknown, or the vendor has counted more than the limit.
    """
    timings: dict[str, Figures] = {}
    targets: list[Target] = []
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.serving())
        stores = {"SQLite": stack.enter_context(_files()), "PostgreSQL": lambda: url}
        for name, case in cases().items():
            with mocks(*case.mock) as served:
                goes = {f"{name}, {kind}": partial(_go, case, served, store) for kind, store in stores.items()}
                found = take_turns(goes, _PLAN.scaled(quick=quick))
                _check(name, case, served)
            bound = f"bound of {name}"
            timings |= {bound: (case.seconds * case.rounds,) * len(next(iter(found.values()))), **found}
            targets += [Target(subject=each, baseline=bound, at_most=_LIMIT) for each in found]
    return Comparison(title="four processes at one limit, from its first use on", timings=timings, targets=tuple(targets))


def _go(case: Case, served: Served, store: Callable[[], str]) -> float:
    """Return the seconds from the responses to what may be sent at once to the last one.

    The store is new, so it does not know what the vendor still counts of the run before.
    """
    time.sleep(case.seconds)
    count = case.at_once * (case.rounds + 1) * case.items
    identifiers = [code("ASIN", _UNKNOWN + number) if case.api == ITEMS else f"SKU-{number:07}" for number in range(1, count + 1)]
    # Each process has whole requests: what a smaller one leaves of the limit is too little for another.
    requests = [identifiers[start : start + case.items] for start in range(0, count, case.items)]
    url, environment, shared = served.urls[case.api], served.credentials[case.api], store()
    parts = [
        Part(
            operation=case.operation,
            changes=case.changes,
            store=shared,
            url=url,
            environment=environment,
            identifiers=[*chain(*requests[place::_PROCESSES])],
        )
        for place in range(_PROCESSES)
    ]
    with ThreadPoolExecutor(_PROCESSES) as pool:
        moments = sorted(moment for each in pool.map(_moments, parts) for moment in each)
    return moments[-1] - moments[case.at_once * case.items - 1]


def _moments(part: Part) -> list[float]:
    """Run a process, and return when its outcomes came."""
    given = msgspec.json.encode(part).decode()
    printed = run(sys.executable, "-m", "scripts.bench.sharing_process", given, paths=[ROOT, *source_folders()])
    return msgspec.json.decode(printed, type=list[float])


def _check(name: str, case: Case, served: Served) -> None:
    """Make sure that the vendor has counted no more than the limit, and has refused nothing.

    Raises:
        BenchError: it has.
    """
    with admin(served, case.api) as vendor:
        found = usage(vendor)
    units, parallel = case.most
    if found.throttled or max(found.most.values(), default=0) > units or found.parallel > parallel:
        raise BenchError(f"sharing: {name}: the limit is {case.most}, and the vendor has counted {found}")


@contextmanager
def _files() -> Iterator[Callable[[], str]]:
    """Give a function that returns the path of a new SQLite file."""
    with tempfile.TemporaryDirectory(prefix="limits-") as folder:
        yield lambda: str(Path(tempfile.mkdtemp(dir=folder)) / "limits.sqlite")
