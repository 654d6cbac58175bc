"""What has changed in what a package needs, by its pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from scripts.api_diff.changes import Change
from scripts.packages.git import ReleaseError
from scripts.packages.versions import Bump


def metadata_changes(old: Path, new: Path) -> list[Change]:
    """Return what has changed between two folders in what their packages need.

    An extra that is gone breaks the installations that name it. Other versions of Python or of what is needed break nothing, as
    installers choose among the releases of a package the newest that fits.

    Raises:
        ReleaseError: a pyproject.toml cannot be read.
    """
    return list(_changes(_project(old), _project(new)))


def requirements(folder: Path) -> dict[str, Requirement]:
    """Return what the package of a folder needs, by normalized name.

    Raises:
        ReleaseError: its pyproject.toml cannot be read.
    """
    return _requirements(_project(folder).get("dependencies", []))


def _changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    was, now = old.get("requires-python", ""), new.get("requires-python", "")
    if was != now:
        text = f"Python `{now or 'any'}` is needed instead of `{was or 'any'}`"
        yield Change(bump=Bump.MINOR, heading="Changed", text=text)
    yield from _needs(old.get("dependencies", []), new.get("dependencies", []), "")
    extras, extras_now = old.get("optional-dependencies", {}), new.get("optional-dependencies", {})
    for extra in dict.fromkeys([*extras, *extras_now]):
        if extra not in extras_now:
            yield Change(bump=Bump.MAJOR, heading="Removed", text=f"the extra `{extra}` is gone")
        elif extra not in extras:
            yield Change(bump=Bump.MINOR, heading="Added", text=f"new extra `{extra}`")
        else:
            yield from _needs(extras[extra], extras_now[extra], f" for the extra `{extra}`")


def _needs(old: list[str], new: list[str], why: str) -> Iterator[Change]:
    was, now = _requirements(old), _requirements(new)
    for name in dict.fromkeys([*was, *now]):
        if name not in now:
            text = f"`{name}` is no longer needed{why}"
        elif name not in was:
            text = f"`{now[name]}` is needed{why}"
        elif str(was[name]) != str(now[name]):
            text = f"`{now[name]}` is needed{why} instead of `{was[name]}`"
        else:
            continue
        yield Change(bump=Bump.PATCH, heading="Changed", text=text)


def _requirements(lines: list[str]) -> dict[str, Requirement]:
    try:
        found = [Requirement(line) for line in lines]
    except InvalidRequirement as error:
        raise ReleaseError(f"a dependency is no requirement: {error}") from error
    return {canonicalize_name(each.name): each for each in found}


def _project(folder: Path) -> dict[str, Any]:
    path = folder / "pyproject.toml"
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    except (OSError, ValueError, KeyError) as error:
        raise ReleaseError(f"{path}: cannot be read, or has no [project] ({error!r})") from error
    return found
