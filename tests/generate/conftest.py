from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.generate.output import generate_one
from tests.generate.packages import PACKAGES, SPECS


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The folder of each distribution, by the name of its document; all can be imported."""
    folder = tmp_path_factory.mktemp("distributions")
    made = {spec: folder / spec for spec in PACKAGES}
    for spec, out in made.items():
        generate_one(SPECS / spec, out)
        sys.path.insert(0, str(out))
    yield made
    for out in made.values():
        sys.path.remove(str(out))


class Package:
    """A generated package, with its modules as attributes; its types are not known before it is generated."""

    def __init__(self, name: str) -> None:
        self.root: Any = importlib.import_module(name)
        self.models: Any = self.root.models
        self.errors: Any = self.root.errors
        self.client: Any = importlib.import_module(f"{name}.client")
        self.name = name

    def operation(self, tag: str, name: str) -> Any:
        return importlib.import_module(f"{self.name}.api.{tag}.{name}")


@pytest.fixture(scope="session")
def workshop(distributions: dict[str, Path]) -> Package:
    assert distributions
    return Package("workshop")


@pytest.fixture(scope="session")
def zoo(distributions: dict[str, Path]) -> Package:
    assert distributions
    return Package("zoo")


@pytest.fixture(scope="session")
def pets(distributions: dict[str, Path]) -> Package:
    assert distributions
    return Package("pet_shop")


@pytest.fixture(scope="session")
def billing(distributions: dict[str, Path]) -> Package:
    assert distributions
    return Package("billing")


@pytest.fixture(scope="session")
def forge(distributions: dict[str, Path]) -> Package:
    assert distributions
    return Package("forge_rest")
