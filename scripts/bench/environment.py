"""Folders and commands of the bench, also for the peers' environment, which has only the clients' dependencies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from scripts.command import ROOT

SPECS = ROOT / "specs"
CACHE = ROOT / ".cache" / "bench"
PEERS_PYTHON = ROOT / ".venv-bench" / "bin" / "python"

# The names of the peers' packages are <one of these>_<API>.
STOCK = "stock"
OPENAPI_GENERATOR = "openapi_generator"
DATAMODEL = {"pydantic": "datamodel_pydantic", "msgspec": "datamodel_msgspec"}
"""The client of datamodel-code-generator for each kind of its models, which are in a module whose name ends with `_models`."""

_TIMEOUT = 900.0  # seconds


class BenchError(Exception):
    """A measurement failed; the message says why and what to do."""


def environment(paths: Iterable[Path] = ()) -> dict[str, str]:
    """Return the variables for a command: the tools of this environment in PATH, no proxy, and all caches below ours.

    Args:
        paths: folders to import from, besides the environment's own.
    """
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    temporary = CACHE / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "pycache"),
        "TMPDIR": str(temporary),
        "JAVA_OPTS": "-XX:-UsePerfData",  # Java writes these data to /tmp, whatever TMPDIR says
    }


def run(*command: str | Path | int, paths: Iterable[Path] = (), cwd: Path = ROOT) -> str:
    """Run a command and return what it printed.

    Raises:
        BenchError: it failed, or took longer than a quarter of an hour.
    """
    parts = list(map(str, command))
    shown = " ".join(Path(part).name if part.startswith("/") else part for part in parts)
    try:
        done = subprocess.run(parts, cwd=cwd, env=environment(paths), capture_output=True, text=True, check=False, timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        raise BenchError(f"{shown}: took longer than {_TIMEOUT:g} s; try again when the machine is less busy") from None
    if done.returncode != 0:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines()]
        said = [line for line in lines if line and not line.startswith("at ")] or ["no message"]  # `at` begins the trace of Java
        raise BenchError(f"{shown}: exit code {done.returncode}: {said[-1]}")
    return done.stdout


def emptied(name: str) -> Path:
    """Return an empty folder in the cache."""
    folder = CACHE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
