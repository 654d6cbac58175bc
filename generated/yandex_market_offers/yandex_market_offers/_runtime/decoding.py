"""Types of JSON values that msgspec cannot read by itself: unions of objects, recursive aliases, rules beyond its constraints.

A type checker sees the plain union. At run time the type is a class that msgspec hands the untyped value to, through `dec_hook`.
Writing needs none of this: what was read is a plain object, list or value.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from threading import RLock
from types import UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from .models import OTHERS, OpenModel

_FINDING_OUT = RLock()
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}
_OTHER_TYPE = re.compile("Expected `[^`]+`, got `[^`]+`")


class _AnyInstance(type):
    """Accepts any instance: msgspec checks what was read against the type, but it has the type of a member."""

    def __instancecheck__(cls, instance: object) -> bool:
        return True


class Custom(metaclass=_AnyInstance):
    """Base of the types that read themselves from an untyped JSON value."""

    @classmethod
    def read(cls, value: Any) -> Any:
        """Return the typed value.

        Raises:
            ValueError: the value does not fit.
        """
        raise NotImplementedError  # abstract; abc would need another metaclass


def dec_hook(kind: type[Any], value: Any) -> Any:
    """Read a custom type; to be given to msgspec."""
    try:
        return kind.read(value)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None  # to which msgspec adds the path of the value


def decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """Return what reads JSON as a type.

    msgspec stores what it has found out about a type before it has found out everything, and another thread that uses the type in
    the meantime crashes. So only one thread at a time makes decoders.
    """
    found = _DECODERS.get(kind)
    if found is None:
        with _FINDING_OUT:
            found = _DECODERS.get(kind) or msgspec.json.Decoder(kind, dec_hook=dec_hook)
            _DECODERS[kind] = found
    return found


@cache
def type_info(kind: Any) -> inspect.Type:
    """Return what msgspec knows about a type; as above, only one thread at a time finds it out."""
    with _FINDING_OUT:
        decoder(kind)
        return inspect.type_info(kind)


def convert(value: Any, kind: Any, *, strict: bool = True) -> Any:
    """Return an untyped JSON value as the type; if not `strict`, also the text of a number or a boolean, and 0 and 1 as booleans.

    Raises:
        msgspec.ValidationError: it does not fit.
    """
    decoder(kind)  # after which msgspec knows the type
    return msgspec.convert(value, kind, strict=strict, dec_hook=dec_hook)


class AnyOf(Custom):
    """A union, written as the annotation of `any_of`.

    With a discriminator, its value names the member. Without one, or where an object lacks it, the member that knows most of the
    value is taken, the first of equals; a map, which would take any object, only where no other member fits and knows any of its
    properties. A map beside a discriminator is for objects with a tag that the spec does not have, which `read` refuses.

    Attributes:
        discriminator: property whose value names the member, or None.
        mapping: names of the members, in the same module, by that value.
        otherwise: name of the member for every other value of the discriminator, or None where there may be no other.
    """

    discriminator: ClassVar[str | None] = None
    mapping: ClassVar[Mapping[str, str]] = {}
    otherwise: ClassVar[str | None] = None

    @classmethod
    def read(cls, value: Any) -> Any:
        """Return the value as the member that it fits."""
        named = cls.named(value)
        if named is not None:
            return convert(value, named)
        fitting: list[Any] = []
        problems: list[str] = []
        for member in members(cls):
            if is_map(member) and (cls.discriminator is not None or any(knows(value, found) for found in fitting)):
                break
            try:
                fitting.append(convert(value, member))
            except msgspec.ValidationError as error:
                problems.append(str(error))
        if not fitting:
            close = [problem for problem in dict.fromkeys(problems) if not _OTHER_TYPE.fullmatch(problem)] or problems
            raise ValueError(close[0] if len(close) == 1 else f"fits no alternative ({'; '.join(close)})")
        return without_constants(value, min(fitting, key=lambda found: unknown(value, found)))

    @classmethod
    def named(cls, value: Any) -> Any:
        """Return the member that the value of the discriminator names; None where there is no such value.

        Raises:
            ValueError: it names none.
        """
        if cls.discriminator is None or not isinstance(value, dict):
            return None
        tag = value.get(cls.discriminator)
        name = cls.mapping.get(tag_text(tag), cls.otherwise)
        if name is not None:
            return getattr(sys.modules[cls.__module__], name)
        if tag is None:
            return None
        raise ValueError(f"Invalid value {tag!r}, expected one of {', '.join(map(repr, cls.mapping))} - at `$.{cls.discriminator}`")


def without_constants(given: Any, found: Any) -> Any:
    """Return what a JSON value was read as without the constants that it lacks: it may be another member of a union after all."""
    if isinstance(found, msgspec.Struct):
        for name, attribute in _constants(type(found)):
            if name not in given:
                setattr(found, attribute, msgspec.UNSET)
    return found


@cache
def _constants(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """Return name on the wire and attribute of each field that has a value by default."""
    fields = msgspec.structs.fields(kind)
    return tuple((each.encode_name, each.name) for each in fields if each.default not in (msgspec.NODEFAULT, msgspec.UNSET))


def tag_text(tag: Any) -> str:
    """Return the value of a discriminator as it is written in `mapping`: a text as it is, all else as JSON, 1.0 as 1."""
    return tag if isinstance(tag, str) else canonical(tag).decode()


def _is_multiple(number: float, of: str) -> bool:
    """Return whether a number as it is written, where 0.1 is a tenth, is a multiple of another one."""
    from fractions import Fraction  # noqa: PLC0415 - slow to import, and seldom needed

    return not Fraction(number if isinstance(number, int) else str(number)) % Fraction(of)


class Checked(Custom):
    """A value of the type that `value` is annotated with, which also keeps the rules that are set.

    Attributes:
        multiple_of: decimal number that a number is a multiple of.
        values: the allowed values, as JSON.
        min_properties: number of properties that an object has at least.
        max_properties: number of properties that an object has at most.
        any_required: lists of properties, of which an object has all of at least one list.
        unique_items: whether the elements of an array differ from each other.
        is_tuple: whether the elements of an array are known by their places.
    """

    multiple_of: ClassVar[str | None] = None
    values: ClassVar[tuple[str, ...]] = ()
    min_properties: ClassVar[int | None] = None
    max_properties: ClassVar[int | None] = None
    any_required: ClassVar[tuple[tuple[str, ...], ...]] = ()
    unique_items: ClassVar[bool] = False
    is_tuple: ClassVar[bool] = False

    @classmethod
    def read(cls, value: Any) -> Any:
        """Return the value if it keeps the rules."""
        found = convert(cls._allowed(value) if cls.values else value, cls.unchecked())
        if cls.multiple_of is not None and isinstance(value, int | float) and not _is_multiple(value, cls.multiple_of):
            raise ValueError(f"Expected a multiple of {cls.multiple_of}")
        if isinstance(value, dict):
            cls._check_object(value)
        if cls.unique_items and isinstance(value, list) and (repeated := find_repeated(value)):
            index, first = repeated
            raise ValueError(f"elements have to be unique; this one is also at [{first}] - at `$[{index}]`")
        return found

    @classmethod
    def unchecked(cls) -> Any:
        """Return the type of the value, without the rules."""
        return _types(cls)["value"]

    @classmethod
    def _allowed(cls, value: Any) -> Any:
        """Return the value as the document writes it: 1.0 is the 1 of an enum."""
        given = canonical(value)
        for each in map(msgspec.json.decode, cls.values):
            if canonical(each) == given:
                return each
        raise ValueError(f"Expected one of {', '.join(cls.values)}")

    @classmethod
    def _check_object(cls, value: dict[str, Any]) -> None:
        if cls.min_properties is not None and len(value) < cls.min_properties:
            raise ValueError(f"Expected at least {cls.min_properties} properties")
        if cls.max_properties is not None and len(value) > cls.max_properties:
            raise ValueError(f"Expected at most {cls.max_properties} properties")
        if cls.any_required and not any(value.keys() >= {*names} for names in cls.any_required):
            raise ValueError("Object missing required fields: " + " or ".join(" and ".join(names) for names in cls.any_required))


class Extended(Custom):
    """An object with named properties, those of the Struct that `named` is annotated with, and others, of the type of `others`."""

    @classmethod
    def read(cls, value: Any) -> Any:
        """Return the object as it is, if both parts fit."""
        types = _types(cls)
        known = convert(value, types["named"]).__struct_encode_fields__
        for name in [each for each in value if each not in known]:
            try:
                convert(value[name], types["others"])
            except msgspec.ValidationError as error:
                raise ValueError(f"{error} - at `$.{name}`") from None
        return value


def properties(value: msgspec.Struct | Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the properties of an object that are not absent, by their names on the wire."""
    if isinstance(value, msgspec.Struct):
        yield from _named(value)
        if isinstance(value, OpenModel):
            yield from value.additional_properties.items()
    else:
        yield from value.items()


def _named(value: msgspec.Struct) -> Iterator[tuple[str, Any]]:
    for name, field in zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True):
        each = getattr(value, field)
        if each is not msgspec.UNSET and name != OTHERS:
            yield name, each


def find_repeated(items: Sequence[object]) -> tuple[int, int] | None:
    """Return the indexes of the first element that was there before, and of what it is equal to; None if all are unique."""
    seen: dict[bytes, int] = {}
    for index, item in enumerate(items):
        first = seen.setdefault(canonical(item), index)
        if first != index:
            return index, first
    return None


def canonical(value: Any) -> bytes:
    """Write a JSON value such that equal values give equal text: 1 and 1.0 are equal, 1 and true are not."""
    return msgspec.json.encode(plain(value), order="sorted")


def plain(value: Any) -> Any:
    """Return a JSON value with whole numbers as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def _size(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, inner))


@cache
def _types(kind: type[Custom]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


@cache
def members(kind: type[AnyOf]) -> tuple[Any, ...]:
    """Return the members of a union in the order in which they are tried."""
    union = _types(kind)["any_of"]
    found = get_args(union) if get_origin(union) in (Union, UnionType) else (union,)
    return tuple(sorted(found, key=is_map))


def is_map(member: Any) -> bool:
    """Return whether a type takes any object."""
    kind = get_args(member)[0] if get_origin(member) is Annotated else member
    return kind is Any or get_origin(kind) is dict


def knows(given: Any, found: Any) -> bool:
    """Return whether the type that a JSON value was read as knows any of its properties, if it has any."""
    if not isinstance(found, msgspec.Struct) or not given:
        return True
    return isinstance(found, OpenModel) or any(name in given for name in found.__struct_encode_fields__)


def unknown(given: Any, found: Any) -> int:
    """Count what is in the JSON value and unknown to the type that it was read as: properties with all in them, values of enums."""
    if isinstance(found, msgspec.Struct | dict) and isinstance(given, dict):
        known = dict(_named(found)) if isinstance(found, msgspec.Struct) else found
        return sum(unknown(value, known[name]) if name in known else _size(value) for name, value in given.items())
    if isinstance(found, Enum):
        return 0 if found.name in type(found).__members__ else 1
    if isinstance(found, list) and isinstance(given, list):
        return sum(map(unknown, given, found))
    return 0
