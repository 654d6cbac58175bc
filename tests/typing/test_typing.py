"""What type checkers accept and refuse: mypy in its strict mode, and pyright, which needs no network here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.apis import source_folders
from scripts.command import ROOT

ACCEPTED, REFUSED = (Path(__file__).with_name(name) for name in ("accepted.py", "refused.py"))
MARK = re.compile(r"  # type: ignore\[[a-z, -]+\]$")


def mypy(folder: Path, *sources: Path) -> list[str]:
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(map(str, source_folders()))}
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".cache" / "mypy")]
    return found_by([sys.executable, "-m", "mypy", *settings, *map(str, sources)], folder, environment)


def pyright(folder: Path, *sources: Path) -> list[str]:
    settings = {
        "include": [str(each) for each in sources],
        "extraPaths": [str(each) for each in source_folders()],
        "pythonVersion": "3.11",
        "typeCheckingMode": "strict",
    }
    path = folder / "pyrightconfig.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "basedpyright", "--project", str(path), "--pythonpath", sys.executable, "--level", "error"]
    return found_by(command, folder, dict(os.environ))


def found_by(command: list[str], folder: Path, environment: dict[str, str]) -> list[str]:
    """Return the lines with errors that a checker prints."""
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr
    return [line for line in ended.stdout.splitlines() if re.search(r":\d+.* error: ", line)]


@pytest.mark.parametrize("check", [mypy, pyright])
def test_right_uses_are_accepted_and_each_misuse_is_refused(check: Callable[..., list[str]], tmp_path: Path) -> None:
    lines = REFUSED.read_text(encoding="utf-8").splitlines()
    unmarked = tmp_path / "unmarked.py"
    unmarked.write_text("\n".join(MARK.sub("", line) for line in lines), encoding="utf-8")
    errors = check(tmp_path, ACCEPTED, unmarked)
    assert [each for each in errors if unmarked.name not in each] == []
    refused = {int(each.partition(f"{unmarked.name}:")[2].partition(":")[0]) for each in errors}
    assert refused == {number for number, line in enumerate(lines, 1) if MARK.search(line)}
    assert len(refused) > 15
