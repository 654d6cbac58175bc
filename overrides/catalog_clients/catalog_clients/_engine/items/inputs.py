"""Check the input of a run. Error messages say what to pass instead."""

from __future__ import annotations

import dataclasses
import io
import sqlite3
from collections.abc import AsyncIterable, Hashable, Iterable, Mapping, Sized
from copy import copy
from numbers import Integral
from typing import cast
from uuid import UUID

import msgspec

_MOST_SHORT = 1000  # items, which take about a millisecond


def check_items(items: object) -> None:
    """Refuse an input whose elements are not items: a text, a mapping, a table, a row of a table, or a file.

    Raises:
        TypeError: it is refused.
    """
    advice = other_elements(items)
    if hasattr(items, "_fields") or isinstance(items, sqlite3.Row):  # named tuples, and rows of most databases
        advice = "; its elements are the values of one row: give a list of rows, or of the value that is meant of each"
    is_read = isinstance(items, Iterable | AsyncIterable) and not isinstance(items, str | bytes | bytearray | memoryview | Mapping)
    if advice or not is_read:
        raise TypeError(f"items must be an iterable of items, such as a list, and not {type(items).__name__}{advice}")


def other_elements(value: object) -> str:
    """Return what iteration over a value yields if that is not items, and what to pass instead; otherwise empty."""
    if hasattr(value, "__dataframe__") or hasattr(value, "columns"):
        return "; its elements are its columns: give one of them, or its rows"
    if isinstance(value, io.IOBase) or hasattr(value, "readline"):  # other files, such as temporary ones
        return "; its lines have line ends: give (line.rstrip('\\n') for line in file)"
    return ""


def check_first(item: object, *, is_text: bool, is_either: bool, trims: bool) -> None:
    """Refuse an input whose first item has a type that no item can have, as the others will have the same.

    An empty cell (None or NaN) as the first item is not refused.

    Args:
        item: the first item.
        is_text: whether items are texts, and not objects or mappings.
        is_either: whether both are allowed.
        trims: whether leading and trailing white space of texts is ignored.

    Raises:
        TypeError: it is refused.
    """
    if item is None or _is_not_itself(item):
        return
    if isinstance(item, str) and not trims and item.endswith(("\n", "\r")):
        raise TypeError(
            "the first item ends in a line end, as a line of a file does: give (item.rstrip('\\r\\n') for item in items)"
        )
    has_fields = isinstance(item, Mapping | msgspec.Struct)
    if isinstance(item, str) if is_text else (has_fields or (is_either and isinstance(item, str))):
        return
    what = "text" if is_text else "a mapping or an object of the model"
    advice = _advice_for_text(item) if is_text else _advice_for_fields(item)
    raise TypeError(f"each item must be {what}, and the first one is of type {type(item).__name__}{advice}")


def kept(item: object) -> object:
    """Return a copy of an item that is an object: what yields it may change the same object, and yield it again."""
    return copy(item) if isinstance(item, dict | msgspec.Struct) else item


def explained(error: Exception) -> Exception:
    """Return an error of an input, if possible with advice on what to do."""
    if not (isinstance(error, sqlite3.ProgrammingError) and "thread" in str(error)):
        return error
    found = TypeError(
        "the items are read in another thread, and a SQLite connection belongs to the thread that has made it: "
        "make it with check_same_thread=False, or give a list of the items"
    )
    found.__cause__ = error
    return found


def _is_not_itself(item: object) -> bool:
    """Return whether an item is NaN, or another value that means that there is none."""
    try:
        return bool(item != item)  # noqa: PLR0124 - only NaN and its like differ from themselves
    except Exception:  # noqa: BLE001 - pandas.NA refuses to be true or false, and others may fail in any way
        return isinstance(item, Hashable)


def _advice_for_fields(item: object) -> str:
    """Return what to pass instead of items like this one, where mappings are needed."""
    if dataclasses.is_dataclass(item):
        return "; give (dataclasses.asdict(item) for item in items)"
    for method in ("_asdict", "model_dump", "to_dict"):  # of named tuples, pydantic and pandas
        if callable(getattr(item, method, None)):
            return f"; give (item.{method}() for item in items)"
    if callable(getattr(item, "keys", None)):
        return "; give (dict(item) for item in items)"
    return "; csv.DictReader gives mappings, and csv.reader does not" if isinstance(item, list | tuple) else ""


def _advice_for_text(item: object) -> str:
    """Return what to pass instead of items like this one, where texts are needed."""
    if isinstance(item, Mapping):
        names = [*map(repr, item)] or ["..."]
        return f"; give (row[{names[0]}] for row in rows), with the column that has the SKUs: {', '.join(names)}"
    if isinstance(item, list | tuple) or callable(getattr(item, "keys", None)):
        return "; give (row[0] for row in rows), with the number of the column that has the SKUs"
    if isinstance(item, bytes | bytearray):
        return "; give (item.decode() for item in items)"
    return "; give (str(item) for item in items), if no leading zeros are lost" if isinstance(item, Integral | UUID) else ""


def length_of(items: object) -> int | None:
    """Return the number of items; None if it is not known before they are read."""
    try:
        return len(items) if isinstance(items, Sized) else None
    except TypeError:  # an array without dimensions has none, as its iterator says
        return None


def is_short(items: object, size: int) -> bool:
    """Return whether items are in memory, fit into one chunk, and are so few that reading them takes no time."""
    return type(items) in (list, tuple) and len(cast("Sized", items)) <= min(size, _MOST_SHORT)
