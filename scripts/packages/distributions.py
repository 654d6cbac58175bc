"""The packages that are released, and which of their versions were."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from scripts.command import ROOT
from scripts.generate.identity import identify
from scripts.packages import git
from scripts.packages.git import ReleaseError
from scripts.packages.versions import parse
from scripts.spec.document import documents_in, read
from scripts.spec.finding import SpecError

# Where the distributions are, and what they are generated from.
FOLDERS = ("specs", "generated", "overrides")
_WRITTEN = "overrides/catalog_clients"


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """A package as it is installed.

    Attributes:
        name: name of the distribution, for pip.
        version: its version in the work tree, `x.y.z`.
        package: the name that it is imported by.
        folder: where its pyproject.toml is, below the root of the work tree.
        spec: the OpenAPI document that it is generated from, below the root, too; None if it is written by hand.
    """

    name: str
    version: str
    package: str
    folder: Path
    spec: Path | None


def distributions(root: Path = ROOT) -> tuple[Distribution, ...]:
    """Return the distributions of a work tree, those that others need first.

    Raises:
        ReleaseError: a spec cannot be read, or what names a distribution or its version is missing.
    """
    root = root.resolve()
    specs = documents_in(root / "specs") if (root / "specs").is_dir() else []
    found = [_generated(root, spec) for spec in specs]
    if (root / _WRITTEN / "pyproject.toml").is_file():
        found.append(_written(root))
    for each in found:
        try:
            parse(each.version)
        except ValueError as error:
            raise ReleaseError(f"{each.name}: {error}") from error
    return tuple(found)


def tag(distribution: Distribution) -> str:
    """Return the tag that marks the release of the version that is in the work tree."""
    return f"{distribution.name}-v{distribution.version}"


def last_released(distribution: Distribution, root: Path = ROOT) -> str | None:
    """Return the tag of the highest version that was released, or None if none was.

    Raises:
        ReleaseError: the folder is in no git repository.
    """
    return released(root).get(distribution.name)


def released(root: Path = ROOT) -> dict[str, str]:
    """Return the tag with the highest version for each name that tags of the form `NAME-vX.Y.Z` have; other tags are left out.

    Raises:
        ReleaseError: the folder is in no git repository.
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


def version_place(distribution: Distribution, root: Path = ROOT) -> str:
    """Say what is to be changed to give a distribution another version."""
    if distribution.spec:
        return f"info.x-client-package.version in {distribution.spec.as_posix()}"
    hatch = tomllib.loads((root / distribution.folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    return f"the version in {distribution.folder.as_posix()}/{hatch['version']['path']}"


def _generated(root: Path, spec: Path) -> Distribution:
    try:
        identity = identify(read(spec))
    except SpecError as error:
        raise ReleaseError(str(error.findings[0])) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(f"{spec}: info.x-client-package needs distribution, import and version") from error
    return Distribution(
        name=identity.distribution,
        version=str(identity.version),  # YAML reads 1.0 as a number
        package=identity.package,
        folder=Path("generated") / identity.package,
        spec=spec.relative_to(root),
    )


def _written(root: Path) -> Distribution:
    """Return the distribution whose pyproject.toml tells hatch in which file its version stands."""
    folder = root / _WRITTEN
    path = folder / "pyproject.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        hatch = data["tool"]["hatch"]
        source = (folder / hatch["version"]["path"]).read_text(encoding="utf-8")
        found = re.search(hatch["version"]["pattern"], source)
        if not found:
            raise ReleaseError(f"{folder / hatch['version']['path']}: no version where {path} says that it is")
        (package,) = hatch["build"]["targets"]["wheel"]["packages"]
        name = data["project"]["name"]
        return Distribution(name=name, version=found["version"], package=package, folder=Path(_WRITTEN), spec=None)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ReleaseError(f"{path}: project.name, tool.hatch.version and one package are needed ({error!r})") from error
