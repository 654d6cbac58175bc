"""The measurements of the facades; no test depends on durations."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from scripts.apis import source_folders, tables
from scripts.bench import connections, facade, limits, memory
from scripts.bench.connections import WAYS
from scripts.bench.environment import BenchError
from scripts.bench.measure import Contender, Plan, Timing, peak
from scripts.chaos import ITEMS, SHIPSIDEKICK, YANDEX
from scripts.command import ROOT
from scripts.mock.serving import Served, running
from scripts.mock.settings import Settings

LOOKUP = limits.Run(api=ITEMS, operation="searchCatalogItems", speed=1e4, windows=1, start=limits._look_up)
ARCHIVE = limits.Run(api=YANDEX, operation="addOffersToArchive", speed=1e4, windows=1, start=limits._archive)


@pytest.fixture
def in_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run mock vendors in a thread instead of a process, which takes seconds to start."""

    @contextmanager
    def start(arguments: Sequence[str]) -> Iterator[Served]:
        with running(Settings(speed=float(arguments[1]))) as mocks:
            yield mocks.served

    monkeypatch.setattr(connections, "spawned", start)


def test_a_bound_is_what_the_limit_of_the_spec_says() -> None:
    for run in (LOOKUP, ARCHIVE):
        table = tables(run.api)[run.operation]
        assert table.rate_limit is not None
        assert table.chunking is not None
        items = table.chunking.size if table.rate_limit.cost == 1 else 1
        assert run.burst == table.rate_limit.burst * items
        assert run.window * 1e4 == pytest.approx(table.rate_limit.burst / table.rate_limit.rate * table.rate_limit.period)
    assert replace(LOOKUP, speed=2, windows=6).bound == pytest.approx(6 * LOOKUP.window * 1e4 / 2)


def test_limits_are_scaled_or_off() -> None:
    (name, table), *_ = tables(YANDEX).items()
    assert table.rate_limit is not None
    limiter = connections.scaled(YANDEX, 60).limiter(YANDEX, name, table.rate_limit)
    assert limiter is not None
    assert limiter.window == 1
    assert connections.unlimited(YANDEX).limiter(YANDEX, name, table.rate_limit) is None
    (product,) = tables(SHIPSIDEKICK)
    assert connections.scaled(SHIPSIDEKICK, 60).limiter(SHIPSIDEKICK, product, None) is None


@pytest.mark.parametrize("way", WAYS)
def test_a_run_reads_all_outcomes_and_is_timed_from_the_burst_on(way: str) -> None:
    with running(Settings(speed=1e4)) as mocks, asyncio.Runner() as runner, connections.connected(mocks.served, runner) as to:
        assert LOOKUP.go(runner, to, way) >= 0


@pytest.mark.usefixtures("in_thread")
def test_every_contender_does_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def once(contenders: dict[str, Contender], _: Plan) -> dict[str, Timing]:
        for name, contender in contenders.items():
            contender(1)
            done.append(name)
        return {name: Timing(figures=(1.0,)) for name in contenders}

    monkeypatch.setattr(facade, "interleave", once)
    found = facade.measure()
    assert len(done) == 10
    assert [outcome.ratio for outcome in found.outcomes()] == [1, 1, 1, 1]


def test_what_is_not_archived_is_not_measured() -> None:
    class Lost:
        sku, status, reason = "SKU-1", "unknown", "no response"

    with pytest.raises(BenchError, match=r"^facade: SKU-1 is not archived: no response$"):
        facade._check([Lost()])


@pytest.mark.usefixtures("in_thread")
def test_an_upload_is_measured_in_a_separate_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_COUNTS", (3, 30))
    monkeypatch.setattr(memory, "_PLAN", Plan(rounds=1, warm_up=False))
    found = memory.measure()
    assert (list(found.timings), found.unit) == (["3 items", "30 items"], "MB")
    assert all(timing.least > 10 for timing in found.timings.values())


def test_items_are_made_one_by_one_and_each_is_another() -> None:
    some = list(itertools.islice(memory.items(1 << 60), 3))
    assert [each.item_sku for each in some] == ["SKU-00000000", "SKU-00000001", "SKU-00000002"]


def test_the_peak_is_that_of_a_process_alone() -> None:
    held = bytearray(300 << 20)
    command = [sys.executable, "-c", "from scripts.bench.measure import peak; print(peak())"]
    environment = {"PYTHONPATH": ":".join(map(str, (ROOT, *source_folders())))}
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert 10 < float(printed) < 300 <= peak()
    del held


def test_mocks_that_do_not_start_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: Sequence[str]) -> Served:
        raise ValueError("no such option")

    monkeypatch.setattr(connections, "spawned", start)
    with pytest.raises(BenchError, match=r"^no such option$"), connections.mocks([]):
        pass
