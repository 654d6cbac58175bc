"""Find the files of an input, and read their decompressed bytes in blocks."""

from __future__ import annotations

import gzip
import re
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from glob import glob, has_magic
from importlib import import_module
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple, TypeAlias, get_args

from catalog_jobs.errors import InputError

Form: TypeAlias = Literal["csv", "tsv", "text", "jsonl", "json", "parquet", "excel"]
"""A file format. `csv` has any separator, `text` has one value per line, `excel` is xlsx, xls, xlsb or ods."""
STDIN = "-"
_BLOCK = 1 << 18  # bytes
_ZSTD_BLOCK = 1 << 11  # compressed bytes; decompressed, they can be a thousand times as many
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_SUFFIXES: dict[str, Form] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
}
_BEGINNINGS: dict[bytes, Form] = {
    b"PAR1": "parquet",
    b"PK\x03\x04": "excel",
    b"\xd0\xcf\x11\xe0": "excel",
    b"[": "json",
    b"{": "json",
}
_JSON = re.compile(rb'\{\s*"|\[\s*(\{\s*)?"')  # in a file of another format, a bracket alone may belong to a value
_DOCUMENTS = {b"<": "a page of HTML or XML", b"%PDF-": "a PDF document"}
_BLANK = b"\xef\xbb\xbf \t\r\n"
_COMPRESSED = (".gz", ".zst")
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, and bytes of a name that are not UTF-8


class Source(NamedTuple):
    """A file of an input.

    Attributes:
        name: its name in messages.
        form: its format, if known from the file name or the caller.
    """

    name: str
    form: Form | None


def find_sources(given: Sequence[str], form: Form | None) -> list[Source]:
    """Return the files of an input in the order in which they are read; those of a pattern by name.

    Args:
        given: paths, patterns such as `*.csv`, or `-` for the standard input.
        form: format of all files; default: detected from their names, otherwise from their content.

    Raises:
        InputError: a file does not exist or is a folder; or the format is unknown.
    """
    if form is not None and form not in get_args(Form):
        raise InputError(f"there is no format {form!r}; the formats are {', '.join(get_args(Form))}")
    names = [name for each in given for name in _matches(each)]
    if not names:
        raise InputError("no input is given; give a file, or - for the standard input")
    if repeated := {each for each in names if names.count(each) > 1}:
        raise InputError(f"{min(repeated)}: it is given twice")
    return [Source(name, form or _form_of(name)) for name in names]


def _matches(given: str) -> list[str]:
    if given == STDIN:
        return [given]
    path = Path(given)
    if path.is_dir():
        raise InputError(f"{given}: it is a folder; give its files, such as {path / '*.csv'}")
    if path.exists():
        return [given]
    if not has_magic(given):
        raise InputError(f"{given}: there is no such file")
    found = sorted(each for each in glob(given, recursive=True) if Path(each).is_file())  # noqa: PTH207 - of any folder, with **
    if not found:
        raise InputError(f"{given}: no file matches this pattern")
    return found


def _form_of(name: str) -> Form | None:
    path = Path(name)
    if path.suffix.lower() in _COMPRESSED:
        path = path.with_suffix("")
    return _SUFFIXES.get(path.suffix.lower())


class Opened(NamedTuple):
    """A file that is being read.

    Attributes:
        name: its name in messages.
        form: its format.
        blocks: its bytes, decompressed; each once.
    """

    name: str
    form: Form
    blocks: Iterator[bytes]


@contextmanager
def opened(source: Source) -> Iterator[Opened]:
    """Open a file.

    Raises:
        InputError: it cannot be read, is empty, or has another format than expected.
    """
    with faults_of(source.name):
        raw = sys.stdin.buffer if source.name == STDIN else Path(source.name).open("rb")  # noqa: SIM115 - it is closed below
        try:
            blocks = _decompressed(raw, source.name)
            first = next(blocks, b"")
            if not first:
                raise InputError(f"{called(source.name)}: it is empty")
            yield Opened(source.name, _checked(source, first), chain([first], blocks))
        finally:
            if source.name != STDIN:
                raw.close()


def called(name: str) -> str:
    """Return the name of a file in messages and results."""
    return "standard input" if name == STDIN else _UNSHOWN.sub(lambda found: ascii(found[0])[1:-1], name)


@contextmanager
def faults_of(name: str) -> Iterator[None]:
    """Raise errors of reading a file as an InputError, with a message of one line.

    Raises:
        InputError: instead of an OSError, or of the error of a truncated file.
    """
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{called(name)}: the compressed file is truncated or damaged ({error})") from error
    except OSError as error:
        raise InputError(f"{called(name)}: it cannot be read: {error.strerror or error}") from error


def needed(module: str, extra: str, name: str) -> Any:
    """Import an optional library.

    Raises:
        InputError: it is not installed; the message says how to install it.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        advice = f"run pip install 'catalog-jobs[{extra}]'"
        raise InputError(f"{called(name)}: its format needs {error.name}, which is not installed: {advice}") from error


@contextmanager
def seekable(found: Opened) -> Iterator[BinaryIO]:
    """Return a seekable file: the file itself or, if it is compressed or a pipe, a temporary copy."""
    if found.name != STDIN and Path(found.name).is_file():
        with Path(found.name).open("rb") as file:
            if not _reader_of(file.peek(4)):
                yield file
                return
    with tempfile.TemporaryFile() as copy:
        copy.writelines(found.blocks)
        copy.seek(0)
        yield copy


def _checked(source: Source, first: bytes) -> Form:
    """Return the format of a file, detected from its beginning.

    Raises:
        InputError: it has another format than expected.
    """
    start = first.lstrip(_BLANK)
    begins = next((form for beginning, form in _BEGINNINGS.items() if start.startswith(beginning)), None)
    if document := next((each for beginning, each in _DOCUMENTS.items() if start.startswith(beginning)), None):
        raise InputError(
            f"{called(source.name)}: it is {document}, and not a table; if it shows one, open it in a spreadsheet, and "
            "save it as xlsx or CSV"
        )
    form = source.form or begins or "csv"
    binary = ("parquet", "excel")
    is_sure = begins in binary or (form in ("csv", "tsv", "text") and _JSON.match(start) is not None)
    if form != begins and (form in binary or is_sure):
        what = f"begins like one of format {begins}" if is_sure else "does not begin like one"
        advice = f"; if it is one, give the format {begins}" if is_sure else ""
        raise InputError(f"{called(source.name)}: it is read as a file of format {form}, and {what}{advice}")
    return form


def _decompressed(raw: BufferedReader | Any, name: str) -> Iterator[bytes]:
    reader = _reader_of(raw.peek(4))
    return reader(raw, name) if reader else iter(lambda: raw.read(_BLOCK), b"")


def _reader_of(beginning: bytes) -> Callable[[BinaryIO, str], Iterator[bytes]] | None:
    """Return the decompressor for a file, by its first bytes; None if it is not compressed."""
    if beginning.startswith(_GZIP):
        return _gzip_blocks
    return _zstd_blocks if beginning.startswith(_ZSTD) else None


def _gzip_blocks(raw: BinaryIO, _: str) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=raw) as file:
        yield from iter(lambda: file.read(_BLOCK), b"")


def _zstd_blocks(raw: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield the content of all frames. Unlike the library's readers, this detects an incomplete last frame."""
    zstandard = needed("zstandard", "zstd", name)
    frame = None
    try:
        while block := raw.read(_ZSTD_BLOCK):
            while block:
                frame = frame or zstandard.ZstdDecompressor().decompressobj()
                if content := frame.decompress(block):
                    yield content
                block, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
    except zstandard.ZstdError as error:
        raise EOFError(str(error)) from error
    if frame:
        raise EOFError("its end is missing")
