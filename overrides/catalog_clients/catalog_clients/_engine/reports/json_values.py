"""Read JSON value by value, so that a long list or many lines are never completely in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

_BLOCK = 1 << 20
_LONGEST = 1 << 24  # maximum characters of one value


class JsonValues:
    """Reads JSON value by value."""

    def __init__(self, text: TextIO) -> None:
        self._text, self._buffer, self._place = text, "", 0
        self._decoder = json.JSONDecoder(object_pairs_hook=_unique)

    def next_character(self) -> str:
        """Skip white space, and return the character after it; empty at the end."""
        while True:
            while self._place < len(self._buffer):
                if (character := self._buffer[self._place]) not in "\ufeff \t\r\n":
                    return character
                self._place += 1
            if not self._read():
                return ""

    def value(self) -> object:
        """Return the next value."""
        while True:
            try:
                value, place = self._decoder.raw_decode(self._buffer, self._place)
            except json.JSONDecodeError as error:
                if len(self._buffer) - self._place > _LONGEST:
                    raise ValueError(f"a value of its JSON has more than {_LONGEST} characters") from error
                if not self._read():
                    raise ValueError(f"it is not JSON: {error.msg}") from error
            else:
                self._place = place
                return value

    def elements(self) -> Iterator[object]:
        """Yield the elements of the next list."""
        self._place += 1
        if self.next_character() == "]":
            self._place += 1
            return
        while True:
            self.next_character()
            yield self.value()
            separator = self.next_character()
            self._place += 1
            if separator == "]":
                return
            if separator != ",":
                raise ValueError("its list has no end")

    def only_list(self) -> Iterator[object]:
        """Yield the elements of a list; after it, the input must end."""
        yield from self.elements()
        if self.next_character():
            raise ValueError("there is something after its list")

    def rest(self) -> Iterator[object]:
        """Yield all further values."""
        while self.next_character():
            yield self.value()

    def _read(self) -> bool:
        """Read more, and return whether there was more."""
        block = self._text.read(_BLOCK)
        self._buffer, self._place = self._buffer[self._place :] + block, 0
        return bool(block)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has two values of the same name")
    return found
