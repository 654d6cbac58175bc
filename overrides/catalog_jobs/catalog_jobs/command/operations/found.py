"""Write the items that were found: as JSON Lines, or as a table."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Self, TextIO

import msgspec

_BETWEEN = " | "  # separator of the values of a list in a cell


class Lines:
    """Writes JSON Lines: one object with a record and its items or, without a record, one object for each item."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, record: Mapping[str, object], items: Sequence[object]) -> None:
        """Write a record and its items."""
        for each in [{**record, "items": items}] if record else items:
            self._file.write(f"{msgspec.json.encode(each).decode()}\n")


class Table:
    """Writes CSV: a row for each item, or one for a record without items. The table is written at the end of the context.

    The fields of models are columns; fields of inner models and of lists of models have dotted names, such as `price.amount`. The
    values of a list are separated by vertical bars in one cell. An object that the spec does not describe is JSON. Empty columns
    are left out; therefore rows are kept in a temporary file until all are known.
    """

    def __init__(self, file: TextIO) -> None:
        self._file, self._columns = file, dict[str, None]()
        self._rows = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - it is closed at the end of the context

    def write(self, record: Mapping[str, object], items: Sequence[object]) -> None:
        """Write a record and its items."""
        self._columns |= dict.fromkeys(record)
        for each in items or [None]:
            row = {**record, **({} if each is None else dict(_cells(each)))}
            self._columns |= dict.fromkeys(name for name, value in row.items() if value != "")
            self._rows.write(f"{msgspec.json.encode(row).decode()}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._rows:
            self._rows.seek(0)
            writer = csv.DictWriter(self._file, self._columns, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(map(msgspec.json.decode, self._rows))


def _cells(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    """Yield the columns of a value, each with its cell."""
    if isinstance(value, msgspec.Struct):
        for name, attribute in zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True):
            inner = getattr(value, attribute)
            if inner is not msgspec.UNSET and inner is not None:
                yield from _cells(inner, (*path, name))
    elif isinstance(value, list) and value and all(isinstance(each, msgspec.Struct) for each in value):
        rows = [dict(_cells(each, path)) for each in value]
        for name in dict.fromkeys(name for row in rows for name in row):
            yield name, _joined([row.get(name, "") for row in rows])
    else:
        yield ".".join(path), _cell(msgspec.to_builtins(value, enc_hook=str))


def _cell(value: object) -> object:
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return _joined(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _joined(values: Sequence[object]) -> object:
    return values[0] if len(values) == 1 else _BETWEEN.join(map(str, values))
