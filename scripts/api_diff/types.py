"""What the change of a type annotation means for callers."""

from __future__ import annotations

import ast
from typing import Literal

from scripts.packages.versions import Bump

Use = Literal["given", "read", "both"]


def rate_type(old: str, new: str, use: Use) -> Bump:
    """Return the bump that the change of an annotation needs.

    It is not a breaking change if every value that could be given still can, or if no value can be read that could not be read.
    One more value of a `Literal` never is, as lists of values are open, as the enums are.

    Args:
        old: annotation before; empty if there was none.
        new: annotation now.
        use: whether callers give values of the type, read them, or both.
    """
    was, now = _parsed(old), _parsed(new)
    if ast.dump(was) == ast.dump(now):
        return Bump.NONE
    members, later = _members(was), _members(now)
    wider, narrower = members <= later, later <= members
    literals = all(each.startswith("Literal[") for each in members ^ later)
    fits = (wider and (use == "given" or literals)) or (narrower and use == "read")
    return Bump.MINOR if fits else Bump.MAJOR


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
