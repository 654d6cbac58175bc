"""What the change of a type, written as an annotation, means for those who give or read values of it."""

from __future__ import annotations

import ast
from typing import Literal

from scripts.packages.versions import Bump

Use = Literal["given", "read", "both"]
_MOST = ("max_length", "lt", "le")
_LEAST = ("min_length", "gt", "ge")


def rate_type(old: str, new: str, use: Use) -> Bump:
    """Return what the change of an annotation needs.

    It breaks nothing if everything that could be given before still can, or if nothing can be read that could not be before. A list
    of values, a `Literal`, is open as the enums are: one more breaks nothing.

    Args:
        old: annotation before; empty if there was none.
        new: annotation now.
        use: whether callers give values of the type, read them, or both.
    """
    was, now = _parsed(old), _parsed(new)
    if ast.dump(was) == ast.dump(now):
        return Bump.NONE
    if use != "both":
        members, later = _members(was), _members(now)
        if (members <= later) if use == "given" else (later <= members):
            return Bump.MINOR
    parts, parts_now = _Parts(), _Parts()
    if ast.dump(parts.visit(was)) != ast.dump(parts_now.visit(now)):
        return Bump.MAJOR
    looser = all(_is_looser(*pair) for pair in zip(parts.limits, parts_now.limits, strict=True))
    more = all(each <= later for each, later in zip(parts.values, parts_now.values, strict=True))
    return Bump.MINOR if (looser or use == "read") and more else Bump.MAJOR


class _Parts(ast.NodeTransformer):
    """Takes the limits, `Meta(...)`, and the lists of values, `Literal[...]`, out of an annotation."""

    def __init__(self) -> None:
        self.limits: list[dict[str, str]] = []
        self.values: list[set[str]] = []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Leave only the name of a `Meta`."""
        if not (isinstance(node.func, ast.Name) and node.func.id == "Meta"):
            return self.generic_visit(node)
        self.limits.append({each.arg or "": ast.unparse(each.value) for each in node.keywords})
        return node.func

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Leave only the name of a `Literal`."""
        if not (isinstance(node.value, ast.Name) and node.value.id == "Literal"):
            return self.generic_visit(node)
        values = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        self.values.append(set(map(ast.unparse, values)))
        return node.value


def _is_looser(old: dict[str, str], new: dict[str, str]) -> bool:
    """Tell whether limits allow everything that they allowed before."""
    return all(_allows(name, old.get(name), limit) for name, limit in new.items())


def _allows(name: str, old: str | None, new: str) -> bool:
    if old == new:
        return True
    if old is None or name not in _MOST + _LEAST:
        return False
    difference = float(new) - float(old)
    return difference > 0 if name in _MOST else difference < 0


def _parsed(annotation: str) -> ast.expr:
    try:
        return ast.parse(annotation or "Any", mode="eval").body
    except SyntaxError:
        return ast.Constant(annotation)


def _members(node: ast.expr) -> frozenset[str]:
    """Return the types that a union has, or the values of a Literal."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _members(node.left) | _members(node.right)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if node.value.id == "Literal":
            return frozenset(f"Literal[{ast.unparse(each)}]" for each in inner)
        if node.value.id == "Union":
            return frozenset().union(*map(_members, inner))
        if node.value.id == "Optional":
            return _members(node.slice) | {"None"}
    return frozenset([ast.unparse(node)])
