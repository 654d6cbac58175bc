"""Which module imports which: no circle of modules or of folders, and a lower layer never imports a higher one."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from scripts.command import ROOT

PACKAGES = [ROOT / "scripts", *(path for path in ROOT.glob("overrides/*/*") if (path / "__init__.py").is_file())]
# From low to high; a name stands for all below it that has no line of its own.
ORDERS = (
    ("scripts.spec", "scripts.lint", "scripts.generate"),
    ("scripts.packages", "scripts.api_diff", "scripts.release"),
    tuple(f"scripts.generate.{each}" for each in ("text", "parse", "types", "render", "readme", "package", "output")),
)
FACADES = "catalog_clients._engine.facades"  # what every facade is made of


@cache
def imports() -> Mapping[str, set[str]]:
    """Return what each hand-written module imports of the others, also late or for its types only."""
    files = {_name(path, package): path for package in PACKAGES for path in sorted(package.rglob("*.py"))}
    return {name: {each for each in _imported(name, path, files) if each in files and each != name} for name, path in files.items()}


def _name(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(name: str, path: Path, known: Collection[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = node.level - (path.name == "__init__.py")
            parts = name.split(".")[: len(name.split(".")) - up] if node.level else []
            module = ".".join([*parts, *filter(None, [node.module])])
            inner = (f"{module}.{each.name}" for each in node.names)
            yield from (each if each in known else module for each in inner)


@pytest.mark.parametrize("depth", [2, 3, 9], ids=["folders", "inner folders", "modules"])
def test_no_circle(depth: int) -> None:
    graph: dict[str, set[str]] = {}
    for name, targets in imports().items():
        if depth == 9 or name.startswith("scripts."):
            short = ".".join(name.split(".")[:depth])
            graph.setdefault(short, set()).update({".".join(each.split(".")[:depth]) for each in targets} - {short})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' <- '.join(error.args[1])}")


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order[-1])
def test_a_lower_layer_imports_no_higher_one(order: tuple[str, ...]) -> None:
    def layer(name: str) -> int:
        """Return the place of a module in the order, by the longest name that it is part of; -1 if it has none."""
        parts = [each for each in order if f"{name}.".startswith(f"{each}.")]
        return order.index(max(parts, key=len)) if parts else -1

    assert [f"{name} -> {each}" for name, targets in imports().items() for each in targets if -1 < layer(name) < layer(each)] == []


def test_the_runtime_imports_nothing_of_ours() -> None:
    runtime = {name for name in imports() if name.startswith("scripts.runtime")}
    assert {each for name in runtime for each in imports()[name]} <= runtime


def test_the_engine_imports_no_facade() -> None:
    facades = {
        name for name, targets in imports().items() if FACADES in targets and not name.startswith("catalog_clients._engine.")
    }
    assert {name: found for name, targets in imports().items() if "._engine" in name and (found := targets & facades)} == {}
