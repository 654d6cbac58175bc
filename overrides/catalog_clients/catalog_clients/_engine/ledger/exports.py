"""Make a Parquet file or an Excel workbook from a ledger.

As lines cannot be appended to these formats, the file is made when the run has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from catalog_clients.errors import LedgerError

from .file import whole_file
from .ledger import FORMATS, last_rows, suffix_of
from .lines import Row

_COLUMNS = Row.__struct_fields__
_NUMBERS = ("item", "chunk", "attempt")
_BATCH = 50_000  # rows of a group of a Parquet file
_LAST_COLUMN = chr(ord("A") + len(_COLUMNS) - 1)
_ROWS, _LONGEST = 1_048_576, 32_767  # of a sheet; characters of a cell


def ledger_of(path: Path) -> Path:
    """Return the ledger of a run whose outcomes are written to a file: the file itself, or one beside it.

    Raises:
        ValueError: no format has the suffix of the file.
        ImportError: the format needs a library that is not installed.
    """
    suffix = suffix_of(path)
    if suffix in FORMATS:
        return path
    if suffix not in _EXPORTS:
        *most, last = (*FORMATS, *_EXPORTS)
        raise ValueError(f"{path}: the name must end in {', '.join(most)} or {last}, which says its format")
    module, _ = _EXPORTS[suffix]
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        extra = suffix.removeprefix(".")
        raise ImportError(f"{path}: its format needs {error.name}: install catalog-clients[{extra}]") from error
    return path.with_name(f"{path.name}{FORMATS[-1]}")


def table_of(ledger: Path) -> Path:
    """Return the Parquet file or Excel workbook that is made from a ledger; the ledger itself if there is none."""
    table = ledger.with_suffix("")
    return table if suffix_of(ledger) == FORMATS[-1] and suffix_of(table) in _EXPORTS else ledger


def export(ledger: Path, path: Path) -> None:
    """Write the last line of each item of a ledger to a file. The file is complete, or does not exist.

    Raises:
        LedgerError: it cannot be written.
        ValueError: a text is too long for its format.
    """
    _, write = _EXPORTS[suffix_of(path)]
    try:
        with whole_file(path) as part:
            write(part, last_rows(ledger))
    except (ValueError, LedgerError):
        raise
    except Exception as error:  # each library has its own, and some of them hide an OSError
        raise LedgerError(f"{path} cannot be written: {error}; all outcomes are in the ledger {ledger}") from error


def _parquet(path: Path, rows: Iterator[Row]) -> None:
    arrow: Any = import_module("pyarrow")
    writer: Any = import_module("pyarrow.parquet").ParquetWriter
    schema = arrow.schema([(name, arrow.int64() if name in _NUMBERS else arrow.string()) for name in _COLUMNS])
    with writer(path, schema) as file:
        while batch := [msgspec.structs.asdict(each) for each in islice(rows, _BATCH)]:
            file.write_table(arrow.Table.from_pylist(batch, schema))


def _xlsx(path: Path, rows: Iterator[Row]) -> None:
    """Write sheets with as many rows as Excel has. All texts stay texts, also those that look like a number or a formula."""
    with import_module("xlsxwriter").Workbook(path, {"constant_memory": True}) as book:
        sheet = _sheet(book)
        for number, row in enumerate(rows):
            line = number % (_ROWS - 1) + 1
            if number and line == 1:
                sheet = _sheet(book)
            for column, value in enumerate(msgspec.structs.astuple(row)):
                if isinstance(value, int):
                    sheet.write_number(line, column, value)
                elif sheet.write_string(line, column, value):
                    raise ValueError(f"a cell of Excel has at most {_LONGEST} characters, and {value[:20]!r}… has {len(value)}")


def _sheet(book: Any) -> Any:  # Any: a library without types
    """Return a new sheet with the names of the columns."""
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, _COLUMNS)
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{_LAST_COLUMN}{_ROWS}"})
    return sheet


_EXPORTS: dict[str, tuple[str, Callable[[Path, Iterator[Row]], None]]] = {
    ".parquet": ("pyarrow.parquet", _parquet),
    ".xlsx": ("xlsxwriter", _xlsx),
}
