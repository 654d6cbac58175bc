"""Every Python example of the README runs, and prints what the README says it prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_EXAMPLE = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
_EXAMPLES = _EXAMPLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
_PACKAGES = sorted(path.name for path in (ROOT / "generated").iterdir() if (path / path.name).is_dir())


def test_each_package_has_an_example() -> None:
    assert [package for package in _PACKAGES if not any(f"from {package} import" in code for code, _ in _EXAMPLES)] == []


@pytest.mark.parametrize(("code", "printed"), _EXAMPLES, ids=[re.search(r"from (\w+) import", code)[1] for code, _ in _EXAMPLES])  # type: ignore[index]  # each imports a package
def test_example_prints_what_the_readme_says(code: str, printed: str, tmp_path: Path) -> None:
    example = tmp_path / "example.py"
    example.write_text(code, encoding="utf-8")
    path = ":".join(str(ROOT / "generated" / package) for package in _PACKAGES)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(example)],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout == printed
