"""Options that several commands have, with their help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_args

import typer

from . import parts

ConfigFile: TypeAlias = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Profile file, instead of CATALOG_CONFIG and the default one.")
]
ProfileName: TypeAlias = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="Profile in that file, instead of CATALOG_PROFILE.")
]
Database: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="FILE|URL", help="SQLite file, or postgresql://user@host/name; instead of CATALOG_DATABASE."
    ),
]
Width: TypeAlias = Annotated[
    int | None, typer.Option("--width", min=1, metavar="N", help="Chunks at the same time, instead of CATALOG_WIDTH; default: 8.")
]
BaseUrl: TypeAlias = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="URL of the API, instead of CATALOG_BASE_URL.")
]
Server: TypeAlias = Annotated[
    str | None, typer.Option("--server", metavar="NAME", help="Documented server, instead of CATALOG_SERVER.")
]
Credential: TypeAlias = Annotated[
    str | None,
    typer.Option("--credential", metavar="NAME", help="Name of the credential for shared rate limits; not a secret."),
]
Patience: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--patience", min=0, metavar="SECONDS", help="Seconds to wait for a vendor that cannot be reached; default: 3600."
    ),
]
Interval: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--interval", min=0, metavar="SECONDS", help="Seconds before a status is first requested; default: as documented."
    ),
]
Deadline: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--deadline", min=0, metavar="SECONDS", help="Seconds to wait for the end of an ingestion; default: as documented."
    ),
]
Origins: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--origin", metavar="URL", help="Allowed origin of reports, instead of the documented ones."),
]
ExtraFields: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--extra-field", metavar="NAME", help="Field of items that the spec does not have; it is sent unchanged."),
]

Format: TypeAlias = Annotated[
    parts.Format | None,
    typer.Option(
        "--format",
        metavar="|".join(get_args(parts.Format)),
        help="Format of the input; default: detected by its name or its beginning.",
    ),
]
Encoding: TypeAlias = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="Encoding of the input, such as cp1252; default: detected.")
]
Separator: TypeAlias = Annotated[
    str | None, typer.Option("--separator", metavar="CHAR", help="Separator of the columns; default: detected.")
]
Sheet: TypeAlias = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook; default: the only one that has rows.")
]
Header: TypeAlias = Annotated[
    bool | None,
    typer.Option("--header/--no-header", help="Whether the first row has the names of the columns; default: detected."),
]
Decimal: TypeAlias = Annotated[
    str, typer.Option("--decimal", metavar="CHAR", help="Decimal separator of numbers: a point or a comma.")
]
Columns: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=FIELD", help="Field of a column; COLUMN= for one that is not sent. May be repeated."),
]

Output: TypeAlias = Annotated[
    Path | None,
    typer.Option("--output", metavar="DIR", help="Folder of the result files; the job keeps it. Default: ./catalog-ID."),
]
OutputOnce: TypeAlias = Annotated[
    Path | None, typer.Option("--output", metavar="DIR", help="Folder of the result files; default: that of the job.")
]
OutputFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help="New file for the results, .jsonl or .csv; default: JSON Lines on stdout."),
]
Most: TypeAlias = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Maximum number of items; default: all.")]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]
DryRun: TypeAlias = Annotated[bool, typer.Option("--dry-run", help="Stop after the summary; nothing is sent.")]
Detach: TypeAlias = Annotated[bool, typer.Option("--detach", help="Leave the work to workers, and do not wait for it.")]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON object per line on stdout, for programs.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", help="Print nothing unless something is not confirmed, for cron.")]

# Any, below: annotations.
READING: Mapping[str, Any] = {
    "format": Format,
    "encoding": Encoding,
    "separator": Separator,
    "sheet": Sheet,
    "header": Header,
    "decimal": Decimal,
    "columns": Columns,
}
SETTINGS: Mapping[str, Any] = {
    "config": ConfigFile,
    "profile": ProfileName,
    "database": Database,
    "width": Width,
    "base_url": BaseUrl,
    "server": Server,
    "credential": Credential,
    "patience": Patience,
    "interval": Interval,
    "deadline": Deadline,
    "origins": Origins,
    "extra_fields": ExtraFields,
}
DISPLAY: Mapping[str, Any] = {"json": Json, "quiet": Quiet}
RUNNING: Mapping[str, Any] = {"output": Output, "yes": Yes, "dry_run": DryRun, "detach": Detach}
FINDING: Mapping[str, Any] = {"output": OutputFile}
SEARCHING: Mapping[str, Any] = {"output": OutputFile, "most": Most}


def _own() -> Iterator[str]:
    for table in (READING, SETTINGS, DISPLAY, RUNNING, FINDING, SEARCHING):
        for kind in table.values():
            option = get_args(kind)[1]
            for each in (option.default, *option.param_decls):  # Typer calls the first one so
                yield from each.split("/")


OWN = frozenset((*_own(), "--help", "-h", "--debug"))
"""All own options of a command that takes an operation. `option_names` gives an argument with such a name another option."""
