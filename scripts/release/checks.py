"""Checks of a built package: complete metadata, the tracked files and no others, and a small size."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import ZipFile

from packaging.metadata import Metadata

from scripts.command import ROOT
from scripts.packages.distributions import Distribution, settings

_LARGEST_WHEEL = 250_000
_LINKS = ("Changelog", "Source")
_MADE = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")


def check(distribution: Distribution, wheel: Path, sdist: Path, folder: Path) -> list[str]:
    """Return the faults of the files of a distribution.

    Args:
        distribution: the expected name, version and package.
        wheel: the wheel.
        sdist: the source distribution.
        folder: the clean folder that they were built from.
    """
    with ZipFile(wheel) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(sdist) as archive:
        source = {each.name: file.read() for each in archive if (file := archive.extractfile(each))}
    information = f"{wheel.name.removesuffix('-py3-none-any.whl')}.dist-info"
    given = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    of_package = {name: content for name, content in given.items() if name.startswith(f"{distribution.package}/")}
    top = sdist.name.removesuffix(".tar.gz")
    faults = [
        *_differences(wheel.name, whole, of_package, {f"{information}/{name}" for name in _MADE}),
        *_differences(sdist.name, source, {f"{top}/{name}": content for name, content in given.items()}, {f"{top}/PKG-INFO"}),
        *_metadata_faults(distribution, whole.get(f"{information}/METADATA", b"")),
    ]
    needed = [f"{distribution.package}/py.typed", f"{information}/licenses/LICENSE"]
    if distribution.spec:
        needed.append(f"{distribution.package}/openapi{distribution.spec.suffix}")
    if {"entry-points", "scripts"} & settings(folder)["project"].keys():
        needed.append(f"{information}/entry_points.txt")
    faults += [f"{wheel.name} has no {name}" for name in needed if name not in whole]
    places = [str(each).encode() for each in (folder.parents[1], ROOT)]
    leaking = (name for name, content in (*whole.items(), *source.items()) if any(place in content for place in places))
    faults += [f"{name} contains the path of a folder of the build machine" for name in leaking]
    if (size := wheel.stat().st_size) > _LARGEST_WHEEL:
        faults.append(f"{wheel.name} has {size:,} bytes; at most {_LARGEST_WHEEL:,} are allowed")
    return faults


def twine_fault(files: Sequence[Path]) -> str:
    """Return the fault that twine finds in the descriptions of some files, or an empty text."""
    command = [sys.executable, "-m", "twine", "--no-color", "check", "--strict", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip() if done.returncode else ""


def _differences(archive: str, found: dict[str, bytes], expected: dict[str, bytes], made: set[str]) -> Iterator[str]:
    for name in sorted(found.keys() - expected.keys() - made):
        yield f"{archive} has an unexpected file: {name}"
    for name, content in expected.items():
        if name not in found:
            yield f"{archive} lacks {name}"
        elif found[name] != content:
            yield f"{archive} has other contents than the source in {name}"


def _metadata_faults(distribution: Distribution, text: bytes) -> Iterator[str]:
    try:
        metadata = Metadata.from_email(text, validate=True)
    except ExceptionGroup as error:
        yield from (f"metadata: {each}" for each in error.exceptions)
        return
    if (metadata.name, str(metadata.version)) != (distribution.name, distribution.version):
        yield f"metadata: it is {metadata.name} {metadata.version} instead of {distribution}"
    for name in ("Summary", "Requires-Python", "License-Expression", "Keywords"):
        if not getattr(metadata, name.lower().replace("-", "_")):
            yield f"metadata: {name} is missing"
    if metadata.description_content_type != "text/markdown" or not (metadata.description or "").strip():
        yield "metadata: there is no README"
    if metadata.license_files != ["LICENSE"]:
        yield "metadata: License-File is not LICENSE"
    yield from (f"metadata: there is no link {name}" for name in _LINKS if name not in (metadata.project_urls or {}))
    if "Typing :: Typed" not in (metadata.classifiers or ()):
        yield "metadata: the classifier Typing :: Typed is missing"
    yield from (f"metadata: {each} is required in any version" for each in metadata.requires_dist or () if not each.specifier)
