"""Match the columns of a file to the fields of an item: as the caller says, or by the names in the header."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from catalog_clients._engine.items.fields import ItemField, ItemFields
from catalog_jobs.errors import InputError

from .raw import Value, normal_name
from .values import is_absent

VALUE = "sku"
"""The name of the field in a mapping of columns, if an item is one value."""
_SKUS = ("sku", "skus", "skuid", "skucode", "itemsku", "itemskus", "sellersku", "merchantsku", "productsku", "variantsku")
_CODES = ("barcode", "barcodes", "ean", "eans", "ean8", "ean13", "gtin", "gtins", "upc", "upcs", "isbn", "productcode")
_NUMBERS = ("articlenumber", "itemnumber", "stockkeepingunit")
_USUAL = frozenset((*_SKUS, *_CODES, *_NUMBERS))
_FIRST = "column 1"  # the name from `names_of` for the first column of a file without a header
_TESTED = 100  # rows after the first one


class Column(NamedTuple):
    """A column, and the field that its values are for.

    Attributes:
        position: number of the column, from 0.
        field: the field.
    """

    position: int
    field: ItemField


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields that columns can be for.

    Attributes:
        items: fields of the items of an operation.
        given: fields by column, as the caller gives them; an empty field for a column that is not sent.
        extra: names of fields that the spec does not have; they are sent unchanged.
    """

    items: ItemFields
    given: Mapping[str, str]
    extra: Collection[str] = ()

    @property
    def is_value(self) -> bool:
        """Whether an item is one value, without fields."""
        return not self.items.fields[0].path if self.items.fields else False

    @property
    def is_free(self) -> bool:
        """Whether an item is an object or a list that the spec does not describe further."""
        return self.is_value and self.items.fields[0].want in ("object", "list", "any")

    @property
    def optional(self) -> list[str]:
        """The names of optional fields at the top level of an item."""
        return [each.path[0] for each in self.items.fields if len(each.path) == 1 and not each.is_required]

    def columns(self, name: str, header: Sequence[str]) -> list[Column]:
        """Return the columns that have fields, in the order of the file.

        Args:
            name: what messages call the file.
            header: names of its columns.

        Raises:
            InputError: a given column or field does not exist, a field has several columns, or a required one has none.
        """
        given = {_index(name, header, column): field for column, field in self.given.items()}
        if len(given) < len(self.given):
            raise InputError(f"{name}: a column is given twice, by its name and by its number")
        chosen = {index: self._field(field) for index, field in given.items() if field}
        if (repeated := _repeated(each.path for each in chosen.values())) is not None:
            raise InputError(f"{name}: two columns are given for the field {self.name_of(repeated)}")
        taken = {each.path for each in chosen.values()}
        rest = {index: column for index, column in enumerate(header) if index not in given}
        for field, indexes in self._guessed(rest, taken):
            if len(indexes) > 1:
                columns = ", ".join(repr(header[each]) for each in indexes)
                numbers = " or ".join(f"{each + 1}={self.name_of(field.path)}" for each in indexes)
                raise InputError(
                    f"{name}: the columns {columns} may have the field {self.name_of(field.path)}; choose one: --map {numbers}"
                )
            chosen[indexes[0]] = field
        found = [Column(index, chosen[index]) for index in sorted(chosen)]
        self._check(name, header, found)
        return found

    def name_of(self, path: Sequence[str]) -> str:
        """Return the name of a field in messages and mappings."""
        return ".".join(path) or VALUE

    def is_name(self, column: str) -> bool:
        """Return whether a text is the name of a column and not a value in it."""
        fields = (".".join(each.path) for each in self.items.fields)
        names = {normal_name(each) for each in (*self._own, *fields)} - {""}
        return normal_name(column) in names | _USUAL | {normal_name(_FIRST)}

    def has_header(self, name: str, rows: Sequence[Sequence[Value]]) -> bool:
        """Return whether the first row of a file is a header.

        A file has a header, with two exceptions: it has one column and the caller gives none, or the caller gives all columns by
        number. Then the first row is a header if it has the name of a field or a usual name; or if the columns have no digit in it,
        but have digits in all other rows.

        Raises:
            InputError: this is not certain.
        """
        first, *others = rows
        by_number = bool(self.given) and all(each.isdecimal() for each in self.given)
        if not by_number and (self.given or len(first) > 1 or not self.is_value):
            return True
        indexes = [int(each) - 1 for each, field in self.given.items() if field] if by_number else [0]
        if any(not 0 <= index < len(first) for index in indexes):
            return True  # `columns` reports this error
        if any(isinstance(each, str) and self.is_name(each) for each in first):
            return True
        values = [first[index] for index in indexes]
        if any(not isinstance(each, str) or is_absent(each) or _has_digit(each) for each in values):
            return False
        if others and all(_has_digit(str(row[index])) for row in others[:_TESTED] for index in indexes if index < len(row)):
            return True
        if len(first) == 1:
            return False
        raise InputError(f"{name}: its first row, {_listed(first)}, may be a header or not; give --header or --no-header")

    @property
    def _own(self) -> list[str]:
        """The names of the items, if they are values; also in the singular."""
        return [*self.items.names, *(each.removesuffix("s") for each in self.items.names)] if self.is_value else []

    def _guessed(self, rest: Mapping[int, str], taken: Collection[tuple[str, ...]]) -> list[tuple[ItemField, list[int]]]:
        """Return the fields without a given column, and the columns that may be for each of them."""
        if self.is_value:
            return [(self.items.fields[0], found)] if () not in taken and (found := self._of_value(rest)) else []
        names = dict[str, list[int]]()
        for index, column in rest.items():
            names.setdefault(normal_name(column), []).append(index)
        guessed = list[tuple[ItemField, list[int]]]()
        for field in self._known():
            own = dict.fromkeys(normal_name(".".join(path)) for path in (field.path, field.alias))
            indexes = [index for each in own for index in names.get(each, [])]
            if indexes and field.path not in taken:
                guessed.append((field, indexes))
        return guessed

    def _of_value(self, rest: Mapping[int, str]) -> list[int]:
        """Return the columns that may have the items.

        This is a column with their name in the spec, or with a usual name; the first column of a file without names, as result
        files name it; or the only column.
        """
        own = {normal_name(each) for each in self._own}
        found = [index for index, column in rest.items() if normal_name(column) in own]
        usual = [index for index, column in rest.items() if normal_name(column) in _USUAL]
        first = [index for index, column in rest.items() if column == _FIRST]
        return found or usual or first or ([*rest] if len(rest) == 1 and not any(self.given.values()) else [])

    def _known(self) -> list[ItemField]:
        extra = [ItemField((each,), (each,), "any", "any", is_required=False, is_key=False) for each in self.extra]
        return [*self.items.fields, *extra]

    def _field(self, given: str) -> ItemField:
        """Return a field by its name.

        Raises:
            InputError: there is no field with this name.
        """
        wanted = normal_name(given)
        if self.is_value:
            if wanted in {normal_name(each) for each in (VALUE, *self._own)}:
                return self.items.fields[0]
            raise InputError(f"{self.items.operation}: its items have no field {given!r}; they are one value, {VALUE}")
        known = {normal_name(".".join(path)): each for each in self._known() for path in (each.alias, each.path)}
        if wanted in known:
            return known[wanted]
        advice = _suggested(given, [".".join(each.path) for each in self._known()])
        raise InputError(f"{self.items.operation}: its items have no field {given!r}{advice}")

    def _check(self, name: str, header: Sequence[str], found: Sequence[Column]) -> None:
        """Refuse a file without a column for a required field, or with a field and a part of it in two columns.

        Raises:
            InputError: the file is refused.
        """
        paths = {each.field.path for each in found}
        if both := next(((path, path[:end]) for path in paths for end in range(1, len(path)) if path[:end] in paths), None):
            raise InputError(
                f"{name}: one column has the field {self.name_of(both[1])}, and another one its part {self.name_of(both[0])}; "
                "leave one of them out, with --map COLUMN="
            )
        begun = {path[:end] for path in paths for end in range(1, len(path) + 1)} | ({()} & paths)
        missing = [self.name_of(each.path) for each in self.items.fields if each.is_required and each.path not in begun]
        if missing:
            what = "the field" if len(missing) == 1 else "the required fields"
            fault = f"{name}: no column has {what} {', '.join(missing)}; its columns are {_listed(header)}"
            advice = f"if these are values, by its number: --no-header --map 1={missing[0]}"
            raise InputError(f"{fault}; name one: --map COLUMN={missing[0]}; {advice}")
        if not found:
            raise InputError(f"{name}: no column has a field; its columns are {_listed(header)}; name one: --map COLUMN=FIELD")


def names_of(first: Sequence[Value]) -> list[str]:
    """Return the names of the columns of a header; `column 1`, for instance, for one that has none."""
    return [" ".join(str(each).split()) or f"column {number}" for number, each in enumerate(first, 1)]


def _index(name: str, header: Sequence[str], given: str) -> int:
    """Return the index of a column that is given by its name or by its number.

    Raises:
        InputError: there is no such column, or several have that name.
    """
    found = [index for index, column in enumerate(header) if column == given]
    found = found or [index for index, column in enumerate(header) if normal_name(column) == normal_name(given)]
    if not found and given.isdecimal() and 0 < int(given) <= len(header):
        return int(given) - 1
    if not found:
        raise InputError(f"{name}: it has no column {given!r}{_suggested(given, header)}")
    if len(found) > 1:
        numbers = " and ".join(str(each + 1) for each in found)
        raise InputError(f"{name}: several columns are called {given!r}, numbers {numbers}; give the number instead of the name")
    return found[0]


def _suggested(given: str, known: Sequence[str]) -> str:
    names = {normal_name(each): each for each in reversed(known)}
    close = get_close_matches(normal_name(given), names, n=1)
    return f"; did you mean {names[close[0]]}?" if close else f"; there are {_listed(known)}"


def _listed(names: Sequence[Value], most: int = 20) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(' '.join(str(each).split()) for each in names[:most])}{rest}"


def _repeated(paths: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
    seen = set[tuple[str, ...]]()
    for each in paths:
        if each in seen:
            return each
        seen.add(each)
    return None


def _has_digit(text: str) -> bool:
    return any(each.isdigit() for each in text)
