"""What the facades are measured with; no test depends on how long anything takes."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys

import pytest

from scripts.apis import tables
from scripts.bench import facade, limits, memory
from scripts.bench import facades as connecting
from scripts.bench.facades import ITEMS, JWO, SHIPSIDEKICK, WAYS, YANDEX
from scripts.bench.measure import Contender, Plan, Timing
from scripts.bench.places import OUR_PATHS, BenchError
from scripts.command import ROOT
from scripts.mock.serving import running
from scripts.mock.settings import Settings

LOOKUP = limits.Run(name="CatalogItems", api=ITEMS, operation="searchCatalogItems", speed=1e4, windows=1, ask=limits._look_up)
ARCHIVE = limits.Run(name="YandexMarket", api=YANDEX, operation="addOffersToArchive", speed=1e4, windows=1, ask=limits._archive)


def test_a_bound_is_what_the_limit_of_the_spec_says() -> None:
    assert (LOOKUP.burst, LOOKUP.window * 1e4) == (40, 1)
    assert (ARCHIVE.burst, ARCHIVE.window * 1e4) == (10_000, 60)
    assert limits.Run(name="", api=ITEMS, operation="searchCatalogItems", speed=2, windows=6, ask=limits._look_up).bound == 3


def test_limits_are_in_motion_or_not_there() -> None:
    (name, table), *_ = tables(YANDEX).items()
    assert table.rate_limit is not None
    limiter = connecting.in_motion(YANDEX, 60).limiter(YANDEX, name, table.rate_limit)
    assert limiter is not None
    assert limiter.window == 1
    assert connecting.unlimited(YANDEX).limiter(YANDEX, name, table.rate_limit) is None
    (product,) = tables(SHIPSIDEKICK)
    assert connecting.in_motion(SHIPSIDEKICK, 60).limiter(SHIPSIDEKICK, product, None) is None


@pytest.mark.parametrize("way", WAYS)
def test_a_run_reads_all_that_it_asks_for_and_is_timed_from_the_burst_on(way: str) -> None:
    with running(Settings(speed=1e4)) as mocks, asyncio.Runner() as runner, connecting.connected(mocks.served, runner) as to:
        assert LOOKUP.go(runner, to, way) >= 0


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
    assert [verdict.ratio for verdict in found.verdicts()] == [1, 1, 1, 1]


def test_what_is_not_archived_is_not_measured() -> None:
    class Lost:
        sku, status, reason = "SKU-1", "unknown", "no response"

    with pytest.raises(BenchError, match=r"^facade: SKU-1 cannot be archived: no response$"):
        facade._check([Lost()])


def test_an_upload_is_measured_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
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
    command = [sys.executable, "-c", "from scripts.bench.memory import peak; print(peak())"]
    environment = {"PYTHONPATH": ":".join(map(str, (ROOT, *OUR_PATHS)))}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert 10 < float(told) < 300 <= memory.peak()
    del held


def test_mocks_that_do_not_start_are_told() -> None:
    with pytest.raises(BenchError, match="no option nothing"), connecting.mocks(["--set", f"{JWO}.nothing=1"]):
        pass
