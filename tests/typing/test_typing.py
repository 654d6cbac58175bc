"""What pyright accepts and refuses; it needs no network here.

mypy reads both modules in `make test` like all others: there an error in `accepted.py`, and a mark in `refused.py` that marks none,
are errors, as it is strict.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import catalog_clients
from scripts.apis import source_folders
from scripts.command import ROOT

ACCEPTED, REFUSED = (Path(__file__).with_name(name) for name in ("accepted.py", "refused.py"))
PACKAGE = Path(catalog_clients.__path__[0])
MARK = re.compile(r"  # type: ignore\[[a-z, -]+\]$")


def pyright(folder: Path, *sources: Path, mode: str = "strict") -> list[str]:
    """Return the lines with errors that it prints."""
    settings = {
        "include": [str(each) for each in sources],
        "extraPaths": [str(each) for each in source_folders()],
        "pythonVersion": "3.11",
        "typeCheckingMode": mode,
        "useLibraryCodeForTypes": False,  # what the packages need has types of its own
    }
    path = folder / "pyrightconfig.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "basedpyright", "--project", str(path), "--pythonpath", sys.executable, "--level", "error"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr
    return [line for line in ended.stdout.splitlines() if re.search(r":\d+.* error: ", line)]


def test_right_uses_are_accepted_and_each_misuse_is_refused(tmp_path: Path) -> None:
    lines = REFUSED.read_text(encoding="utf-8").splitlines()
    unmarked = tmp_path / "unmarked.py"
    unmarked.write_text("\n".join(MARK.sub("", line) for line in lines), encoding="utf-8")
    errors = pyright(tmp_path, ACCEPTED, unmarked)
    assert [each for each in errors if unmarked.name not in each] == []
    refused = {int(each.partition(f"{unmarked.name}:")[2].partition(":")[0]) for each in errors}
    assert refused == {number for number, line in enumerate(lines, 1) if MARK.search(line)}
    assert len(refused) > 15


def test_generated_packages_are_accepted_as_pyright_checks_without_settings(tmp_path: Path) -> None:
    assert pyright(tmp_path, ROOT / "generated" / "amazon_jwo_catalog", mode="standard") == []


def test_catalog_clients_has_few_places_without_a_type_and_none_that_its_users_see() -> None:
    uses = [
        source.relative_to(PACKAGE)
        for source in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and node.id == "Any"
    ]
    assert 0 < len(uses) <= 20
    assert [each for each in uses if each.parts[0] != "_engine"] == []
