"""The options of a vendor: the meaning of each, how it is written, and the check of a given value."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, get_type_hints

import msgspec
from msgspec.inspect import BoolType, ListType, LiteralType, Metadata, NoneType, UnionType, VarTupleType, type_info

from scripts.mock.settings import Options

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
        """The allowed values, if the default does not show them."""
        match type_info(self.kind):
            case LiteralType(values=values):
                return " or ".join(f"{each}" or "empty" for each in values)
            case BoolType():
                return "true or false"
            case UnionType(types=types) if any(isinstance(each, NoneType) for each in types):
                return "null: not set"
            case VarTupleType() | ListType():
                return "several, separated by commas"
            case Metadata(extra_json_schema={"description": description}):
                return str(description)
        return ""

    def check(self, value: object, *, strict: bool = True) -> Any:
        """Return a value as JSON has it.

        Raises:
            ValueError: the value is invalid; the message has the cause, and the allowed values.
        """
        try:
            return msgspec.to_builtins(msgspec.convert(value, self.kind, strict=strict))
        except msgspec.ValidationError as error:
            raise ValueError(f"{error}; {self.name} is {self.allowed}" if self.allowed else str(error)) from error

    def read(self, text: str) -> Any:
        """Parse a value, and check it as `check` does."""
        several = isinstance(type_info(self.kind), VarTupleType | ListType)
        return self.check([each for each in text.split(",") if each] if several else text, strict=False)

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
    types = get_type_hints(kind, include_extras=True)
    return {
        name: Option(name=name, kind=types[name], default=default, meaning=meanings.get(name, ""))
        for name, default in defaults.items()
    }


def change(now: Options, changes: Mapping[str, object]) -> Options:
    """Return options with some of them changed, by JSON.

    Raises:
        ValueError: an option is unknown, or its value invalid.
    """
    known = options(type(now))
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"no option {name}; there are {', '.join(known)}")
        try:
            known[name].check(value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    return msgspec.convert({**msgspec.to_builtins(now), **changes}, type(now))


def listed(api: str, kind: type[Options]) -> list[str]:
    """Return lines for --help: each option with its default, and below its meaning."""
    lines = []
    for (meaning, allowed), group in groupby(options(kind).values(), key=lambda each: (each.meaning, each.allowed)):
        lines += [f"  {api}.{each.name}={each.written}" for each in group]
        text = f"{meaning} [{allowed}]" if allowed else meaning
        lines += textwrap.wrap(text, width=100, initial_indent="      ", subsequent_indent="      ")
    return lines


def _meanings(kind: type[Options]) -> dict[str, str]:
    _, _, attributes = (inspect.getdoc(kind) or "").partition("\nAttributes:\n")
    return {name: " ".join(meaning.split()) for names, meaning in _ATTRIBUTE.findall(attributes) for name in names.split(", ")}
