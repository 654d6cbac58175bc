"""The arguments of an operation as options of a command, and their values."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from inspect import Parameter
from typing import Annotated, Any

import typer

from catalog_jobs.apis import Argument, Operation, Use
from catalog_jobs.errors import ConfigError

from .names import DEFAULTS, OPTIONS

PREFIX = "api_"
"""What the names of arguments begin with, so that they are none of those of the command's own options."""
_PYTHON: Mapping[str, type] = {"text": str, "integer": int, "number": float, "flag": bool, "json": str}
_METAVARS: Mapping[str, str] = {"text": "TEXT", "integer": "N", "number": "N", "json": "JSON"}
_MOST_VALUES = 8  # that fit into a line of help


def parameter(operation: Operation, argument: Argument, own: Collection[str]) -> Parameter:
    """Return the parameter by which Typer reads an argument.

    Args:
        operation: the operation.
        argument: the argument.
        own: the command's own options.
    """
    names = names_of(operation, argument, own)
    kind: Any = _PYTHON[argument.kind]  # Any: a type that is made here
    kind = list[kind] if argument.is_list else kind
    if argument.kind == "flag" and not argument.is_list:
        names = [*names[:-1], f"{names[-1]}/--no-{names[-1].removeprefix('--')}"]
    notes = [argument.help]
    if len(argument.values) > _MOST_VALUES:
        notes.append(f"One of {', '.join(argument.values)}.")
    notes += ["As JSON."] if argument.kind == "json" else []
    notes += ["May be repeated."] if argument.is_list else []
    notes += ["Required."] if argument.is_required else []
    metavar = "|".join(argument.values) if 0 < len(argument.values) <= _MOST_VALUES else _METAVARS.get(argument.kind)
    option = typer.Option(*names, metavar=metavar, help=" ".join(filter(None, notes)), show_default=False)
    return Parameter(f"{PREFIX}{argument.name}", Parameter.KEYWORD_ONLY, annotation=Annotated[kind | None, option], default=None)


def names_of(operation: Operation, argument: Argument, own: Collection[str]) -> list[str]:
    """Return the options of an argument: the short one, where there is one, and that with its own name."""
    name = f"--{argument.name.strip('_').replace('_', '-')}"
    if name in own:
        name = f"--{PREFIX.replace('_', '-')}{name.removeprefix('--')}"
    short = OPTIONS.get((operation.api, operation.name), {}).get(argument.name)
    return [short, name] if short else [name]


def values(operation: Operation, use: Use, given: Mapping[str, object], profile: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments of an operation: those of options, and then those of the profile.

    Args:
        operation: the operation.
        use: what it is used for.
        given: what options say, by the names of the arguments.
        profile: what the profile says of the arguments of the API.

    Raises:
        ConfigError: a required one is missing, several values are given as one, or a value is not JSON.
    """
    found: dict[str, object] = {}
    defaults = DEFAULTS.get((operation.api, operation.name, use), {})
    for each in operation.arguments[use]:
        option = names_of(operation, each, ())[0]
        value = given.get(each.name)
        if isinstance(value, list):
            _refuse_joined(each, value, option)
        if value is None or value == []:
            value = profile.get(each.name, defaults.get(each.name))
        if value is not None:
            found[each.name] = _read(each, value, option)
        elif each.is_required:
            raise ConfigError(f"{operation.api}.{operation.name} needs {option}: {each.help or 'it is required'}")
    return found


def _refuse_joined(argument: Argument, given: Sequence[object], option: str) -> None:
    """Refuse an option that has several values in one, between commas, as it may be repeated instead.

    A value that has a comma itself can be given in the profile, where a list has its own separators.

    Raises:
        ConfigError: it is refused.
    """
    if argument.kind == "text":
        for each in given:
            parts = [part.strip() for part in str(each).split(",")]
            if len(parts) > 1:
                advice = " ".join(f"{option} {part}" for part in parts if part)
                raise ConfigError(f"{option}: {str(each)!r} is one value with a comma; give {advice or f'{option} VALUE'}")


def _read(argument: Argument, value: object, option: str) -> object:
    """Return a value as the operation takes it."""
    if argument.is_list:
        listed = value if isinstance(value, list) else [value]
        return [_json(each, option) for each in listed] if argument.kind == "json" else listed
    return _json(value, option) if argument.kind == "json" else value


def _json(value: object, option: str) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ConfigError(f"{option}: is not JSON: {error}") from error
