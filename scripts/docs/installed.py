"""The pages of the commands that the distributions install, with all clients of this project installed beside them.

A command is a Typer application: `app` of the module `command.main` of its package. It finds clients by what is installed, so a
process of its own has their entry points, and prints the page.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import typer.main

from scripts.apis import source_folders
from scripts.command import ROOT
from scripts.docs.commands import command_page


def command_pages() -> dict[str, str]:
    """Return the page of each command by its name, as Markdown."""
    with tempfile.TemporaryDirectory(prefix="installed-") as folder:
        install(Path(folder))
        commands = {name: place for each in _projects() for name, place in each.get("scripts", {}).items()}
        return {name: _printed(name, place, Path(folder)) for name, place in commands.items()}


def install(folder: Path) -> None:
    """Write what an installer would write of the entry points of all distributions, which are imported from their own folders."""
    for project in _projects():
        information = folder / f"{project['name'].replace('-', '_')}-0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: 0\n", encoding="utf-8")
        lines = []
        for group, points in project.get("entry-points", {}).items():
            lines += [f"[{group}]", *(f"{name} = {place}" for name, place in points.items())]
        (information / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


def _projects() -> list[Mapping[str, Any]]:
    files = [folder / "pyproject.toml" for folder in source_folders()]
    return [tomllib.loads(file.read_text(encoding="utf-8"))["project"] for file in files]


def _printed(name: str, place: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [ROOT, folder, *source_folders()]))}
    command = [sys.executable, "-m", __name__, name, place]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def _main(name: str, place: str) -> None:
    """Print the page of a command, whose entry point is at a place."""
    package = place.partition(":")[0].partition(".")[0]
    root = typer.main.get_command(import_module(f"{package}.command.main").app)
    begins = f"The help of `{name}` and of each of its commands, as `--help` prints it."
    print(command_page(f"The {name} command", begins, root, name), end="")


if __name__ == "__main__":
    _main(*sys.argv[1:])
