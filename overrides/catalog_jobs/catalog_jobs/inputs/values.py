"""Convert the cells of files to values of items. Text stays text; cells that a spreadsheet may have changed are refused."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from math import isfinite, isnan
from typing import NamedTuple, TypeAlias

from catalog_clients._engine.items.fields import Want
from catalog_jobs.records import Cell

from .raw import Value

Convert: TypeAlias = Callable[[Value], object]
"""Converts a cell that is not empty to a value; a ValueError says what is wrong with it."""
_ROUNDED = re.compile(r"-?\d([.,]\d+)?[Ee]\+\d+")  # a long number, as written by Excel and others
_FORMULA = re.compile(r'="([^"]*)"')  # a text that Excel must not change, as written by exports
_FAILED = re.compile(r"#(N/A|NV|[^\W\d_]+(/0)?[!?]|#+)")  # a formula without a value, or a narrow column, as shown by Excel
_DECIMAL = re.compile(r"\d+\.0")  # a whole number that a program has read as a decimal number
_WHOLE = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_LIST_SEPARATORS = ("|", ";", "\n", ",")
_AS_TEXT = "store the column as text"
_MOST_EXACT = 10**15  # Excel keeps 15 digits of a number
_BARCODES = (8, 12, 13, 14)  # digits
_SHORT_BARCODE = 8


class Digits(NamedTuple):
    """The number of digits that whole numbers of a column must have, as leading zeros may be lost.

    Attributes:
        least: minimum number of digits; 0 for no minimum.
        are_barcodes: whether the column has barcodes; then short barcodes with a valid check digit are accepted, too.
    """

    least: int = 0
    are_barcodes: bool = False

    def check(self, digits: str) -> None:
        """Refuse a number that has too few digits.

        Raises:
            ValueError: it is refused.
        """
        is_short_barcode = self.are_barcodes and len(digits) == _SHORT_BARCODE and _is_barcode(digits)
        if len(digits) < self.least and not is_short_barcode:
            raise ValueError(
                f"is a number of {len(digits)} digits, and others have {self.least}: leading zeros may be lost; "
                "store the column as text"
            )


def digits_of(values: Iterable[Value]) -> Digits:
    """Return how many digits the numbers of a column must have, from its first values.

    If texts of digits begin with a zero, it is the length of the longest of them. If most values are barcodes, it is their most
    frequent length.
    """
    texts = [each for each in values if isinstance(each, str)]
    codes = [each for each in texts if each.isdecimal()]
    if padded := [len(each) for each in codes if each.startswith("0")]:
        return Digits(max(padded))
    codes += [str(int(each)) for each in values if _is_whole(each)]
    barcodes = Counter(len(each) for each in codes if _is_barcode(each))
    if 2 * barcodes.total() <= len(codes):
        return Digits()
    return Digits(barcodes.most_common(1)[0][0], are_barcodes=True)


def _is_whole(value: Value) -> bool:
    return type(value) in (int, float) and 0 <= value < _MOST_EXACT and value == int(value)


def _is_barcode(digits: str) -> bool:
    """Return whether digits are a GTIN: an EAN or a UPC, with its check digit."""
    if len(digits) not in _BARCODES:
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return total % 10 == 0


def is_absent(value: Value, *, keeps_null: bool = False) -> bool:
    """Return whether a cell is empty: None, white space, or NaN."""
    if isinstance(value, str):
        return not value or value.isspace()
    return (value is None and not keeps_null) or (isinstance(value, float) and isnan(value))


def cell_of(value: Value) -> Cell:
    """Return a cell as it is in result files: text, numbers, true and false unchanged; other values as text or JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    try:
        plain = _plain(value)
    except ValueError:  # bytes
        return repr(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, default=str)


def may_be_changed(text: str) -> bool:
    """Return whether a spreadsheet may have changed a text; `converter` decides."""
    return "+" in text or text[:1] in "#="


def are_decimals(values: Iterable[Value]) -> bool:
    """Return whether all texts of a column are whole numbers with a decimal, so that a program must have read them as numbers."""
    found = [each for each in values if not is_absent(each)]
    return bool(found) and all(isinstance(each, str) and _DECIMAL.fullmatch(each) for each in found)


def converter(
    want: Want,
    element: Want = "any",
    *,
    is_key: bool = False,
    digits: Digits | None = None,
    refuses_decimals: bool = False,
    comma: bool = False,
) -> Convert:
    """Return a converter of cells to values.

    Args:
        want: type of the value.
        element: type of its elements, if it is a list.
        is_key: whether it identifies an item; then no change by a spreadsheet is accepted.
        digits: number of digits that a number must have if it becomes text.
        refuses_decimals: whether a text that is a whole number with a decimal is refused; see `are_decimals`.
        comma: whether the decimal separator is a comma.
    """
    numbers: Mapping[str, Convert] = {
        "text": _text_maker(digits or Digits(), is_key=is_key, refuses_decimals=refuses_decimals),
        "whole": _whole,
        "number": partial(_number, comma=comma),
        "flag": _flag,
        "object": _object,
        "any": _any,
    }
    return partial(_list, convert=numbers.get(element, _any)) if want == "list" else numbers[want]


def _text_maker(digits: Digits, *, is_key: bool, refuses_decimals: bool) -> Convert:
    def make(value: Value) -> object:
        if not isinstance(value, str):
            return _text(value, digits, is_key=is_key)
        if refuses_decimals and _DECIMAL.fullmatch(value):
            raise ValueError(f"{value} has a decimal that a program may have added, as in all other rows; {_AS_TEXT}")
        return _unchanged(value) if may_be_changed(value) else value

    return make


def _unchanged(text: str) -> str:
    """Return the original of a text that a spreadsheet has changed.

    Raises:
        ValueError: the original is not known.
    """
    if _ROUNDED.fullmatch(text):
        raise ValueError(f"{text} is a number that was rounded when the file was written; {_AS_TEXT}")
    if _FAILED.fullmatch(text):
        raise ValueError(f"{text} is shown by a spreadsheet instead of a value; correct the cell")
    formula = _FORMULA.fullmatch(text)
    return formula[1] if formula else text


def _text(value: Value, digits: Digits, *, is_key: bool) -> object:
    """Return a value of another type as text."""
    if isinstance(value, bool) and is_key:
        raise ValueError("is true or false, and not text")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) or (is_key and isinstance(value, Decimal)):
        return _text_of_number(value, digits, is_key=is_key)
    if is_key and isinstance(value, date | time | timedelta):
        raise ValueError("is a date or a time, which Excel may have made from a text; store the column as text")
    plain = _plain(value)
    if plain is None or isinstance(plain, str):
        return plain
    raise ValueError(f"must be text, and not {'an object' if isinstance(plain, Mapping) else 'a list'}")


def _text_of_number(value: float | Decimal, digits: Digits, *, is_key: bool) -> str:
    if type(value) is float and abs(value) >= _MOST_EXACT:
        raise ValueError("is a number of more than 15 digits, and Excel keeps only 15; store the column as text")
    if value == int(value):
        text = str(int(value))
        digits.check(text.lstrip("-"))
        if is_key and value < 0:
            raise ValueError("is a number below 0; if that is right, store the column as text")
        return text
    if is_key:
        raise ValueError("is a number with decimals, and zeros at its end may be lost; store the column as text")
    return f"{Decimal(format(value, '.15g')):f}"


def _whole(value: Value) -> object:
    if type(value) is int or value is None:
        return value
    if isinstance(value, float | Decimal) and isfinite(value) and value == int(value):
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    raise ValueError(f"must be a whole number, and not {_shown(value)}")


def _number(value: Value, *, comma: bool) -> object:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return float(value)
    if isinstance(value, str):
        text = value.strip()
        if comma:
            text = text.replace(",", ".") if "." not in text else ""
        if _NUMBER.fullmatch(text):
            return int(text) if _WHOLE.fullmatch(text) else float(text)
    point = "comma" if comma else "point"
    raise ValueError(f"must be a number, with a decimal {point} and no other separator, and not {_shown(value)}")


def _flag(value: Value) -> object:
    if value is None or isinstance(value, bool):
        return value
    text = str(int(value) if isinstance(value, float) and value in (0, 1) else value).strip().lower()
    if text not in _FLAGS:
        raise ValueError(f"must be one of {', '.join(_FLAGS)}, and not {_shown(value)}")
    return _FLAGS[text]


def _list(value: Value, *, convert: Convert) -> object:
    if value is None:
        return value
    if isinstance(value, str):
        value = _json(value) if value.lstrip().startswith("[") else _parts(value)
    parts = value if isinstance(value, list) else [value]
    return [convert(each) for each in parts]


def _parts(text: str) -> list[str]:
    """Return the parts of a text that is a list. The separator is the first in the order of preference that the text contains."""
    separator = next((each for each in _LIST_SEPARATORS if each in text), None)
    return [part for each in text.split(separator) if (part := each.strip())] if separator else [text.strip()]


def _object(value: Value) -> object:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = _json(value)
    plain = _plain(value)
    if plain is None or isinstance(plain, Mapping):
        return plain
    raise ValueError(f"must be an object of JSON, and not {_shown(value)}")


def _any(value: Value) -> object:
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        return _json(value)
    return _plain(value)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON: {error}") from None


def _plain(value: Value) -> object:
    """Return a value of a Parquet file or a workbook as JSON has it."""
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta() | Decimal():
            return str(value)
        case bytes():
            return _decoded(value)
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise ValueError("is bytes that are not UTF-8, and not text") from None


def _shown(value: Value) -> str:
    text = str(cell_of(value))
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
