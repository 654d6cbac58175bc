"""Read the files of an input, one after the other, as rows of items."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from typing import NamedTuple, Self, get_args

from catalog_clients._engine.items.fields import ItemFields
from catalog_jobs.errors import InputError
from catalog_jobs.records import BadRow, Row, Table

from .columns import Column, Fields, names_of
from .delimited import read_delimited
from .json_values import read_json, read_json_lines
from .parquet import read_parquet
from .raw import Fault, Raw, Record, Value
from .rows import Rows
from .sources import Form, Opened, Source, called, find_sources, opened, seekable
from .text import read_text
from .values import is_absent
from .workbook import read_workbook

_DELIMITED: frozenset[Form] = frozenset(["csv", "tsv", "text"])
_FORMS: Mapping[str, frozenset[Form]] = {
    "encoding": _DELIMITED | {"json", "jsonl"},
    "separator": _DELIMITED,
    "sheet": frozenset(["excel"]),
    "header": _DELIMITED | {"excel"},
}
"""The formats that an option is for."""
_SAMPLE = 1000  # rows that the header is detected from, and whether numbers have lost digits


class Options(NamedTuple):
    """How files are read; None for what is detected from their first rows."""

    fields: Fields
    encoding: str | None
    separator: str | None
    sheet: str | None
    header: bool | None
    comma: bool


class Opening(NamedTuple):
    """A file whose first rows were read.

    Attributes:
        form: its format.
        header: names of its columns.
        is_named: whether the file has the names.
        columns: the columns with fields.
        sample: the first rows.
        records: all rows.
        raw: the result of its reader.
    """

    form: Form
    header: Sequence[str]
    is_named: bool
    columns: Sequence[Column]
    sample: Sequence[Record]
    records: Iterator[Record]
    raw: Raw


class Input:
    """The rows of an input. Iterate over it once.

    Attributes:
        table: name and columns of the input.
        fields: names of fields, by column.
        unused: columns without a field; they are not sent.
        notes: what was detected in the first file, such as its encoding.
    """

    def __init__(self, sources: Sequence[Source], options: Options, name: str) -> None:
        self._sources, self._options = sources, options
        with ExitStack() as stack:
            self._first = _open(stack, sources[0], options)
            _check_options(options, name, {self._first.form, *(each.form for each in sources[1:])})
            if len(sources) == 1 and not self._first.sample:
                raise _no_rows(sources[0], self._first.raw)
            self._stack = stack.pop_all()
        first = self._first
        self.table = Table(name, tuple(first.header))
        self.fields: Mapping[str, str] = {
            first.header[each.position]: options.fields.name_of(each.field.path) for each in first.columns
        }
        used = {each.position for each in first.columns}
        self.unused: Sequence[str] = [each for index, each in enumerate(first.header) if index not in used]
        self.notes: Sequence[str] = first.raw.notes
        self._rows = self._read()

    def __iter__(self) -> Iterator[Row | BadRow]:
        """Yield the rows.

        Raises:
            InputError: a file cannot be read to its end, or has other columns than the first one; or a SKU is not ASCII, and the
                encoding is not certain.
        """
        return self._rows

    def close(self) -> None:
        """Close the files. No more rows can be read."""
        self._rows.close()
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> Generator[Row | BadRow]:
        has_rows = bool(self._first.sample)
        with self._stack:
            yield from self._items(self._first, self._sources[0])
        for source in self._sources[1:]:
            with ExitStack() as stack:
                found = _open(stack, source, self._options)
                self._check(source, found)
                has_rows |= bool(found.sample)
                yield from self._items(found, source)
        if not has_rows:
            raise _no_rows(self._sources[0], self._first.raw)

    def _items(self, found: Opening, source: Source) -> Iterator[Row | BadRow]:
        file = called(source.name) if len(self._sources) > 1 else ""
        options = self._options
        is_value = options.fields.is_value
        rows = Rows(
            found.header,
            found.columns,
            found.sample,
            found.raw,
            is_value=is_value,
            keys=options.fields.items.keys,
            file=file,
            comma=options.comma,
        )
        read = rows.of(found.records)
        return _certain(read, found, called(source.name)) if found.raw.guess else read

    def _check(self, source: Source, found: Opening) -> None:
        """Refuse a file with other columns than the first one.

        Raises:
            InputError: it is refused.
        """
        first = self._first
        if len(first.header) == len(found.header) == 1 and not (first.is_named and found.is_named):
            return
        if tuple(found.header) != tuple(first.header):
            columns, others = ", ".join(found.header), ", ".join(first.header)
            raise InputError(f"{called(source.name)}: its columns are {columns}; those of {self._sources[0].name} are {others}")


def open_input(
    sources: str | Sequence[str],
    fields: ItemFields,
    *,
    columns: Mapping[str, str] | None = None,
    form: Form | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
    header: bool | None = None,
    decimal: str = ".",
    extra_fields: Collection[str] = (),
) -> Input:
    """Open files, and match their columns to fields. Close the returned input, or use it in a `with` statement.

    Args:
        sources: paths, patterns such as `*.csv`, or `-` for standard input; also compressed with gzip or Zstandard.
        fields: the fields of the operation's items, from `item_fields`.
        columns: fields by column. A column is given by its name or its number, from 1; a field by its path, such as `price.amount`;
            by `sku` if an item is one value; or empty if the column is not to be sent. Default: columns with the name of a field,
            ignoring case, spaces, underscores and hyphens. If items are one value: the column with a usual name of SKUs or
            barcodes, or the only column.
        form: csv, tsv, text, jsonl, json, parquet or excel; default: detected from the file name, otherwise from the content.
        encoding: encoding of the text; default: that of its byte order mark, otherwise UTF-8 if valid, otherwise detected.
        separator: separator of the cells of a CSV file; default: detected.
        sheet: name of a sheet of a workbook; default: the only sheet that has rows.
        header: whether the first row is a header; default: detected, see `Fields.has_header`. Encoding, separator, sheet and header
            are refused unless a file has a format that they are for.
        decimal: decimal separator of numbers in text: a point or a comma.
        extra_fields: names of fields that the spec does not have; they are sent unchanged.

    Raises:
        InputError: a file is missing, cannot be read, is empty, or has an unknown encoding; an option is for other formats; it is
            not certain which column has a field; or a required field has no column.
    """
    given = [sources] if isinstance(sources, str) else [*sources]
    if decimal not in (".", ","):
        raise InputError(f"the decimal separator must be a point or a comma, and not {decimal!r}")
    found = find_sources(given, form)
    options = Options(Fields(fields, columns or {}, extra_fields), encoding, separator, sheet, header, comma=decimal == ",")
    return Input(found, options, ", ".join(map(called, given)))


def _check_options(options: Options, name: str, forms: Collection[Form | None]) -> None:
    """Refuse an option that no file of an input uses.

    Args:
        options: how files are read.
        name: what messages call the input.
        forms: formats of the files; None for one that is not known yet.

    Raises:
        InputError: it is refused.
    """
    for option, used_by in _FORMS.items():
        if getattr(options, option) is not None and None not in forms and used_by.isdisjoint(forms):
            read = " and ".join(sorted(filter(None, forms)))
            known = ", ".join(each for each in get_args(Form) if each in used_by)
            raise InputError(f"{name}: the {option} is only for files of format {known}, and not {read}; leave it out")


def _no_rows(source: Source, raw: Raw) -> InputError:
    return InputError(f"{called(source.name)}: it has {'a header and ' if raw.columns is None else ''}no rows")


def _open(stack: ExitStack, source: Source, options: Options) -> Opening:
    """Open a file, and find its header and columns.

    Raises:
        InputError: see `open_input`.
    """
    name = called(source.name)
    found = stack.enter_context(opened(source))
    raw = _raw(stack, found, options)
    records = raw.records
    sample = list[Record]()
    for each in islice(records, _SAMPLE):
        if isinstance(each, Fault) or not all(map(is_absent, each[1])):
            sample.append(each)
    header = raw.columns
    is_named = header is not None and not raw.are_values
    if header is None:
        rows = [each[1] for each in sample if not isinstance(each, Fault)]
        if not rows or isinstance(sample[0], Fault):
            problem = (
                f", line {sample[0].line}: {sample[0].rule}" if sample and isinstance(sample[0], Fault) else ": it has no rows"
            )
            raise InputError(f"{name}{problem}")
        if raw.is_even:
            _check_first(name, sample[0], rows[1:])
        is_named = options.header if options.header is not None else options.fields.has_header(name, rows)
        if is_named:
            header, sample = names_of(rows[0]), sample[1:]
        else:
            header = names_of([""] * len(rows[0]))
    columns = options.fields.columns(name, header)
    return Opening(found.form, header, is_named, columns, sample, chain(sample, records), raw)


def _check_first(name: str, first: Record, others: Sequence[Sequence[Value]]) -> None:
    """Refuse a file with other lines above its header: most rows have more cells than the first one.

    Raises:
        InputError: it is refused.
    """
    longer = sum(_width(each) > len(first[1]) for each in others)
    if longer > max(1, len(others) / 2):
        found = f"{name}, line {first[0]}: most rows have more cells than this one, which should be the header"
        raise InputError(f"{found}; delete the lines above the header, or give all columns a name")


def _width(cells: Sequence[Value]) -> int:
    """Return the number of cells of a row, without empty ones at its end."""
    return next((count for count in range(len(cells), 0, -1) if not is_absent(cells[count - 1])), 0)


def _certain(rows: Iterable[Row | BadRow], found: Opening, name: str) -> Iterator[Row | BadRow]:
    """Yield the rows of a file whose encoding is a guess.

    Raises:
        InputError: a key has other characters than ASCII, so that it may be read as the key of another item.
    """
    keys = [each.position for each in found.columns if each.field.is_key]
    for row in rows:
        wrong = next((each for each in keys if not str(row.cells[each]).isascii()), None) if isinstance(row, Row) else None
        if wrong is not None:
            column, cell = found.header[wrong].removeprefix("column "), row.cells[wrong]
            raise InputError(
                f"{name}, line {row.line}, column {column}: {cell!r} identifies an item, and may be wrong, as {found.raw.guess} is "
                "only what the encoding seems to be; give the encoding, such as cp1252"
            )
        yield row


def _raw(stack: ExitStack, found: Opened, options: Options) -> Raw:
    """Return the rows of a file by its format."""
    is_free = options.fields.is_free
    if is_free and found.form not in ("json", "jsonl"):
        operation = options.fields.items.operation
        raise InputError(
            f"{called(found.name)}: the spec of {operation} does not say which fields its items have; give them as JSON"
        )
    match found.form:
        case "parquet":
            return read_parquet(called(found.name), stack.enter_context(seekable(found)))
        case "excel":
            return read_workbook(called(found.name), stack.enter_context(seekable(found)), options.sheet)
        case "csv" | "tsv" | "text":
            text = read_text(found.name, found.blocks, options.encoding)
            return read_delimited(text, found.form, options.separator)._replace(guess=text.guess)
        case "json" | "jsonl":
            known = [] if options.fields.is_value else options.fields.optional
            text = read_text(found.name, found.blocks, options.encoding)
            read = read_json if found.form == "json" else read_json_lines
            return read(text, known, are_items=is_free)._replace(guess=text.guess)
