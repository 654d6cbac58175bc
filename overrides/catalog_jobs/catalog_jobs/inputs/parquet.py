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
            yield from zip(numbers, zip(*(each.to_pylist() for each in batch.columns), strict=True), strict=False)
    except (arrow.ArrowException, OSError) as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> InputError:
    return InputError(f"{called(name)}: it is not a Parquet file, or damaged: {' '.join(str(error).split())}")
