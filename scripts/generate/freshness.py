"""Whether generated/ already is what the specs give, by digests and without importing a generator."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

# All that generation reads, as patterns: the specs, the code that it runs, the versions of the generators, and which clients have
# facades.
INPUTS = (
    "overrides/*/pyproject.toml",
    "specs",
    "scripts/command.py",
    "scripts/generate",
    "scripts/lint",
    "scripts/runtime",
    "scripts/spec",
    "scripts/tools/requirements/generate.txt",
    "LICENSE",
    "pyproject.toml",
)


class Freshness:
    """Digests of what generation reads and of what it wrote, kept in `.cache/generate.json`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.record_path = root / ".cache" / "generate.json"

    def holds(self) -> bool:
        """Return whether neither inputs nor outputs have changed since the last generation."""
        try:
            recorded = json.loads(self.record_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(recorded == self._digests())

    def record(self) -> None:
        """Record the digests of what was read and written."""
        self.record_path.parent.mkdir(exist_ok=True)
        self.record_path.write_text(json.dumps(self._digests()), encoding="utf-8")

    def _digests(self) -> dict[str, str]:
        inputs = [path for pattern in INPUTS for path in sorted(self.root.glob(pattern))]
        return {"inputs": _digest(self.root, inputs), "outputs": _digest(self.root, [self.root / "generated"])}


def files_below(folder: Path) -> list[Path]:
    """Return the files of a folder, without what Python and tools leave behind in it, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _digest(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for each in paths:
        for path in [each] if each.is_file() else files_below(each):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root)} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()
