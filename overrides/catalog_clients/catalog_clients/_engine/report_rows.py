"""Read the rows of a report as a stream: CSV with any usual separator, JSON or JSON Lines; also in gzip, bzip2, xz or ZIP.

No document describes the form of a report, so its form is recognized, and what is not certain is an error that names the option of
`Reports` which says it.
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

from .effects import texts_in
from .report_json import JsonValues

UNREADABLE = (ValueError, OSError, EOFError, RecursionError, LookupError, csv.Error, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
"""Errors of a report that is not what it seems to be."""
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_MOST_NULS = 0.1  # share of the bytes of UTF-8 that may be NUL; in UTF-16 it is nearly a half
_SEPARATORS = ",;\t|"
_BETWEEN_WORDS = re.compile(r"\W|_")
_FAILURE = re.compile(r"fail|error|reject|exception|abort|fatal|cancel", re.IGNORECASE)
_STATE = re.compile(r"status|state|result|outcome", re.IGNORECASE)
_TITLES = 10  # lines that a table may have before the names of its columns
_SAMPLE = 1 << 16
_ROWS = 1000  # that are read at a time


class Other(NamedTuple):
    """A value that is neither text nor a whole number, and is not empty, as JSON."""

    text: str


Cell: TypeAlias = str | Other | None
"""A value of a row: a text, a whole number as text, or another value; None for one that is empty, such as null or []."""
Column: TypeAlias = Sequence[Cell]
"""The value of a column in each row."""


class Rows(NamedTuple):
    """Rows of a report that have the same columns, and follow each other.

    Attributes:
        names: of their columns.
        columns: one for each name.
        fault: why it is not certain which value belongs to which column, if so; then there is one row, of any number of values.
    """

    names: tuple[str, ...]
    columns: Sequence[Column]
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is known of the form of a report.

    Attributes:
        encoding, separator: of the text; None to recognize them.
        most_bytes: maximum size of the report when it is decompressed.
        has_columns: whether names of columns are those that are needed, so that they are not a title.
        key: what identifies the ingestion that it should be of, by the names under which the vendor has that, if that is known.
    """

    encoding: str | None
    separator: str | None
    most_bytes: int
    has_columns: Callable[[Sequence[str]], bool]
    key: Mapping[str, str] = field(default_factory=dict)

    def is_other(self, name: str, value: str) -> bool:
        """Return whether a value of a name says that it is of another ingestion."""
        wanted = next((each for known, each in self.key.items() if plain_name(known) == plain_name(name)), value)
        return value.strip() not in ("", wanted)


def plain_name(name: str) -> str:
    """Return what the usual spellings of a name have in common."""
    return _BETWEEN_WORDS.sub("", name).lower()


def read_rows(path: Path, form: Form) -> Iterator[Rows]:
    """Yield the rows of a report, some at a time.

    Raises:
        ValueError: its form is not certain, or not one of those above.
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
    """A file that may not have more than some bytes."""

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
        raise ValueError(f"it is {form}: make it a text, and read that")
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
"""Other files, by how they begin; none of them is a text."""
_SIGNATURE = max(map(len, [*_COMPRESSED, *_UNREAD]))


def _encoding(file: io.BufferedReader) -> str:
    """Recognize the encoding of a report: UTF-8, or UTF-16 and UTF-32."""
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
    return Other(json.dumps(value)) if value else None


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
    rows = first.pop(lists[0])
    for name, value in first.items():
        if _says_of_failure(name, value) or form.is_other(name, str(value)):
            raise ValueError(f"beside its list, it has {name!r}: {json.dumps(value)[:100]}")
    yield from _rows(rows)
    for each in texts_in(first):
        yield Rows((), [(each,)], "it is also beside the list of the report")


def _says_of_failure(name: str, value: object) -> bool:
    """Return whether a value beside the rows of a report says that something has failed; a number is how often."""
    if _FAILURE.search(name):
        return bool(value) and (isinstance(value, bool) or not isinstance(value, int | float))
    return isinstance(value, str) and _STATE.search(name) is not None and _FAILURE.search(value) is not None


def _csv_rows(text: TextIO, form: Form) -> Iterator[Rows]:
    """Yield the rows of a table, after a line with the names of its columns and before it, perhaps, a title."""
    separator, place = _header(text, form)
    table = csv.reader(text, delimiter=separator, strict=True)
    names = tuple(next(islice(table, place, None)))
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
            faults = ((cells, _fault(cells, names, place)) for place, cells in enumerate(block, number))
            yield from (Rows(names, [(each,) for each in cells], fault) for cells, fault in faults)
        number += len(block)


def _plain_columns(lines: str, separator: str, count: int) -> Sequence[Column]:
    """Return the columns of lines in which nothing is quoted, which takes half the time of `csv`; none for any other lines.

    With the separator on both sides of each line end, the values and line ends of all rows are one list, in which a line end is
    after each `count` values, and nowhere else.
    """
    if '"' in lines or len(lines) > csv.field_size_limit() or lines.count("\r") != lines.count("\r\n"):
        return ()
    text = lines.replace("\r\n", "\n").removesuffix("\n") + "\n"
    *cells, _ = text.replace("\n", f"{separator}\n{separator}").split(separator)
    ends = cells[count :: count + 1]
    columns = [cells[place :: count + 1] for place in range(count)]
    is_regular = ends.count("\n") == text.count("\n") == len(columns[0])
    return columns if is_regular and "" not in columns[0] else ()  # a row that has no values is not one


def _fault(cells: Sequence[str], names: Sequence[str], number: int) -> str:
    """Return why it is not certain which cell of a row belongs to which column; empty if it is."""
    if len(cells) == len(names):
        return ""
    return f"row {number} has {len(cells)} values, and there are {len(names)} columns"


def _header(text: TextIO, form: Form) -> tuple[str, int]:
    """Return the separator of a table, and the number of lines before the names of its columns."""
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
