"""What the modules of catalog_clients import: the engine knows no vendor, and each facade knows one."""

from __future__ import annotations

import re
from pathlib import Path

import catalog_clients
from scripts.apis import apis
from tests.test_layers import imports

ROOT = Path(catalog_clients.__file__).parent


def vendors(path: Path) -> set[str]:
    """Return the packages of vendors that a module imports."""
    imported = re.findall(r"^ *(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {*imported} & {*apis(), "boto3", "botocore"}


def test_the_engine_knows_no_vendor() -> None:
    modules = [*(ROOT / "_engine").glob("*.py")]
    assert len(modules) > 5
    assert {path.stem: found for path in modules if (found := vendors(path))} == {}


def test_the_engine_has_no_word_of_a_vendor() -> None:
    words = {*apis(), *(package.partition("_")[0] for package in apis()), "walk out", "asin"}
    sources = {path.stem: path.read_text(encoding="utf-8").casefold() for path in (ROOT / "_engine").glob("*.py")}
    assert {name: found for name, text in sources.items() if (found := [each for each in words if each in text])} == {}


def test_each_facade_knows_one_vendor_and_that_of_any_client_none() -> None:
    facades = [
        path
        for path in ROOT.glob("*.py")
        if path.stem != "__init__" and "catalog_clients._engine.facades" in imports()[f"catalog_clients.{path.stem}"]
    ]
    assert facades
    assert {path.stem: len(vendors(path)) for path in facades} == {path.stem: int(path.stem != "bulk") for path in facades}


def test_options_and_errors_know_of_the_engine_only_forks_limits_and_tables() -> None:
    values = [f"catalog_clients.{each}" for each in ("errors", "options")]
    known = {each for name in values for each in imports()[name] if "._engine" in each}
    assert known == {f"catalog_clients._engine.{each}" for each in ("forks", "limits", "tables")}
