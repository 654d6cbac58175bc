"""The file of a ledger: the end of its complete lines, and the lock for writing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from catalog_clients.errors import LedgerError

_BLOCK = 1 << 16


def lock(file: BinaryIO, path: Path) -> None:
    """Lock a file, if the file system has locks; closing the file ends the lock.

    Raises:
        LedgerError: another run writes to it.
    """
    if sys.platform == "win32":  # Windows has no such locks
        return
    import fcntl  # noqa: PLC0415 - not of every platform

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LedgerError(f"the ledger {path} cannot be written: another run writes to it") from error
    except OSError:  # a file system without locks
        return


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give another path to write a file to, which is there as a whole at the end, or not at all after an error."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def whole_size(file: BinaryIO, *, is_csv: bool) -> int:
    """Return the size of a file up to its last complete line; in a CSV file, up to its last complete row."""
    end = _end_of_lines(file, file.seek(0, os.SEEK_END))
    if is_csv and _quotes(file, 0, end) % 2:
        last = end
        while last and end - last < _BLOCK:
            start = _end_of_lines(file, last - 1)
            if _quotes(file, start, end) % 2:
                return start
            last = start
    return end


def whole_lines(path: Path, *, is_csv: bool) -> Iterator[str]:
    """Yield the complete lines of a file.

    Raises:
        ValueError: they are not UTF-8.
        LedgerError: it is not a regular file, but for instance a pipe.
    """
    if path.exists() and not path.is_file():
        raise LedgerError(f"{path} is not a ledger: it is not a regular file")
    with path.open("rb") as file:
        left = whole_size(file, is_csv=is_csv)
        file.seek(0)
        for line in file:
            left -= len(line)
            if left < 0:
                return
            yield line.decode()


def _end_of_lines(file: BinaryIO, end: int) -> int:
    """Return the end of the last line that ends before an offset."""
    while end > 0:
        start = max(0, end - _BLOCK)
        file.seek(start)
        if (place := file.read(end - start).rfind(b"\n")) >= 0:
            return start + place + 1
        end = start
    return 0


def _quotes(file: BinaryIO, start: int, end: int) -> int:
    """Return the number of quotes in a part of a file."""
    file.seek(start)
    count = 0
    while start < end and (block := file.read(min(1 << 20, end - start))):
        count += block.count(b'"')
        start += len(block)
    return count
