"""Prove that the classes of a module are those of the schemas that it was made from."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from scripts.generate.parse.api import Schema
from scripts.generate.types.directions import Directions
from scripts.runtime.models import OTHERS
from scripts.spec.finding import Finding, SpecError

RULE = "generated-schemas"

WireNames = dict[str, dict[Any, str] | None]


def prove_classes(directions: Directions, schemas: Mapping[str, Schema], text: str) -> None:
    """Compare the classes and aliases of a module with its schemas: their names, and what they have on the wire.

    Raises:
        SpecError: there is a difference.
    """
    findings = [*_differences(directions, schemas, text)]
    if findings:
        raise SpecError(findings)


@lru_cache(maxsize=2)
def wire_names(text: str) -> WireNames:
    """Return, by class, the attributes of a Struct by name on the wire, or the members of an enum by value; None for an alias."""
    found: WireNames = {}
    for node in ast.parse(text).body:
        inner = node.body[0] if isinstance(node, ast.If) else node  # a custom class is an alias for type checkers
        if isinstance(inner, ast.ClassDef):
            found[inner.name] = dict(filter(None, map(_wire_name, inner.body)))
        elif isinstance(inner, ast.AnnAssign):
            found[ast.unparse(inner.target)] = None
    return found


def _differences(directions: Directions, schemas: Mapping[str, Schema], text: str) -> Iterable[Finding]:
    """Yield where the classes of a module are not those of the schemas, or do not have the same fields on the wire."""
    classes = wire_names(text)
    advice = {name: f"the schema {name} has no class; rename it" for name in schemas.keys() - classes.keys()}
    advice |= {name: f"the class {name} has no schema; rename the schemas around it" for name in classes.keys() - schemas.keys()}
    for name in schemas.keys() & classes.keys():
        expected, members = _expected(schemas[name]), classes[name]
        found = None if members is None else {*members}
        if found != expected:
            differing = sorted(map(str, (found or set()) ^ (expected or set())))
            advice[name] = f"the schema {name} and its class differ in {', '.join(differing) or 'their kind'}; rename them"
    for name, each in advice.items():
        pointer = directions.pointers.get(name, ("components", "schemas"))
        yield directions.api.document.finding(pointer, RULE, textwrap.shorten(each, 400))


def _expected(schema: Schema) -> set[Any] | None:
    if "x-custom" in schema or not schema.keys() & {"properties", "enum"}:
        return None
    return {*(schema["properties"] if "properties" in schema else schema["enum"])}


def _wire_name(node: ast.stmt) -> tuple[Any, str] | None:
    """Return name on the wire and attribute of a field of a Struct, or value and name of a member of an enum."""
    if isinstance(node, ast.AnnAssign):
        attribute = ast.unparse(node.target)
        given = {word.arg: word.value for word in node.value.keywords} if isinstance(node.value, ast.Call) else {}
        name = ast.literal_eval(given["name"]) if "name" in given else attribute
        return None if name == OTHERS else (name, attribute)
    if isinstance(node, ast.Assign):
        return ast.literal_eval(node.value), ast.unparse(node.targets[0])
    return None
