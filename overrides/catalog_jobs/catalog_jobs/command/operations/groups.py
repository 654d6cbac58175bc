"""The commands that take an operation: `run`, `validate`, and the verbs of the short names. They load only that operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer
import typer.core

from catalog_jobs.command.names import FINDING, SHORT, VERBS, example, short_of, shorts_of

_ABOUT: Mapping[str, str] = {
    "run": "Send the items of files with any operation.",
    **{verb: about for verb, about in VERBS.items() if verb not in FINDING},
    "validate": "Check the items of files; nothing is sent.",
    **{verb: VERBS[verb] for verb in FINDING},
}
_NAMES: Mapping[str, str] = {"run": "API.OPERATION", "validate": "API.OPERATION", "lookup": "VENDOR|API.OPERATION"}
_NAMES = {**_NAMES, "search": _NAMES["lookup"]}
# Any, below: commands, whose class Typer does not name.


def verbs() -> dict[str, typer.Typer]:
    """Return the groups of commands, by their names."""
    return {verb: _group(verb, about) for verb, about in _ABOUT.items()}


class OperationGroup(typer.core.TyperGroup):
    """A verb, whose commands are operations.

    Attributes:
        verb: the verb.
    """

    verb = ""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of its commands: vendors, or operations of the installed clients."""
        del ctx
        if self.verb in VERBS:
            return [each.vendor for each in shorts_of(self.verb)]
        from .commands import runnable  # noqa: PLC0415 - loads all clients

        return runnable()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command for an operation.

        Raises:
            ConfigError: there is no such operation; the message lists the known ones.
        """
        from catalog_jobs.errors import ConfigError  # noqa: PLC0415 - as below

        from .commands import command_of  # noqa: PLC0415 - loads the client

        try:
            return command_of(self.verb, cmd_name)
        except ConfigError:
            if ctx.resilient_parsing:
                return None
            raise


def _group(verb: str, about: str) -> typer.Typer:
    kind = type(f"{verb.title()}Group", (OperationGroup,), {"verb": verb})
    shorts = shorts_of(verb)
    short = shorts[0] if shorts else short_of("archive", "jwo") or SHORT[0]
    name = short.vendor if shorts else f"{short.api}.{short.operation}" if verb == "run" else f"{short.vendor}.{short.verb}"
    return typer.Typer(
        cls=kind,
        help=about,
        epilog=example(verb, short, name),
        rich_markup_mode=None,
        subcommand_metavar=f"{_NAMES.get(verb, 'VENDOR')} {'' if verb == 'search' else 'FILE... '}[OPTIONS]",
    )
