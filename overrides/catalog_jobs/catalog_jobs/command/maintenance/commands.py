"""The options of the commands `jobs`, `worker`, `config` and `apis`. Their code is loaded when they are called."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_jobs.command.options import (
    BaseUrl,
    ConfigFile,
    Database,
    Deadline,
    Detach,
    Interval,
    Json,
    Origins,
    Output,
    OutputOnce,
    Patience,
    ProfileName,
    Quiet,
    Server,
    Width,
    Yes,
)
from catalog_jobs.command.settings import SETTINGS, Given

JobId = Annotated[str, typer.Argument(metavar="ID", help="Id of the job, or the beginning of it.")]
_SECRETS = """\
Secrets are read from the environment variables that `catalog config check` names. With `keyring = true` in the profile, those that
are not set are read from the keyring, where `keyring set catalog:PROFILE VARIABLE` puts them (`catalog` alone without a profile).
The file, the options and the database never have them."""
_EXAMPLE = """\
# catalog/config.toml in the folder for settings of the user; another file by --config or CATALOG_CONFIG
database = "postgresql://catalog@db.example/catalog"
profile = "shop"  # used unless --profile or CATALOG_PROFILE names another one

[profiles.shop]
keyring = true

[profiles.shop.apis.amazon_jwo_catalog]
base_url = "https://catalog.example"
arguments = { all_applicable_stores = ["S1", "S2"] }"""


def _config_help() -> str:
    """Return the text about settings for `catalog config --help`."""
    names = [f"{each.name}{' (of an API)' if each.of_api else ''}: {each.variable}: {each.about}" for each in SETTINGS]
    paragraphs = (
        "Show and check the settings.",
        "Settings come from the profile file, the environment and options; each one overrides those before it.",
        "\b\n" + "\n".join(names),
        "For an API, the file can also have arguments, and lists of origins and extra_fields, like --origin and --extra-field.",
        _SECRETS,
        *(f"\b\n{each}" for each in _EXAMPLE.split("\n\n")),
    )
    return "\n\n".join(paragraphs)


jobs_app = typer.Typer(
    help="List, show, resume, cancel, export and delete jobs.", epilog="Example: catalog jobs list", rich_markup_mode=None
)
config_app = typer.Typer(help=_config_help(), epilog="Example: catalog config check", rich_markup_mode=None)


@jobs_app.command("list", epilog="Example: catalog jobs list --state running --state stopped")
def list_jobs(
    *,
    states: Annotated[
        list[str] | None, typer.Option("--state", metavar="STATE", help="Only jobs in this state; may be repeated.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
    config: ConfigFile = None,
    profile: ProfileName = None,
) -> int:
    """List the jobs, the newest first."""
    from . import jobs  # noqa: PLC0415 - only what a command needs is loaded

    return jobs.list_jobs(Given(config, profile, database), states or (), as_json=as_json)


@jobs_app.command(epilog="Example: catalog jobs show 3f9a --watch")
def show(
    job: JobId,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Keep showing it until it ends.")] = False,
    as_json: Json = False,
    database: Database = None,
    config: ConfigFile = None,
    profile: ProfileName = None,
) -> int:
    """Show a job, and the first rows that are not items."""
    from . import jobs  # noqa: PLC0415 - as above

    return jobs.show(Given(config, profile, database), job, watching=watch, as_json=as_json)


@jobs_app.command(epilog="Example: catalog jobs resume 3f9a")
def resume(
    job: JobId,
    *,
    unknown: Annotated[bool, typer.Option(help="Send the unknown items of a finished job again.")] = True,
    resend_unknown: Annotated[
        bool, typer.Option("--resend-unknown", help="Also send what must not be executed twice, and may have been executed.")
    ] = False,
    output: Output = None,
    yes: Yes = False,
    detach: Detach = False,
    as_json: Json = False,
    quiet: Quiet = False,
    width: Width = None,
    patience: Patience = None,
    interval: Interval = None,
    deadline: Deadline = None,
    origins: Origins = None,
    database: Database = None,
    config: ConfigFile = None,
    profile: ProfileName = None,
) -> int:
    """Continue a job.

    The job was stopped, interrupted or cancelled, or its process has died. Or it has finished with unknown rows: these are sent
    again, except those that the vendor has accepted: of these, only the outcome is requested again. Where the spec of
    the API says that a second execution may do harm (idempotent: false), rows that may have been executed stay unknown without
    --resend-unknown. Settings that are given here replace those of the job.
    """
    from . import jobs  # noqa: PLC0415 - as above

    given = Given(config, profile, database, width, patience=patience, interval=interval, deadline=deadline, origins=origins or ())
    display = "json" if as_json else "quiet" if quiet else ""
    return jobs.resume(
        given, job, unknown=unknown, resend_unknown=resend_unknown, output=output, yes=yes, detach=detach, display=display
    )


@jobs_app.command(epilog="Example: catalog jobs cancel 3f9a")
def cancel(
    job: JobId,
    *,
    database: Database = None,
    config: ConfigFile = None,
    profile: ProfileName = None,
) -> int:
    """Cancel a job: nothing more is sent. Workers complete the work in progress."""
    from . import jobs  # noqa: PLC0415 - as above

    return jobs.cancel(Given(config, profile, database), job)


@jobs_app.command(epilog="Example: catalog jobs export 3f9a --output night")
def export(
    job: JobId,
    *,
    output: OutputOnce = None,
    database: Database = None,
    config: ConfigFile = None,
    profile: ProfileName = None,
) -> int:
    """Write the result files of a job, in its current state."""
    from . import jobs  # noqa: PLC0415 - as above

    return jobs.export(Given(config, profile, database), job, output)


@jobs_app.command(epilog="Example: catalog jobs delete --older 30 --yes")
def delete(
    job: Annotated[str | None, typer.Argument(metavar="[ID]", help="Id of the job, or the beginning of it.")] = None,
    *,
    older: Annotated[
        float | None,
        typer.Option("--older", min=0, metavar="DAYS", help="Instead, delete all jobs that ended more than this many days ago."),
    ] = None,
    yes: Yes = False,
    database: Database = None,
    config: ConfigFile = None,
    profile: ProfileName = None,
) -> int:
    """Delete a job, or all jobs that ended some time ago.

    All outcomes of their items are deleted; result folders stay. Cancel a running job first.
    """
    from . import jobs  # noqa: PLC0415 - as above

    return jobs.delete(Given(config, profile, database), job, older, yes=yes)


def work(
    *,
    width: Width = None,
    quiet: Quiet = False,
    database: Database = None,
    config: ConfigFile = None,
    profile: ProfileName = None,
) -> int:
    """Work on all jobs of a database until Ctrl-C.

    Any number of workers can do so at the same time, on any number of machines.
    """
    from . import jobs  # noqa: PLC0415 - as above

    return jobs.work(Given(config, profile, database, width), quiet=quiet)


@config_app.callback()
def _config() -> None:
    pass


@config_app.command(epilog="Example: catalog config check jwo --base-url https://catalog.example")
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[API]...", help="APIs or their short names; default: all that are installed.")
    ] = None,
    *,
    base_url: BaseUrl = None,
    server: Server = None,
    offline: Annotated[bool, typer.Option("--offline", help="Send nothing to a vendor.")] = False,
    database: Database = None,
    config: ConfigFile = None,
    profile: ProfileName = None,
) -> int:
    """Show which settings and secrets are set or missing, and check whether the vendor accepts the credentials.

    This sends a request that changes nothing, if the spec of the API names one.
    """
    from . import checking  # noqa: PLC0415 - as above

    return checking.check(Given(config, profile, database, base_url=base_url, server=server), names or (), offline=offline)


def list_apis(*, as_json: Json = False) -> int:
    """List the installed APIs and their operations."""
    from . import checking  # noqa: PLC0415 - as above

    return checking.list_apis(as_json=as_json)
