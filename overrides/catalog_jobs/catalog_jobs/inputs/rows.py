"""Make items from rows of cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from catalog_jobs.records import BadRow, Cell, Row

from .columns import Column
from .raw import Fault, Raw, Record, Value
from .values import Convert, Digits, are_decimals, cell_of, converter, digits_of, is_absent, may_be_changed

_CELLS = frozenset({str, int, float, bool, type(None)})


class _Part(NamedTuple):
    """A column, the place of its values in an item, and what converts its cells."""

    position: int
    path: tuple[str, ...]
    convert: Convert


class _CellFault(Exception):
    def __init__(self, index: int, rule: str) -> None:
        self.index, self.rule = index, rule
        super().__init__(rule)


class Rows:
    """Makes items from the rows of a file.

    Args:
        header: names of the columns.
        columns: the columns with fields.
        sample: the first rows; they show whether numbers may have lost digits.
        raw: the result of the file's reader.
        is_value: whether an item is one value.
        keys: paths of the SKU and of the store in an item that has fields.
        file: name of the file for the rows; empty if the input has one file.
        comma: whether the decimal separator in text is a comma.
    """

    def __init__(
        self,
        header: Sequence[str],
        columns: Sequence[Column],
        sample: Sequence[Record],
        raw: Raw,
        *,
        is_value: bool,
        keys: Sequence[tuple[str, ...]] = (),
        file: str = "",
        comma: bool = False,
    ) -> None:
        self._header, self._width, self._raw, self._file, self._is_value = header, len(header), raw, file, is_value
        self._parts = [_part(each, sample, raw, comma=comma) for each in columns]
        self._keys = [next((part for part in self._parts if part.path == path), None) for path in keys if path]
        self._is_list = is_value and not raw.is_typed and columns[0].field.want == "text" and not _has_decimals(columns[0], sample)

    def of(self, records: Iterable[Record]) -> Iterator[Row | BadRow]:
        """Yield a row for each record that is not empty."""
        width, file, place, is_list = self._width, self._file, self._parts[0].position, self._is_list
        for record in records:
            if is_list and not isinstance(record, Fault):  # a faster way for lists of texts, which most inputs are
                line, cells = record
                if len(cells) == width:
                    text = cells[place]
                    if isinstance(text, str) and text and not text.isspace() and not may_be_changed(text):
                        yield Row(text, line, tuple(cells), file)
                        continue
            found = self._row(record)
            if found is not None:
                yield found

    def _row(self, record: Record) -> Row | BadRow | None:
        """Return a record as a row; None if it is empty."""
        if isinstance(record, Fault):
            return self._bad(record.line, record.column, record.rule, record.cells)
        line, cells = record
        width = self._width
        if len(cells) != width and self._raw.is_even and not _is_empty(cells):
            if len(cells) < width or not _is_empty(cells[width:]):
                return self._bad(line, "", f"has {len(cells)} cells, and the header {width}", cells)
            cells = cells[:width]
        try:
            item = self._value(cells) if self._is_value else self._object(cells)
        except _CellFault as fault:
            return None if _is_empty(cells) else self._bad(line, self._header[fault.index], fault.rule, cells, self._key(cells))
        return Row(item, line, _cells(cells), self._file)

    def _key(self, cells: Sequence[Value]) -> Sequence[str]:
        """Return SKU and store of a bad row; each is empty if it cannot be read."""
        return [_readable(part.convert, cells[part.position]) if part and part.position < len(cells) else "" for part in self._keys]

    def _bad(self, line: int, column: str, rule: str, cells: Sequence[Value], key: Sequence[str] = ()) -> BadRow:
        """Return a bad row with as many cells as the header; if it has too few, the last ones are empty."""
        padded = (*_cells(cells[: self._width]), *[""] * (self._width - len(cells)))
        return BadRow(line, column, rule, padded, self._file, *key[:2])

    def _value(self, cells: Sequence[Value]) -> object:
        """Return an item that is one value."""
        index, _, convert = self._parts[0]
        value = cells[index] if index < len(cells) else ""
        if is_absent(value):
            raise _CellFault(index, "is empty")
        try:
            return convert(value)
        except ValueError as error:
            raise _CellFault(index, str(error)) from None

    def _object(self, cells: Sequence[Value]) -> object:
        """Return an item that has fields."""
        item, keeps_null = dict[str, object](), self._raw.keeps_null
        for index, path, convert in self._parts:
            value = cells[index] if index < len(cells) else ""
            if isinstance(value, str):
                if not value or value.isspace():
                    continue
            elif is_absent(value, keeps_null=keeps_null):
                continue
            try:
                found = convert(value)
            except ValueError as error:
                raise _CellFault(index, str(error)) from None
            if len(path) == 1:
                item[path[0]] = found
            else:
                _insert(item, path, found)
        if not item:
            raise _CellFault(self._parts[0].position, "is empty")
        return item


def _part(column: Column, sample: Sequence[Record], raw: Raw, *, comma: bool) -> _Part:
    field, digits = column.field, Digits()
    if raw.is_typed and field.want == "text":
        digits = digits_of(_values(column, sample))
    refuses_decimals = field.is_key and not raw.is_typed and _has_decimals(column, sample)
    convert = converter(
        field.want, field.element, is_key=field.is_key, digits=digits, refuses_decimals=refuses_decimals, comma=comma
    )
    return _Part(column.position, field.path, convert)


def _has_decimals(column: Column, sample: Sequence[Record]) -> bool:
    return are_decimals(_values(column, sample))


def _values(column: Column, sample: Sequence[Record]) -> list[Value]:
    rows = (each[1] for each in sample if not isinstance(each, Fault))
    return [row[column.position] for row in rows if column.position < len(row)]


def _readable(convert: Convert, value: Value) -> str:
    """Return the value of a cell as text; empty if the cell is absent or invalid."""
    try:
        return "" if is_absent(value) else str(convert(value))
    except ValueError:
        return ""


def _insert(item: dict[str, object], path: tuple[str, ...], value: object) -> None:
    """Put a value at a path of an item. No two columns have an object and a part of it."""
    *outer, name = path
    inner: Any = item
    for each in outer:
        inner = inner.setdefault(each, {})
    inner[name] = value


def _is_empty(cells: Iterable[Value]) -> bool:
    return all(map(is_absent, cells))


def _cells(cells: Sequence[Value]) -> tuple[Cell, ...]:
    """Return cells as they are in result files."""
    return tuple([each if type(each) in _CELLS else cell_of(each) for each in cells])
