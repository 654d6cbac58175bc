"""Empty environments that packages are installed into as their users do, to see whether they work there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from uv import find_uv_bin

from scripts.mock.serving import Served
from scripts.packages.distributions import Distribution
from scripts.packages.git import ReleaseError

SMOKE = Path(__file__).parent / "smoke"
_JWO = "amazon_jwo_catalog"  # whose mock the facades are tried with, as they do most for it
_PATIENCE = 300
# The extra with which requests are signed.
_EXTRAS = {"amazon_jwo_catalog": "[aws]", "catalog_clients": "[aws]"}
_WHERE = """\
import importlib.metadata, pathlib, sys
import {package}
if importlib.metadata.version("{name}") != "{version}":
    sys.exit("the version is " + importlib.metadata.version("{name}"))
if pathlib.Path(sys.prefix) not in pathlib.Path({package}.__file__).parents:
    sys.exit("it comes from " + {package}.__file__)
"""


@contextmanager
def empty_environment() -> Iterator[Path]:
    """Make an environment without any package, and remove it in the end. Gives its interpreter.

    Raises:
        ReleaseError: it cannot be made.
    """
    with tempfile.TemporaryDirectory(prefix="installed-") as folder:
        _run([find_uv_bin(), "venv", "--quiet", "--python", sys.executable, folder], "an environment cannot be made")
        yield Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(python: Path, distribution: Distribution, sources: Sequence[str]) -> None:
    """Install a distribution in its version, and what it requires.

    Args:
        python: interpreter of the environment.
        distribution: what to install.
        sources: options of uv that say where it is, such as `--index` and a URL; for what it requires, uv's own settings count.

    Raises:
        ReleaseError: it cannot be installed.
    """
    wanted = f"{distribution.name}{_EXTRAS.get(distribution.package, '')}=={distribution.version}"
    command = [find_uv_bin(), "pip", "install", "--quiet", "--python", str(python), "--only-binary", ":all:"]
    refresh = [f"--refresh-package={distribution.name}"]  # what an index had a moment ago says nothing
    _run([*command, *refresh, *sources, wanted], f"{wanted} cannot be installed")


def smoke(python: Path, distribution: Distribution, served: Served) -> None:
    """Use an installed distribution against a mock vendor.

    Args:
        python: interpreter of the environment that it is installed in.
        distribution: what is installed.
        served: the vendors.

    Raises:
        ReleaseError: it does not work.
    """
    api = distribution.package if distribution.spec else _JWO
    script = SMOKE / f"{distribution.package}.py"
    if not script.exists():
        raise ReleaseError(f"{distribution.name} has no smoke test: write scripts/release/smoke/{script.name}")
    variables = {**served.credentials[api], "BASE_URL": served.urls[api]}
    where = _WHERE.format(package=distribution.package, name=distribution.name, version=distribution.version)
    for command in (["-c", where], [str(script)]):
        _run([str(python), "-I", "-W", "error", *command], f"{distribution.name} {distribution.version} does not work", variables)


def _run(command: Sequence[str], failure: str, variables: dict[str, str] | None = None) -> None:
    """Run a command outside of the project."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **(variables or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
    if done.returncode:
        raise ReleaseError(f"{failure}: {' '.join((done.stderr or done.stdout).split())}")
