"""Files of ledgers that were torn anywhere, are those of others, or are written by two runs."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import httpx2
import pytest

from catalog_clients import LedgerError, Outcome, ReportError, Reports
from catalog_clients._engine.ledger.ledger import Earlier, Ledger, read_ledger
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.reports.classifying import classify_by_report
from tests.mock.callers import YANDEX
from tests.overrides.reports.test_reports import WORDS
from tests.overrides.ways import Way

SKUS = ["A", "B\nC", 'D "E"\r\nF,', "Ж", "\u2028G"]
OUTCOMES = [Outcome(sku=sku, status="rejected", reason=f"нет\n{sku}", item=item) for item, sku in enumerate(SKUS, 1)]
NAMES = pytest.mark.parametrize("name", ["ledger.csv", "ledger.jsonl"])
HEADER = "sku,status,store,reason,item,chunk,ingestion_id,attempt\r\n"


def _write(path: Path, outcomes: list[Outcome] = OUTCOMES) -> bytes:
    with Ledger(path) as ledger:
        for each in outcomes:
            ledger.outcomes([each])
    return path.read_bytes()


@NAMES
def test_a_ledger_that_is_torn_at_any_byte_goes_on_with_its_whole_rows(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    whole, last = _write(path), Outcome(sku="last", status="unknown", item=9)
    ends = [len(_write(tmp_path / f"{count}-{name}", OUTCOMES[:count])) for count in range(len(OUTCOMES) + 1)]
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        rows = sum(end <= size for end in ends[1:])
        assert [row.item for row in read_ledger(path)] == [*range(1, rows + 1)]
        with Ledger(path, resume=True) as ledger:
            ledger.outcomes([last])
        assert [row.sku for row in read_ledger(path)][-2:] == [*SKUS[:rows][-1:], "last"]


@pytest.mark.parametrize(
    "content", ["precious data", HEADER.replace("\r\n", "\r") + "A,confirmed,,,1,1,,1\r", "\ufeff" + HEADER[:-2]]
)
def test_a_file_without_a_whole_line_that_is_not_a_ledger_is_refused_and_stays(content: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(content.encode())
    with pytest.raises(LedgerError, match="is not a ledger"):
        Earlier.read(path)
    assert path.read_bytes() == content.encode()


@pytest.mark.parametrize("item", ["0", "-1", str(10**15), "9" * 30])
def test_a_position_that_no_item_has_is_an_error(item: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(f"{HEADER}A,confirmed,,,{item},1,,1\r\n", newline="")
    with pytest.raises(LedgerError, match=r"is not a ledger: .* at `\$\.item`"):
        Earlier.read(path)


def test_a_mark_of_more_items_than_a_ledger_has_is_of_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(f"{HEADER}A,sending,,up to item {10**17},1,1,,0\r\n", newline="")
    assert Earlier.read(path).last == 1


def test_a_position_far_from_all_others_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(f"{HEADER}A,confirmed,,,1,1,,1\r\nB,rejected,,no,{10**9},1,,1\r\n", newline="")
    tracemalloc.start()
    try:
        earlier = Earlier.read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
    assert (earlier.last, earlier.statuses) == (10**9, {"confirmed": 1, "rejected": 1})
    assert [earlier.is_known(each) for each in (1, 2, 10**9 - 1, 10**9)] == [True, False, False, True]
    with pytest.raises(LedgerError, match=f"the input has 2 items, and the ledger .* has item {10**9}, 'B'"):
        earlier.check_end(2)


def test_a_mark_of_more_items_than_a_request_has_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(f"{HEADER}A,sending,,up to item 999999999,1,1,,0\r\n", newline="")
    with pytest.raises(LedgerError, match="it records 999999999 items in one request"):
        Earlier.read(path)


def test_two_runs_do_not_write_to_one_ledger_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    with Ledger(path) as ledger:
        with pytest.raises(LedgerError, match=r"ledger\.csv cannot be written: another run writes to it"):
            Ledger(path, resume=True)
        ledger.outcomes(OUTCOMES[:1])
    with Ledger(path, resume=True) as ledger:
        ledger.outcomes(OUTCOMES[1:])
    assert [row.item for row in read_ledger(path)] == [1, 2, 3, 4, 5]


def test_a_run_whose_ledger_another_one_writes_sends_nothing(way: Way, tmp_path: Path) -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"{request} was sent")

    path = tmp_path / "ledger.csv"
    with Ledger(path):
        result = way.played(YANDEX, respond, auth=httpx2.Auth()).archive(["A"], business_id=1, resume=path)
        with pytest.raises(LedgerError, match="another run"):
            way.read(result)
    assert [*read_ledger(path)] == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_pipe_is_neither_a_ledger_nor_a_report_and_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    with pytest.raises(LedgerError, match=r"pipe.csv is not a ledger: it is not a regular file"):
        Earlier.read(path)
    with pytest.raises(ReportError, match="cannot be read: it is not a regular file"):
        classify_by_report(path, [PendingItem(None, 1, "A")], words=WORDS, options=Reports())
