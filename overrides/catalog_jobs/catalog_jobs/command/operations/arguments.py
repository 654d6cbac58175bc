"""The arguments of an operation as options of a command, and their values."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from inspect import Parameter
from typing import Annotated, Any

import typer

from catalog_jobs.apis import Argument, Operation, Use
from catalog_jobs.command.names import DEFAULTS, OPTIONS
from catalog_jobs.command.options import OWN
from catalog_jobs.errors import ConfigError

PREFIX = "api_"
"""Prefix of the parameters for arguments, so that they differ from the command's own options."""
_PYTHON: Mapping[str, type] = {"text": str, "integer": int, "number": float, "flag": bool, "json": str}
_METAVARS: Mapping[str, str] = {"text": "TEXT", "integer": "N", "number": "N", "json": "JSON"}
_EXAMPLES: Mapping[str, str] = {"text": "TEXT", "integer": "1", "number": "1", "flag": "true", "json": "{}"}
_MOST_VALUES = 8  # as many as fit into a line of help


def parameter(argument: Argument, names: Sequence[str]) -> Parameter:
    """Return the parameter by which Typer reads an argument.

    Args:
        argument: the argument.
        names: its options, from `option_names`.
    """
    kind: Any = _PYTHON[argument.kind]  # Any: a type that is made here
    kind = list[kind] if argument.is_list else kind
    if _is_switch(argument):
        names = [*names[:-1], "/".join(_with_opposite(names[-1]))]
    notes = [argument.help]
    if len(argument.values) > _MOST_VALUES:
        notes.append(f"One of {', '.join(argument.values)}.")
    notes += ["As JSON."] if argument.kind == "json" else []
    notes += ["May be repeated."] if argument.is_list else []
    notes += ["Required."] if argument.is_required else []
    notes += [f"{_plain(argument)} is an option of catalog itself."] if _plain(argument) in OWN else []
    metavar = "|".join(argument.values) if 0 < len(argument.values) <= _MOST_VALUES else _METAVARS.get(argument.kind)
    option = typer.Option(*names, metavar=metavar, help=" ".join(filter(None, notes)), show_default=False)
    return Parameter(f"{PREFIX}{argument.name}", Parameter.KEYWORD_ONLY, annotation=Annotated[kind | None, option], default=None)


def option_names(operation: Operation, use: Use) -> Mapping[str, Sequence[str]]:
    """Return the options of each argument of an operation: a short one, if it has one, and one with its own name.

    If the command has an option of the same name, the option of the argument is `--api-NAME`. If several arguments have the same
    option, later ones get a number: `--page-size` and `--page-size-2`.
    """
    shorts = OPTIONS.get((operation.api, operation.name), {})
    taken, found = {*OWN, *shorts.values()}, dict[str, Sequence[str]]()
    for each in operation.arguments[use]:
        plain = _plain(each)
        name = plain if plain not in OWN else f"--api-{plain.removeprefix('--')}"
        numbered = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
        name = next(name for name in numbered if taken.isdisjoint(_with_opposite(name) if _is_switch(each) else [name]))
        taken.update(_with_opposite(name) if _is_switch(each) else [name])
        found[each.name] = [shorts[each.name], name] if each.name in shorts else [name]
    return found


def needed(operation: Operation, use: Use) -> str:
    """Return an example of the options that an operation requires, quoted for a shell."""
    named = option_names(operation, use)
    return " ".join(_example(each, named[each.name][0]) for each in operation.arguments[use] if each.is_required)


def _example(argument: Argument, name: str) -> str:
    if _is_switch(argument):
        return name
    return f"{name} {shlex.quote(argument.values[0] if argument.values else _EXAMPLES[argument.kind])}"


def _plain(argument: Argument) -> str:
    """Return the option of an argument, if no other option has that name."""
    return f"--{argument.name.strip('_').replace('_', '-')}"


def _is_switch(argument: Argument) -> bool:
    """Return whether an argument has two options, to set and to unset it, instead of a value."""
    return argument.kind == "flag" and not argument.is_list


def _with_opposite(name: str) -> tuple[str, str]:
    return name, f"--no-{name.removeprefix('--')}"


def values(operation: Operation, use: Use, given: Mapping[str, object], profile: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments of an operation, from options and then from the profile.

    Args:
        operation: the operation.
        use: what it is used for.
        given: values of options, by the names of the arguments.
        profile: values in the profile, by the names of the arguments.

    Raises:
        ConfigError: a required argument is missing, several values are given as one, or a value is not JSON.
    """
    found: dict[str, object] = {}
    defaults, named = DEFAULTS.get((operation.api, operation.name, use), {}), option_names(operation, use)
    for each in operation.arguments[use]:
        option = named[each.name][0]
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
    """Refuse an option with several values between commas: the option must be repeated instead.

    A value that contains a comma can be given in the profile.

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
    """Convert a value to the type that the operation takes."""
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
