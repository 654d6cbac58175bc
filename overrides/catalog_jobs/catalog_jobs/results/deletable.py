"""The list of the SKUs that may be deleted elsewhere, one in a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Self
from zlib import crc32

from catalog_jobs.records import RowOutcome

_PARTS = 64  # of the SKUs; one part at a time is in memory


class DeletableList:
    """Writes the list while outcomes become known; a context manager.

    A SKU is in the list, once, if all its rows are confirmed, in all stores. One that a line of UTF-8 cannot hold is not. The list
    is in the order of the input, unless there are several stores.

    Args:
        path: of the list. Temporary files are beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._others_path = path, path.with_suffix(".others")
        self._stores = set[str]()
        self._files = ExitStack()

    def __enter__(self) -> Self:
        self._confirmed = self._files.enter_context(self._path.open("wb"))
        self._others = self._files.enter_context(self._others_path.open("wb"))
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def add(self, confirmed: Sequence[RowOutcome], others: Sequence[RowOutcome]) -> None:
        """Add rows that are confirmed, and rows that are not."""
        for file, outcomes in ((self._confirmed, confirmed), (self._others, others)):
            file.write(_lines([outcome.sku for outcome in outcomes]))
            if len(self._stores) < 2:
                self._stores.update(outcome.store for outcome in outcomes if outcome.sku)

    def finish(self) -> int:
        """Complete the list, and return the number of its SKUs."""
        self._files.close()
        if len(self._stores) > 1:
            self._leave_out_others()
        with self._path.open("rb") as file:
            return sum(1 for _ in file)

    def _leave_out_others(self) -> None:
        """Leave out SKUs that one of the stores has not confirmed; a SKU has a row for each store, and otherwise only one."""
        part = self._path.with_suffix(".part")
        with part.open("wb") as file:
            confirmed, others = (_split(path) for path in (self._path, self._others_path))
            for some, left_out in zip(confirmed, others, strict=True):
                file.writelines(dict.fromkeys(sku for sku in some if sku not in left_out))
        part.replace(self._path)


def _lines(skus: list[str]) -> bytes:
    """Return SKUs as lines, without those that a line cannot hold."""
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


def _split(path: Path) -> Iterator[dict[bytes, None]]:
    """Yield the lines of a file in parts, all equal ones in the same part, whose number depends on the line only."""
    names = [path.with_suffix(f"{path.suffix}.{number}") for number in range(_PARTS)]
    with ExitStack() as opened:
        parts: list[BinaryIO] = [opened.enter_context(name.open("wb")) for name in names]
        with path.open("rb") as lines:
            for line in lines:
                parts[crc32(line) % _PARTS].write(line)
    for name in names:
        with name.open("rb") as lines:
            yield dict.fromkeys(lines)
        name.unlink()
