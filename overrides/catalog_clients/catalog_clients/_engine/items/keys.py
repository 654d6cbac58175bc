"""Find the key of an item: its SKU and, if it has one, its store."""

from __future__ import annotations

import re
import reprlib
import string
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from operator import attrgetter
from typing import NamedTuple, cast
from unicodedata import category

import msgspec

from catalog_clients._engine.flows.effects import attributes, find
from catalog_clients._engine.responses.json_paths import json_path
from catalog_clients.errors import LONGEST_REASON

EMPTY = "is empty"  # the error of a SKU that is only white space or invisible characters
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # categories of Unicode
# Other invisible characters: Default_Ignorable_Code_Point of Unicode 16 beyond these categories, and the blank of Braille.
_BLANK = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")
_BYTE_ORDER_MARK = "\ufeff"
_REPR = reprlib.Repr()  # for values that may be large, or contain themselves
_REPR.maxstring = _REPR.maxother = LONGEST_REASON


class KeyPart(NamedTuple):
    """A part of an item's key.

    Attributes:
        path: its path in the item, in names of the spec.
        alias: the same path in Python names, which a mapping may have instead.
        is_number: whether it is a whole number.
    """

    path: tuple[str, ...]
    alias: tuple[str, ...]
    is_number: bool = False

    @property
    def wanted(self) -> str:
        """The expected type, in words."""
        return "a whole number" if self.is_number else "text"

    def value(self, item: object) -> object:
        """Return the value of this part; None if the item does not have it."""
        found = item.get(self.path[0]) if len(self.path) == 1 and type(item) is dict else find(item, self.path)
        return find(item, self.alias) if found is None and self.alias != self.path else found

    def values(self, items: Sequence[object]) -> Sequence[object]:
        """Return the value of this part for each item, if all items are dictionaries or of one model; otherwise nothing."""
        kind, *others = {*map(type, items)}
        if others or len(self.path) != 1:
            return ()
        (name,) = self.path
        if kind is dict:
            return [each.get(name) for each in items if isinstance(each, dict)]
        if issubclass(kind, msgspec.Struct) and name in attributes(kind):
            return [*map(attrgetter(attributes(kind)[name]), items)]
        return ()


class Alike(NamedTuple):
    """Items with valid keys, and these keys."""

    items: Sequence[object]
    skus: Sequence[str]
    stores: Iterable[str]


class Keys:
    """Finds the keys of items.

    Args:
        parts: how the parts of a key are given; without one, an item is known by its position, unless it is text.
        trims: whether leading and trailing white space of a part is ignored.
        takes_either: whether an item may also be only an SKU.
    """

    def __init__(self, parts: Sequence[KeyPart], *, trims: bool, takes_either: bool) -> None:
        self._parts, self._trims, self._takes_either = parts, trims, takes_either

    def identify(self, item: object, position: int) -> tuple[object, str, str, str]:
        """Return an item as it is sent, its SKU and store, and the error in them; empty if there is none."""
        if isinstance(item, str):
            item = str.__str__(item)  # a plain one, where it is of a subclass
            if self._trims:
                item = item.strip(string.whitespace)
            wrong = fault_of(item)
            return item, item, "", f"{json_path(self._parts[0].path if self._parts else ())}: {wrong}" if wrong else ""
        return item, *self._find(item, position)

    def identify_all(self, items: Sequence[object]) -> Alike | None:
        """Do the same for items of the same form with valid keys; None for any others."""
        is_text = {*map(type, items)} == {str}
        columns = [items] if is_text else [part.values(items) for part in self._parts]
        if not columns or any({*map(type, column)} != {str} for column in columns):
            return None
        texts = [cast("Sequence[str]", column) for column in columns]
        if self._trims:
            texts = [[each.strip(string.whitespace) for each in column] for column in texts]
        for each in texts:
            joined = "".join(each)
            if not (all(map(str.strip, each)) and joined.isprintable()):
                return None
            if not joined.isascii() and _BLANK.search(joined):  # nothing in it is ASCII
                return None
        skus = texts[0]
        return Alike(skus if is_text else items, skus, texts[1] if len(texts) > 1 else repeat(""))

    def _find(self, item: object, position: int) -> tuple[str, str, str]:
        """Return SKU and store of an item that is not text, and the error in them."""
        if not self._parts:
            return str(position), "", ""
        texts, fault = list[str](), ""
        for part in self._parts:
            found = part.value(item)
            is_optional = self._takes_either and found is None and part is not self._parts[0]
            is_right = isinstance(found, str) or is_optional or (part.is_number and type(found) is int)
            if not (fault or is_right):
                what = "is missing" if part.path and found is None else f"{written(found, _REPR.repr)} is not {part.wanted}"
                fault = f"{json_path(part.path)}: {what}"
            text = found if type(found) is str else "" if found is None else written(found, str)
            texts.append(text.strip(string.whitespace) if self._trims else text)
            if not fault and isinstance(found, str) and (wrong := fault_of(texts[-1])):
                fault = f"{json_path(part.path)}: {wrong}"
        return texts[0], texts[1] if len(self._parts) > 1 else "", fault


def fault_of(name: str) -> str:
    """Return the error of a name such as a SKU: it is invisible, or begins with a byte order mark; otherwise empty."""
    if {*map(category, _BLANK.sub("", name))} <= _UNSEEN:
        return EMPTY
    if name.startswith(_BYTE_ORDER_MARK):
        return "begins with the byte order mark of a file: read the file with encoding='utf-8-sig'"
    return ""


def written(value: object, write: Callable[[object], str]) -> str:
    """Return a value as text; or its type, if it is nested too deeply or has too many digits."""
    try:
        return write(value)
    except Exception:  # noqa: BLE001 - the repr of a caller's type may raise anything
        return f"<{type(value).__name__}>"
