from __future__ import annotations

from pathlib import Path

import pytest

from scripts.packages.distributions import FOLDERS, Distribution, distributions, last_released, tag, version_place
from scripts.packages.git import ReleaseError
from tests.release.clones import ITEMS, NAMES, WRITTEN, YANDEX, Clone

SETTINGS = "overrides/catalog_clients/pyproject.toml"


@pytest.fixture
def empty(tmp_path: Path) -> Clone:
    clone = Clone(tmp_path)
    clone.git("init", "--quiet", "--initial-branch=main")
    clone.commit()
    return clone


def named(name: str) -> Distribution:
    return Distribution(name=name, version="0.1.0", package="x", folder=Path("generated/x"), spec=None)


def test_the_distributions_of_the_project_with_the_one_that_needs_the_others_last() -> None:
    found = distributions()
    assert tuple(each.name for each in found) == NAMES
    assert [each.package for each in found][-2:] == ["yandex_market_offers", "catalog_clients"]
    assert [each.folder for each in found][-2:] == [Path("generated/yandex_market_offers"), Path("overrides/catalog_clients")]
    assert [each.spec for each in found][-2:] == [Path("specs/yandex_market_offers.yaml"), None]
    assert tag(found[0]) == f"{ITEMS}-v{found[0].version}"
    assert version_place(found[-1]) == "the version in overrides/catalog_clients/catalog_clients/_version.py"
    assert version_place(found[0]) == "info.x-client-package.version in specs/amazon_catalog_items.yaml"


def test_a_folder_without_any() -> None:
    assert distributions(Path(__file__).parent) == ()


def test_the_highest_version_is_the_last_one(empty: Clone) -> None:
    for version in ("0.9.0", "0.10.0", "0.2.11"):
        empty.release(version, [YANDEX])
    empty.release("1.0.0", [ITEMS])
    assert last_released(named(YANDEX), empty.root) == f"{YANDEX}-v0.10.0"
    assert last_released(named(ITEMS), empty.root) == f"{ITEMS}-v1.0.0"
    assert last_released(named(WRITTEN), empty.root) is None


@pytest.mark.parametrize(
    "other",
    [
        "v9.0.0",
        f"{YANDEX}-v9",
        f"{YANDEX}-v9.0.0-rc.1",
        f"{YANDEX}-9.0.0",
        f"{YANDEX}-extra-v9.0.0",
        f"x-{YANDEX}-v9.0.0",
        "latest",
    ],
)
def test_other_tags_are_left_out(empty: Clone, other: str) -> None:
    empty.git("tag", other)
    assert last_released(named(YANDEX), empty.root) is None


def test_a_folder_that_is_in_no_repository(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="not a git repository"):
        last_released(named(YANDEX), tmp_path)


def test_in_a_hook_of_another_repository(empty: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty.release("1.0.0", [YANDEX])
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert last_released(named(YANDEX), empty.root) == f"{YANDEX}-v1.0.0"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("specs/x.yaml", "openapi: [\n", "specs/x.yaml:2: #: invalid-yaml: "),
        ("specs/x.yaml", "info: {x-client-package: {import: x}}", "needs distribution, import and version"),
        (
            "specs/x.yaml",
            "info: {x-client-package: {import: x, distribution: x, version: 1.0}}",
            "x: '1.0' is no version x.y.z",
        ),
        (
            SETTINGS,
            "[project]\nname = 'x'\n",
            f"{SETTINGS}: project.name, tool.hatch.version",
        ),
        (
            SETTINGS,
            "[project",
            f"{SETTINGS}: project.name, tool.hatch.version",
        ),
        (
            SETTINGS,
            "[tool.hatch.version]\npath = 'pyproject.toml'\npattern = 'V = (?P<version>x)'\n",
            "pyproject.toml: no version where",
        ),
    ],
)
def test_what_names_no_distribution(tmp_path: Path, path: str, text: str, said: str) -> None:
    for folder in (*FOLDERS, "overrides/catalog_clients"):
        (tmp_path / folder).mkdir()
    (tmp_path / path).write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError) as caught:
        distributions(tmp_path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
