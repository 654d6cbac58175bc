"""Which module imports which: no circle of modules or of folders, and a lower layer never imports a higher one.

The engine of catalog_clients knows no vendor, and each facade knows one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import catalog_clients
from scripts.apis import apis
from scripts.command import ROOT
from scripts.generate.freshness import INPUTS

PACKAGES = [ROOT / "scripts", *(path for path in ROOT.glob("overrides/*/*") if (path / "__init__.py").is_file())]
_ENGINE = (
    "ledger",
    "tables",
    "responses",
    "flows",
    "items",
    "limits",
    "run",
    "chunks",
    "reports",
    "calls",
    "pages",
    "outcomes",
    "lookups",
)
# From low to high; a name stands for all below it that has no line of its own.
ORDERS = (
    ("scripts.spec", "scripts.lint", "scripts.generate"),
    ("scripts.packages", "scripts.api_diff", "scripts.release"),
    tuple(f"scripts.generate.{each}" for each in ("text", "parse", "types", "render", "readme", "package", "output")),
    tuple(f"scripts.generate.parse.{each}" for each in ("api", "schemas", "bodies", "normalize")),
    tuple(f"scripts.generate.parse.{each}" for each in ("api", "schemas", "repair")),
    tuple(f"catalog_jobs.command.{each}" for each in ("settings", "progress", "operations", "maintenance", "main")),
    (*(f"catalog_clients._engine.{each}" for each in _ENGINE), "catalog_clients._engine", "catalog_clients.bulk"),
)
CLIENTS = Path(catalog_clients.__file__).parent
FACADES = "catalog_clients._engine.facades"  # what every facade is made of


@cache
def imports() -> Mapping[str, set[str]]:
    """Return what each hand-written module imports of the others, also late or for its types only."""
    files = {_name(path, package): path for package in PACKAGES for path in sorted(package.rglob("*.py"))}
    return {name: {each for each in _imported(name, path, files) if each in files and each != name} for name, path in files.items()}


def _name(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements below a node; to look into expressions takes longer than all else here."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.stmt | ast.excepthandler | ast.match_case):
            yield each
            yield from _statements(each)


def _imported(name: str, path: Path, known: Collection[str]) -> Iterator[str]:
    for node in _statements(ast.parse(path.read_text(encoding="utf-8"))):
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


def test_every_module_that_generation_runs_is_an_input_of_its_freshness() -> None:
    found: set[str] = set()
    todo = ["scripts.generate.__main__"]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += imports()[name]
    paths = {name.replace(".", "/") for name in found}
    assert {path for path in paths if not any(f"{path}.py".startswith((f"{each}/", each)) for each in INPUTS)} <= {"scripts"}


def test_the_runtime_imports_nothing_of_ours() -> None:
    runtime = {name for name in imports() if name.startswith("scripts.runtime")}
    assert {each for name in runtime for each in imports()[name]} <= runtime


def test_the_engine_imports_no_facade() -> None:
    facades = {
        name for name, targets in imports().items() if FACADES in targets and not name.startswith("catalog_clients._engine.")
    }
    assert {name: found for name, targets in imports().items() if "._engine" in name and (found := targets & facades)} == {}


def vendors(path: Path) -> set[str]:
    """Return the packages of vendors that a module imports."""
    imported = re.findall(r"^ *(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {*imported} & {*apis(), "boto3", "botocore"}


def test_the_engine_knows_no_vendor() -> None:
    modules = [*(CLIENTS / "_engine").rglob("*.py")]
    assert len(modules) > 50
    assert {path.name: found for path in modules if (found := vendors(path))} == {}


def test_the_engine_has_no_word_of_a_vendor() -> None:
    words = {*apis(), *(package.partition("_")[0] for package in apis()), "walk out", "asin"}
    sources = {path: path.read_text(encoding="utf-8").casefold() for path in (CLIENTS / "_engine").rglob("*.py")}
    assert {name: found for name, text in sources.items() if (found := [each for each in words if each in text])} == {}


def test_each_facade_knows_one_vendor_and_that_of_any_client_none() -> None:
    facades = [
        path for path in CLIENTS.glob("*.py") if path.stem != "__init__" and FACADES in imports()[f"catalog_clients.{path.stem}"]
    ]
    assert facades
    assert {path.stem: len(vendors(path)) for path in facades} == {path.stem: int(path.stem != "bulk") for path in facades}


def test_options_and_errors_know_of_the_engine_only_forks_limits_and_tables() -> None:
    values = [f"catalog_clients.{each}" for each in ("errors", "options")]
    known = {each for name in values for each in imports()[name] if "._engine" in each}
    assert known == {f"catalog_clients._engine.{each}" for each in ("flows.forks", "limits", "tables.behaviour")}
