"""What the modules of catalog_clients import of each other: no circle, and the engine knows neither a facade nor a vendor."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import catalog_clients
from scripts.apis import apis

ROOT = Path(catalog_clients.__file__).parent
ENGINE = {f"_engine.{path.stem}" for path in (ROOT / "_engine").glob("*.py") if path.stem != "__init__"}
VALUES = {"_version", "errors", "options", "results"}


def imports(path: Path) -> set[str]:
    """Return the modules that one imports: those of this package by their names in it, others by their full names."""
    package = [] if path.parent == ROOT else [path.parent.name]
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            found.add(".".join([*base, *([node.module] if node.module else [])]).removeprefix("catalog_clients."))
    return found


MODULES = {".".join([*path.relative_to(ROOT).parts[:-1], path.stem]): imports(path) for path in ROOT.rglob("*.py")}
OURS = {name: {each for each in found if each in MODULES} for name, found in MODULES.items()}


def test_no_module_imports_itself_by_way_of_others() -> None:
    order = list(TopologicalSorter(OURS).static_order())
    assert len(order) == len(MODULES)
    assert order.index("_engine.effects") < order.index("_engine.calls") < order.index("_engine.facades") < order.index("__init__")


def test_the_engine_knows_no_facade_and_no_vendor() -> None:
    assert len(ENGINE) > 5
    for name in ENGINE:
        assert OURS[name] <= ENGINE | VALUES, name
        assert {each.partition(".")[0] for each in MODULES[name]} & {*apis(), "boto3", "botocore"} == set(), name


def test_values_know_of_the_engine_only_the_limits() -> None:
    assert {each for name in VALUES for each in OURS[name] & ENGINE} == {"_engine.limits", "_engine.tables"}


def test_each_facade_knows_one_vendor() -> None:
    vendors = {name: {each.partition(".")[0] for each in MODULES[name]} & set(apis()) for name in MODULES if name not in ENGINE}
    assert all(len(found) == 1 for name, found in vendors.items() if "_engine.facades" in OURS[name])
