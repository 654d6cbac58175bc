"""The output depends on the document alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.generate.manifest import NAME
from tests.generate.packages import ELSEWHERE, SPECS, Package, files


def test_a_copy_elsewhere_gives_the_same_bytes_but_for_its_name(package: Callable[[str], Package], tmp_path: Path) -> None:
    copies = {spec: spec.capitalize() for spec in ("workshop.yaml", "zoo.json")}
    for spec, copy in copies.items():
        shutil.copy(SPECS / spec, tmp_path / copy)
    code = "import sys, scripts.generate.__main__ as m; [m.main(['--spec', each, '--out', f'of {each}']) for each in sys.argv[1:]]"
    subprocess.run([sys.executable, "-c", code, *copies.values()], cwd=tmp_path, env=ELSEWHERE, check=True, capture_output=True)
    for spec, copy in copies.items():
        found = {name: content.replace(copy.encode(), spec.encode()) for name, content in files(tmp_path / f"of {copy}").items()}
        expected = files(package(spec).folder)
        for manifest in (found, expected):
            assert manifest.pop(NAME)  # whose digests depend on the name
        assert found == expected
