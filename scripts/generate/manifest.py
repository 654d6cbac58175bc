"""Which files of a folder the generator has made itself, by their digests, so that nothing else is ever deleted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from scripts.generate.freshness import files_below

NAME = ".generated.json"
_ABOUT = "The files that were generated; one that is not here, or has another digest, is never replaced."


def write(folder: Path) -> None:
    """Write the manifest of all files of a folder into it."""
    files = {path.relative_to(folder).as_posix(): _digest(path) for path in files_below(folder)}
    (folder / NAME).write_text(json.dumps({"about": _ABOUT, "files": files}, indent=1) + "\n", encoding="utf-8")


def foreign(folder: Path) -> Iterator[Path]:
    """Yield links and files of a folder that were not generated, or were changed since; without a manifest that is all of them."""
    try:
        known = json.loads((folder / NAME).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        known = {}
    yield from (path for path in folder.rglob("*") if path.is_symlink())
    for path in files_below(folder):
        name = path.relative_to(folder).as_posix()
        if name != NAME and not (isinstance(known, dict) and known.get(name) == _digest(path)):
            yield path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
