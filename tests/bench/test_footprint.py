"""What is imported and installed, with distributions and packages that the tests write."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from scripts.apis import apis
from scripts.bench import footprint
from scripts.bench.environment import BenchError


def distribution(site: Path, name: str, size: int, *needed: str) -> None:
    """Write a distribution with one module of a size in bytes, and a compiled one."""
    (site / f"{name}.py").write_bytes(b"#" * size)
    info = site / f"{name}-1.dist-info"
    info.mkdir()
    requires = "".join(f"Requires-Dist: {each}\n" for each in needed)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{requires}", encoding="utf-8")
    (info / "RECORD").write_text(f"{name}.py,,{size}\n__pycache__/{name}.pyc,,99\n", encoding="utf-8")


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, Distribution]:
    distribution(tmp_path, "client", 100, "http_lib>=1", 'fast; extra == "speed"', 'old; python_version < "3"')
    distribution(tmp_path, "http_lib", 20, "Shared")
    distribution(tmp_path, "fast", 1000)
    distribution(tmp_path, "shared", 3, "http-lib")
    names = {"client": "client", "http_lib": "http-lib", "fast": "fast", "shared": "shared"}
    return {names[each.name]: each for each in distributions(path=[str(tmp_path)])}


def test_what_a_package_needs_is_counted_once_without_extras_and_compiled_modules(installed: dict[str, Distribution]) -> None:
    found = footprint._closure(["client", "Http_Lib"], installed)
    assert sorted(each.name for each in found) == ["client", "http_lib", "shared"]
    assert sum(map(footprint._of_distribution, found)) == 123


def test_what_is_not_installed_is_named(installed: dict[str, Distribution]) -> None:
    with pytest.raises(BenchError, match=r"^other is not in the peers' environment; run make bench$"):
        footprint._closure(["client", "other"], installed)


def test_the_size_of_a_package_is_that_of_its_files(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "inner").mkdir(parents=True)
    (package / "one.py").write_bytes(b"12345")
    (package / "inner" / "two.yaml").write_bytes(b"123")
    (package / "inner" / "two.pyc").write_bytes(b"123456789")
    assert (footprint._of_files(package), footprint._of_files(package / "one.py"), footprint._of_files(tmp_path / "none")) == (
        8,
        5,
        0,
    )


def test_ours_are_compared_with_their_dependencies_and_one_of_them_with_the_clients_on_httpx2() -> None:
    found = list(footprint._targets(footprint._imported(), 1.3))
    assert {each.subject for each in found if each.baseline == "httpx2 and msgspec alone"} == set(apis())
    others = {each.baseline: each.at_most for each in found if each.baseline != "httpx2 and msgspec alone"}
    assert others == {"datamodel-code-generator (pydantic)": 1, "datamodel-code-generator (msgspec)": 1}
