"""`python -m scripts.release.build`: a wheel and a source distribution of each package, reproducible byte by byte."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from uv import find_uv_bin

from scripts.command import ROOT, Parser, exit_with
from scripts.packages import git
from scripts.packages.distributions import Distribution, distributions, tag
from scripts.packages.errors import PackageError
from scripts.release.checks import check, twine_fault

DIST = Path(".cache") / "dist"
_SHOWN = 5
_RAISED = re.compile(r"[\w.]+(Error|Exception): ")
_HELP = """\
Packages are built into .cache/dist from the files that git tracks, with uncommitted changes, and their metadata, contents and size
are checked. The same sources give the same bytes on any machine at any time: SHA-256 is printed for comparison.

Exit codes: 0 built and valid; 2 if one cannot be built or has a fault, with the reason. make turns any of them but 0 into 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A distribution and its files.

    Attributes:
        digests: SHA-256 of the files as they were built, by name; they are what is checked, tried and uploaded.
    """

    distribution: Distribution
    wheel: Path
    sdist: Path
    digests: Mapping[str, str]

    def unchanged(self, path: Path) -> Path:
        """Return one of its files, or a copy of it.

        Raises:
            PackageError: it has other bytes than the one that was built.
        """
        if digest(path) != self.digests[path.name]:
            raise PackageError(f"{path.name} has other bytes than when it was built and tried; it is not uploaded")
        return path


def build(chosen: Sequence[Distribution], target: Path, *, root: Path = ROOT) -> tuple[Built, ...]:
    """Build distributions from the tracked files, and check them.

    Args:
        chosen: what to build.
        target: folder for the files; files of earlier builds there are removed.
        root: of the repository.

    Raises:
        PackageError: one cannot be built, or has a fault, which the message names; or `root` is not in a git repository.
    """
    target.mkdir(parents=True, exist_ok=True)
    for earlier in (*target.glob("*.whl"), *target.glob("*.tar.gz")):
        earlier.unlink()
    built = []
    with tempfile.TemporaryDirectory(prefix="build-") as temporary:
        sources = Path(temporary)
        for distribution in chosen:
            folder = sources / distribution.folder
            _export(root, distribution.folder, folder)
            _build(folder, target)
            stem = f"{distribution.name.replace('-', '_')}-{distribution.version}"
            wheel, sdist = target / f"{stem}-py3-none-any.whl", target / f"{stem}.tar.gz"
            if missing := [each.name for each in (wheel, sdist) if not each.exists()]:
                raise PackageError(f"{distribution.name}: the version is {distribution.version}, but there is no {missing[0]}")
            digests = {each.name: digest(each) for each in (wheel, sdist)}
            if faults := check(distribution, wheel, sdist, folder):
                raise PackageError("\n".join(f"{distribution.name}: {each}" for each in faults))
            built.append(Built(distribution=distribution, wheel=wheel, sdist=sdist, digests=digests))
    if fault := twine_fault([path for each in built for path in (each.wheel, each.sdist)]):
        raise PackageError(fault)
    return tuple(built)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


def _export(root: Path, folder: Path, target: Path) -> None:
    """Copy the tracked files of a folder, with uncommitted changes: no other file can get into a package."""
    for name in filter(None, git.git(root, "ls-files", "-z", "--", folder.as_posix()).decode().split("\0")):
        if (source := root / name).is_file():
            place = target / Path(name).relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


def _build(folder: Path, target: Path) -> None:
    """Run the build backend, which is one of the locked packages, so that nothing is downloaded."""
    command = [find_uv_bin(), "build", "--no-build-isolation", "--no-create-gitignore", "--python", sys.executable]
    # A date in the environment would change the bytes.
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(
        [*command, "--out-dir", str(target), str(folder)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.splitlines()
        raised = (line for line in reversed(lines) if _RAISED.match(line))
        raise PackageError(f"{folder.name} cannot be built: {next(raised, ' '.join(' '.join(lines).split()))}")


def choose(tags: Sequence[str], root: Path) -> tuple[Distribution, ...]:
    """Return the distributions of a work tree with some tags; all of them, if no tags are given.

    Raises:
        PackageError: a tag is not that of a distribution in its current version.
    """
    there = {tag(each): each for each in distributions(root)}
    if unknown := [each for each in tags if each not in there]:
        raise PackageError(f"{unknown[0]} is not the tag of a package in its current version; those are {', '.join(there)}")
    return tuple(each for name, each in there.items() if not tags or name in tags)


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """Run the command; returns 0, or 2 if a package cannot be built or has a fault."""
    parser = Parser(prog="python -m scripts.release.build", description=__doc__, epilog=_HELP)
    parser.add_argument("--tag", action="append", default=[], help="build only the package with this tag; may be repeated")
    options = parser.parse_args(arguments)
    try:
        built = build(choose(options.tag, root), root / DIST, root=root)
        uncommitted = git.changed(root)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 2
    for path in (path for each in built for path in (each.wheel, each.sdist)):
        print(f"{digest(path)}  {path.relative_to(root)}  {path.stat().st_size:,} bytes")
    if uncommitted:
        shown = ", ".join([*uncommitted[:_SHOWN], *(["..."] if len(uncommitted) > _SHOWN else [])])
        print(f"There are uncommitted changes ({shown}): changes of tracked files are included, untracked files are not.")
    return 0


if __name__ == "__main__":
    exit_with(main)
