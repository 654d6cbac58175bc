"""Read a JSON body as far as it can be read: what breaks the spec is left out and listed, and nothing else is lost with it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import cache
from types import NoneType, UnionType
from typing import Any, NoReturn, TypeGuard, Union, get_args, get_origin

import httpx2
import msgspec

from .decoding import AnyOf, Checked, convert, decoder, is_map, knows, members, unknown, without_constants
from .errors import Breach
from .extras import named_fields, read_extras, type_of_others
from .models import OTHERS, OpenModel
from .redaction import hidden, secrets_of_response

_AT = re.compile(r" - at `[^`]*`$")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST = 200
_TYPE_NAMES = {"NoneType": "null", "list": "array", "dict": "object"}
_PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]*")


class Unreadable(ValueError):
    """A body of which nothing can be read.

    Attributes:
        breaches: why, and what else breaks the spec; not empty.
    """

    def __init__(self, breaches: Sequence[Breach]) -> None:
        self.breaches = tuple(breaches)
        super().__init__(str(breaches[0]))


def read(content: bytes, kind: Any, *, extras: bool = False, exact: bool = False) -> tuple[Any, tuple[Breach, ...]]:
    """Return a body as a type, and where it breaks the spec.

    A field, an element of an array or a value of a map that cannot be read is left out; such a field is UNSET, also if it is
    required. An element of a tuple stays where it is, as it came. A value of another type is read as what it means: the text of a
    number or a boolean, 0 and 1 as booleans, one value as a list of it and the reverse, and an empty list as an empty object. A
    number that is written as `1.0` or `1e2` is an integer, as JSON Schema says. An object with a tag that the spec does not have
    stays as it is.

    Args:
        content: the body.
        kind: the type.
        extras: whether models in it may have additional properties.
        exact: whether a value of another type is left out instead.

    Raises:
        Unreadable: it is not JSON, has another type, or has required fields and none that can be read.
    """
    try:
        return _whole(content, kind, extras=extras), ()
    except RecursionError:
        raise Unreadable([Breach("$", "it is nested too deeply")]) from None
    except ValueError:
        pass  # msgspec's errors are ValueErrors; what breaks the spec is found by a slower reader
    reader = _Reader(exact=exact)
    try:
        return reader.read(kind, reader.json(content), "$"), tuple(reader.breaches)
    except _UnreadablePart:
        raise Unreadable([msgspec.structs.replace(each, left_out="") for each in reader.breaches]) from None
    except RecursionError:
        raise Unreadable([Breach("$", "it is nested too deeply")]) from None


def hidden_breaches(breaches: Sequence[Breach], response: httpx2.Response) -> tuple[Breach, ...]:
    """Return breaches without the credentials of the request, which a response may repeat."""
    secrets = secrets_of_response(response)
    return tuple(Breach(*(hidden(each, secrets) for each in (one.path, one.rule, one.left_out))) for one in breaches)


def _whole(content: bytes, kind: Any, *, extras: bool) -> Any:
    found = decoder(kind).decode(content)
    if extras:
        read_extras(found, msgspec.json.decode(content))
    return found


class _UnreadablePart(Exception):
    """A value cannot be read; why is in the list of the reader."""


class _Reader:
    """Reads untyped JSON.

    Attributes:
        breaches: where it breaks the spec, as far as it is read.
        exact: whether a value of another type cannot be read.
        alone: paths of the values that are being read as a list of one.
    """

    def __init__(self, *, exact: bool, alone: Collection[str] = ()) -> None:
        self.breaches: list[Breach] = []
        self.exact = exact
        self.alone = {*alone}

    def json(self, content: bytes) -> Any:
        """Decode JSON; what is not UTF-8, lone surrogates, control characters and numbers that are none do not lose the rest."""
        content = content.removeprefix(_BYTE_ORDER_MARK)
        try:
            return msgspec.json.decode(content)
        except ValueError as error:
            rule = str(error)
        try:
            found = json.loads(content.decode(errors="replace"), strict=False)
        except ValueError:
            self._refuse("$", rule)
        value = self._writable(found, "$")
        if not self.breaches:
            self._breach("$", rule)
        return value

    def read(self, kind: Any, value: Any, path: str) -> Any:
        """Return a value as a type.

        Raises:
            _UnreadablePart: it cannot be read.
        """
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return self._union(arguments, value, path)
        if origin is list:
            return self._list(arguments[0], value, path)
        if origin is dict:
            return self._map(arguments[1], value, path)
        return self._class(kind, value, path) if isinstance(kind, type) else self._single(kind, value, path)

    def _class(self, kind: type[Any], value: Any, path: str) -> Any:
        if issubclass(kind, msgspec.Struct):
            return self._struct(kind, value, path)
        if issubclass(kind, AnyOf):
            return self._any_of(kind, value, path)
        if issubclass(kind, Checked) and kind.is_tuple:
            return self._tuple(get_args(kind.unchecked())[0], value, path)
        return self._single(kind, value, path)

    def _writable(self, value: Any, path: str) -> Any:
        """Return JSON without what cannot be written again: lone surrogates, and numbers that are infinite or none."""
        if isinstance(value, str):
            written = value.encode(errors="replace").decode()
            if written != value:
                self._breach(path, "a lone surrogate cannot be written in UTF-8")
            return written
        if isinstance(value, float) and not math.isfinite(value):
            self._breach(path, "the number is too large, or none; it is read as null")
            return None
        if isinstance(value, dict):
            return {self._writable(name, path): self._writable(each, f"{path}{_step(name)}") for name, each in value.items()}
        if isinstance(value, list):
            return [self._writable(each, f"{path}[{index}]") for index, each in enumerate(value)]
        return value

    def _single(self, kind: Any, value: Any, path: str) -> Any:
        if isinstance(value, float) and value.is_integer() and kind is not float:
            with suppress(msgspec.ValidationError):
                return convert(int(value), kind)
        try:
            return convert(value, kind)
        except msgspec.ValidationError as error:
            self._note_type(path, str(error))
        return self.read(kind, value[0], f"{path}[0]") if _is_alone(value) else _meant(kind, value)

    def _list(self, kind: Any, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            return self._list_of_one(kind, value, path)
        read = (self._part(kind, each, f"{path}[{index}]") for index, each in enumerate(value))
        return [each for each in read if each is not msgspec.UNSET]

    def _tuple(self, kind: Any, value: Any, path: str) -> list[Any]:
        """Return a list whose elements keep their places: what cannot be read is as it came."""
        if not isinstance(value, list):
            self._refuse(path, _other_type("array", value))
        return [self._element(kind, each, f"{path}[{index}]") for index, each in enumerate(value)]

    def _element(self, kind: Any, value: Any, path: str) -> Any:
        try:
            return self.read(kind, value, path)
        except _UnreadablePart:
            return value

    def _map(self, kind: Any, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self._no_object(dict[str, kind], value, path)
        read = {name: self._part(kind, each, f"{path}{_step(name)}") for name, each in value.items()}
        return {name: each for name, each in read.items() if each is not msgspec.UNSET}

    def _struct(self, kind: type[msgspec.Struct], value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self._no_object(kind, value, path)
        found, is_required = dict[str, Any](), False
        for field in _fields(kind):
            name, at = field.encode_name, f"{path}{_step(field.encode_name)}"
            if name == OTHERS:
                continue
            if name in value:
                found[field.name] = self._part(field.type, value[name], at)
            elif field.required:
                self.breaches.append(Breach(at, "the field is required", at))
                found[field.name] = msgspec.UNSET
            is_required = is_required or field.required
        if is_required and all(each is msgspec.UNSET for each in found.values()):
            raise _UnreadablePart
        if issubclass(kind, OpenModel):
            others = {name: each for name, each in value.items() if name not in named_fields(kind)}
            found["additional_properties"] = self._map(type_of_others(kind), others, path)
        return kind(**found)

    def _union(self, kinds: Sequence[Any], value: Any, path: str) -> Any:
        if value is None and NoneType in kinds:
            return None
        some = [each for each in kinds if each not in (NoneType, msgspec.UnsetType)]
        if not some:
            self._refuse(path, _other_type("null", value))
        return self._best(some, value, path)

    def _any_of(self, kind: type[AnyOf], value: Any, path: str) -> Any:
        if kind.discriminator is None or not isinstance(value, dict):
            return self._best(members(kind), value, path)
        known = [each for each in members(kind) if not is_map(each)]
        try:
            named = kind.named(value)
        except ValueError as error:
            self._breach(f"{path}{_step(kind.discriminator)}", str(error))
            if len(known) < len(members(kind)):
                return value  # of a kind that the spec does not have
            raise _UnreadablePart from None
        if named is not None:
            return self.read(named, value, path)
        return self._without_tag(kind, known, value, path)

    def _without_tag(self, kind: type[AnyOf], known: Sequence[Any], value: Any, path: str) -> Any:
        """Return an object without a tag as one of the known members, or as it is if that member requires the tag."""
        before, at = len(self.breaches), f"{path}{_step(kind.discriminator or '')}"
        try:
            found = self._best(known, value, path)
        except _UnreadablePart:
            if len(known) == len(members(kind)):
                raise
            found = value
        missing = [each for each in self.breaches[before:] if each.path == at]
        if missing and len(known) < len(members(kind)):
            self.breaches[before:] = [msgspec.structs.replace(each, left_out="") for each in missing]
            return value
        return found

    def _best(self, kinds: Sequence[Any], value: Any, path: str) -> Any:
        """Return a value as the member of a union with the fewest breaches, of equals as `AnyOf` chooses."""
        if len(kinds) == 1:
            return self.read(kinds[0], value, path)
        fitting: list[tuple[tuple[int, bool, bool, int], Any, list[Breach]]] = []
        failed: list[list[Breach]] = []
        for kind in kinds:
            reader = _Reader(exact=self.exact, alone=self.alone)
            try:
                found = reader.read(kind, value, path)
                rank = (len(reader.breaches), not knows(value, found), is_map(kind), unknown(value, found))
                fitting.append((rank, found, reader.breaches))
            except _UnreadablePart:
                failed.append(reader.breaches)
        if not fitting:
            closest = max(failed, key=_depth)
            self.breaches += closest
            raise _UnreadablePart
        _, found, breaches = min(fitting, key=lambda each: each[0])
        self.breaches += breaches
        return without_constants(value, found)

    def _part(self, kind: Any, value: Any, path: str) -> Any:
        """Return a value that can be left out; UNSET if it cannot be read."""
        before = len(self.breaches)
        try:
            return self.read(kind, value, path)
        except _UnreadablePart:
            found = self.breaches[before:]
            self.breaches[before:] = [msgspec.structs.replace(each, left_out=path) for each in found]
            return msgspec.UNSET

    def _breach(self, path: str, rule: str) -> None:
        rule = _AT.sub("", rule)
        self.breaches.append(Breach(path, rule if len(rule) <= _LONGEST else f"{rule[: _LONGEST - 1]}…"))

    def _note_type(self, path: str, rule: str) -> None:
        """Note that a value has another type; with `exact`, it is not read."""
        self._breach(path, rule)
        if self.exact:
            raise _UnreadablePart

    def _refuse(self, path: str, rule: str) -> NoReturn:
        self._breach(path, rule)
        raise _UnreadablePart

    def _no_object(self, kind: Any, value: Any, path: str) -> Any:
        """Return an object that is in a list alone, or an empty list as an empty object, which PHP writes in this way."""
        self._note_type(path, _other_type("object", value))
        if _is_alone(value):
            return self.read(kind, value[0], f"{path}[0]")
        if value != []:
            raise _UnreadablePart
        return self.read(kind, {}, path)

    def _list_of_one(self, kind: Any, value: Any, path: str) -> list[Any]:
        self._note_type(path, _other_type("array", value))
        if value in (None, "") or path in self.alone:  # the latter for a list of lists, perhaps of itself
            raise _UnreadablePart
        self.alone.add(path)
        try:
            return [self.read(kind, value, path)]
        finally:
            self.alone.remove(path)


def _depth(breaches: list[Breach]) -> int:
    return len(breaches[0].path)


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(kind)


def _step(name: str) -> str:
    """Write the name of a field as a step of a JSON path."""
    return f".{name}" if _PLAIN_NAME.fullmatch(name) else f"[{json.dumps(name)}]"


def _other_type(expected: str, value: Any) -> str:
    """Say as msgspec does that a JSON value has another type."""
    name = type(value).__name__
    return f"Expected `{expected}`, got `{_TYPE_NAMES.get(name, name)}`"


def _is_alone(value: Any) -> TypeGuard[list[Any]]:
    """Return whether a value is a list of one."""
    return isinstance(value, list) and len(value) == 1


def _meant(kind: Any, value: Any) -> Any:
    """Return the number or boolean that a text means, or the boolean that 0 or 1 means.

    A number never means a text, as it may be any of several: 7 may be `007`.

    Raises:
        _UnreadablePart: it means nothing of that type.
    """
    with suppress(msgspec.ValidationError):
        found = convert(value, kind, strict=False)
        if not isinstance(found, float) or math.isfinite(found):
            return found
    raise _UnreadablePart
