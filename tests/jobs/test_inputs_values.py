"""Cells become what the fields want, and what a spreadsheet may have changed is a bad row."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.jobs.reading import ERROR, PARCELS, read, workbook, written

EAN = [4006381333931, 4000539671203, 9783161484100]  # with right check digits


def value(tmp_path: Path, name: str, cell: str, **options: str) -> object:
    """Return what a cell of a CSV file becomes; what is wrong with it, as text, if it is no value."""
    quoted = cell.replace('"', '""')
    found = read(written(tmp_path / "a.csv", f'parcelId;{name}\n1;"{quoted}"\n'), fields=PARCELS, **options)
    if found.bad:
        assert found.bad[0][:2] == (2, name)
        return found.bad[0][2]
    item = found.items[0]
    assert isinstance(item, dict)
    return item.get(name)


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("code", "007", "007"),
        ("code", " x ", " x "),
        ("code", "1E5", "1E5"),
        ("code", "4.00638E+12", "4.00638E+12 is a number that was rounded when the file was written; store the column as text"),
        ("code", "4,00638E+12", "4,00638E+12 is a number that was rounded when the file was written; store the column as text"),
        ("code", "4.00638e+12", "4.00638e+12 is a number that was rounded when the file was written; store the column as text"),
        ("code", "2e+x", "2e+x"),
        ("code", '="00123"', "00123"),
        ("code", '="a"b"', '="a"b"'),
        ("code", "=A1", "=A1"),
        ("code", "#N/A", "#N/A is shown by a spreadsheet instead of a value; correct the cell"),
        ("code", "#DIV/0!", "#DIV/0! is shown by a spreadsheet instead of a value; correct the cell"),
        ("code", "#BEZUG!", "#BEZUG! is shown by a spreadsheet instead of a value; correct the cell"),
        ("code", "#####", "##### is shown by a spreadsheet instead of a value; correct the cell"),
        ("code", "#1", "#1"),
        ("code", "#", "#"),
        ("code", "NA", "NA"),
        ("code", " ", None),
        ("count", " 12 ", 12),
        ("count", "-3", -3),
        ("count", "1.0", "must be a whole number, and not '1.0'"),
        ("count", "1 000", "must be a whole number, and not '1 000'"),
        ("weight", "1.50", 1.5),
        ("weight", "2", 2),
        ("weight", "1e3", 1000.0),
        ("weight", "1,5", "must be a number, with a decimal point and no other separator, and not '1,5'"),
        ("weight", "nan", "must be a number, with a decimal point and no other separator, and not 'nan'"),
        ("fragile", "TRUE", True),
        ("fragile", "no", False),
        ("fragile", "1", True),
        ("fragile", "si", "must be one of true, yes, 1, false, no, 0, and not 'si'"),
        ("tags", "a|b, c", ["a", "b, c"]),
        ("tags", "a; b", ["a", "b"]),
        ("tags", "a,b", ["a", "b"]),
        ("tags", "one", ["one"]),
        ("tags", '["a, b", "c"]', ["a, b", "c"]),
        ("tags", "[a", "is not JSON: Expecting value: line 1 column 2 (char 1)"),
        ("sizes", "1;2.5", [1, 2.5]),
        ("sizes", "1;x", "must be a number, with a decimal point and no other separator, and not 'x'"),
        ("price", '{"amount": 1}', {"amount": 1}),
        ("price", "5", "must be an object of JSON, and not '5'"),
        ("more", "x", "x"),
        ("more", '{"a": [1]}', {"a": [1]}),
    ],
)
def test_texts(tmp_path: Path, name: str, cell: str, expected: object) -> None:
    assert value(tmp_path, name, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1,5", 1.5),
        ("3", 3),
        ("1.5", "must be a number, with a decimal comma and no other separator, and not '1.5'"),
        ("1.234,5", "must be a number, with a decimal comma and no other separator, and not '1.234,5'"),
    ],
)
def test_numbers_with_a_decimal_comma(tmp_path: Path, cell: str, expected: object) -> None:
    assert value(tmp_path, "weight", cell, decimal=",") == expected


def sheet(tmp_path: Path, *cells: object) -> list[object]:
    """Return what cells of the key column of a workbook become: the text, or what is wrong."""
    path = workbook(tmp_path / "a.xlsx", {"S": [["sku", "n"], *([each, "x"] for each in cells)]})
    found = read(path)
    bad = {line: rule for line, _, rule in found.bad}
    items = iter(found.items)
    return [bad[line] if line in bad else next(items) for line in range(2, len(cells) + 2)]


def lost(have: int, others: int) -> str:
    return f"is a number of {have} digits, and others have {others}: leading zeros may be lost; store the column as text"


def test_numbers_of_a_workbook_are_written_without_decimals(tmp_path: Path) -> None:
    assert sheet(tmp_path, 12, 123456, "A1", 7) == ["12", "123456", "A1", "7"]


def test_a_number_that_has_fewer_digits_than_texts_with_zeros_before_them(tmp_path: Path) -> None:
    assert sheet(tmp_path, "00123", 123, 12345, 123456) == ["00123", lost(3, 5), "12345", "123456"]


def test_a_number_that_has_fewer_digits_than_most_barcodes(tmp_path: Path) -> None:
    found = sheet(tmp_path, *EAN, 96385074, 12345670, 123456789012, 12345678905, 1)
    assert found == [*map(str, EAN), "96385074", "12345670", lost(12, 13), lost(11, 13), lost(1, 13)]


def decimal(text: str) -> str:
    return f"{text} has a decimal that a program may have added, as in all other rows; store the column as text"


@pytest.mark.parametrize("header", ["sku", "sku,name"])
def test_texts_that_a_program_has_written_as_decimals(tmp_path: Path, header: str) -> None:
    more = ",x" * header.count(",")
    rows = [f"{text}{more}" for text in ("4006381333931.0", "12.0")]
    found = read(written(tmp_path / "a.csv", "\n".join([header, *rows, ""])))
    assert found.bad == [(2, "sku", decimal("4006381333931.0")), (3, "sku", decimal("12.0"))]
    found = read(written(tmp_path / "a.csv", "\n".join([header, *rows, f"1.1{more}", ""])))
    assert (found.bad, found.items) == ([], ["4006381333931.0", "12.0", "1.1"])
    assert read(written(tmp_path / "a.json", '["1.0", "2.0"]')).items == ["1.0", "2.0"]


def test_only_the_key_of_an_item_with_fields_must_not_be_written_as_decimals(tmp_path: Path) -> None:
    found = read(written(tmp_path / "a.csv", "parcelId,code\nA1,1.0\nA2,2.0\n"), fields=PARCELS)
    assert found.items == [{"parcelId": "A1", "code": "1.0"}, {"parcelId": "A2", "code": "2.0"}]
    found = read(written(tmp_path / "a.csv", "parcelId,code\n1.0,x\n2.0,y\n"), fields=PARCELS)
    assert [each[:2] for each in found.bad] == [(2, "parcelId"), (3, "parcelId")]


def test_decimals_of_a_parquet_file_in_a_key(tmp_path: Path) -> None:
    cells = [Decimal(each) for each in ("4006381333931.00", "12345678901234567890.00", "1.50")]
    pyarrow.parquet.write_table(pa.table({"sku": cells}), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet")
    assert found.items == ["4006381333931", "12345678901234567890"]
    assert found.bad == [(3, "sku", "is a number with decimals, and zeros at its end may be lost; store the column as text")]


def test_long_numbers_that_are_no_barcodes_may_have_any_number_of_digits(tmp_path: Path) -> None:
    assert sheet(tmp_path, *(each + 1 for each in EAN), 12345678905) == [*(str(each + 1) for each in EAN), "12345678905"]


def test_numbers_of_which_something_is_lost(tmp_path: Path) -> None:
    cells = [1.5, 12345678901234567, -1, True, dt.date(2026, 3, 5), ERROR]
    assert sheet(tmp_path, *cells) == [
        "is a number with decimals, and zeros at its end may be lost; store the column as text",
        "is a number of more than 15 digits, and Excel keeps only 15; store the column as text",
        "is a number below 0; if that is right, store the column as text",
        "is true or false, and not text",
        "is a date or a time, which Excel may have made from a text; store the column as text",
        "is empty",
    ]


def test_other_fields_of_a_workbook(tmp_path: Path) -> None:
    header = ["parcelId", "code", "count", "weight", "fragile", "tags", "more"]
    date = dt.datetime(2026, 3, 5, 6, 7)  # noqa: DTZ001 - as workbooks have it
    rows = [["a", 19.9, 3, 4, True, 5, date], ["b", 19.9, 3.5, "x", 2, None, 1], ["c", True, 1, 1.5, 0, "x;y", None]]
    found = read(workbook(tmp_path / "a.xlsx", {"S": [header, *rows]}), fields=PARCELS)
    assert found.items == [
        {
            "parcelId": "a",
            "code": "19.9",
            "count": 3,
            "weight": 4,
            "fragile": True,
            "tags": ["5"],
            "more": "2026-03-05T06:07:00",
        },
        {"parcelId": "c", "code": "true", "count": 1, "weight": 1.5, "fragile": False, "tags": ["x", "y"]},
    ]
    assert found.bad == [(3, "count", "must be a whole number, and not '3.5'")]
    assert found.rows[0].cells == ("a", 19.9, 3, 4, True, 5, "2026-03-05T06:07:00")


def test_numbers_of_a_parquet_file(tmp_path: Path) -> None:
    columns = {"sku": pa.array([math.nan, 4006381333931.0, 4000539671203.0, 12.0, 1e17]), "n": pa.array([1, 2, 3, 4, 5])}
    pa.parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet")
    assert found.items == ["4006381333931", "4000539671203"]
    assert [(line, rule[:24]) for line, _, rule in found.bad] == [
        (1, "is empty"),
        (4, "is a number of 2 digits,"),
        (5, "is a number of more than"),
    ]
    pa.parquet.write_table(pa.table({"parcelId": ["1"], "code": [0.1 + 0.2]}), tmp_path / "c.parquet")
    assert read(tmp_path / "c.parquet", fields=PARCELS).items == [{"parcelId": "1", "code": "0.3"}]
    whole = {"sku": pa.array([12345678901234567])}
    pa.parquet.write_table(pa.table(whole), tmp_path / "b.parquet")
    assert read(tmp_path / "b.parquet").items == ["12345678901234567"]


def test_a_number_of_json_where_a_text_identifies_an_item(tmp_path: Path) -> None:
    found = read(written(tmp_path / "a.json", '["0012", 12, 1234, true, null, {"a": 1}, ["x"]]'))
    assert found.items == ["0012", "1234"]
    assert [rule for _, _, rule in found.bad] == [
        lost(2, 4),
        "is true or false, and not text",
        "is an object, and the first value is not",
        "must be text, and not a list",
    ]
