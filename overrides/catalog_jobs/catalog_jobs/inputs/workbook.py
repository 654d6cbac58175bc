"""Read a sheet of a workbook: xlsx, xls, xlsb or ods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from catalog_jobs.errors import InputError

from .raw import Raw, Record, Value
from .sources import called, needed

_MOST_EXACT = 10**15  # Excel keeps 15 digits of a number


def read_workbook(name: str, file: BinaryIO, sheet: str | None) -> Raw:
    """Return the rows of a sheet, including hidden and filtered ones. The whole sheet is in memory.

    Args:
        name: name of the file in messages.
        file: the file.
        sheet: name of the sheet; default: the only visible one that has cells.

    Raises:
        InputError: python-calamine is not installed; the file is not a workbook, or has a password; there is no such sheet; or
            several sheets have rows, and none is named.
    """
    calamine = needed("python_calamine", "xlsx", name)
    try:
        with calamine.CalamineWorkbook.from_filelike(file) as book:
            chosen, found = _chosen(name, book, sheet)
    except calamine.CalamineError as error:
        raise InputError(
            f"{called(name)}: it is damaged, has a password, is a ZIP archive that must be unpacked, or is not a workbook: {error}"
        ) from error
    return Raw(_rows(found), notes=[f"the sheet is {chosen}"])


def _chosen(name: str, book: Any, sheet: str | None) -> tuple[str, Any]:
    """Return the name of a sheet, and the sheet."""
    names: Sequence[str] = book.sheet_names
    if sheet is not None:
        if sheet not in names:
            raise InputError(f"{called(name)}: it has no sheet {sheet!r}; it has {', '.join(names)}")
        return sheet, book.get_sheet_by_name(sheet)
    visible = [each.name for each in book.sheets_metadata if str(each.visible).endswith(".Visible")]
    filled, first = list[str](), None
    for each in visible:
        found = book.get_sheet_by_name(each)
        if found.height:
            filled.append(each)
            first = first or found  # the only one that is kept in memory
    if len(filled) > 1:
        raise InputError(f"{called(name)}: the sheets {', '.join(filled)} have rows; give the name of one")
    if not filled:
        raise InputError(f"{called(name)}: it is empty: no visible sheet has a row")
    return filled[0], first


def _rows(sheet: Any) -> Iterator[Record]:
    number = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, [_whole(each) if type(each) is float else each for each in cells]


def _whole(value: float) -> Value:
    """Return a float that is a whole number as an int, unless its last digits may be lost."""
    return int(value) if value.is_integer() and abs(value) < _MOST_EXACT else value
