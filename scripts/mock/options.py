"""What can be set for a vendor: the meaning of each option, how it is written, and what is wrong with what was given for it."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, get_type_hints

import msgspec
from msgspec.inspect import BoolType, ListType, LiteralType, NoneType, UnionType, VarTupleType, type_info

from scripts.mock.settings import Options

_BOOLEANS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_ATTRIBUTE: Final = re.compile(r"^    (\w[\w, ]*): (.*(?:\n     .*)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a vendor.

    Attributes:
        kind: its type, with the limits of its values.
        default: as JSON has it.
        meaning: from the docstring of the options, where several can share one.
    """

    name: str
    kind: Any
    default: Any
    meaning: str

    @property
    def allowed(self) -> str:
        """Tell what it can be, if that is more than what its default shows."""
        match type_info(self.kind):
            case LiteralType(values=values):
                return " or ".join(f"{each}" or "empty" for each in values)
            case BoolType():
                return "true or false"
            case UnionType(types=types) if any(isinstance(each, NoneType) for each in types):
                return "null: not set"
            case VarTupleType() | ListType():
                return "several, separated by commas"
        return ""

    def check(self, value: object, *, strict: bool = True) -> Any:
        """Return a value as JSON has it.

        Raises:
            ValueError: it cannot have this value; the message tells why, and what it can be.
        """
        try:
            return msgspec.to_builtins(msgspec.convert(value, self.kind, strict=strict))
        except msgspec.ValidationError as error:
            raise ValueError(f"{error}; {self.name} is {self.allowed}" if self.allowed else str(error)) from error

    def read(self, text: str) -> Any:
        """Return the value that is written in a text, as in `check`."""
        match type_info(self.kind):
            case BoolType():
                return self.check(_BOOLEANS.get(text.lower(), text))
            case VarTupleType() | ListType():
                return self.check([each for each in text.split(",") if each], strict=False)
        return self.check(text, strict=False)

    @property
    def written(self) -> str:
        """Its default, as `read` takes it."""
        if isinstance(self.default, (list, tuple)):
            return ",".join(map(str, self.default))
        return self.default if isinstance(self.default, str) else msgspec.json.encode(self.default).decode()


def options(kind: type[Options]) -> dict[str, Option]:
    """Return the options of a vendor by name."""
    defaults: dict[str, Any] = msgspec.to_builtins(kind())
    meanings = _meanings(kind)
    hints = get_type_hints(kind, include_extras=True)
    return {
        name: Option(name=name, kind=hints[name], default=default, meaning=meanings.get(name, ""))
        for name, default in defaults.items()
    }


def change(now: Options, changes: Mapping[str, object]) -> Options:
    """Return options with some of them changed, by JSON.

    Raises:
        ValueError: there is no such option, or it cannot have this value.
    """
    there = options(type(now))
    for name, value in changes.items():
        if name not in there:
            raise ValueError(f"no option {name}; there are {', '.join(there)}")
        try:
            there[name].check(value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    return msgspec.convert({**msgspec.to_builtins(now), **changes}, type(now))


def listed(api: str, kind: type[Options]) -> list[str]:
    """Return lines for --help: options as they are written, with their defaults, and below what they mean."""
    lines = []
    for (meaning, allowed), group in groupby(options(kind).values(), key=lambda each: (each.meaning, each.allowed)):
        lines += [f"  {api}.{each.name}={each.written}" for each in group]
        told = f"{meaning} [{allowed}]" if allowed else meaning
        lines += textwrap.wrap(told, width=100, initial_indent="      ", subsequent_indent="      ")
    return lines


def _meanings(kind: type[Options]) -> dict[str, str]:
    _, _, attributes = (inspect.getdoc(kind) or "").partition("\nAttributes:\n")
    return {name: " ".join(meaning.split()) for names, meaning in _ATTRIBUTE.findall(attributes) for name in names.split(", ")}
