"""Which packages are tested: those of all specs, or a copy of one of them in another folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.apis import apis
from tests.properties.contract import Operation, load, operations_of
from tests.properties.package import Package

# The name of an argument of a test chooses the operations that it gets.
_SUBJECTS: dict[str, Callable[[Operation], bool]] = {
    "operation": lambda _: True,
    "with_parameters": lambda operation: bool(operation.parameters),
    "with_values": lambda operation: bool(operation.parameters) or operation.body is not None,
    "secured": lambda operation: bool(operation.api.security),
    "with_rules": lambda operation: bool(operation.rules),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("properties", "properties of the generated packages")
    group.addoption("--package", choices=apis(), help="test only this package")
    group.addoption("--package-path", type=Path, metavar="DIR", help="import the package from this folder instead of generated/")
    group.addoption(
        "--first", action="append", metavar="TEXT", help="begin with the tests with this text, or most of several, in their name"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    first: list[str] = config.getoption("first", default=None) or []
    items.sort(key=lambda item: -sum(text in item.name for text in first))


def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("package_path", default=None)
    if folder is not None:
        if config.getoption("package", default=None) is None:
            raise pytest.UsageError("--package-path needs --package: a folder holds one package")
        sys.path.insert(0, str(folder.resolve()))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = metafunc.config.getoption("package", default=None)
    packages = [chosen] if chosen else [*apis()]
    for name, fits in _SUBJECTS.items():
        if name in metafunc.fixturenames:
            cases = [pytest.param(each.api.package, each, id=str(each)) for each in operations_of(packages) if fits(each)]
            metafunc.parametrize(("package", name), cases, indirect=["package"], scope="session")
            return
    if "package" in metafunc.fixturenames:
        metafunc.parametrize("package", packages, indirect=True, scope="session")


@pytest.fixture(scope="session")
def package(request: pytest.FixtureRequest) -> Iterator[Package]:
    """The package that a test is about, and clients of it that reach no network."""
    found = Package(load(request.param), request.config.getoption("package_path", default=None))
    yield found
    found.close()
