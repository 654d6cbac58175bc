"""The command, on clones of a project that was released."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from scripts.api_diff.__main__ import main
from scripts.api_diff.changes import Change, merge
from scripts.api_diff.comparison import missing_bumps
from scripts.packages.versions import Bump
from tests.api_diff.cases import cases
from tests.api_diff.project_clone import OFFERS, SAMPLE, SHIPPED, SPEC, ProjectClone

MODELS = "generated/offers/offers/models.py"
RESULTS = "overrides/sample/sample/results.py"
NAMES = (OFFERS, SAMPLE)
CASES = cases("comparisons.yaml")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ProjectClone:
    return ProjectClone.made(tmp_path_factory.mktemp("project") / "clone")


@pytest.fixture
def unreleased(made: ProjectClone, tmp_path: Path) -> ProjectClone:
    return made.copied(tmp_path / "clone")


@pytest.fixture
def clone(unreleased: ProjectClone) -> ProjectClone:
    unreleased.release()
    return unreleased


def ran(clone: ProjectClone, *arguments: str) -> tuple[int, list[str]]:
    """Run the command, and return its exit code and the lines that it prints."""
    with redirect_stdout(StringIO()) as printed:
        code = main(arguments, root=clone.root)
    return code, printed.getvalue().splitlines()


def draft(clone: ProjectClone) -> str:
    return (clone.root / ".cache" / "api-diff" / "CHANGELOG.md").read_text(encoding="utf-8")


def test_without_a_release_there_is_nothing_to_compare_with(unreleased: ProjectClone) -> None:
    unreleased.git("tag", "v1.0.0")
    unreleased.git("tag", "something-else-v3.0.0")
    code, out = ran(unreleased)
    assert code == 0
    assert out[:-1] == [f"{name} 0.1.0: not released yet: nothing to compare with" for name in NAMES]
    assert out[-1] == "draft of the changelog: .cache/api-diff/CHANGELOG.md"
    assert draft(unreleased) == "Nothing was released before.\n"
    assert missing_bumps(unreleased.root) == []


@pytest.mark.parametrize("case", CASES)
def test_what_is_printed_and_drafted(clone: ProjectClone, case: str) -> None:
    given = CASES[case]
    for path, text in given.get("files", {}).items():
        (clone.root / path).write_text(text, encoding="utf-8")
    for path, edits in given.get("edits", {}).items():
        for old, new in edits.items():
            clone.change(path, old, new)
    for name, version in given.get("versions", {}).items():
        clone.set_version(name, version)
    code, out = ran(clone)
    assert (code, out) == (given["code"], given["output"].splitlines())
    assert draft(clone) == given["draft"]
    advice = [line.strip() for line in out if line.startswith("  needs version")]
    assert [line.partition(": ")[2] for line in missing_bumps(clone.root)] == advice


@pytest.mark.parametrize(("version", "code"), [("0.1.1", 1), ("0.2.0", 0), ("1.0.0", 0)])
def test_a_breaking_change_needs_a_bump(clone: ProjectClone, version: str, code: int) -> None:
    clone.change(MODELS, "    code: str\n", "    code: int\n")
    clone.set_version(OFFERS, version)
    assert main([], root=clone.root) == code
    place = "info.x-client-package.version in specs/offers.yaml"
    advice = f"{OFFERS} {version}: needs version 0.2.0 or higher, as it has a breaking change; raise {place}"
    assert missing_bumps(clone.root) == [advice] * code


@pytest.mark.parametrize(
    ("of_spec", "of_python", "reported"),
    [
        ("MINOR Added Fault.why", "MAJOR Added models.Fault.why", False),
        ("MINOR Changed Fault.why", "MAJOR Changed models.Fault.why", False),
        ("MINOR Changed Fault.why", "MAJOR Removed models.Fault.why", True),
        ("MINOR Added Fault", "MAJOR Added models.Fault.why", True),
        ("MAJOR Changed Fault", "MAJOR Removed models.Fault.why", False),
        ("MAJOR Changed Fault", "MINOR Removed models.OtherFault.why", True),
    ],
)
def test_which_changes_of_python_the_spec_reports(of_spec: str, of_python: str, *, reported: bool) -> None:
    spec, python = (
        Change(bump=Bump[bump], heading=heading, text=subject, subjects=frozenset([subject]))  # type: ignore[arg-type]
        for bump, heading, subject in (of_spec.split(), of_python.split())
    )
    assert (python in merge([spec], [python])) is reported
    assert spec in merge([spec], [python])


def test_a_new_package(clone: ProjectClone) -> None:
    clone.git("tag", "--delete", f"{OFFERS}-v0.1.0")
    assert ran(clone)[1][0] == f"{OFFERS} 0.1.0: not released yet: nothing to compare with"
    shutil.rmtree(clone.root / "generated" / "offers")
    (clone.root / "specs" / "offers.yaml").unlink()
    clone.commit()
    clone.git("tag", "before")
    clone.git("checkout", "--quiet", f"{SAMPLE}-v0.1.0")
    code, out = ran(clone, "--since", "before")
    assert code == 0
    assert out[0] == f"{OFFERS} 0.1.0: new since before: nothing to compare with"


def test_a_removed_package(clone: ProjectClone) -> None:
    clone.git("tag", "chart-v1.0.0")  # of something else
    shutil.rmtree(clone.root / "generated" / "offers")
    (clone.root / "specs" / "offers.yaml").unlink()
    for arguments in ((), ("--since", "HEAD")):
        code, out = ran(clone, *arguments)
        assert code == 0  # it has no version any more that could be raised
        assert f"{OFFERS}: breaking: the package was removed; 0.1.0 was its last release" in out
        assert f"## Packages\n\n### Removed\n\n- Breaking: `{OFFERS}` is no longer released; 0.1.0 was the last.\n" in draft(clone)
    # Once something was released without it, it is not reported any more.
    clone.commit()
    clone.set_version(SAMPLE, "0.1.1")
    clone.commit()
    clone.tag([SAMPLE], "0.1.1")
    assert not [line for line in ran(clone)[1] if line.startswith(OFFERS)]


def test_another_name_to_import(clone: ProjectClone) -> None:
    package = clone.root / "generated" / "offers"
    clone.change(SPEC, "    import: offers\n", "    import: market\n")
    (package / "offers").rename(package / "market")
    package.rename(package.parent / "market")
    code, out = ran(clone)
    assert code == 1
    assert [line for line in out if line.startswith("  breaking")] == ["  breaking  is imported as `market` instead of as `offers`"]


def test_with_another_state(clone: ProjectClone) -> None:
    clone.change(RESULTS, "    budget: float = 900\n", "")
    clone.commit()
    assert ran(clone)[0] == 1
    assert ran(clone, "--since", f"{SAMPLE}-v0.1.0")[0] == 1
    code, out = ran(clone, "--since", "HEAD")
    assert code == 0
    assert out[1] == f"{SAMPLE} 0.1.0: nothing has changed since HEAD"


def test_nothing_is_left_behind(clone: ProjectClone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone.change(MODELS, "    code: str\n", "    code: int\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before = sorted(path for path in clone.root.rglob("*") if ".git" not in path.parts and ".cache" not in path.parts)
    assert ran(clone)[0] == 1
    assert list(temporary.iterdir()) == []
    assert sorted(path for path in clone.root.rglob("*") if ".git" not in path.parts and ".cache" not in path.parts) == before
    assert not (clone.root / ".git" / "worktrees").exists()


def broken_old_spec(clone: ProjectClone) -> None:
    path = clone.root / "specs" / "offers.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("openapi: [\n", encoding="utf-8")
    clone.commit()
    clone.git("tag", f"{OFFERS}-v0.2.0")
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("ref", ["nowhere", "--all", f"HEAD:{RESULTS}"])
def test_what_is_not_a_commit(clone: ProjectClone, capsys: pytest.CaptureFixture[str], ref: str) -> None:
    assert main([f"--since={ref}"], root=clone.root) == 2
    assert capsys.readouterr().err == f"{ref!r} is not a commit here; name a tag, branch or commit, or fetch it\n"


@pytest.mark.parametrize(
    ("breakage", "message"),
    [
        (lambda clone: shutil.rmtree(clone.root / ".git"), r"^.* is not in a git repository, which .*; clone the project with git"),
        (lambda clone: clone.git("tag", f"{OFFERS}-v0.2.0"), rf"{OFFERS}-v0\.2\.0: there is version 0\.1\.0 at this tag; move it"),
        (broken_old_spec, rf"{OFFERS}-v0\.2\.0: specs/offers\.yaml:2: #: invalid-yaml: "),
        (lambda clone: clone.change(RESULTS, "float = 900\n", "float =\n"), rf"^{RESULTS}: is not valid Python: "),
        (lambda clone: clone.change(SHIPPED, "70", "50"), rf"generated/offers is not generated from {SPEC} as it is; run make"),
    ],
)
def test_bad_input(
    clone: ProjectClone, capsys: pytest.CaptureFixture[str], breakage: Callable[[ProjectClone], object], message: str
) -> None:
    breakage(clone)
    assert main([], root=clone.root) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.search(message, error), error
