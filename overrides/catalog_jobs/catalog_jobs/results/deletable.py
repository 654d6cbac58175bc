"""The list of SKUs that may be deleted elsewhere, one per line."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import compress
from pathlib import Path
from typing import Self
from zlib import crc32

from catalog_jobs.records import RowOutcome

_PARTS = 64  # of the SKUs; one part at a time is in memory


class DeletableList:
    """Writes the list while outcomes become known; a context manager.

    A SKU is in the list, once, if all of its rows are confirmed, in all stores. A SKU that does not fit into a line of UTF-8 is
    left out. The list is in the order of the input.

    Args:
        path: the list to write. Temporary files are in the same folder.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._confirmed_path, self._others_path = path, path.with_suffix(".confirmed"), path.with_suffix(".others")
        self._count = 0
        self._files = ExitStack()

    def __enter__(self) -> Self:
        self._confirmed = self._files.enter_context(self._confirmed_path.open("wb"))
        self._others = self._files.enter_context(self._others_path.open("wb"))
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def add(self, confirmed: Sequence[RowOutcome], others: Sequence[RowOutcome]) -> None:
        """Add confirmed rows, and other rows."""
        lines = _lines([outcome.sku for outcome in confirmed])
        self._count += lines.count(b"\n")
        self._confirmed.write(lines)
        self._others.write(_lines([outcome.sku for outcome in others]))

    def finish(self) -> int:
        """Write the list, and return the number of its SKUs."""
        self._files.close()
        kept = self._kept()
        with self._confirmed_path.open("rb") as lines, self._path.open("wb") as file:
            file.writelines(compress(lines, kept))
        return sum(kept)

    def _kept(self) -> bytearray:
        """Return for each line whether it is kept (1): it is the first line of a SKU without unconfirmed rows."""
        kept = bytearray(self._count)
        for (lines, numbers), (others, _) in zip(_split(self._confirmed_path), _split(self._others_path), strict=True):
            left_out = {*others}
            for line, number in zip(lines, numbers, strict=True):
                if line not in left_out:
                    left_out.add(line)
                    kept[number] = 1
        return kept


def _lines(skus: list[str]) -> bytes:
    """Return SKUs as lines, without SKUs that do not fit into a line."""
    text = "".join([f"{sku}\n" for sku in skus])
    if all(skus) and "\r" not in text and len(text.splitlines()) == len(skus) and not _has_half_characters(text):
        return text.encode()
    return "".join([f"{sku}\n" for sku in skus if sku.splitlines() == [sku] and not _has_half_characters(sku)]).encode()


def _has_half_characters(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _split(path: Path) -> Iterator[tuple[Iterable[bytes], array[int]]]:
    """Yield the lines of a file in parts, with their numbers from 0. Equal lines are in the same part."""
    names = [path.with_suffix(f"{path.suffix}.{number}") for number in range(_PARTS)]
    numbers = [array("I") for _ in names]
    with ExitStack() as opened:
        parts = [opened.enter_context(name.open("wb")) for name in names]
        with path.open("rb") as lines:
            for number, line in enumerate(lines):
                part = crc32(line) % _PARTS
                parts[part].write(line)
                numbers[part].append(number)
    for name, found in zip(names, numbers, strict=True):
        with name.open("rb") as lines:
            yield lines, found
        name.unlink()
