"""Read Parquet files, a few thousand rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, BinaryIO

from catalog_jobs.errors import InputError

from .raw import Raw, Record
from .sources import called, needed

_BATCH = 5_000  # rows


def read_parquet(name: str, file: BinaryIO) -> Raw:
    """Return the rows of a file.

    Raises:
        InputError: pyarrow is not installed, or the file is not a Parquet file; or, while rows are read, it is damaged.
    """
    arrow = needed("pyarrow", "parquet", name)
    try:
        found = needed("pyarrow.parquet", "parquet", name).ParquetFile(file)
    except (arrow.ArrowException, OSError) as error:
        raise _damaged(name, error) from error
    return Raw(_rows(name, found, arrow), found.schema_arrow.names)


def _rows(name: str, found: Any, arrow: Any) -> Iterator[Record]:
    numbers = count(1)
    try:
        for batch in found.iter_batches(batch_size=_BATCH):
            columns = zip(found.schema_arrow.names, batch.columns, strict=True)
            cells = [_values(name, column, each, arrow) for column, each in columns]
            yield from zip(numbers, zip(*cells, strict=True), strict=False)
    except (arrow.ArrowException, OSError) as error:
        raise _damaged(name, error) from error


def _values(name: str, column: str, values: Any, arrow: Any) -> list[Any]:
    """Return the values of a column; as text, if they are times that Python's types cannot hold.

    Raises:
        InputError: they cannot be text either.
    """
    try:
        return values.to_pylist()  # type: ignore[no-any-return]  # a list
    except (ValueError, OverflowError):  # of nanoseconds, a year above 9999, or an unknown time zone
        try:
            return values.cast(arrow.string()).to_pylist()  # type: ignore[no-any-return]  # a list
        except arrow.ArrowException as error:
            fault = " ".join(str(error).split())
            raise InputError(f"{name}: its column {column} has values that cannot be read: {fault}") from error


def _damaged(name: str, error: Exception) -> InputError:
    return InputError(f"{called(name)}: it is not a Parquet file, or damaged: {' '.join(str(error).split())}")
