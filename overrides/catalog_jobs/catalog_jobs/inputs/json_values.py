"""Read JSON: an array of values, a sequence of values, or one value per line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NoReturn, TypeAlias

import msgspec

from catalog_jobs.errors import InputError

from .raw import Fault, Raw, Record, normal_name
from .sources import called
from .text import LONGEST_LINE, Text, lines_of

_SAMPLE = 1000  # objects whose keys are the columns
_LONGEST_WORD = 10  # longest literal, such as false, or escaped character
_SURROGATE = re.compile(r"\\u[dD]")
_NO_SPACE = re.compile(r"[^ \t\r\n]")
_Found: TypeAlias = tuple[int, object] | Fault


def read_json_lines(text: Text, known: Collection[str], *, are_items: bool = False) -> Raw:
    """Return the values of a file with one value per line. A line that is not JSON is a fault of that line only.

    Args:
        text: its content.
        known: names of fields; they are columns even if the first objects do not have them.
        are_items: whether each value is a complete item, whatever its keys are.

    Raises:
        InputError: see `read_text`.
    """
    return _raw(_of_lines(lines_of(text)), known, are_items=are_items)


def read_json(text: Text, known: Collection[str], *, are_items: bool = False) -> Raw:
    """Return the values of a file that has an array or a sequence of them. Broken JSON ends the input with an error.

    Raises:
        InputError: it is not JSON, or a value is longer than `LONGEST_LINE`.
    """
    return _raw(_Scanner(text).values(), known, are_items=are_items)


def _raw(found: Iterator[_Found], known: Collection[str], *, are_items: bool) -> Raw:
    """Return values as rows: each key of an object is a column, unless the object is a complete item."""
    sample = [*islice(found, _SAMPLE)]
    values = [each[1] for each in sample if not isinstance(each, Fault)]
    found = chain(sample, found)
    if are_items or not values or not isinstance(values[0], Mapping):
        return Raw(_of_values(found, are_items=are_items), ("value",), keeps_null=True, are_values=True)
    columns = [*dict.fromkeys(chain.from_iterable(each for each in values if isinstance(each, Mapping)))]
    names = {normal_name(each) for each in columns}
    columns += [each for each in known if normal_name(each) not in names]
    return Raw(_of_objects(found, columns), columns, keeps_null=True)


def _of_values(found: Iterable[_Found], *, are_items: bool) -> Iterator[Record]:
    for each in found:
        if isinstance(each, Fault):
            yield each
        elif isinstance(each[1], Mapping) and not are_items:
            yield Fault(each[0], "is an object, and the first value is not")
        else:
            yield each[0], (each[1],)


def _of_objects(found: Iterable[_Found], columns: Sequence[str]) -> Iterator[Record]:
    names = frozenset(columns)
    for each in found:
        if isinstance(each, Fault):
            yield each
            continue
        line, value = each
        if not isinstance(value, Mapping):
            yield Fault(line, "is not an object, as the first value is")
            continue
        cells = [value.get(name, "") for name in columns]
        if value.keys() <= names:
            yield line, cells
        else:
            unknown = min(value.keys() - names)
            yield Fault(line, f"is not a field, and none of the first {_SAMPLE:,} objects has it", unknown, cells)


def _of_lines(lines: Iterable[str]) -> Iterator[_Found]:
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        try:
            yield number, decode(line)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            yield Fault(number, f"is not JSON: {_what(error)}")


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_refuse)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _what(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


class _Scanner:
    """Reads values one by one; at most one value and one block are in memory."""

    def __init__(self, text: Text) -> None:
        self._name, self._blocks = text.name, text.blocks
        self._text, self._place, self._line = "", 0, 1
        self._decode: Callable[[str, int], tuple[object, int]] = _decoder().raw_decode

    def values(self) -> Iterator[_Found]:
        """Yield the number of the line in which a value begins, and the value."""
        if self._next() == "[":
            self._place += 1
            yield from self._elements()
            if self._next():
                raise self._broken("something follows the end of the array")
        while self._next():
            yield self._line, self._value()

    def _elements(self) -> Iterator[_Found]:
        separator = "]" if self._next() == "]" else ","
        self._place += separator == "]"
        while separator == ",":
            self._next()
            yield self._line, self._value()
            separator = self._next()
            if separator not in (",", "]"):
                raise self._broken("a comma is missing" if separator else "the end of the array is missing")
            self._place += 1

    def _value(self) -> object:
        while True:
            try:
                value, end = self._decode(self._text, self._place)
            except json.JSONDecodeError as error:
                may_go_on = error.msg.startswith("Unterminated") or error.pos > len(self._text) - _LONGEST_WORD
                if not (may_go_on and self._read()):
                    self._skip(error.pos)
                    raise self._broken(error.msg) from None
            except (ValueError, RecursionError) as error:
                raise self._broken(_what(error)) from None
            else:
                if end < len(self._text) or not self._read():  # a number may go on in the next block
                    self._check(value, end)
                    self._skip(end)
                    return value

    def _check(self, value: object, end: int) -> None:
        """Refuse half of a surrogate pair, which cannot be sent."""
        if _SURROGATE.search(self._text, self._place, end):
            try:
                json.dumps(value, ensure_ascii=False).encode()
            except UnicodeEncodeError:
                raise self._broken("a text has half of a surrogate pair") from None

    def _next(self) -> str:
        """Return the next character that is not white space; empty at the end."""
        while True:
            found = _NO_SPACE.search(self._text, self._place)
            self._skip(found.start() if found else len(self._text))
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._read():
                return ""

    def _skip(self, place: int) -> None:
        self._line += self._text.count("\n", self._place, place)
        self._place = place

    def _read(self) -> bool:
        """Read more, and return whether there was more.

        Raises:
            InputError: a value is too long.
        """
        self._text, self._place = self._text[self._place :], 0
        if len(self._text) > LONGEST_LINE:
            raise self._broken(f"a value is longer than {LONGEST_LINE >> 20} MB, or broken")
        wanted = max(1, len(self._text))  # doubles the text, so that parsing of a long value is not restarted too often
        blocks = [self._text]
        while wanted > 0 and (block := next(self._blocks, "")):
            blocks.append(block)
            wanted -= len(block)
        self._text = "".join(blocks)
        return len(blocks) > 1

    def _broken(self, what: str) -> InputError:
        return InputError(f"{called(self._name)}, line {self._line}: it is not JSON: {what}")
