"""A ledger has whole lines only, says what was sent before its outcome is known, and is read as an earlier run left it."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_clients import LedgerError, Outcome, confirmed
from catalog_clients._engine.ledger.ledger import Earlier, Ledger, last_rows, read_ledger
from catalog_clients._engine.ledger.lines import Row
from catalog_clients._engine.ledger.records import PendingItem
from tests.overrides.disks import room

HEADER = f"{','.join(Row.__struct_fields__)}\r\n"
NAMES = pytest.mark.parametrize("name", ["ledger.csv", "ledger.jsonl"])
TEXTS = st.text(max_size=10) | st.sampled_from(['"', ",", "\n", "a\r\nb", "\ud800", "-", "=1+1"])
ROWS = st.lists(
    st.builds(
        Outcome,
        sku=TEXTS,
        status=st.sampled_from(["confirmed", "rejected", "unknown"]),
        store=TEXTS,
        reason=TEXTS,
        item=st.integers(1, 5),
        attempt=st.integers(0, 3),
    ),
    max_size=8,
)


def _row(outcome: Outcome) -> Row:
    """Return the line of an outcome; what UTF-8 cannot say is escaped."""
    values: dict[str, Any] = {name: getattr(outcome, name) for name in Row.__struct_fields__}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = value.encode(errors="backslashreplace").decode()
    return Row(**values)


def _sent(item: int, *, chunk: int = 1) -> PendingItem:
    return PendingItem(None, item, f"S{item}", chunk=chunk)


@NAMES
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5), st.sampled_from(["one", 'a, "b"', "\n"]))
@settings(max_examples=60)
def test_what_was_accepted_reads_back_whatever_its_keys_are(name: str, keys: list[tuple[str, str]], ingestion: str) -> None:
    items = [PendingItem(None, item, sku, store, chunk=7) for item, (sku, store) in enumerate(keys, 1)]
    with TemporaryDirectory() as folder:
        with Ledger(Path(folder, name)) as ledger:
            ledger.submitted(items, 7, ingestion)
        found = [*read_ledger(Path(folder, name))]
    outcomes = [msgspec.structs.replace(each.outcome("unknown"), ingestion_id=ingestion) for each in items]
    assert found == [msgspec.structs.replace(_row(each), status="submitted", reason="sent once") for each in outcomes]


@NAMES
@given(ROWS, st.integers(1, 200))
@settings(max_examples=60)
def test_lines_read_back_and_a_torn_one_is_cut_off_when_the_run_goes_on(name: str, rows: list[Outcome], torn: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        with Ledger(path) as ledger:
            ledger.outcomes(rows)
        written = [_row(each) for each in rows]
        assert [*read_ledger(path)] == written
        last = {each.item: each for each in rows}
        for item, each in last.items():
            Earlier.read(path).check(item, each.sku, each.store)  # also where the ledger has another text, as UTF-8 cannot say it
        whole = path.read_bytes()
        with Ledger(path, resume=True) as ledger:
            ledger.outcomes([Outcome(sku="s" * 300, status="confirmed", item=9)])
        path.write_bytes(path.read_bytes()[: len(whole) + torn])
        assert [*read_ledger(path)] == written
        with Ledger(path, resume=True) as ledger:
            ledger.outcomes([Outcome(sku="last", status="rejected", item=10)])
        assert [*read_ledger(path)] == [*written, Row(sku="last", status="rejected", item=10)]


@given(ROWS)
@settings(max_examples=60)
def test_a_csv_ledger_is_what_the_csv_module_writes(rows: list[Outcome]) -> None:
    with TemporaryDirectory() as folder:
        with Ledger(Path(folder, "ledger.csv")) as ledger:
            ledger.outcomes(rows)
        text = StringIO(newline="")
        csv.writer(text).writerows([Row.__struct_fields__, *map(msgspec.structs.astuple, rows)])
        assert Path(folder, "ledger.csv").read_bytes() == text.getvalue().encode(errors="backslashreplace")


@NAMES
def test_an_earlier_run_is_what_the_last_line_about_each_item_says(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with Ledger(path) as ledger:
        ledger.sending([_sent(1), _sent(4)])
        again = PendingItem(None, 4, "S4", chunk=1, was_sent=True)
        ledger.submitted([_sent(1), _sent(2), again], 1, "one")
        ledger.outcomes([Outcome(sku="S1", status="confirmed", item=1, chunk=1, ingestion_id="one", attempt=1)])
        ledger.outcomes([Outcome(sku="S3", status="rejected", reason="not sent", item=3, chunk=1)])
        ledger.sending([_sent(6, chunk=2), _sent(5, chunk=2)])
        ledger.outcomes([Outcome(sku="S7", status="unknown", item=7, chunk=3, attempt=2)])
        ledger.outcomes([Outcome(sku="S8", status="unknown", item=8, chunk=3)])
    earlier = Earlier.read(path)
    assert [earlier.is_known(item) for item in range(1, 9)] == [True, True, True, True, False, False, False, False]
    assert [(row.item, row.status) for row in last_rows(path)] == [
        *[(2, "submitted"), (4, "submitted"), (1, "confirmed"), (3, "rejected"), (7, "unknown"), (8, "unknown")]
    ]
    ((ingestion, rows),) = earlier.pending()
    assert (ingestion, [(row.sku, *more) for row, *more in rows]) == ("one", [("S2", 1, True), ("S4", 2, False)])
    assert [earlier.state(item) for item in (5, 6, 7)] == [earlier.state(5)] * 3 != [earlier.state(8)] * 3
    assert earlier.chunk == 3
    assert dict(earlier.statuses) == {"confirmed": 1, "rejected": 1}
    for item in range(1, 9):
        earlier.check(item, f"S{item}", "")
    earlier.check(6, "whatever", "")
    for item in (1, 5, 7, 8):
        with pytest.raises(LedgerError, match=f"item {item} of the input is 'S{item}' of store '1', .* 'S{item}';"):
            earlier.check(item, f"S{item}", "1")
    earlier.check_end(8)
    with pytest.raises(LedgerError, match=r"the input has 7 items, and the ledger .* has item 8, 'S8'; resume with"):
        earlier.check_end(7)
    assert confirmed(path, tmp_path / "may-be-deleted.txt") == 1
    assert (tmp_path / "may-be-deleted.txt").read_text() == "S1\n"


def test_a_sku_is_not_confirmed_after_a_later_line_says_something_else(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    with Ledger(path) as ledger:
        ledger.outcomes([Outcome(sku="A", status="confirmed", item=1), Outcome(sku="B", status="confirmed", item=2)])
        ledger.outcomes([Outcome(sku="A", status="unknown", item=1, attempt=1)])
    assert confirmed(path, tmp_path / "list.txt") == 1
    assert (tmp_path / "list.txt").read_text() == "B\n"
    with pytest.raises(FileExistsError):
        confirmed(path, tmp_path / "list.txt")


@pytest.mark.parametrize("name", ["ledger", "ledger.xlsx", "ledger.json", "ledger.csv.gz"])
def test_a_name_that_does_not_say_the_format_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the name of a ledger must end in \.csv or \.jsonl"):
        Ledger(tmp_path / name)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", "sku,amount\nA,1\n", "its first line is not the header of a ledger"),
        ("b.csv", "notes without a line end", "its first line"),
        ("c.jsonl", "[]\n", "Expected `object`"),
        ("d.jsonl", '{"sku": 1, "status": "confirmed"}\n', "Expected `str`"),
        ("e.csv", f"{HEADER}A,confirmed,,,1,1,,1\nA note\n", "line 3 has 1 values, and a ledger has 8 columns"),
        ("f.csv", f"{HEADER}A,confirmed,,,x,1,,1\n", r"line 2: Expected `int`, got `str` - at `\$\.item`"),
    ],
)
def test_what_is_not_a_ledger_is_refused(name: str, content: str, rule: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(LedgerError, match=rf"{name} is not a ledger: {rule}"):
        Earlier.read(tmp_path / name)


@pytest.mark.parametrize("content", [f"\ufeff{HEADER}A,confirmed,,,1,1,,1\r\n", f"{HEADER}\r\n\r\nA,confirmed,,,1,1,,1\r\n\r\n"])
def test_a_ledger_that_another_program_has_saved_with_a_mark_or_blank_lines_is_read(content: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(content, encoding="utf-8", newline="")
    assert [(row.sku, row.status) for row in read_ledger(path)] == [("A", "confirmed")]
    assert (Earlier.read(path).statuses["confirmed"], confirmed(path, tmp_path / "list.txt")) == (1, 1)


@pytest.mark.parametrize("torn", ["", "sku,sta", "sku,status,store,reason,item,chunk,ingestion_id,attempt\r"])
def test_a_run_goes_on_that_was_killed_before_its_ledger_had_a_line(torn: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(torn.encode())
    assert Earlier.read(path).chunk == 0
    with Ledger(path, resume=True) as ledger:
        ledger.outcomes([Outcome(sku="A", status="confirmed", item=1)])
    assert [each.sku for each in read_ledger(path)] == ["A"]


@NAMES
def test_what_does_not_fit_on_the_disk_is_an_error_and_leaves_no_part_of_a_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with Ledger(path) as ledger:
        ledger.outcomes([Outcome(sku="A", status="confirmed", item=1)])
        error = rf"the ledger {path} cannot be written: .*; the vendor has accepted ingestion two$"
        with room(path.stat().st_size + 20), pytest.raises(LedgerError, match=error):
            ledger.submitted([PendingItem(None, 2, "B" * 50)], 2, "two")
        assert [each.sku for each in read_ledger(path)] == ["A"]
        with pytest.raises(LedgerError, match=error):  # also where this error is the one that ends the run
            ledger.sending([PendingItem(None, 3, "C", chunk=3)])
    with Ledger(path, resume=True) as ledger:
        ledger.outcomes([Outcome(sku="C", status="confirmed", item=3)])
    assert [each.sku for each in read_ledger(path)] == ["A", "C"]
