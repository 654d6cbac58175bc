"""The packages of the project, and their released versions."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.command import ROOT
from scripts.generate.identity import identify
from scripts.packages import git
from scripts.packages.errors import PackageError
from scripts.packages.versions import parse
from scripts.spec.document import documents_in, read
from scripts.spec.finding import SpecError

# The folders of the distributions, and of what they are generated from.
FOLDERS = ("specs", "generated", "overrides")


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """A package as it is installed.

    Attributes:
        name: name of the distribution, for pip.
        version: its version in the work tree, `x.y.z`.
        package: the name that it is imported by.
        folder: folder of its pyproject.toml, relative to the root of the work tree.
        spec: the OpenAPI document that it is generated from, relative to the root; None if it is written by hand.
    """

    name: str
    version: str
    package: str
    folder: Path
    spec: Path | None


def distributions(root: Path = ROOT) -> tuple[Distribution, ...]:
    """Return the distributions of a work tree, those that others need first.

    Raises:
        PackageError: a spec cannot be read, or what names a distribution or its version is missing.
    """
    root = root.resolve()
    specs = documents_in(root / "specs") if (root / "specs").is_dir() else []
    written = sorted(path.parent for path in (root / "overrides").glob("*/pyproject.toml"))
    found = [*(_generated(root, spec) for spec in specs), *_in_order([_written(root, folder) for folder in written], root)]
    for each in found:
        try:
            parse(each.version)
        except ValueError as error:
            raise PackageError(f"{each.name}: {error}") from error
    return tuple(found)


def tag(distribution: Distribution) -> str:
    """Return the tag of the release of a distribution in its version."""
    return f"{distribution.name}-v{distribution.version}"


def last_released(distribution: Distribution, root: Path = ROOT) -> str | None:
    """Return the tag of the highest version that was released, or None if none was.

    Raises:
        PackageError: the folder is not in a git repository.
    """
    return released(root).get(distribution.name)


def released(root: Path = ROOT) -> dict[str, str]:
    """Return the tag with the highest version for each name that tags of the form `NAME-vX.Y.Z` have; other tags are ignored.

    Raises:
        PackageError: the folder is not in a git repository.
    """
    highest: dict[str, tuple[tuple[int, int, int], str]] = {}
    for each in git.tags(root):
        name, _, version = each.rpartition("-v")
        try:
            candidate = (parse(version), each)
        except ValueError:
            continue
        highest[name] = max(candidate, highest.get(name, candidate))
    return {name: found for name, (_, found) in highest.items()}


def project(distribution: Distribution, root: Path = ROOT) -> dict[str, Any]:
    """Return the table [project] of a distribution's pyproject.toml."""
    text = (root / distribution.folder / "pyproject.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)["project"]
    return table


def version_place(distribution: Distribution, root: Path = ROOT) -> str:
    """Return where the version of a distribution is set, in words."""
    if distribution.spec:
        return f"info.x-client-package.version in {distribution.spec.as_posix()}"
    hatch = tomllib.loads((root / distribution.folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    return f"the version in {distribution.folder.as_posix()}/{hatch['version']['path']}"


def _generated(root: Path, spec: Path) -> Distribution:
    try:
        identity = identify(read(spec))
    except SpecError as error:
        raise PackageError(str(error.findings[0])) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise PackageError(f"{spec}: info.x-client-package needs distribution, import and version") from error
    return Distribution(
        name=identity.distribution,
        version=str(identity.version),  # YAML reads 1.0 as a number
        package=identity.package,
        folder=Path("generated") / identity.package,
        spec=spec.relative_to(root),
    )


def _in_order(found: list[Distribution], root: Path) -> list[Distribution]:
    """Return hand-written distributions so that each follows those that it requires."""
    by_name = {canonicalize_name(each.name): each for each in found}
    required = {
        name: {canonicalize_name(Requirement(line).name) for line in project(each, root).get("dependencies", [])}
        for name, each in by_name.items()
    }
    order = TopologicalSorter({name: required[name] & by_name.keys() for name in by_name}).static_order()
    return [by_name[name] for name in order]


def _written(root: Path, folder: Path) -> Distribution:
    """Return the distribution of a folder, whose pyproject.toml says for hatch which file has its version."""
    path = folder / "pyproject.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        hatch = data["tool"]["hatch"]
        source = (folder / hatch["version"]["path"]).read_text(encoding="utf-8")
        found = re.search(hatch["version"]["pattern"], source)
        if not found:
            raise PackageError(f"{folder / hatch['version']['path']}: has no version where {path} says that it is")
        (package,) = hatch["build"]["targets"]["wheel"]["packages"]
        name = data["project"]["name"]
        return Distribution(name=name, version=found["version"], package=package, folder=folder.relative_to(root), spec=None)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise PackageError(f"{path}: project.name, tool.hatch.version and one package are needed ({error!r})") from error
