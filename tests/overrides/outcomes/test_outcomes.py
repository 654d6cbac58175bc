"""Results are counted, streamed and written to files; an invalid path is refused before anything is sent."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncGenerator, Generator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_clients import AsyncResult, Counts, Outcome, Progress, Result, Unreachable
from catalog_clients._engine.ledger.records import ChunkResult, OnProgress
from catalog_clients._engine.run.state import RunState

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
OUTCOMES = st.builds(
    Outcome,
    sku=TEXTS,
    status=st.sampled_from(["confirmed", "rejected", "unknown"]),
    store=TEXTS,
    reason=TEXTS,
    item=st.integers(0, 10**7),
    chunk=st.integers(0, 1000),
    ingestion_id=TEXTS,
    attempt=st.integers(0, 9),
)
BATCHES = st.lists(st.builds(ChunkResult, results=st.lists(OUTCOMES, max_size=5), unexpected=st.integers(0, 3)), max_size=5)
ENDINGS = pytest.mark.parametrize("name", ["outcomes.csv", "outcomes.jsonl"])

Broken = RuntimeError("the run ends")


class Play:
    """Batches in both ways; counts those that were requested."""

    def __init__(self, batches: list[ChunkResult[Outcome]]) -> None:
        self.batches, self.state = batches, RunState()

    def __iter__(self) -> Generator[ChunkResult[Outcome]]:
        for each in self.batches:
            self.state.duplicates += 1
            yield each

    async def __aiter__(self) -> AsyncGenerator[ChunkResult[Outcome]]:
        for each in self:
            yield each

    def result(self, progress: OnProgress | None = None) -> Result:
        self.state.progress = progress
        return Result(iter(self), self.state)

    def aresult(self, progress: OnProgress | None = None) -> AsyncResult:
        self.state.progress = progress
        return AsyncResult(aiter(self), self.state)


def _flat(batches: list[ChunkResult[Outcome]]) -> list[Outcome]:
    return [each for done in batches for each in done.results]


def _counts(batches: list[ChunkResult[Outcome]]) -> Counts:
    every = [each.status for each in _flat(batches)]
    unexpected = sum(done.unexpected for done in batches)
    of = {status: every.count(status) for status in ("confirmed", "rejected", "unknown")}
    return Counts(**of, duplicates=len(batches), unexpected=unexpected)


async def _collect(stream: AsyncResult) -> list[Outcome]:
    return [each async for each in stream]


def _read_all(result: Result | AsyncResult) -> list[Outcome]:
    return list(result) if isinstance(result, Result) else asyncio.run(_collect(result))


def _read(path: Path) -> list[Outcome]:
    if path.suffix == ".jsonl":
        return [msgspec.json.decode(line, type=Outcome) for line in path.read_bytes().split(b"\n")[:-1]]
    with path.open(encoding="utf-8", newline="") as file:
        return [msgspec.convert(row, Outcome, strict=False) for row in csv.DictReader(file)]


@given(BATCHES)
@settings(max_examples=50)
def test_outcomes_are_streamed_in_order_and_counted_and_progress_is_reported_after_each_chunk(
    batches: list[ChunkResult[Outcome]],
) -> None:
    for result_of in (Play(batches).result, Play(batches).aresult):
        reported: list[Progress] = []
        result = result_of(reported.append)
        assert _read_all(result) == _flat(batches)
        assert result.counts == _counts(batches)
        assert [each.chunks for each in reported] == list(range(1, len(batches) + 1))
        assert [each.counts for each in reported] == [_counts(batches[:place]) for place in range(1, len(batches) + 1)]
        assert all(a.seconds <= b.seconds for a, b in pairwise(reported))
        assert all(each.rate * each.seconds == pytest.approx(each.counts.total) for each in reported if each.seconds)
        with pytest.raises(RuntimeError, match="read only once"):
            _read_all(result)


def test_only_what_was_read_is_counted() -> None:
    run = Play([ChunkResult(results=[Outcome(sku=sku, status="confirmed")]) for sku in "ab"])
    result = run.result()
    assert next(iter(result)).sku == "a"
    assert result.counts == Counts(confirmed=1, duplicates=1)
    assert run.state.duplicates == 1


CSV_NAMES = "sku,status,store,reason,item,chunk,ingestion_id,attempt"


@pytest.mark.parametrize(("name", "head"), [("outcomes.csv", [CSV_NAMES]), ("outcomes.jsonl", [])])
@given(BATCHES)
@settings(max_examples=50)
def test_a_file_reads_back_equal_however_it_was_written(name: str, head: list[str], batches: list[ChunkResult[Outcome]]) -> None:
    with TemporaryDirectory() as folder:
        path, other = Path(folder, name), Path(folder, f"a{name}")
        assert Play(batches).result().write(path) == _counts(batches)
        assert asyncio.run(Play(batches).aresult().awrite(str(other))) == _counts(batches)
        assert _read(path) == _flat(batches)
        assert path.read_bytes() == other.read_bytes()
        assert path.read_text(encoding="utf-8").splitlines()[: len(head)] == head


@ENDINGS
def test_an_existing_file_or_a_missing_folder_is_refused_and_nothing_is_sent(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("precious")
    run = Play([ChunkResult()])
    with pytest.raises(FileExistsError):
        run.result().write(path)
    with pytest.raises(FileExistsError):
        asyncio.run(run.aresult().awrite(path))
    with pytest.raises(FileNotFoundError):
        run.result().write(tmp_path / "none" / name)
    assert path.read_text() == "precious"
    assert run.state.duplicates == 0


@ENDINGS
def test_each_outcome_is_in_the_file_as_soon_as_it_is_known(name: str, tmp_path: Path) -> None:
    lines: list[int] = []

    def batches() -> Generator[ChunkResult[Outcome]]:
        for number in range(3):
            lines.append(len((tmp_path / name).read_text().splitlines()) - (not name.endswith(".jsonl")))
            yield ChunkResult(results=[Outcome(sku=str(number), status="confirmed")])
        raise Broken

    with pytest.raises(RuntimeError, match="the run ends"):
        Result(batches(), RunState()).write(tmp_path / name)
    assert lines == [0, 1, 2]
    assert len((tmp_path / name).read_text().splitlines()) == 3 + (not name.endswith(".jsonl"))


@pytest.mark.parametrize("name", ["outcomes.csv", "outcomes.jsonl"])
def test_a_sku_that_utf_8_cannot_write_does_not_end_the_run(name: str, tmp_path: Path) -> None:
    outcomes = [Outcome(sku="a\ud800", status="rejected"), Outcome(sku="b", status="confirmed")]
    counts = Play([ChunkResult(results=outcomes)]).result().write(tmp_path / name)
    assert counts.total == 2
    assert "confirmed" in (tmp_path / name).read_text(encoding="utf-8", errors="replace")


def _failing(*failures: Exception | None) -> list[ChunkResult[Outcome]]:
    return [ChunkResult(results=[Outcome(sku="a", status="unknown")], failure=each) for each in failures]


def test_a_run_ends_when_the_vendor_was_not_reached_so_often_in_a_row() -> None:
    refused = httpx2.ConnectError("refused", request=httpx2.Request("GET", "https://user:secret@vendor.test:8443/path?query"))
    for result in (Play(_failing(*[refused] * 10)).result(), Play(_failing(*[refused] * 10)).aresult()):
        with pytest.raises(Unreachable) as raised:
            _read_all(result)
        where = "ConnectError: refused (https://vendor.test:8443)"
        assert str(raised.value) == f"10 chunks in a row could not connect to the vendor: {where}"
        assert result.counts.unknown == 10


@pytest.mark.parametrize("between", [None, httpx2.ReadTimeout("slow")])
def test_one_chunk_that_connects_restarts_the_count(between: Exception | None) -> None:
    refused = httpx2.ConnectTimeout("no route")
    for number in range(10):
        _read_all(Play(_failing(*[refused] * number, between, *[refused] * 9)).result())
    with pytest.raises(Unreachable):
        _read_all(Play(_failing(*[refused] * 9, between, *[refused] * 10)).result())
