"""The measurements of runs of many items, ours and the straight loop of the peers; no test depends on durations."""

from __future__ import annotations

import asyncio
import csv
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.bench import bulk, bulk_peers, memory, runs, straight, work
from scripts.bench.measure import Plan

ONCE = Plan(rounds=1, warm_up=False)


@pytest.mark.usefixtures("in_thread")
def test_runs_are_measured_in_processes_whose_peak_is_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_QUICK_COUNT", 30)
    monkeypatch.setattr(bulk, "_PLAN", ONCE)
    held = bytearray(300 << 20)
    found = bulk.measure_memory(quick=True)
    names = [f"{operation}: {count} items" for operation in ("archive", "upload") for count in (3, 30)]
    assert (list(found.timings), found.unit) == (names, "MB")
    assert all(10 < figure < 300 for figures in found.timings.values() for figure in figures)
    assert memory.peak() >= memory.held() >= 300
    del held


class PlayedRuns:
    """Notes the runs instead of performing them: each takes some CPU time for each item, and 8 s, of which a job reads for 3 s."""

    def __init__(self) -> None:
        self.log = list[tuple[float, str, int]]()
        self.speed = 0.0

    @contextmanager
    def start(self, speed: float) -> Iterator[PlayedRuns]:
        self.speed = speed
        yield self

    def ours(self, name: str, count: int, *_: str, module: str = "bulk_run") -> work.Cost:
        self.log.append((self.speed, f"{module} {name}", count))
        return work.Cost(cpu=count * 10e-6, seconds=8, peak=30, reading=3 if module == "durable_run" else 0)

    def straight(self, name: str, count: int, *_: str) -> work.Cost:
        self.log.append((self.speed, f"straight {name}", count))
        return work.Cost(cpu=count * 4e-6, seconds=16, peak=20)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlayedRuns]:
    made = PlayedRuns()
    for module in (bulk, bulk_peers):
        monkeypatch.setattr(module, "runs", made.start)
        monkeypatch.setattr(module, "_PLAN", ONCE)
    bulk_peers._costs.cache_clear()
    yield made
    bulk_peers._costs.cache_clear()


def test_the_cost_of_an_sku_is_compared_with_a_time(played: PlayedRuns) -> None:
    met = {each.target.subject: each.met for each in bulk.measure(quick=True).outcomes()}
    assert met == {"archive: written": False, "archive: iterated": False, "upload: written": True, "upload: iterated": True}
    assert {(speed, count) for speed, _, count in played.log} == {(1e6, 20_000)}


def test_the_bound_counts_an_archiving_and_a_status_for_each_chunk(played: PlayedRuns) -> None:
    bound = (2 * 100 - 10) / 10
    assert bulk.measure_time().outcomes()[0].ratio == pytest.approx(8 / bound)
    assert [each.ratio for each in bulk.measure_durable_time().outcomes()] == [pytest.approx(8 / bound)] * 2
    names = ["bulk_run archive-limited", "durable_run limited", "durable_run workers"]
    assert played.log == [(1, name, 1_000_000) for name in names]


def test_a_durable_job_is_compared_with_a_run(played: PlayedRuns) -> None:
    found = bulk.measure_durable()
    assert found.outcomes()[0].ratio == 1
    assert found.timings == {"run": (8,), "job": (8,), "job: reading": (3,), "job: after the reading": (5,)}
    assert [what for _, what, _ in played.log] == ["bulk_run archive-written", "durable_run unlimited"]


def test_runs_beside_peers_are_performed_once_for_all_three_figures(played: PlayedRuns) -> None:
    cpu, seconds, peak = (
        measure(quick=True) for measure in (bulk_peers.measure_cpu, bulk_peers.measure_time, bulk_peers.measure_memory)
    )
    peers = ["stock", "datamodel_pydantic", "datamodel_msgspec"]
    assert [what for _, what, _ in played.log] == [
        f"{module} {operation}{end}"
        for operation in ("archive", "upload")
        for module, end in [("bulk_run", "-written"), *(("straight", f" {peer}") for peer in peers)]
    ]
    assert [each.ratio for each in cpu.outcomes()] == [pytest.approx(2.5)] * 6
    assert {each.ratio for each in seconds.outcomes()} == {0.5}
    assert ({each.ratio for each in peak.outcomes()}, peak.unit) == ({1.5}, "MB")


def test_items_are_made_one_by_one_and_each_is_another() -> None:
    some = list(itertools.islice(work.items(SimpleNamespace, 1 << 60), 3))
    skus = ["SKU-0000001", "SKU-0000002", "SKU-0000003"]
    assert [each.item_sku for each in some] == [*itertools.islice(work.skus(1 << 60), 3)] == skus


class PlayedPeer:
    """A client whose vendor is done at the second look, and rejects the first item of each chunk."""

    models = SimpleNamespace(CatalogItem=SimpleNamespace)

    def __init__(self) -> None:
        self.http = self
        self.chunks = dict[str, list[str]]()
        self.looks = set[str]()
        self.parallel, self.most = 0, 0

    async def upload(self, chunk: list[Any]) -> str:
        return await self.archive([each.item_sku for each in chunk])

    async def archive(self, chunk: list[str]) -> str:
        self.parallel += 1
        self.most = max(self.most, self.parallel)
        await asyncio.sleep(0)
        self.chunks[name := str(len(self.chunks))] = chunk
        return name

    async def link(self, ingestion: str) -> str | None:
        if ingestion in self.looks:
            return ingestion
        self.looks.add(ingestion)
        return None

    async def get(self, link: str) -> Any:
        rows = [f"{sku},,{'SUCCESS' if place else 'FAILURE'},text" for place, sku in enumerate(self.chunks[link])]
        self.parallel -= 1
        report = "\n".join(["item_sku,store_id,status,message", *rows])
        return SimpleNamespace(raise_for_status=lambda: SimpleNamespace(text=report))


@pytest.mark.parametrize("operation", ["archive", "upload"])
def test_the_straight_loop_sends_all_items_and_writes_a_line_for_each(
    operation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(straight, "_SIZE", 3)
    monkeypatch.setattr(straight, "_INTERVAL", 0)
    peer = PlayedPeer()
    assert asyncio.run(straight.loop(peer, operation, 40, tmp_path / "ledger.csv")) == 40 - 14
    with (tmp_path / "ledger.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sorted(each["sku"] for each in rows) == list(work.skus(40))
    assert {each["sku"] for each in rows if each["status"] == "rejected"} == {f"SKU-{number:07}" for number in range(1, 41, 3)}
    assert peer.most == straight._AT_ONCE
