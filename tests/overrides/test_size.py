"""The engine stays thin: what all callers of an API need belongs into the generated clients, and facts into the specs."""

from __future__ import annotations

import ast
import tokenize
from pathlib import Path

from scripts.command import ROOT

OVERRIDES = ROOT / "overrides"
MOST = 1_500
_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def lines_of_code(path: Path) -> int:
    """Return how many lines of a module are neither empty nor comments nor docstrings."""
    documented: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            documented.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    with path.open("rb") as file:
        tokens = [each for each in tokenize.tokenize(file.readline) if each.type not in _NO_CODE and each.string != "utf-8"]
    return len({line for each in tokens for line in range(each.start[0], each.end[0] + 1)} - documented)


def test_lines_of_code_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text('"""What\n\nit is."""\n\n# why\nx = (\n    1,\n)  # one\n\n\ndef f():\n    """Do."""\n    return """a\nb"""\n')
    assert lines_of_code(path) == 6


def test_the_overrides_are_small() -> None:
    sizes = {path.name: lines_of_code(path) for path in OVERRIDES.rglob("*.py")}
    assert len(sizes) > 10
    assert sum(sizes.values()) <= MOST, sizes
