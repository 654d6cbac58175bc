"""What has changed between two states of a spec, found and rated by `redocly diff`, without any network connection."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.command import ROOT
from scripts.packages.git import ReleaseError
from scripts.packages.versions import Bump
from scripts.spec.document import Json
from scripts.tools import redocly

_CONFIG = ROOT / "scripts" / "tools" / "redocly" / "diff.yaml"


@dataclass(frozen=True, kw_only=True)
class SpecDifference:
    """One change.

    Attributes:
        place: where it is, as a JSON pointer from the root by way of what refers to it.
        kind: `added`, `removed` or `modified`.
        type: what it is a change of, in Redocly's words, such as `Schema`.
        property: the field that is modified, `key` for the name of the thing itself, or empty.
        bump: what the change needs by Redocly's rules.
        old_pointer, new_pointer: where it stands before and now; empty if it does not.
        old, new: values before and now.
    """

    place: str
    kind: str
    type: str
    property: str
    bump: Bump
    old_pointer: str
    new_pointer: str
    old: Json
    new: Json


def spec_differences(old: Path, new: Path) -> list[SpecDifference]:
    """Return every change between two valid documents.

    Raises:
        ReleaseError: Redocly is not installed, or cannot compare the documents.
    """
    try:
        ran = redocly.run(["diff", str(old), str(new), f"--config={_CONFIG}", "--format=json", "--fail-on=none"])
    except redocly.RedoclyError as error:
        raise ReleaseError(str(error)) from error
    try:
        changes = json.loads(ran.stdout)["changes"] if ran.returncode == 0 else None
    except (ValueError, LookupError):
        changes = None
    if changes is None:
        raise ReleaseError(f"redocly diff cannot compare {old} and {new}: {' '.join(str(ran.stderr).split())}")
    return _differences(changes)


def _differences(changes: Sequence[dict[str, Any]]) -> list[SpecDifference]:
    return [
        SpecDifference(
            place=change["path"],
            kind=change["kind"],
            type=change["typeName"],
            property=change.get("property", ""),
            bump=Bump[change["impact"].upper()],
            old_pointer=change.get("base", {}).get("pointer", ""),
            new_pointer=change.get("revision", {}).get("pointer", ""),
            old=change.get("base", {}).get("value"),
            new=change.get("revision", {}).get("value"),
        )
        for change in changes
    ]
