"""Packages have the same bytes wherever and whenever they are built, and hold what belongs there; faults are named."""

from __future__ import annotations

import os
import tarfile
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from scripts.command import ROOT
from scripts.packages.distributions import distributions, tag
from scripts.packages.errors import PackageError
from scripts.release.build import Built, build, main
from scripts.release.checks import check
from tests.release.clones import needs_git
from tests.release.repositories import Project

NAMES = [each.name for each in distributions()]
GENERATED = next(each for each in distributions() if each.spec)
PACKAGE = GENERATED.folder / GENERATED.package


@pytest.fixture(scope="module")
def built(template: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, ...]:
    return build(distributions(), tmp_path_factory.mktemp("dist"), root=template.root)


def test_each_has_a_wheel_and_a_source_distribution(built: tuple[Built, ...]) -> None:
    assert [each.distribution.name for each in built] == NAMES
    assert all(path.stat().st_size for each in built for path in (each.wheel, each.sdist))


def test_another_place_time_and_permissions_and_untracked_files_give_the_same_bytes(
    built: tuple[Built, ...], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [GENERATED, next(each for each in distributions() if not each.spec)]
    for name in ("notes.txt", ".secret.env", "extra.py", "client.py.orig"):
        (project.root / PACKAGE / name).write_text("stray", encoding="utf-8")
        (project.root / GENERATED.folder / name).write_text("stray", encoding="utf-8")
    for path in project.root.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            os.utime(path, (1_000_000_000, 1_000_000_000))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    umask = os.umask(0o077)
    try:
        again = build(chosen, tmp_path / "dist", root=project.root)
    finally:
        os.umask(umask)
    for one, other in zip((each for each in built if each.distribution in chosen), again, strict=True):
        for a, b in ((one.wheel, other.wheel), (one.sdist, other.sdist)):
            assert sha256(a.read_bytes()).hexdigest() == sha256(b.read_bytes()).hexdigest(), a.name


@pytest.mark.parametrize("name", NAMES)
def test_a_package_holds_its_files_and_no_others(name: str, built: tuple[Built, ...]) -> None:
    (found,) = (each for each in built if each.distribution.name == name)
    package = found.distribution.package
    information = f"{found.wheel.name.removesuffix('-py3-none-any.whl')}.dist-info"
    with ZipFile(found.wheel) as wheel:
        names = wheel.namelist()
        everything = b"".join(map(wheel.read, names))
    with tarfile.open(found.sdist) as sdist:
        sources = {each.partition("/")[2] for each in sdist.getnames()}
    assert {each.partition("/")[0] for each in names} == {package, information}
    assert not [each for each in names if "test" in each or "__pycache__" in each]
    assert f"{package}/py.typed" in names
    assert (f"{package}/openapi.yaml" in names) is (found.distribution.spec is not None)
    assert {each for each in sources if "/" not in each} == {"LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
    assert str(ROOT).encode() not in everything
    assert found.wheel.stat().st_size <= 250_000


def test_uncommitted_changes_are_included_and_reported(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    readme = f"{GENERATED.folder}/README.md"
    (project.root / readme).write_text("# CHANGED\n", encoding="utf-8")
    assert main(["--tag", tag(GENERATED)], root=project.root) == 0
    assert f"There are uncommitted changes ({readme})" in capsys.readouterr().out
    (wheel,) = (project.root / ".cache" / "dist").glob("*.whl")
    with ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        assert b"# CHANGED" in archive.read(metadata)


# What is replaced in pyproject.toml, by what, and what is then reported.
FAULTS = {
    "a classifier": {'"Typing :: Typed"': ('"Typing :: Checked"', "Unknown classifier")},
    "a requirement from a URL": {'"msgspec>=0.22,<1"': ('"msgspec @ https://example.com/m.whl"', "cannot be a direct reference")},
    "a version": {f'version = "{GENERATED.version}"': ('version = "9.9.9"', f"version is {GENERATED.version}, but there is no")},
    "a backend": {'"hatchling.build"': ('"hatchling.bild"', "cannot be built")},
    "metadata": {
        '"msgspec>=0.22,<1"': ('"msgspec"', "msgspec is required in any version"),
        'readme = "README.md"': ("", "there is no README"),
        "Changelog": ("Changes", "there is no link Changelog"),
        'license = "Apache-2.0"': ("", "License-Expression is missing"),
    },
}


@pytest.mark.parametrize("edits", FAULTS.values(), ids=FAULTS)
def test_faulty_metadata_is_refused(edits: dict[str, tuple[str, str]], project: Project, tmp_path: Path) -> None:
    for old, (new, _) in edits.items():
        project.change(f"{GENERATED.folder}/pyproject.toml", old, new)
    with pytest.raises(PackageError, match=f"^{GENERATED.package.replace('_', '.')}") as refused:
        build([GENERATED], tmp_path, root=project.root)
    assert [message for _, message in edits.values() if message not in str(refused.value)] == []


def test_a_package_without_its_spec_with_a_path_of_this_machine_or_too_large_is_refused(project: Project, tmp_path: Path) -> None:
    package = project.root / PACKAGE
    (package / "py.typed").unlink()
    (package / "openapi.yaml").rename(package / "api.yaml")
    (package / "data.bin").write_bytes(os.urandom(250_000) + str(ROOT).encode())
    project.git("add", "--all")
    with pytest.raises(PackageError) as refused:
        build([GENERATED], tmp_path, root=project.root)
    for message in (f"has no {GENERATED.package}/py.typed", "openapi.yaml", "folder of the build machine", "at most 250,000"):
        assert message in str(refused.value)


def test_a_wheel_without_the_entry_points_of_its_settings_is_refused(
    built: tuple[Built, ...], template: Project, tmp_path: Path
) -> None:
    found = next(each for each in built if each.distribution == GENERATED)
    lacking = tmp_path / found.wheel.name
    with ZipFile(found.wheel) as whole, ZipFile(lacking, "w", ZIP_DEFLATED) as archive:
        for name in whole.namelist():
            if not name.endswith("/entry_points.txt"):
                archive.writestr(name, whole.read(name))
    faults = check(GENERATED, lacking, found.sdist, template.root / GENERATED.folder)
    information = lacking.name.removesuffix("-py3-none-any.whl")
    assert faults == [f"{lacking.name} has no {information}.dist-info/entry_points.txt"]


def test_an_unknown_tag_is_refused_and_the_known_ones_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    unknown = f"{GENERATED.name}-v9.9.9"
    assert main(["--tag", unknown]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"{unknown} is not the tag of a package in its current version; those are ")
    assert all(tag(each) in message for each in distributions())


@needs_git
def test_outside_of_a_repository_building_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"^\S+ is not in a git repository, which this command needs; .*$"):
        build([GENERATED], tmp_path / "dist", root=tmp_path)
