"""Commands for operations. Arguments become options, with help texts from the spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer
import typer.main

from catalog_jobs import apis
from catalog_jobs.apis import Operation, Use
from catalog_jobs.command import options
from catalog_jobs.command.names import APIS, SHORT, VERBS, Short, example, short_of, shorts_of
from catalog_jobs.command.parts import Reading
from catalog_jobs.command.settings import Given
from catalog_jobs.errors import ConfigError

from .arguments import PREFIX, needed, option_names, parameter

_FILES = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Files of items, patterns such as 'night-*.csv', or - for standard input.")
]
_FLAGS = frozenset(("json", "quiet", "yes", "dry_run", "detach"))
# Any, below: commands, whose class Typer does not name; and values of options.


def runnable() -> list[str]:
    """Return the names of all operations of installed clients that send items."""
    names = []
    for api in apis.installed():
        try:
            names += [f"{api}.{each.name}" for each in apis.operations(api).values() if "run" in each.uses]
        except ConfigError:  # `catalog apis` says why it cannot be imported
            continue
    return names


def command_of(verb: str, name: str) -> Any:
    """Return the command of a verb for an operation.

    Args:
        verb: a verb of the short names, `run` or `validate`.
        name: the vendor; or the operation, as API.OPERATION, VENDOR.OPERATION or VENDOR.VERB.

    Raises:
        ConfigError: there is no such operation, or it cannot be used like this.
    """
    short, use = _named(verb, name)
    vendor, _, operation = name.partition(".")
    found = apis.operation(*((short.api, short.operation) if short else (APIS.get(vendor, vendor), operation)), use)
    known = short or next((each for each in SHORT if (each.api, each.operation, each.use) == (found.api, found.name, use)), None)
    return _command(found, use, verb, example(verb, known, name, needed(found, use)))


def _named(verb: str, name: str) -> tuple[Short | None, Use]:
    """Return the short name, if the name is one, and what the operation is used for."""
    use: Use = "lookup" if verb == "lookup" else "search" if verb == "search" else "run"
    vendor, dot, word = name.partition(".")
    if not dot and verb in VERBS:
        if found := short_of(verb, name):
            return found, use
        vendors = [each.vendor for each in shorts_of(verb)]
        known = apis.advice(name, vendors, "it knows")
        raise ConfigError(
            f"{verb} knows no vendor {name!r}; {known}{'' if known.endswith('?') else f'; {_instead(verb, use, name)}'}"
        )
    if dot and verb in VERBS and use == "run":
        raise ConfigError(f"{verb} takes a vendor, and not {name!r}; {_instead(verb, use, APIS.get(vendor, vendor), word)}")
    if not dot:
        raise ConfigError(f"{name!r} is not an operation; name it as API.OPERATION, such as {SHORT[0].api}.{SHORT[0].operation}")
    return short_of(word, vendor), use


def _instead(verb: str, use: Use, api: str, word: str = "") -> str:
    """Return advice on how to call an operation without a short name.

    Args:
        verb: the verb that was given.
        use: what the operation is used for.
        api: name of an API, which may not be installed.
        word: name of an operation, which the API may not have.
    """
    named = [each.name for each in apis.operations(api).values() if use in each.uses] if api in apis.installed() else []
    alike = [each for each in named if word in (each, apis.operations(api)[each].method)] if word else []
    alike = alike or [each for each in named if each.lower().startswith(verb)] or named
    if not alike:
        return "`catalog apis` lists the operations of the APIs that are installed"
    return f"for an operation without a short name, use `catalog {verb if use != 'run' else 'run'} {api}.{alike[0]}`"


def _command(operation: Operation, use: Use, verb: str, epilog: str) -> Any:
    own = _own(verb, use)
    named = option_names(operation, use)
    arguments = [parameter(each, named[each.name]) for each in operation.arguments[use]]
    first = _parameters({name: own.pop(name) for name in ("files",) if name in own})

    def call(**given: Any) -> int:
        found = {each.name: given.pop(f"{PREFIX}{each.name}") for each in operation.arguments[use]}
        return _act(operation, use, verb, found, given)

    call.__signature__ = Signature([*first, *arguments, *_parameters(own)])  # type: ignore[attr-defined]  # what Typer reads
    call.__annotations__ = {}
    made = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    about = "\n\n".join(filter(None, [f"{operation.title}.", operation.description, _fields(operation) if use != "search" else ""]))
    made.command(operation.name, help=about, epilog=epilog)(call)
    return typer.main.get_command(made)


def _fields(operation: Operation) -> str:
    from .fields import fields_help  # noqa: PLC0415 - loads the engine, which a call may need or not

    return fields_help(operation)


def _own(verb: str, use: Use) -> dict[str, Any]:
    """Return the options that a command has for all operations."""
    if use == "search":
        return {**options.SEARCHING, **options.SETTINGS}
    if use == "lookup":
        return {"files": _FILES, **options.READING, **options.FINDING, **options.SETTINGS}
    action = {} if verb == "validate" else options.RUNNING
    return {"files": _FILES, **options.READING, **action, **options.SETTINGS, **options.DISPLAY}


def _act(operation: Operation, use: Use, verb: str, arguments: Mapping[str, Any], given: dict[str, Any]) -> int:
    """Run a command."""
    lists: dict[str, Any] = {name: given.pop(name) or () for name in ("origins", "extra_fields")}
    settings = Given(**lists, **{name: given[name] for name in options.SETTINGS if name not in lists})
    how = {name: given[name] for name in options.READING if name in given and name != "columns"}
    reading = Reading(**how, columns=_columns(given.get("columns")))
    if use == "run":
        from .running import Run, run  # noqa: PLC0415 - only what a command needs is loaded

        return run(
            Run(
                operation=operation,
                files=given["files"],
                reading=reading,
                arguments=arguments,
                settings=settings,
                output=given.get("output"),
                yes=given.get("yes", False),
                dry_run=verb == "validate" or given.get("dry_run", False),
                detach=given.get("detach", False),
                display="json" if given["json"] else "quiet" if given["quiet"] else "",
            )
        )
    from .finding import Find, lookup, search  # noqa: PLC0415 - as above

    find = Find(operation=operation, arguments=arguments, settings=settings, output=given["output"])
    return search(find, given["most"]) if use == "search" else lookup(find, given["files"], reading)


def _parameters(kinds: Mapping[str, Any]) -> list[Parameter]:
    defaults: dict[str, Any] = dict.fromkeys(_FLAGS, False) | {"files": Parameter.empty, "decimal": "."}
    return [Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=defaults.get(name)) for name, kind in kinds.items()]


def _columns(texts: Sequence[str] | None) -> dict[str, str]:
    """Return fields by column.

    Raises:
        BadParameter: a text is not COLUMN=FIELD, or a column is given twice.
    """
    found = {}
    for text in texts or ():
        column, mark, field = text.rpartition("=")
        if not (column and mark):
            raise typer.BadParameter(f"{text!r} is not COLUMN=FIELD", param_hint="--map")
        if column in found:
            raise typer.BadParameter(f"the column {column!r} is given twice", param_hint="--map")
        found[column] = field
    return found
