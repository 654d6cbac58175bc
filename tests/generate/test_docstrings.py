"""Any text can be the docstring of generated code."""

from __future__ import annotations

import ast
import inspect

import pytest

from scripts.generate.text.docstrings import docstring


@pytest.mark.parametrize("indent", [4, 8])
@pytest.mark.parametrize("text", ['Type is "ach"', 'One.\n\nType is "ach"', 'Three """ of them', "A \\d pattern"])
def test_python_reads_the_text(text: str, indent: int) -> None:
    margin = " " * indent
    node = ast.parse(f"if 1:\n{margin}def f():\n{margin}    {docstring(text, indent + 4)}").body[0]
    assert isinstance(node, ast.If)
    function = node.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert inspect.cleandoc(ast.get_docstring(function) or "").rstrip() == text.strip()
