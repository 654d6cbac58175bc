"""What has changed in what a package requires, by its pyproject.toml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from scripts.api_diff.changes import Change
from scripts.packages.distributions import settings
from scripts.packages.errors import PackageError
from scripts.packages.versions import Bump


def metadata_changes(old: Path, new: Path) -> Iterator[Change]:
    """Yield what has changed between the packages of two folders.

    An extra that is removed breaks the installations that name it. Other versions of Python or of dependencies break nothing, as
    installers choose the newest release of a package that fits.

    Raises:
        PackageError: a pyproject.toml cannot be read.
    """
    before, after = settings(old)["project"], settings(new)["project"]
    was, now = (each.get("requires-python", "any version") for each in (before, after))
    if was != now:
        yield Change(bump=Bump.MINOR, heading="Changed", text=f"Python `{now}` is required instead of `{was}`")
    groups, groups_now = _groups(before), _groups(after)
    for extra in dict.fromkeys([*groups, *groups_now]):
        if extra not in groups_now:
            yield Change(bump=Bump.MAJOR, heading="Removed", text=f"the extra `{extra}` was removed")
        elif extra not in groups:
            yield Change(bump=Bump.MINOR, heading="Added", text=f"new extra `{extra}`")
        else:
            where = f" by the extra `{extra}`" if extra else ""
            for name in sorted(groups[extra].keys() | groups_now[extra].keys()):
                needed, needed_now = (group[extra].get(name, "nothing") for group in (groups, groups_now))
                if str(needed) != str(needed_now):
                    text = f"`{needed_now}` is required{where} instead of `{needed}`"
                    yield Change(bump=Bump.PATCH, heading="Changed", text=text)


def requirements(folder: Path) -> dict[str, Requirement]:
    """Return what the package of a folder requires, by normalized name, without its extras.

    Raises:
        PackageError: its pyproject.toml cannot be read.
    """
    return _groups(settings(folder)["project"])[""]


def _groups(project: dict[str, Any]) -> dict[str, dict[str, Requirement]]:
    """Return the requirements of the package, under an empty name, and of its extras."""
    groups = {"": project.get("dependencies", []), **project.get("optional-dependencies", {})}
    try:
        return {extra: {canonicalize_name(each.name): each for each in map(Requirement, lines)} for extra, lines in groups.items()}
    except InvalidRequirement as error:
        raise PackageError(f"a dependency is not a valid requirement: {error}") from error
