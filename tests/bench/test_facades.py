"""The measurements of the facades; no test depends on durations."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import pytest

from scripts.apis import tables
from scripts.bench import bulk, bulk_run, connections, facade, limits
from scripts.bench.environment import BenchError
from scripts.bench.measure import Contender, Figures, Plan
from scripts.chaos import ITEMS, YANDEX
from scripts.chaos.facades import WAYS
from scripts.mock import __main__ as mock
from scripts.mock.serving import Mocks, Served, running
from scripts.mock.settings import Settings
from scripts.mock.vendors import VENDORS

SPEED = 1e4
LOOKUP = partial(limits.Run, ITEMS, "searchCatalogItems", limits.look_up, windows=1)
ARCHIVING = partial(limits.Run, YANDEX, "addOffersToArchive", limits.archive, windows=1)


@pytest.fixture
def in_thread(monkeypatch: pytest.MonkeyPatch, mocks_with: Callable[[Settings], Mocks]) -> None:
    """Run mock vendors in a thread instead of a process, which takes seconds to start."""

    def start(arguments: Sequence[str]) -> AbstractContextManager[Served]:
        given = mock._parser().parse_args(arguments)
        return nullcontext(mocks_with(Settings(speed=given.speed, options=mock._options(given.set, VENDORS))).served)

    monkeypatch.setattr(connections, "spawned", start)


@pytest.mark.parametrize("make", [LOOKUP, ARCHIVING])
def test_a_bound_is_what_the_limit_of_the_spec_says(make: partial[limits.Run]) -> None:
    made = make(speed=SPEED)
    _, operation, _ = make.args
    table = tables(made.api)[operation]
    assert table.rate_limit is not None
    assert table.chunking is not None
    assert made.burst == table.rate_limit.burst * (table.chunking.size if table.rate_limit.cost == 1 else 1)
    assert made.window * SPEED == pytest.approx(table.rate_limit.burst / table.rate_limit.rate * table.rate_limit.period)


def test_no_limit_is_left() -> None:
    for name, table in tables(YANDEX).items():
        assert table.rate_limit is not None
        assert connections.unlimited(YANDEX).limiter(YANDEX, name, table.rate_limit) is None


@pytest.mark.parametrize("way", WAYS)
def test_a_run_reads_all_outcomes_and_is_timed_from_the_burst_on(way: str) -> None:
    with running(Settings(speed=SPEED)) as mocks, asyncio.Runner() as runner, connections.http_clients(runner) as http:
        assert LOOKUP(speed=SPEED).go(way, mocks.served, http[way], runner) >= 0


@pytest.mark.usefixtures("in_thread")
def test_every_contender_does_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def once(contenders: Mapping[str, Contender], _: Plan) -> dict[str, Figures]:
        for contender in contenders.values():
            contender(1)
        return dict.fromkeys(contenders, (1.0,))

    monkeypatch.setattr(facade, "interleave", once)
    found = facade.measure()
    assert len(found.timings) == 10
    assert [outcome.ratio for outcome in found.outcomes()] == [1, 1, 1, 1]


def test_what_is_not_archived_is_not_measured() -> None:
    class Lost:
        sku, status, reason = "SKU-1", "unknown", "no response"

    with pytest.raises(BenchError, match=r"^facade: SKU-1 is not archived: no response$"):
        facade._check([Lost()])


@pytest.mark.usefixtures("in_thread")
def test_runs_are_measured_in_processes_whose_peak_is_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_COUNT", 100)
    monkeypatch.setattr(bulk, "_PLAN", Plan(rounds=1, warm_up=False))
    held = bytearray(300 << 20)
    found = bulk.measure_memory(0.3)
    names = [f"{operation}: {count} items" for operation in ("archive", "upload") for count in (3, 30)]
    assert (list(found.timings), found.unit) == (names, "MB")
    assert all(10 < figure < 300 for figures in found.timings.values() for figure in figures)
    assert bulk_run.peak() >= 300
    del held


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int, float]]:
    """Note the runs instead of performing them; each takes some CPU time for each item, and 8 seconds."""
    runs = list[tuple[str, str, int, float]]()

    def cost(operation: str, way: str, count: int, *_: str, speed: float) -> bulk_run.Cost:
        runs.append((operation, way, count, speed))
        return bulk_run.Cost(cpu=count * 10e-6, seconds=8, peak=1)

    monkeypatch.setattr(bulk, "_cost", cost)
    return runs


def test_the_cost_of_an_sku_is_compared_with_a_time(costs: list[tuple[str, str, int, float]]) -> None:
    met = {each.target.subject: each.met for each in bulk.measure(0.01).outcomes()}
    assert met == {"archive: written": False, "archive: iterated": False, "upload: written": True, "upload: iterated": True}
    assert {count for _, _, count, _ in costs} == {10_000}


def test_the_bound_counts_an_archiving_and_a_status_for_each_chunk(costs: list[tuple[str, str, int, float]]) -> None:
    assert bulk.measure_time().outcomes()[0].ratio == pytest.approx(8 / ((2 * 100 - 10) / 10))
    assert costs[0] == ("archive", "limited", 1_000_000, 1)


def test_items_are_made_one_by_one_and_each_is_another() -> None:
    some = list(itertools.islice(bulk_run.items(1 << 60), 3))
    assert (
        [each.item_sku for each in some]
        == [*itertools.islice(bulk_run.skus(1 << 60), 3)]
        == ["SKU-0000001", "SKU-0000002", "SKU-0000003"]
    )


def test_mocks_that_do_not_start_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: Sequence[str]) -> Served:
        raise ValueError("no such option")

    monkeypatch.setattr(connections, "spawned", start)
    with pytest.raises(BenchError, match=r"^no such option$"), connections.mocks():
        pass
