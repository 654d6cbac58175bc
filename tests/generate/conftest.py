from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.generate.packages import SPECS, Package


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Package]:
    """Give the package of a document beside the tests, which is generated once."""
    folder = tmp_path_factory.mktemp("packages")
    return cache(lambda spec: Package(SPECS / spec, folder / spec))


def _package_of(spec: str) -> Any:
    return pytest.fixture(lambda package: package(spec), scope="session")


workshop = _package_of("workshop.yaml")
zoo = _package_of("zoo.json")
pets = _package_of("pets.yaml")
billing = _package_of("billing.yaml")
forge = _package_of("forge.json")
centre = _package_of("calls.yaml")
contents = _package_of("contents.yaml")
shapes = _package_of("shapes.yaml")
addresses = _package_of("addresses.yaml")
habits = _package_of("habits.yaml")
older = _package_of("older.yaml")
newer = _package_of("newer.yaml")
misplaced = _package_of("misplaced.yaml")
minted = _package_of("credentials.yaml")
