"""What a run writes: tables of its outcomes, and the list of SKUs that may be deleted."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from catalog_clients import AccessRefused, LedgerError, Outcome, confirmed
from catalog_clients._engine.ledger import exports
from catalog_clients._engine.ledger.ledger import Ledger, last_rows, read_ledger
from catalog_clients._engine.ledger.lines import Row
from catalog_clients._engine.ledger.records import PendingItem
from scripts.mock.serving import Mocks
from tests.clients.access import JWO, YANDEX
from tests.clients.causes import BUSINESS, STORES
from tests.clients.products import untouched
from tests.overrides.vendors import responses
from tests.overrides.ways import Way, chunks_of, product

TABLES = pytest.mark.parametrize("suffix", [".parquet", ".xlsx"])
parquet: Any = import_module("pyarrow.parquet")
_SHEET = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
ODD = ["0012", "=1+1", "1e5", " a ", 'q"uo,te', "é日本", "-", "+1", "@x", "TRUE", "_x0041_"]


def write(way: Way, result: Any, path: Path | None = None) -> Any:
    return way.finish(result.write(path) if way.name == "sync" else result.awrite(path))


def listed(way: Way, result: Any, path: Path) -> int:
    number: int = way.finish(result.confirmed(path) if way.name == "sync" else result.aconfirmed(path))
    return number


def cells(path: Path) -> list[list[tuple[str, str]]]:
    """Return kind and value of all cells of a workbook, row by row: `inlineStr` is text, `n` a number."""
    rows: list[list[tuple[str, str]]] = []
    with ZipFile(path) as book:
        for name in sorted(each for each in book.namelist() if each.startswith("xl/worksheets/sheet")):
            found = ET.fromstring(book.read(name)).iterfind("sheetData/row", _SHEET)  # noqa: S314 - our own file
            rows += [[(cell.get("t", "n"), "".join(cell.itertext())) for cell in row] for row in found]
    return rows


def table(path: Path) -> list[tuple[str, ...]]:
    """Return the rows of a table: SKU, status, reason and position."""
    if path.suffix == ".parquet":
        rows = parquet.read_table(path).to_pylist()
        return [(row["sku"], row["status"], row["reason"], str(row["item"])) for row in rows]
    header, *found = [[value for _, value in row] for row in cells(path)]
    assert header == [*Row.__struct_fields__]
    return [(row[0], row[1], row[3], row[4]) for row in found]


@TABLES
def test_a_table_has_the_outcomes_and_its_ledger_is_beside(suffix: str, way: Way, mocks: Mocks, tmp_path: Path) -> None:
    vendor, path = mocks.vendors[JWO], tmp_path / f"outcomes{suffix}"
    normal, kept = untouched(vendor), untouched(vendor, "on_planogram")
    counts = write(way, way.to(mocks, JWO).archive([normal, "", kept], stores=STORES), path)
    assert (counts.confirmed, counts.rejected) == (1, 2)
    rows = sorted(table(path), key=lambda row: row[3])
    assert [(sku, status) for sku, status, *_ in rows] == [(normal, "confirmed"), ("", "rejected"), (kept, "rejected")]
    assert rows[2][2] == "still on planogram"
    ledger = tmp_path / f"outcomes{suffix}.jsonl"
    assert {each.name for each in tmp_path.iterdir()} == {path.name, ledger.name}
    assert {row.status for row in read_ledger(ledger)} == {"sending", "submitted", "confirmed", "rejected"}
    assert confirmed(path, tmp_path / "list.txt") == 1
    again = way.to(mocks, JWO).archive([normal, "", kept, other := untouched(vendor)], stores=STORES, resume=ledger)
    write(way, again, path)
    assert (other, "confirmed", "", "4") in table(path)
    assert len(table(path)) == 4


@pytest.mark.parametrize("name", ["LEDGER.CSV", "Ledger.JsonL", "OUTCOMES.XLSX", "outcomes.Parquet"])
def test_a_suffix_in_capitals_says_the_same(name: str, way: Way, mocks: Mocks, tmp_path: Path) -> None:
    sku, path = untouched(mocks.vendors[JWO]), tmp_path / name
    assert write(way, way.to(mocks, JWO).archive([sku], stores=STORES), path).confirmed == 1
    small = tmp_path / name.lower()
    path.rename(small)
    is_table = small.suffix in (".parquet", ".xlsx")
    assert (
        [row[:2] for row in table(small)]
        if is_table
        else [(row.sku, row.status) for row in last_rows(small)] == [(sku, "confirmed")]
    )
    small.rename(path)
    assert write(way, way.to(mocks, JWO).archive([sku], stores=STORES, resume=path)).confirmed == 1
    assert confirmed(path, tmp_path / "list.txt") == 1
    assert {each.name for each in tmp_path.iterdir()} == {name, "list.txt", *([f"{name}.jsonl"] if is_table else [])}


@TABLES
def test_texts_stay_texts_and_numbers_are_numbers(suffix: str, tmp_path: Path) -> None:
    ledger, path = tmp_path / "ledger.jsonl", tmp_path / f"table{suffix}"
    with Ledger(ledger) as file:
        file.outcomes(Outcome(sku=sku, status="unknown", reason="\x01", item=item) for item, sku in enumerate(ODD, 1))
        file.outcomes([Outcome(sku=ODD[0], status="confirmed", item=1)])
    exports.export(ledger, path)
    skus = [*ODD[1:], ODD[0]]
    if suffix == ".parquet":
        assert [row[0] for row in table(path)] == skus
        assert str(parquet.read_schema(path).field("item").type) == "int64"
    else:
        _, *rows = cells(path)
        assert [row[0] for row in rows] == [("inlineStr", sku.replace("_x0041_", "_x005F_x0041_")) for sku in skus]
        assert [row[4] for row in rows] == [("n", str(item)) for item in [*range(2, len(ODD) + 1), 1]]


def test_more_rows_than_a_sheet_has_are_in_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_ROWS", 4)
    ledger, path = tmp_path / "ledger.jsonl", tmp_path / "table.xlsx"
    with Ledger(ledger) as file:
        file.outcomes(Outcome(sku=f"S{item}", status="confirmed", item=item) for item in range(1, 8))
    exports.export(ledger, path)
    assert [row[0][1] for row in cells(path)] == ["sku", "S1", "S2", "S3", "sku", "S4", "S5", "S6", "sku", "S7"]


def test_a_text_that_a_cell_cannot_hold_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    ledger, path = tmp_path / "ledger.jsonl", tmp_path / "table.xlsx"
    with Ledger(ledger) as file:
        file.outcomes([Outcome(sku="S" * 40_000, status="confirmed", item=1)])
    with pytest.raises(ValueError, match="a cell of Excel has at most 32767 characters, and 'SSS"):
        exports.export(ledger, path)
    assert [*tmp_path.iterdir()] == [ledger]


@pytest.mark.parametrize("error", [OSError(28, "No space"), RuntimeError("No space, says the library")])
def test_a_table_that_cannot_be_written_is_one_error_that_names_the_ledger(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> None:
        raise error

    ledger, path = tmp_path / "ledger.jsonl", tmp_path / "table.xlsx"
    monkeypatch.setitem(exports._EXPORTS, ".xlsx", ("xlsxwriter", write))
    with pytest.raises(
        LedgerError, match=rf"{re.escape(str(path))} cannot be written: .*No space.*; all outcomes are in the ledger"
    ):
        exports.export(ledger, path)


@TABLES
@pytest.mark.parametrize("existing", ["", ".jsonl"])
def test_no_existing_file_is_overwritten_and_nothing_is_sent(
    existing: str, suffix: str, way: Way, mocks: Mocks, tmp_path: Path
) -> None:
    path = tmp_path / f"outcomes{suffix}"
    (tmp_path / f"{path.name}{existing}").write_text("mine")
    before = responses(mocks.vendors[JWO])
    result = way.to(mocks, JWO).archive([untouched(mocks.vendors[JWO])], stores=STORES)
    name = re.escape(f"{path}{existing}")
    with pytest.raises(FileExistsError, match=rf"File exists; continue its run with `resume=`, or give another name: '{name}'$"):
        write(way, result, path)
    assert [each.read_text() for each in tmp_path.iterdir()] == ["mine"]
    assert responses(mocks.vendors[JWO]) == before
    assert write(way, result, tmp_path / "other.csv").confirmed == 1


@pytest.mark.parametrize(("suffix", "library"), [(".parquet", "pyarrow.parquet"), (".xlsx", "xlsxwriter")])
def test_a_library_that_is_missing_is_named_before_anything_is_sent(
    suffix: str, library: str, way: Way, mocks: Mocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    before = responses(mocks.vendors[JWO])
    result = way.to(mocks, JWO).archive([untouched(mocks.vendors[JWO])], stores=STORES)
    with pytest.raises(ImportError, match=rf"install catalog-clients\[{suffix[1:]}\]"):
        write(way, result, tmp_path / f"outcomes{suffix}")
    assert [*tmp_path.iterdir()] == []
    assert responses(mocks.vendors[JWO]) == before


@pytest.mark.parametrize("name", ["ledger", "ledger.XLS", "ledger.json", "ledger.csv.gz"])
def test_another_suffix_is_refused(name: str, way: Way, mocks: Mocks, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the name must end in \.csv, \.jsonl, \.parquet or \.xlsx"):
        write(way, way.to(mocks, JWO).archive(["A"], stores=STORES), tmp_path / name)
    assert [*tmp_path.iterdir()] == []


@TABLES
def test_a_run_that_ends_with_an_error_has_a_table(suffix: str, way: Way, mocks: Mocks, tmp_path: Path) -> None:
    path = tmp_path / f"outcomes{suffix}"
    with pytest.raises(AccessRefused):
        write(way, way.to(mocks, YANDEX, "other").archive(["A", "B"], business_id=BUSINESS), path)
    assert [row[:2] for row in table(path)] == [("A", "unknown"), ("B", "unknown")]


def test_the_list_has_what_is_confirmed_and_the_run_is_performed_for_it(way: Way, mocks: Mocks, tmp_path: Path) -> None:
    vendor, path = mocks.vendors[JWO], tmp_path / "may-be-deleted.txt"
    first, kept, last = untouched(vendor), untouched(vendor, "on_planogram"), untouched(vendor)
    result = way.to(mocks, JWO, limits=chunks_of(1), width=1).archive([first, kept, last], stores=STORES)
    assert listed(way, result, path) == 2
    assert path.read_text() == f"{first}\n{last}\n"
    assert (result.counts.confirmed, result.counts.rejected) == (2, 1)
    assert len([*read_ledger(tmp_path / "may-be-deleted.ledger.csv")]) >= 3
    with pytest.raises(FileExistsError):
        listed(way, result, path)
    assert listed(way, result, tmp_path / "again.txt") == 2


def test_the_list_of_a_run_that_was_written_is_that_of_its_ledger(way: Way, mocks: Mocks, tmp_path: Path) -> None:
    vendor = mocks.vendors[JWO]
    skus = [untouched(vendor) for _ in range(2)]
    result = way.to(mocks, JWO).archive(skus, stores=STORES)
    write(way, result, tmp_path / "ledger.jsonl")
    with pytest.raises(RuntimeError, match="have been read already"):
        write(way, result, tmp_path / "other.jsonl")
    assert listed(way, result, tmp_path / "list.txt") == 2
    more = way.to(mocks, JWO).archive([*skus, untouched(vendor)], stores=STORES, resume=tmp_path / "ledger.jsonl")
    assert listed(way, more, tmp_path / "more.txt") == 3
    assert {each.name for each in tmp_path.iterdir()} == {"ledger.jsonl", "list.txt", "more.txt"}


def test_before_a_run_the_list_must_not_exist_and_nothing_is_sent(way: Way, mocks: Mocks, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("mine")
    before = responses(mocks.vendors[JWO])
    with pytest.raises(FileExistsError, match="list"):
        listed(way, way.to(mocks, JWO).archive(["A"], stores=STORES), tmp_path / "list.txt")
    assert responses(mocks.vendors[JWO]) == before
    assert [each.read_text() for each in tmp_path.iterdir()] == ["mine"]


KEEPING: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "upload": (JWO, lambda catalog: catalog.upload([product()])),
    "unarchive": (YANDEX, lambda market: market.unarchive(["SKU-0000001"], business_id=BUSINESS)),
}


@pytest.mark.parametrize("run", KEEPING)
def test_there_is_no_list_of_what_was_not_archived(run: str, way: Way, mocks: Mocks, tmp_path: Path) -> None:
    api, start = KEEPING[run]
    facade, before = way.to(mocks, api), responses(mocks.vendors[api])
    with pytest.raises(ValueError, match="the run does not archive its items: no list is written"):
        listed(way, start(facade), tmp_path / "list.txt")
    assert (responses(mocks.vendors[api]), [*tmp_path.iterdir()]) == (before, [])
    result = start(facade)
    write(way, result, tmp_path / "ledger.csv")
    with pytest.raises(ValueError, match="does not archive"):
        listed(way, result, tmp_path / "list.txt")
    with pytest.raises(LedgerError, match=r"ledger\.csv is the ledger of a run that did not archive its items"):
        confirmed(tmp_path / "ledger.csv", tmp_path / "list.txt")
    assert [*tmp_path.iterdir()] == [tmp_path / "ledger.csv"]


def test_a_sku_is_listed_once_and_only_if_all_its_items_are_confirmed(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    items = [("A", "1"), ("A", "2"), ("B", "1"), ("C", "1"), ("D\nA", "1"), ("E\u2028F", "1"), ("", "1"), ("G", "1")]
    with Ledger(ledger) as file:
        file.outcomes(Outcome(sku=sku, store=store, status="confirmed", item=item) for item, (sku, store) in enumerate(items, 1))
        file.outcomes([Outcome(sku="B", store="2", status="rejected", item=9)])
        file.submitted([PendingItem(None, 10, "C", "2")], 2, "two")
    assert confirmed(ledger, tmp_path / "list.txt") == 2
    assert (tmp_path / "list.txt").read_text() == "A\nG\n"


def test_the_list_of_what_is_no_ledger_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    with pytest.raises(LedgerError):
        confirmed(tmp_path / "notes.csv", tmp_path / "list.txt")
    assert not (tmp_path / "list.txt").exists()
