"""Empty environments, to install packages into as their users do and to try them there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from uv import find_uv_bin

from scripts.mock.served import Served
from scripts.packages.distributions import Distribution, settings
from scripts.packages.errors import PackageError

SMOKE = Path(__file__).parent / "smoke"
_TIMEOUT = 300
# All that a trial gets of the environment. Its home is an empty folder, so that it finds no credentials there either.
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
_IMPORT = """\
import importlib.metadata, pathlib, sys
import {package}
if importlib.metadata.version("{name}") != "{version}":
    sys.exit("the version is " + importlib.metadata.version("{name}"))
if pathlib.Path(sys.prefix) not in pathlib.Path({package}.__file__).parents:
    sys.exit("it comes from " + {package}.__file__)
"""


@contextmanager
def empty_environment() -> Iterator[Path]:
    """Make an environment without any package, and remove it afterwards. Gives its interpreter.

    Raises:
        PackageError: it cannot be made.
    """
    with tempfile.TemporaryDirectory(prefix="installed-") as folder:
        command = [find_uv_bin(), "venv", "--quiet", "--python", sys.executable, folder]
        _run(command, "an environment cannot be made", os.environ)
        yield Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(
    python: Path, distribution: Distribution, root: Path, sources: Sequence[str], credentials: Mapping[str, str] | None = None
) -> None:
    """Install a distribution in its version, with all of its extras, and what it requires. No code of any package runs.

    Args:
        python: interpreter of the environment.
        distribution: what to install.
        root: the work tree that it is of.
        sources: options of uv for where it is, such as `--index` and a URL; its requirements come from where uv's settings say.
        credentials: variables for uv, to read an index with.

    Raises:
        PackageError: it cannot be installed.
    """
    extras = ",".join(settings(root / distribution.folder)["project"].get("optional-dependencies", {}))
    wanted = f"{distribution.name}[{extras}]=={distribution.version}"
    command = [find_uv_bin(), "pip", "install", "--quiet", "--python", str(python), "--only-binary", ":all:"]
    # A package that the first index has comes from no other one; it may have been uploaded a moment ago.
    options = ["--index-strategy", "first-index", f"--refresh-package={distribution.name}"]
    _run([*command, *options, *sources, wanted], f"{wanted} cannot be installed", {**os.environ, **(credentials or {})})


@contextmanager
def only_from(wheels: Mapping[str, Path]) -> Iterator[list[str]]:
    """Give the options of uv by which packages come from these files, by name, and from no index that has them in any version."""
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "wheels.txt"
        constraints.write_text("".join(f"{name} @ {path.resolve().as_uri()}\n" for name, path in wheels.items()), encoding="utf-8")
        yield ["--constraint", str(constraints)]


def smoke(python: Path, distribution: Distribution, served: Served) -> bool:
    """Import an installed distribution, and run its script in `scripts/release/smoke` against mock vendors.

    The script gets the URL of each vendor as `PACKAGE_URL`, such as `YANDEX_MARKET_OFFERS_URL`, and the credentials of the mocks.
    What is installed is new, and not pinned, so that it gets nothing else of the environment, and none of its secrets.

    Args:
        python: interpreter of the environment that it is installed in.
        distribution: what is installed.
        served: the vendors.

    Returns:
        Whether there is a script; it is optional.

    Raises:
        PackageError: it does not work.
    """
    script = SMOKE / f"{distribution.package}.py"
    credentials = {name: value for each in served.credentials.values() for name, value in each.items()}
    variables = {**credentials, **{f"{api.upper()}_URL": url for api, url in served.urls.items()}}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    code = _IMPORT.format(package=distribution.package, name=distribution.name, version=distribution.version)
    with tempfile.TemporaryDirectory() as home:
        environment = {**kept, **variables, "HOME": home, "USERPROFILE": home}
        for command in (["-c", code], *([[str(script)]] if script.exists() else [])):
            _run([str(python), "-I", "-W", "error", *command], f"{distribution} does not work", environment)
    return script.exists()


def _run(command: Sequence[str], failure: str, environment: Mapping[str, str]) -> None:
    """Run a command outside of the project."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False, timeout=_TIMEOUT
        )
    if done.returncode:
        raise PackageError(f"{failure}: {' '.join((done.stderr or done.stdout).split())}")
