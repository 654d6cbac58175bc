"""Read inputs in tests: the fields of invented items, and files of every format."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
import zstandard

from catalog_clients._engine.items.fields import ItemField, ItemFields, Want
from catalog_jobs.inputs import open_input
from catalog_jobs.records import BadRow, Row


def field(path: str, want: Want = "text", *, element: Want = "any", required: bool = False, key: bool = False) -> ItemField:
    """Return a field whose names in the spec and in Python are the same."""
    parts = tuple(path.split("."))
    return ItemField(parts, parts, want, element, is_required=required, is_key=key)


LIST = ItemFields("archiveParcels", ("parcelIds", "parcel_ids"), [ItemField((), (), "text", "any", is_required=True, is_key=True)])
"""Items that are one text."""
PARCELS = ItemFields(
    "uploadParcels",
    ("parcels",),
    [
        ItemField(("parcelId",), ("parcel_id",), "text", "any", is_required=True, is_key=True),
        field("code"),
        field("count", "whole"),
        field("weight", "number"),
        field("fragile", "flag"),
        field("tags", "list", element="text"),
        field("sizes", "list", element="number"),
        field("price", "object"),
        field("price.amount", "number"),
        field("price.currency"),
        field("more", "any"),
    ],
    [("parcelId",), ("code",)],
)
"""Items with fields of every kind."""


ERROR = "#DIV/0!"
"""A cell of a workbook with a formula that fails."""


class Read(NamedTuple):
    """What was read: items, bad rows as line, column and rule, and all of it."""

    items: list[object]
    bad: list[tuple[int, str, str]]
    rows: list[Row | BadRow]


def read(*sources: Path | str, fields: ItemFields = LIST, **options: Any) -> Read:
    """Read files to their end."""
    with open_input([str(each) for each in sources], fields, **options) as found:
        rows = [*found]
    items = [each.item for each in rows if isinstance(each, Row)]
    return Read(items, [(each.line, each.column, each.rule) for each in rows if isinstance(each, BadRow)], rows)


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Write a file, compressed as its name says, and return its path."""
    data = content if isinstance(content, bytes) else content.encode(encoding)
    if path.suffix == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".zst":
        data = zstandard.compress(data)
    path.write_bytes(data)
    return path


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> Path:
    """Write a workbook; a text stays a text, None is an empty cell."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell == ERROR:
                        sheet.write_formula(number, column, "=1/0", None, ERROR)
                    else:
                        sheet.write(number, column, cell)
            if name in hidden:
                sheet.hide()
    return path
