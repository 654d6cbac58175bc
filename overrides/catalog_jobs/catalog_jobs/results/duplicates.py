"""The table of rows that are not sent, as another row has the same key; with the line of that other row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from catalog_jobs.records import Duplicate, RowOutcome

_MOST = 100_000  # maximum number of items whose row is looked up, so that memory is bounded; for others, it is not named


class Duplicates:
    """Finds the rows that are sent instead of duplicates, while outcomes are read.

    Args:
        read: yields the duplicates; called twice.
    """

    def __init__(self, read: Callable[[], Iterable[Duplicate]]) -> None:
        self._read, self._firsts = read, dict[tuple[str, str], tuple[int | None, str]]()
        for each in read():
            if each.sku and len(self._firsts) < _MOST:
                self._firsts[each.sku, each.store] = None, ""

    def add(self, outcomes: Iterable[RowOutcome]) -> None:
        """Keep the lines of sent rows."""
        if self._firsts:
            for each in outcomes:
                is_sent = each.status != "rejected" or each.attempt > 0
                if is_sent and (each.sku, each.store) in self._firsts:
                    self._firsts[each.sku, each.store] = each.line, each.file

    def rows(self) -> Iterator[Duplicate]:
        """Yield the duplicates, with the lines of the rows that are sent instead."""
        for each in self._read():
            line, file = self._firsts.get((each.sku, each.store), (None, ""))
            yield msgspec.structs.replace(each, first_line=line, first_file=file)


def duplicate_columns(own: dict[str, str], *, has_files: bool) -> dict[str, str]:
    """Return the names of the added columns, in the style of the other tables."""
    prefix = own["line"].removesuffix("line")
    names: Sequence[str] = ["line", "file", "sku", "store", "first_line", "first_file"]
    return {name: f"{prefix}{name}" for name in names if has_files or not name.endswith("file")}
