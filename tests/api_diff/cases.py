"""Cases of changes, which are data: what is changed, and all that has to be reported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scripts.api_diff.changes import Change
from scripts.spec.document import Json, read

PROJECT = Path(__file__).parent / "project"


def cases(name: str) -> dict[str, Json]:
    """Read the cases of a file beside this one, by their names."""
    return read(Path(__file__).with_name(name)).data


def reported(changes: Iterable[Change]) -> list[str]:
    """Return changes as the cases have them, in alphabetical order."""
    return sorted(f"{each.bump.name} {each.heading}: {each.text}" for each in changes)
