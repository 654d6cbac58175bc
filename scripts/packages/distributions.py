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

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def distributions(root: Path = ROOT) -> tuple[Distribution, ...]:
    """Return the distributions of a work tree, those that others need first.

    The client of a spec without `x-client-package`, which would name it, is not released, and so is none.

    Raises:
        PackageError: a spec cannot be read, or what names a distribution or its version is missing.
    """
    root = root.resolve()
    specs = documents_in(root / "specs") if (root / "specs").is_dir() else []
    written = sorted(path.parent for path in (root / "overrides").glob("*/pyproject.toml"))
    generated = [each for spec in specs if (each := _generated(root, spec)) is not None]
    found = [*generated, *_in_order([_written(root, folder) for folder in written], root)]
    for each in found:
        try:
            parse(each.version)
        except ValueError as error:
            raise PackageError(f"{each.name}: {error}") from error
    return tuple(found)


def tag(distribution: Distribution) -> str:
    """Return the tag of the release of a distribution in its version."""
    return f"{distribution.name}-v{distribution.version}"


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


def settings(folder: Path) -> dict[str, Any]:
    """Return the pyproject.toml of a distribution's folder.

    Raises:
        PackageError: it cannot be read, or has no table [project].
    """
    path = folder / "pyproject.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PackageError(f"{path}: cannot be read ({error})") from error
    if "project" not in found:
        raise PackageError(f"{path}: has no [project]")
    return found


def version_place(distribution: Distribution, root: Path = ROOT) -> str:
    """Return where the version of a distribution is set, in words."""
    if distribution.spec:
        return f"info.x-client-package.version in {distribution.spec.as_posix()}"
    path = settings(root / distribution.folder)["tool"]["hatch"]["version"]["path"]
    return f"the version in {distribution.folder.as_posix()}/{path}"


def _generated(root: Path, spec: Path) -> Distribution | None:
    try:
        document = read(spec)
        if "x-client-package" not in document.data["info"]:
            return None
        identity = identify(document)
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
    required = {}
    for name, each in by_name.items():
        lines = settings(root / each.folder)["project"].get("dependencies", [])
        required[name] = {canonicalize_name(Requirement(line).name) for line in lines} & by_name.keys()
    return [by_name[name] for name in TopologicalSorter(required).static_order()]


def _written(root: Path, folder: Path) -> Distribution:
    """Return the distribution of a folder, whose pyproject.toml says for hatch which file has its version."""
    path = folder / "pyproject.toml"
    data = settings(folder)
    try:
        hatch = data["tool"]["hatch"]
        (package,) = hatch["build"]["targets"]["wheel"]["packages"]
        name, place, pattern = data["project"]["name"], hatch["version"]["path"], hatch["version"]["pattern"]
        found = re.search(pattern, (folder / place).read_text(encoding="utf-8"))
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise PackageError(f"{path}: project.name, tool.hatch.version and one package are needed ({error!r})") from error
    if not found:
        raise PackageError(f"{folder / place}: has no version where {path} says that it is")
    return Distribution(name=name, version=found["version"], package=package, folder=folder.relative_to(root), spec=None)
