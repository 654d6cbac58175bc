"""Which column has which field is given or guessed, and what is not certain is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from catalog_clients._engine.items.fields import ItemField, ItemFields
from catalog_jobs.errors import InputError
from catalog_jobs.inputs import open_input
from tests.jobs.reading import LIST, PARCELS, field, read, workbook, written


@pytest.mark.parametrize(
    "header",
    ["sku", "SKU", "Seller SKU", "item-sku", "barcode", "EAN", "GTIN", "parcelId", "Parcel IDs", "parcel_ids", "UPC"],
)
@pytest.mark.parametrize("more", ["", ";name"])
def test_usual_names_of_the_column_of_a_list(tmp_path: Path, header: str, more: str) -> None:
    cell = ";x" if more else ""
    assert read(written(tmp_path / "a.csv", f"{header}{more}\n01{cell}\nB2{cell}\n")).items == ["01", "B2"]


@pytest.mark.parametrize(
    ("content", "items"),
    [
        ("Artikel\n01\n02\n", ["01", "02"]),  # no digit, and all others have one
        ("Artikel\n01\nB\n", ["Artikel", "01", "B"]),
        ("01\n02\n", ["01", "02"]),
        ("RED\nBLUE\n", ["RED", "BLUE"]),
        ("only\n", ["only"]),
        ("sku\n1E5\n", ["1E5"]),
    ],
)
def test_the_header_of_a_single_column(tmp_path: Path, content: str, items: list[str]) -> None:
    assert read(written(tmp_path / "a.csv", content)).items == items
    assert read(written(tmp_path / "a.txt", content)).items == items
    assert read(workbook(tmp_path / "a.xlsx", {"S": [[each] for each in content.split()]})).items == items


def test_columns_without_a_name_are_called_by_their_numbers_and_can_be_read_again(tmp_path: Path) -> None:
    lists = [written(tmp_path / "a.csv", "01\n02\n"), workbook(tmp_path / "a.xlsx", {"S": [["01"], ["02"]]})]
    for path in lists:
        with open_input([str(path)], LIST) as found:
            assert found.table.columns == ("column 1",)
    rejected = written(tmp_path / "b.csv", "column 1,job_line,job_reason\n02,2,no\n")
    assert read(rejected).items == ["02"]
    assert read(written(tmp_path / "c.csv", "column 1\n02\n")).items == ["02"]
    path = written(tmp_path / "d.csv", "x;7;\ny;8;\n")
    with open_input([str(path)], LIST, header=False, columns={"2": "sku"}) as found:
        assert found.table.columns == ("column 1", "column 2", "column 3")
        assert found.fields == {"column 2": "sku"}
    with open_input([str(written(tmp_path / "e.csv", "sku;\n1;x\n"))], LIST) as found:
        assert found.table.columns == ("sku", "column 2")


def test_a_header_is_or_is_not_as_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "sku\n1\n")
    assert read(path, header=False).items == ["sku", "1"]
    assert read(written(tmp_path / "b.csv", "1\n2\n"), header=True).items == ["2"]
    assert read(written(tmp_path / "c.csv", "x,y\na,b\n"), header=False, columns={"2": "sku"}).items == ["y", "b"]


@pytest.mark.parametrize(
    ("columns", "items"),
    [
        ({"Code": "sku"}, ["x1", "x2"]),
        ({"code": "parcelIds"}, ["x1", "x2"]),
        ({"3": "sku"}, ["x1", "x2"]),
        ({"ean": ""}, ["1", "2"]),
        ({"EAN": "SKU", "sku": ""}, ["5", "6"]),
    ],
)
def test_columns_that_are_given(tmp_path: Path, columns: Mapping[str, str], items: list[str]) -> None:
    path = written(tmp_path / "a.csv", "sku,ean,Code\n1,5,x1\n2,6,x2\n")
    assert read(path, columns=columns).items == items


def test_a_single_column_that_is_given_by_name(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.csv", "Artikel\nRED\nBLUE\n"), columns={"artikel": "sku"}).items == ["RED", "BLUE"]


def test_columns_of_a_file_without_a_header_are_given_by_number(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "x,01,5\ny,02,6\n")
    assert read(path, columns={"2": "sku"}).items == ["01", "02"]
    found = read(path, fields=PARCELS, columns={"2": "parcelId", "3": "count"})
    assert found.items == [{"parcelId": "01", "count": 5}, {"parcelId": "02", "count": 6}]
    with pytest.raises(InputError, match=r"its first row, a, b, may be a header or not; give --header or --no-header"):
        read(written(tmp_path / "b.csv", "a,b\nc,d\n"), columns={"2": "sku"})
    assert read(written(tmp_path / "c.csv", "a,number\nc,1\n"), columns={"2": "sku"}).items == ["1"]


def test_parts_of_inner_objects(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "parcel_id,price.amount,Waehrung\n1,2.50,EUR\n2,,EUR\n3,,\n")
    assert read(path, fields=PARCELS, columns={"Waehrung": "price.currency"}).items == [
        {"parcelId": "1", "price": {"amount": 2.5, "currency": "EUR"}},
        {"parcelId": "2", "price": {"currency": "EUR"}},
        {"parcelId": "3"},
    ]


def test_extra_fields_are_sent(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "parcel_id,colour\n1,red\n")
    assert read(path, fields=PARCELS).items == [{"parcelId": "1"}]
    assert read(path, fields=PARCELS, extra_fields=["colour"]).items == [{"parcelId": "1", "colour": "red"}]


OPTIONAL = ItemFields("tag", (), [field("name"), field("colour")])


@pytest.mark.parametrize(
    ("content", "fields", "options", "message"),
    [
        ("sku,EAN\n1,2", LIST, {}, "the columns 'sku', 'EAN' may have the field sku; choose one: --map 1=sku or 2=sku"),
        ("a,b\n1,2", LIST, {}, "no column has the field sku; its columns are a, b; name one: --map COLUMN=sku"),
        (
            "count,b\n1,2",
            PARCELS,
            {},
            "no column has the field parcelId; its columns are count, b; name one: --map COLUMN=parcelId",
        ),
        ("a,b\n1,2", OPTIONAL, {}, "no column has a field; its columns are a, b; name one: --map COLUMN=FIELD"),
        ("sku,b\n1,2", LIST, {"columns": {"bb": "sku"}}, "it has no column 'bb'; did you mean b?"),
        ("sku,b\n1,2", LIST, {"columns": {"9": "sku"}}, "it has no column '9'; there are sku, b"),
        ("a,a\n1,2", LIST, {"columns": {"a": "sku"}}, "several columns are called 'a', numbers 1 and 2; give the number"),
        ("sku,SKU\n1,2", LIST, {}, "the columns 'sku', 'SKU' may have the field sku; choose one: --map 1=sku or 2=sku"),
        ("a,b\n1,2", LIST, {"columns": {"a": "sku", "b": "sku"}}, "two columns are given for the field sku"),
        ("a,b\n1,2", LIST, {"columns": {"a": "sku", "1": "sku"}}, "a column is given twice, by its name and by its number"),
        (
            "parcel_id,price,price.amount\n1,2,3",
            PARCELS,
            {},
            "one column has the field price, and another one its part price.amount",
        ),
    ],
)
def test_what_is_not_certain(tmp_path: Path, content: str, fields: ItemFields, options: Mapping[str, Any], message: str) -> None:
    path = written(tmp_path / "a.csv", content)
    with pytest.raises(InputError, match=re.escape(f"{path}: {message}")):
        read(path, fields=fields, **options)


@pytest.mark.parametrize(
    ("fields", "given", "message"),
    [
        (LIST, "price", "archiveParcels: its items have no field 'price'; they are one value, sku"),
        (PARCELS, "wieght", "uploadParcels: its items have no field 'wieght'; did you mean weight?"),
    ],
)
def test_a_field_that_does_not_exist(tmp_path: Path, fields: ItemFields, given: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        read(written(tmp_path / "a.csv", "sku,b\n1,2\n"), fields=fields, columns={"sku": given})


def test_files_whose_columns_differ(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a.csv", "sku,n\n1,x\n"), written(tmp_path / "b.csv", "n,sku\nx,2\n")
    with pytest.raises(InputError, match=re.escape(f"{second}: its columns are n, sku; those of {first} are sku, n")):
        read(first, second)


def test_names_of_columns_are_one_line(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", '" parcel\n id",count,\n1,2,x\n')
    assert read(path, fields=PARCELS).items == [{"parcelId": "1", "count": 2}]
    assert read(path, fields=PARCELS, columns={"3": "code"}).items == [{"parcelId": "1", "count": 2, "code": "x"}]


def test_items_without_known_fields_are_given_as_json(tmp_path: Path) -> None:
    free = ItemFields("tag", ("tags",), [ItemField((), (), "object", "any", is_required=True, is_key=True)])
    assert read(written(tmp_path / "a.json", '[{"a": 1}, {"b": [2]}]'), fields=free).items == [{"a": 1}, {"b": [2]}]
    assert read(written(tmp_path / "a.jsonl", '{"a": 1}\n3\n'), fields=free).bad == [
        (2, "value", "must be an object of JSON, and not '3'")
    ]
    with pytest.raises(InputError, match=r"a\.csv: the spec of tag does not say which fields its items have; give them as JSON"):
        read(written(tmp_path / "a.csv", "a\n1\n"), fields=free)
