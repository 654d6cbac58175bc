"""The whole command. Each subcommand loads what it needs when it is called."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import typer
import typer.core
import typer.main

from catalog_jobs._version import VERSION

from .maintenance.commands import config_app, jobs_app, list_apis, work
from .operations.groups import verbs

# Any, below: a context, whose class Typer does not name.


class Commands(typer.core.TyperGroup):
    """All commands, in the order in which an operator needs them. Typer would list commands without subcommands first."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        last = [name for name in ("jobs", "worker", "config", "apis") if name in self.commands]
        return [*(name for name in super().list_commands(ctx) if name not in last), *last]


app = typer.Typer(
    name="catalog",
    cls=Commands,
    help="""Send any number of SKUs to the catalog API of a vendor: a file in, the outcome of each SKU out.

    Exit codes: 0 all confirmed, 1 some rejected, 2 wrong options or input, 3 some unknown or stopped. With --debug anywhere, an
    error is shown with its traceback.""",
    epilog="Example: catalog archive jwo skus.csv --store S1 --store S2",
    rich_markup_mode=None,  # plain help: Rich is slow to load
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - as Typer calls it
    if wanted:
        typer.echo(f"catalog-jobs {VERSION}")
        raise typer.Exit


_Version: TypeAlias = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
]


@app.callback(invoke_without_command=True)
def _root(context: typer.Context, *, version: _Version = False) -> None:
    del version  # which is shown before
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for _verb, _group in verbs().items():
    app.add_typer(_group, name=_verb)
app.add_typer(jobs_app, name="jobs")
app.command("worker", epilog="Example: catalog worker --database postgresql://catalog@db.example/catalog")(work)
app.add_typer(config_app, name="config")
app.command("apis", epilog="Example: catalog apis")(list_apis)
