"""Annotations with the private names of types written out, so that it makes no difference which name a package uses inside."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import cast

import griffe

# Finds what a name of an annotation stands for: the expression of a private alias, `TypeVar`, or nothing.
Find = Callable[[griffe.ExprName], griffe.Expr | str | None]


def written_out(expression: str | griffe.Expr | None, find: Find, seen: frozenset[str] = frozenset()) -> str:
    """Return the source of an annotation in which aliases are replaced by what they stand for, as often as needed.

    Args:
        expression: annotation; None if there is none, which gives an empty text.
        find: tells what a name stands for.
        seen: paths of the aliases that are being replaced; one that refers to itself stays.
    """
    text = str(expression) if expression is not None else ""
    if not isinstance(expression, griffe.Expr):
        return text
    replacements: dict[str, tuple[ast.expr, list[str]]] = {}
    for name in (expression, *expression.iterate(flat=True)):
        if isinstance(name, griffe.ExprName) and name.canonical_path not in seen:
            value = find(name)
            if isinstance(value, griffe.Expr):
                meant = written_out(value, find, seen | {name.canonical_path})
                replacements[name.name] = (ast.parse(meant, mode="eval").body, _parameters(value, find))
    if not replacements:
        return text
    try:
        return ast.unparse(_Replacer(replacements).visit(ast.parse(text, mode="eval")))
    except SyntaxError:
        return text


def _parameters(value: griffe.Expr, find: Find) -> list[str]:
    """Return the type parameters of an alias, in order."""
    names = [each for each in (value, *value.iterate(flat=True)) if isinstance(each, griffe.ExprName)]
    return list(dict.fromkeys(each.name for each in names if find(each) == "TypeVar"))


class _Replacer(ast.NodeTransformer):
    def __init__(self, replacements: Mapping[str, tuple[ast.expr, list[str]]]) -> None:
        self._replacements = replacements

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Replace an alias that is given its type parameters."""
        found = self._replacements.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if not found or not found[1]:
            return self.generic_visit(node)
        given = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        arguments = {name: (cast("ast.expr", self.visit(each)), list[str]()) for name, each in zip(found[1], given, strict=False)}
        return cast("ast.AST", _Replacer(arguments).visit(_copied(found[0])))

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Replace an alias."""
        found = self._replacements.get(node.id)
        return _copied(found[0]) if found else node


def _copied(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body
