"""Read the rows of a report as a stream: CSV with any usual separator, JSON or JSON Lines; also in gzip, bzip2, xz or ZIP.

No document describes the form of a report, so it is detected. If it is not certain, the error names the option of `Reports` to use.
"""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from pathlib import Path
from typing import IO, NamedTuple, TextIO, TypeAlias, cast

from catalog_clients._engine.flows.effects import texts_in

from .json_values import JsonValues
from .named_values import is_denied, is_of_other_work, is_unfinished, may_report_failure
from .words import FAILED, NOT_REAL, OPEN

UNREADABLE = (ValueError, OSError, EOFError, RecursionError, LookupError, csv.Error, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
"""Errors of a report with another format than expected."""
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_MOST_NULS = 0.1  # maximum share of NUL bytes in UTF-8; in UTF-16 it is nearly a half
_SEPARATORS = ",;\t|"
_BETWEEN_WORDS = re.compile(r"\W|_")
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|_")  # between the words of a name
_STATE = re.compile(r"status|state|result|outcome", re.IGNORECASE)
_TITLES = 10  # maximum lines of a table before its header
_SAMPLE = 1 << 16
_ROWS = 1000  # that are read at a time


class Other(NamedTuple):
    """A value that is neither text nor a whole number, and not empty, as JSON."""

    text: str

    @property
    def value(self) -> object:
        """The value that it was."""
        return json.loads(self.text)


Cell: TypeAlias = str | Other | None
"""A value of a row: a text, a whole number as text, or another value; None for an empty one, such as null or []."""
Column: TypeAlias = Sequence[Cell]
"""The value of a column in each row."""


class Rows(NamedTuple):
    """Consecutive rows of a report with the same columns.

    Attributes:
        names: names of the columns.
        columns: the values of each column.
        fault: why it is not certain which value belongs to which column; then there is one row, with any number of values. Without
            names, it is not a row, but beside the rows.
    """

    names: tuple[str, ...]
    columns: Sequence[Column]
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The known form of a report.

    Attributes:
        encoding, separator: those of the text; None to detect them.
        most_bytes: maximum size of the decompressed report.
        has_columns: returns whether names include the needed columns, so that they are a header and not a title.
        key: key of the expected ingestion, by the vendor's names; empty if it is not known.
        retires: whether a success takes the item out of the catalog.
    """

    encoding: str | None
    separator: str | None
    most_bytes: int
    has_columns: Callable[[Sequence[str]], bool]
    key: Mapping[str, str] = field(default_factory=dict)
    retires: bool = False

    def is_other(self, name: str, value: str) -> bool:
        """Return whether a named value is the key of another ingestion."""
        text = value.strip()
        wanted = next((each for known, each in self.key.items() if plain_name(known) == plain_name(name)), text)
        return text not in ("", wanted)

    def is_of_other_work(self, name: str, value: str) -> bool:
        """Return whether a named value beside the rows says that they are about other work: another ingestion, or operation."""
        return self.is_other(name, value) or is_of_other_work(name, value, retires=self.retires)


def plain_name(name: str) -> str:
    """Return the normal form of a name."""
    return _BETWEEN_WORDS.sub("", name).lower()


def read_rows(path: Path, form: Form) -> Iterator[Rows]:
    """Yield the rows of a report, in batches.

    Raises:
        ValueError: its form is not certain or not supported.
        OSError, EOFError: it cannot be read or decompressed.
    """
    with _opened(path, form.most_bytes) as file:
        encoding = form.encoding or _encoding(file)
        text = io.TextIOWrapper(file, encoding, newline="")
        try:
            start = _skip_space(text)
            text.seek(0)
            if start in ("[", "{"):
                yield from _json_rows(text, form)
            else:
                yield from _csv_rows(text, form)
        except UnicodeDecodeError as error:
            raise ValueError(f"it is not {error.encoding} text; name its encoding, such as `Reports(encoding='cp1252')`") from error


class _Bounded(io.RawIOBase):
    """A file with a maximum number of bytes."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._most, self._read = file, most, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._read = self._file.seek(offset, whence)
        return self._read

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the buffer of typeshed has no type that can be written to
        block = self._file.read(len(buffer))
        self._read += len(block)
        if self._read > self._most:
            raise ValueError(f"it has more than {self._most} bytes; see `Reports(most_bytes=...)`")
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._file.close()
        super().close()


def _opened(path: Path, most_bytes: int) -> io.BufferedReader:
    """Open a report, decompressed."""
    if path.exists() and not path.is_file():
        raise ValueError("it is not a regular file")
    with path.open("rb") as file:
        start = file.read(_SIGNATURE)
    if form := next((each for signature, each in _UNREAD.items() if start.startswith(signature)), None):
        raise ValueError(f"it is {form}: convert it to text, and read that")
    opening = next((each for signature, each in _COMPRESSED.items() if start.startswith(signature)), None)
    return io.BufferedReader(_Bounded(cast("IO[bytes]", opening(path)) if opening else path.open("rb"), most_bytes))


def _only_member(path: Path) -> IO[bytes]:
    """Open the only file of a ZIP archive."""
    archive = zipfile.ZipFile(path)
    members = [each for each in archive.infolist() if not each.is_dir()]
    if len(members) != 1:
        raise ValueError(f"it is a ZIP archive of {len(members)} files: unpack it, and read the one that is the report")
    try:
        return archive.open(members[0])
    except (RuntimeError, NotImplementedError) as error:
        raise ValueError(f"its ZIP archive cannot be unpacked: {error}") from error


_COMPRESSED: Mapping[bytes, Callable[[Path], object]] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"PK\x03\x04": _only_member,
}
_UNREAD = {
    b"PK\x05\x06": "a ZIP archive without a file",
    b"PK\x07\x08": "a part of a ZIP archive",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"]\x00\x00": "compressed with LZMA",
    b"PAR1": "a Parquet file",
    b"%PDF-": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
}
"""Other formats, by their first bytes. None of them is text."""
_SIGNATURE = max(map(len, [*_COMPRESSED, *_UNREAD]))


def _encoding(file: io.BufferedReader) -> str:
    """Detect the encoding of a report: UTF-8, UTF-16 or UTF-32."""
    start = file.read(_SAMPLE)
    file.seek(0)
    for bom, encoding in _BOMS.items():
        if start.startswith(bom):
            return encoding
    even, odd = start[::2].count(0), start[1::2].count(0)
    if even + odd <= _MOST_NULS * len(start):
        return "utf-8"
    return "utf-16-le" if odd > even else "utf-16-be"


def _skip_space(text: TextIO) -> str:
    """Return the first character that is not white space; empty if there is none."""
    while block := text.read(_SAMPLE):
        if block := block.lstrip("\ufeff \t\r\n"):
            return block[0]
    return ""


def _rows(values: Iterable[object]) -> Iterator[Rows]:
    for names, rows in groupby(_objects(values), tuple):
        while block := [[*map(_cell, each.values())] for each in islice(rows, _ROWS)]:
            yield Rows(names, [*zip(*block, strict=True)])


def _objects(values: Iterable[object]) -> Iterator[Mapping[str, object]]:
    for number, value in enumerate(values, 1):
        if not isinstance(value, Mapping):
            raise ValueError(f"its element {number} is not an object")
        yield value


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return Other(json.dumps(value)) if value or value is False else None


def _json_rows(text: TextIO, form: Form) -> Iterator[Rows]:
    """Yield the rows of a list, of JSON Lines, or of the only list that an object has."""
    values = JsonValues(text)
    if values.next_character() == "[":
        yield from _rows(values.only_list())
        return
    first = values.value()
    if values.next_character() or not isinstance(first, dict):
        yield from _rows(chain([first], values.rest()))
        return
    lists = [name for name, each in first.items() if isinstance(each, list)]
    if len(lists) != 1:
        yield from _rows([first])
        return
    rows = _of_list(lists[0], first.pop(lists[0]))
    leaves = [*_leaves(first)]
    for name, value in (*first.items(), *((" ".join(path), value) for path, value in leaves)):
        if _says_of_failure(name, value) or form.is_of_other_work(name, str(value)):
            raise ValueError(f"beside its list, it has {name!r}: {json.dumps(value)[:100]}")
    yield from _rows(rows)
    for path, value in leaves:
        yield Rows((), [(each,) for each in (*path, *_texts(value))], "it is also beside the list of the report")


def _leaves(value: Mapping[str, object], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield all values in JSON objects that are no objects, with the names that lead to them."""
    for name, each in value.items():
        yield from _leaves(each, (*path, name)) if isinstance(each, Mapping) else [((*path, name), each)]


def _texts(value: object) -> Iterable[str]:
    """Return the texts of a value of JSON; that of a whole number is the same in any of its forms."""
    if isinstance(value, float) and value.is_integer():
        return [str(int(value))]
    return texts_in(value) if isinstance(value, str | list) else [json.dumps(value)]


def _says_of_failure(name: str, value: object) -> bool:
    """Return whether a value outside of the rows of a report says that something has failed. A number is a count of failures."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if is_unfinished(name, value) or is_denied(name, value) or any(map(NOT_REAL.search, texts_in(value))):
        return True
    if FAILED.search(name):
        return bool(value) and (isinstance(value, bool) or not isinstance(value, int | float))
    return isinstance(value, str) and bool(_STATE.search(name) and (FAILED.search(value) or OPEN.search(value)))


def _of_list(name: str, rows: list[object]) -> list[object]:
    """Return the rows of a list; if it has a name of failures, with that, so that it contradicts a success."""
    if not may_report_failure(name):
        return rows
    return [{"list": _WORD.sub(" ", name), **each} if isinstance(each, dict) else each for each in rows]


def _csv_rows(text: TextIO, form: Form) -> Iterator[Rows]:
    """Yield the rows of a table. It begins with a header, which may have a title above it."""
    separator, place = _header(text, form)
    table = csv.reader(text, delimiter=separator, strict=True)
    for title in islice(table, place):
        _check_other(title, form)
        yield Rows((), [(each,) for each in title], "it is also above the rows of the report")
    names = tuple(next(table))
    if len(set(names)) < len(names):
        raise ValueError(f"two of its columns have the same name: {', '.join(names)}")
    number, lines = 1, ""
    while (lines := text.read(_SAMPLE) + text.readline()) and (columns := _plain_columns(lines, separator, len(names))):
        yield Rows(names, columns)
        number += len(columns[0])
    rows = filter(any, csv.reader(chain(io.StringIO(lines, newline=""), text), delimiter=separator, strict=True))
    while block := [*islice(rows, _ROWS)]:
        if {*map(len, block)} == {len(names)}:
            yield Rows(names, [*zip(*block, strict=True)])
        else:
            faults = ((cells, _fault(cells, names, place, form)) for place, cells in enumerate(block, number))
            yield from (Rows(names, [(each,) for each in cells], fault) for cells, fault in faults)
        number += len(block)


def _plain_columns(lines: str, separator: str, count: int) -> Sequence[Column]:
    """Return the columns of lines without quotes, in half the time of `csv`; none for any other lines.

    With a separator on both sides of each line end, one split gives the values and line ends of all rows. In regular rows, there is
    a line end after each `count` values, and nowhere else.
    """
    if '"' in lines or len(lines) > csv.field_size_limit() or lines.count("\r") != lines.count("\r\n"):
        return ()
    text = lines.replace("\r\n", "\n").removesuffix("\n") + "\n"
    *cells, _ = text.replace("\n", f"{separator}\n{separator}").split(separator)
    ends = cells[count :: count + 1]
    columns = [cells[place :: count + 1] for place in range(count)]
    is_regular = ends.count("\n") == text.count("\n") == len(columns[0])
    return columns if is_regular and "" not in columns[0] else ()  # a line without values is not a row


def _check_other(cells: Sequence[str], form: Form) -> None:
    """Refuse a report in which a title or another line that is not a row says that nothing was done, or something else.

    Raises:
        ValueError: it is refused.
    """
    text = "=".join(filter(None, cells))
    name, *value = re.split("[:=]", text, maxsplit=1)
    if found := next(filter(NOT_REAL.search, cells), text if form.is_of_other_work(name, "".join(value)) else ""):
        raise ValueError(f"beside its rows, it has {found[:100]!r}")


def _fault(cells: Sequence[str], names: Sequence[str], number: int, form: Form) -> str:
    """Return why it is not certain which cell of a row belongs to which column; empty if it is certain."""
    if len(cells) == len(names):
        return ""
    _check_other(cells, form)
    return f"row {number} has {len(cells)} values, and there are {len(names)} columns"


def _header(text: TextIO, form: Form) -> tuple[str, int]:
    """Return the separator of a table, and the number of lines before its header."""
    found, first = [], text.readline().rstrip()
    text.seek(0)
    for separator in form.separator or _SEPARATORS:
        for place, cells in enumerate(islice(csv.reader(text, delimiter=separator), _TITLES)):
            if len(cells) > 1 and form.has_columns(cells):
                found.append((separator, place))
                break
        text.seek(0)
    if len(found) != 1:
        raise ValueError(
            f"its columns are not certain, from its first line on ({first[:100]!r}); name them with `Reports(sku=..., status=...)`,"
            " and what separates them with `Reports(separator=...)`"
        )
    return found[0]
