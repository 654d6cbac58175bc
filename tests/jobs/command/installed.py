"""Generated clients as if they were installed: folders with the entry points that their wheels would have."""

from __future__ import annotations

import tomllib
from pathlib import Path

from scripts.apis import apis


def install(folder: Path) -> None:
    """Write what a package index would install beside the packages, which are imported from generated/."""
    for api in apis().values():
        project = tomllib.loads((api.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: {project['version']}\n")
        groups = project["entry-points"].items()
        lines = [
            line for group, points in groups for line in (f"[{group}]", *(f"{name} = {place}" for name, place in points.items()))
        ]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
