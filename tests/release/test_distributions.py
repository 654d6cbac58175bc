from __future__ import annotations

from pathlib import Path

import pytest

from scripts.apis import apis
from scripts.command import ROOT
from scripts.packages.distributions import FOLDERS, distributions, released, tag, version_place
from scripts.packages.errors import PackageError
from scripts.spec.document import read
from tests.release.clones import Clone, needs_git

SETTINGS = "overrides/sample/pyproject.toml"
ONE, OTHER = "offers-client", "goods-client"
WRITTEN = """
[project]
name = '{name}'
dependencies = ['{required}>=1']
[tool.hatch.version]
path = 'version.py'
pattern = "V = '(?P<version>[^']+)'"
[tool.hatch.build.targets.wheel]
packages = ['{name}']
"""


@pytest.fixture
def empty(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_the_distributions_are_those_of_the_specs_and_then_the_hand_written_ones() -> None:
    found = distributions()
    named = [name for name, api in apis().items() if "x-client-package" in read(api.spec).data["info"]]
    generated, written = found[: len(named)], found[len(named) :]
    assert [each.package for each in generated] == named
    assert {ROOT / each.folder for each in written} == {path.parent for path in ROOT.glob("overrides/*/pyproject.toml")}
    for each in generated:
        assert each.spec == Path("specs") / apis()[each.package].spec.name
        assert version_place(each) == f"info.x-client-package.version in {each.spec}"
    for each in written:
        assert each.spec is None
        assert each.version in (ROOT / version_place(each).removeprefix("the version in ")).read_text(encoding="utf-8")
    assert tag(found[0]) == f"{found[0].name}-v{found[0].version}"


def test_the_client_of_a_spec_that_names_no_package_is_not_released(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.yaml").write_text("info: {title: A}", encoding="utf-8")
    package = "{distribution: b-client, import: b, version: 1.0.0}"
    (tmp_path / "specs" / "b.yaml").write_text(f"info: {{x-client-package: {package}}}", encoding="utf-8")
    assert [each.name for each in distributions(tmp_path)] == ["b-client"]


def test_hand_written_distributions_follow_those_that_they_require(tmp_path: Path) -> None:
    for name, required in (("a", "b"), ("b", "c"), ("c", "x")):
        folder = tmp_path / "overrides" / name
        folder.mkdir(parents=True)
        (folder / "version.py").write_text("V = '1.0.0'", encoding="utf-8")
        (folder / "pyproject.toml").write_text(WRITTEN.format(name=name, required=required), encoding="utf-8")
    assert [each.name for each in distributions(tmp_path)] == ["c", "b", "a"]


def test_a_folder_without_any() -> None:
    assert distributions(Path(__file__).parent) == ()


def test_the_highest_version_is_the_last_release(empty: Clone) -> None:
    for version in ("0.9.0", "0.10.0", "0.2.11"):
        empty.tag([ONE], version)
    empty.tag([OTHER], "1.0.0")
    assert released(empty.root) == {ONE: f"{ONE}-v0.10.0", OTHER: f"{OTHER}-v1.0.0"}


def test_other_tags_are_ignored(empty: Clone) -> None:
    for other in ("v9.0.0", f"{ONE}-v9", f"{ONE}-v9.0.0-rc.1", f"{ONE}-9.0.0", "latest"):
        empty.git("tag", other)
    assert released(empty.root) == {}


@needs_git
def test_a_folder_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="is not in a git repository"):
        released(tmp_path)


def test_in_a_hook_of_another_repository(empty: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty.tag([ONE], "1.0.0")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert released(empty.root) == {ONE: f"{ONE}-v1.0.0"}


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("specs/x.yaml", "openapi: [\n", "specs/x.yaml:2: #: invalid-yaml: "),
        ("specs/x.yaml", "info: {x-client-package: {import: x}}", "needs distribution, import and version"),
        ("specs/x.yaml", "info: {x-client-package: {import: x, distribution: x, version: 1.0}}", "x: '1.0' is not a version x.y.z"),
        (SETTINGS, "[project]\nname = 'x'\n", f"{SETTINGS}: project.name, tool.hatch.version"),
        (SETTINGS, "[project", f"{SETTINGS}: cannot be read"),
        (SETTINGS, "[tool]\n", f"{SETTINGS}: has no [project]"),
        (SETTINGS, WRITTEN.replace("version.py", "pyproject.toml").replace("[^']+", "x"), "pyproject.toml: has no version where"),
    ],
)
def test_what_does_not_describe_a_distribution(tmp_path: Path, path: str, text: str, message: str) -> None:
    for folder in (*FOLDERS, "overrides/sample"):
        (tmp_path / folder).mkdir()
    (tmp_path / path).write_text(text, encoding="utf-8")
    with pytest.raises(PackageError) as caught:
        distributions(tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
