"""The TypedDicts of the parameters of operations."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Required, get_origin, get_type_hints

from scripts.command import ROOT
from tests.generate.conftest import Package

_PROGRAM = """
from typing import Unpack
from workshop import Client
from workshop.parameters import GetPieceParameters

def passed_on(client: Client, **parameters: Unpack[GetPieceParameters]) -> object:
    return client.get_piece(**parameters)

passed_on(Client(), piece_id="", class_=1, limit=None)
passed_on(Client(), piece_id="", class_=1, limits=2)  # wrong name
passed_on(Client(), piece_id="")  # required one missing
passed_on(Client(), piece_id="", class_="1")  # wrong type
"""


def test_a_typed_dict_has_the_parameters_of_its_operation(workshop: Package) -> None:
    found = importlib.import_module("workshop.parameters").GetPieceParameters
    signature = inspect.signature(workshop.operation("work_pieces", "get_piece").request)
    hints = get_type_hints(found, include_extras=True)
    assert list(hints) == list(signature.parameters)
    assert [name for name, hint in hints.items() if get_origin(hint) is Required] == ["piece_id", "class_"]


def test_a_function_that_passes_parameters_on_is_checked_by_mypy(distributions: dict[str, Path], tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM, encoding="utf-8")
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".cache" / "mypy-generated")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *config, str(program)],
        cwd=distributions["workshop.yaml"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = [number for number, line in enumerate(_PROGRAM.splitlines(), start=1) if "  # " in line]
    assert [int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line] == wrong, done.stdout
