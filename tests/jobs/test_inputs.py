"""Files of every format are read as rows of items."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import sys
import tracemalloc
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pyarrow.parquet
import pytest

import amazon_jwo_catalog
import yandex_market_offers
from catalog_clients._engine.items.fields import item_fields
from catalog_jobs.errors import InputError
from catalog_jobs.inputs import open_input
from catalog_jobs.records import BadRow, Row, Table
from tests.jobs.reading import LIST, PARCELS, read, workbook, written

OBJECTS: list[dict[str, object]] = [{"parcelId": "007", "count": 3}, {"parcelId": "A 8", "weight": 1.5}]
ITEMS: list[object] = [{"parcelId": "007", "count": 3}, {"parcelId": "A 8", "weight": 1.5}]


def example(path: Path) -> Path:
    """Write the objects to a file of the format that its name says."""
    columns = ["parcelId", "count", "weight"]
    rows: list[list[object]] = [[each.get(name) for name in columns] for each in OBJECTS]
    match path.name.split(".", 1)[1].removesuffix(".gz").removesuffix(".zst"):
        case "xlsx":
            return workbook(path, {"Sheet1": [columns, *rows]})
        case "parquet":
            pa.parquet.write_table(pa.table({name: [row[index] for row in rows] for index, name in enumerate(columns)}), path)
            return path
        case "json":
            return written(path, json.dumps(OBJECTS, indent=2))
        case "jsonl":
            return written(path, "".join(json.dumps(each) + "\n" for each in OBJECTS))
        case name:
            separator = "\t" if name == "tsv" else ","
            table: list[list[object]] = [[*columns], *rows]
            lines = [separator.join("" if each is None else str(each) for each in row) for row in table]
            return written(path, "\n".join(lines))


@pytest.mark.parametrize(
    "name", ["p.csv", "p.tsv", "p.json", "p.jsonl", "p.parquet", "p.xlsx", "p.csv.gz", "p.csv.zst", "p.json.gz", "p.jsonl.zst", "p"]
)
def test_every_format_gives_the_same_items(tmp_path: Path, name: str) -> None:
    assert read(example(tmp_path / (name if "." in name else f"{name}.csv")), fields=PARCELS).items == ITEMS


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("p.csv", {"sheet": "excel"}),
        ("p.tsv", {"sheet": "excel"}),
        ("p.xlsx", {"separator": "csv, tsv, text", "encoding": "csv, tsv, text, jsonl, json"}),
        ("p.json", {"separator": "csv, tsv, text", "sheet": "excel", "header": "csv, tsv, text, excel"}),
        ("p.jsonl.gz", {"separator": "csv, tsv, text", "sheet": "excel", "header": "csv, tsv, text, excel"}),
        ("p.parquet", dict.fromkeys(("separator", "encoding", "sheet", "header"), "")),
    ],
)
def test_an_option_of_another_format_is_refused(tmp_path: Path, name: str, options: dict[str, str]) -> None:
    path = example(tmp_path / name)
    for option, formats in options.items():
        value = {"separator": ";", "encoding": "utf-8", "sheet": "S", "header": False}[option]
        message = f"{path}: the {option} is only for files of format {formats}"
        with pytest.raises(InputError, match=f"^{re.escape(message)}.*, and not [a-z]+; leave it out$"):
            read(path, fields=PARCELS, **{option: value})


@pytest.mark.parametrize("name", ["p.json", "p.jsonl", "p.parquet", "p.xlsx", "p.csv", "p.csv.gz", "p.tsv"])
def test_a_file_without_a_suffix_is_known_by_its_beginning(tmp_path: Path, name: str) -> None:
    path = example(tmp_path / name).rename(tmp_path / "data")
    assert read(path, fields=PARCELS).items == ITEMS


@pytest.mark.parametrize("name", ["p.json", "p.parquet", "p.xlsx", "p.csv", "p.csv.zst"])
def test_the_standard_input(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = example(tmp_path / name).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(content))))
    assert read("-", fields=PARCELS).items == ITEMS


def test_rows_have_their_lines_and_all_cells(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'parcel id;Note;count\n\n1;"two\r\nlines";5\n;;\n2;;\n')
    with open_input(str(path), PARCELS) as found:
        assert found.table == Table(str(path), ("parcel id", "Note", "count"))
        assert (found.fields, found.unused) == ({"parcel id": "parcelId", "count": "count"}, ["Note"])
        assert found.notes == ["the encoding is utf-8", "cells are separated by semicolons"]
        assert [*found] == [
            Row({"parcelId": "1", "count": 5}, 3, ("1", "two\r\nlines", "5")),
            Row({"parcelId": "2"}, 6, ("2", "", "")),
        ]


def test_a_list_of_texts(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", '0012\n\n"A"\r\n B \n')
    assert read(path).rows == [Row("0012", 1, ("0012",)), Row('"A"', 3, ('"A"',)), Row(" B ", 4, (" B ",))]


@pytest.mark.parametrize("separator", [";", ",", "^"])
def test_a_first_line_that_says_the_separator(tmp_path: Path, separator: str) -> None:
    rows = ["sep=^", "sku^n", '01^"x, y; z"', "02^z"]
    path = written(tmp_path / "a.csv", "".join(f"{each.replace('^', separator)}\r\n" for each in rows))
    assert read(path).rows == [Row("01", 3, ("01", "x, y; z")), Row("02", 4, ("02", "z"))]


def test_skus_of_a_single_column_may_have_vertical_bars(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.csv", "sku\nA|1\nB|2\n")).items == ["A|1", "B|2"]


def test_a_list_of_texts_with_tabs_is_a_table(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.txt", "sku\tname\n01\tx\n02\ty\n")).items == ["01", "02"]


@pytest.mark.parametrize(
    ("content", "items"),
    [
        ('["01", "2"]', ["01", "2"]),
        ("[]", None),
        ('"01"\n"2"', ["01", "2"]),
        ('[{"sku": "01", "name": "x"},\n{"name": "y", "sku": "2"}]', ["01", "2"]),
        ('{"parcelIds": "01"}{"parcelIds": "2"}', ["01", "2"]),
    ],
)
def test_values_of_json(tmp_path: Path, content: str, items: list[object] | None) -> None:
    path = written(tmp_path / "a.json", content)
    if items is None:
        with pytest.raises(InputError, match=r"a\.json: it has no rows"):
            read(path)
    else:
        assert read(path).items == items


def test_json_is_read_in_pieces_whose_lines_are_known(tmp_path: Path) -> None:
    texts = ["é" * size for size in (1, 300_000, 5, 900_000, 2)]
    path = written(tmp_path / "a.json", json.dumps(texts, indent=1, ensure_ascii=False))
    assert [(each.item, each.line) for each in read(path).rows if isinstance(each, Row)] == [*zip(texts, range(2, 7), strict=True)]


def test_a_number_of_json_that_two_blocks_have(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.json", f"[{' ' * (2**20 - 3)}12345, 6]")).items == ["12345", "6"]


def test_objects_of_json_keep_null_and_structure(tmp_path: Path) -> None:
    lines = ['{"parcelId": "1", "code": null, "price": {"amount": 5}, "note": [1]}', '{"parcelId": "2", "weight": 2.0}']
    found = read(written(tmp_path / "a.jsonl", "\n".join(lines)), fields=PARCELS)
    assert found.items == [{"parcelId": "1", "code": None, "price": {"amount": 5}}, {"parcelId": "2", "weight": 2.0}]
    assert found.rows[0].cells[:4] == ("1", None, '{"amount": 5}', "[1]")


def test_a_key_that_comes_late_is_a_field_or_a_bad_row(tmp_path: Path) -> None:
    lines = ['{"parcelId": "1"}'] * 1000 + ['{"parcelId": "2", "code": "x"}', '{"parcelId": "3", "cod": "x"}']
    found = read(written(tmp_path / "a.jsonl", "\n".join(lines)), fields=PARCELS)
    assert found.items[-1] == {"parcelId": "2", "code": "x"}
    assert found.bad == [(1002, "cod", "is not a field, and none of the first 1,000 objects has it")]


def test_types_of_a_parquet_file(tmp_path: Path) -> None:
    columns = {
        "parcel_id": pa.array(["1", "2"]).dictionary_encode(),
        "code": pa.array([b"x", b"\xff"]),
        "weight": pa.array([Decimal("1.50"), None]),
        "tags": pa.array([["a", "b"], None]),
        "price": pa.array([{"amount": 1.0}, None]),
        "more": pa.array([dt.datetime(2026, 1, 2, 3, 4), None]),  # noqa: DTZ001 - as Parquet files have it
    }
    pa.parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet", fields=PARCELS)
    item = {
        "parcelId": "1",
        "code": "x",
        "weight": 1.5,
        "tags": ["a", "b"],
        "price": {"amount": 1.0},
        "more": "2026-01-02T03:04:00",
    }
    assert found.items == [item]
    assert found.bad == [(2, "code", "is bytes that are not UTF-8, and not text")]


def test_a_workbook_with_empty_rows_before_its_header(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [[None], [None, "Parcel ID", "Tags"], [None, "01", "a|b"], [None], [None, "02", None]]
    path = workbook(tmp_path / "a.xlsx", {"Info": (), "Parcels": rows, "Old": [["x"]]}, hidden=["Old"])
    with open_input(str(path), PARCELS) as found:
        assert found.notes == ["the sheet is Parcels"]
        assert [(each.line, each.item) for each in found if isinstance(each, Row)] == [
            (3, {"parcelId": "01", "tags": ["a", "b"]}),
            (5, {"parcelId": "02"}),
        ]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"One": [["1"]], "Two": [["2"]]})
    assert read(path, sheet="Two").items == ["2"]
    with pytest.raises(InputError, match=r"a\.xlsx: the sheets One, Two have rows; give the name of one"):
        read(path)
    with pytest.raises(InputError, match=r"a\.xlsx: it has no sheet 'Three'; it has One, Two"):
        read(path, sheet="Three")


def test_several_files_and_patterns(tmp_path: Path) -> None:
    written(tmp_path / "b.csv", "sku,n\n2,x\n")
    written(tmp_path / "a.csv.gz", "sku;n\n1;x\n")
    workbook(tmp_path / "c.xlsx", {"S": [["sku", "n"], ["3", "x"], [None, "y"]]})
    written(tmp_path / "d.csv", "sku,n\n")
    found = read(tmp_path / "*.csv*", tmp_path / "c.xlsx", sheet="S", encoding="utf-8")  # each is for some of them
    assert found.items == ["1", "2", "3"]
    assert [Path(each.file).name for each in found.rows] == ["a.csv.gz", "b.csv", "c.xlsx", "c.xlsx"]
    assert isinstance(found.rows[-1], BadRow)


def test_lists_with_and_without_a_header_are_one_input(tmp_path: Path) -> None:
    written(tmp_path / "a.txt", "1\n2\n")
    written(tmp_path / "b.csv", "sku\n3\n")
    assert read(tmp_path / "a.txt", tmp_path / "b.csv").items == ["1", "2", "3"]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "sku;name\n" + "".join(f"{number};{'x' * 3000}\n" for number in range(7_000)))
    tracemalloc.start()
    try:
        with open_input(str(path), LIST) as found:
            assert sum(1 for _ in found) == 7_000
        assert tracemalloc.get_traced_memory()[1] < 12_000_000  # of a file of 21,000,000
    finally:
        tracemalloc.stop()


def test_items_of_generated_clients(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Item SKU,external-product-id,ITEM_NAME,store id\nA,0012,Tea,S1\n")
    item = {"item_sku": "A", "external_product_id": "0012", "item_name": "Tea", "store_id": "S1"}
    assert read(path, fields=item_fields(amazon_jwo_catalog, "upload_catalog")).items == [item]
    found = item_fields(yandex_market_offers, "addOffersToArchive")
    assert (found.names, [each.path for each in found.fields]) == (["offerIds", "offer_ids"], [()])
    assert read(written(tmp_path / "b.csv", "offer_id,sku\n1,2\n"), fields=found).items == ["1"]


@pytest.mark.parametrize("name", ["p.xlsx", "p.parquet", "p.csv"])
def test_a_pipe_is_read_once(tmp_path: Path, name: str) -> None:
    content, pipe = example(tmp_path / name).read_bytes(), tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(content,), daemon=True)
    writer.start()
    assert read(pipe, fields=PARCELS).items == ITEMS
    writer.join(10)
