"""Small wheels of packages that do not exist, so that installing is tried without the internet."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from scripts.packages.distributions import Distribution

_WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel(folder: Path, name: str, version: str, *, requires: Sequence[str] = (), code: str = "") -> Path:
    """Write a wheel; its requirements may have the extra `aws`."""
    package = name.replace("-", "_")
    path, information = folder / f"{package}-{version}-py3-none-any.whl", f"{package}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Provides-Extra: aws"]
    with ZipFile(path, "w") as archive:
        archive.writestr(f"{package}/__init__.py", code)
        archive.writestr(f"{information}/METADATA", "\n".join([*lines, *(f"Requires-Dist: {each}" for each in requires), ""]))
        archive.writestr(f"{information}/WHEEL", _WHEEL)
        archive.writestr(f"{information}/RECORD", "")
    return path


def source(folder: Path, name: str, version: str) -> Path:
    """Write a source distribution."""
    path = folder / f"{name}-{version}.tar.gz"
    content = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    with tarfile.open(path, "w:gz") as archive:
        file = tarfile.TarInfo(f"{name}-{version}/PKG-INFO")
        file.size = len(content)
        archive.addfile(file, BytesIO(content))
    return path


def distribution(root: Path, name: str) -> Distribution:
    """Write the settings of a package, version 0.1.0, with the extra `aws`, into a work tree."""
    found = Distribution(name=name, version="0.1.0", package=name.replace("-", "_"), folder=Path(name), spec=None)
    (root / found.folder).mkdir(parents=True)
    text = f'[project]\nname = "{name}"\n[project.optional-dependencies]\naws = []\n'
    (root / found.folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return found
