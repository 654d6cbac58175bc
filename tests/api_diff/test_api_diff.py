"""The command, on clones of a project that was released."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.api_diff.__main__ import main
from scripts.api_diff.changes import Change, merge
from scripts.api_diff.comparison import compare, missing_bumps
from scripts.packages.versions import Bump
from tests.api_diff.project_clone import OFFERS, SAMPLE, ProjectClone

MODELS = "generated/offers/offers/models.py"
RESULTS = "overrides/sample/sample/results.py"
SETTINGS = "overrides/sample/pyproject.toml"
NAMES = (OFFERS, SAMPLE)
BREAKING = "`models.Fault.code`: Field type was changed: `str` -> `int`"
Ran = Callable[..., tuple[int, list[str], str]]


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


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Ran:
    """Run the command; gives its exit code, its output lines, and its output on stderr."""

    def run(clone: ProjectClone, *arguments: str) -> tuple[int, list[str], str]:
        code = main(arguments, root=clone.root)
        output = capsys.readouterr()
        return code, output.out.splitlines(), output.err

    return run


def draft(clone: ProjectClone) -> str:
    return (clone.root / ".cache" / "api-diff" / "CHANGELOG.md").read_text(encoding="utf-8")


def test_without_a_release_there_is_nothing_to_compare_with(unreleased: ProjectClone, ran: Ran) -> None:
    unreleased.git("tag", "v1.0.0")
    unreleased.git("tag", "something-else-v3.0.0")
    code, out, err = ran(unreleased)
    assert (code, err) == (0, "")
    assert out[:-1] == [f"{name} 0.1.0: not released yet: nothing to compare with" for name in NAMES]
    assert out[-1] == "draft of the changelog: .cache/api-diff/CHANGELOG.md"
    assert draft(unreleased) == "Nothing was released before.\n"
    assert missing_bumps(unreleased.root) == []


def test_without_changes(clone: ProjectClone, ran: Ran) -> None:
    (clone.root / "overrides" / "sample" / "sample" / "__pycache__").mkdir()
    (clone.root / ".gitignore").write_text("__pycache__\n", encoding="utf-8")
    (clone.root / "overrides" / "sample" / "sample" / "__pycache__" / "x.pyc").write_bytes(b"x")
    code, out, _ = ran(clone)
    assert code == 0
    assert out[:-1] == [f"{name} 0.1.0: nothing has changed since {name}-v0.1.0" for name in NAMES]
    assert {each.needed_bump for each in compare(clone.root).comparisons} == {Bump.NONE}
    assert missing_bumps(clone.root) == []


@pytest.mark.parametrize(("version", "code"), [("0.1.0", 1), ("0.1.1", 1), ("0.2.0", 0), ("1.0.0", 0)])
def test_a_breaking_change_needs_a_bump(clone: ProjectClone, ran: Ran, version: str, code: int) -> None:
    clone.change(MODELS, "    code: str\n", "    code: int\n")
    if version != "0.1.0":
        clone.set_version(OFFERS, version)
    found, out, _ = ran(clone)
    assert found == code
    assert f"  breaking  {BREAKING}" in out
    place = "info.x-client-package.version in specs/offers.yaml"
    advice = f"needs version 0.2.0 or higher, as it has a breaking change; raise {place}"
    assert missing_bumps(clone.root) == ([f"{OFFERS} {version}: {advice}"] if code else [])
    assert (f"  {advice}" in out) is bool(code)
    assert draft(clone) == f"## {OFFERS} {version if code == 0 else '0.2.0'}\n\n### Changed\n\n- Breaking: {BREAKING}\n"


def test_an_addition_is_reported_and_does_not_fail(clone: ProjectClone, ran: Ran) -> None:
    clone.change(RESULTS, "    budget: float = 900\n", "    budget: float = 900\n    calm: bool = False\n")
    code, out, _ = ran(clone)
    assert code == 0
    place = "the version in overrides/sample/sample/_version.py"
    advice = f"needs version 0.1.1 or higher, as it has an addition or works differently; raise {place}"
    assert out[1:-1] == [
        f"{SAMPLE} 0.1.0: changed since {SAMPLE}-v0.1.0",
        "  minor     `results.Retries.calm`: new attribute",
        f"  {advice}",
    ]
    assert missing_bumps(clone.root) == [f"{SAMPLE} 0.1.0: {advice}"]
    clone.set_version(SAMPLE, "0.1.1")
    assert ran(clone)[1][3] == "  0.1.1 is high enough"
    assert missing_bumps(clone.root) == []


def test_any_other_change_of_a_packaged_file_needs_a_patch(clone: ProjectClone, ran: Ran) -> None:
    clone.change("overrides/sample/README.md", "# ", "# The ")
    (clone.root / "overrides" / "sample" / "sample" / "_new.py").write_text("X = 1\n", encoding="utf-8")
    code, out, _ = ran(clone)
    assert code == 0
    assert out[2] == "  patch     only texts or private code: README.md, sample/_new.py"
    assert "needs version 0.1.1 or higher, as its files have changed" in out[3]
    assert draft(clone) == f"## {SAMPLE} 0.1.1\n\n### Changed\n\n- Only texts or private code.\n"
    changed = compare(clone.root).comparisons[-1]
    assert (changed.is_changed, changed.needed_bump, changed.is_sufficient) == (True, Bump.PATCH, False)


def test_another_version_alone_is_not_a_change(clone: ProjectClone) -> None:
    clone.set_version(OFFERS, "0.1.1")
    found = compare(clone.root).comparisons[0]
    assert (found.is_changed, found.needed_bump, found.is_sufficient) == (False, Bump.NONE, True)


def test_a_version_below_the_released_one(clone: ProjectClone) -> None:
    clone.set_version(SAMPLE, "0.0.9")
    (line,) = missing_bumps(clone.root)
    assert "the version is lower than the released one" in line
    assert main([], root=clone.root) == 1


def test_what_the_spec_reports_is_not_repeated_for_python(clone: ProjectClone, ran: Ran) -> None:
    clone.change_spec("      rate: 70\n", "      rate: 50\n")
    clone.change_spec("        code:\n          type: string", "        code:\n          type: integer")
    clone.change(MODELS, "    code: str\n", "    code: int\n")
    clone.change_spec("pattern: ^.+$", "pattern: ^x$")
    clone.change(MODELS, 'pattern="^.+$"', 'pattern="^x$"')
    clone.change_spec("maxItems: 40", "maxItems: 50")
    clone.change(MODELS, "max_length=40", "max_length=50")
    clone.change_spec("        - UNKNOWN\n", "")
    clone.change(MODELS, '    UNKNOWN = "UNKNOWN"\n', "")
    clone.set_version(OFFERS, "0.2.0")
    assert ran(clone)[0] == 0
    assert draft(clone) == (
        f"## {OFFERS} 0.2.0\n\n### Changed\n\n"
        "- Breaking: `OfferId`: `pattern` of `OfferId` changed from '^.+$' to '^x$'.\n"
        "- Breaking: `Fault`: Type of `code` widened from 'string' to 'integer'.\n"
        "- `ArchiveRequest`: `maxItems` changed from '40' to '50'.\n"
        "- `Cause`: `enum` changed from '['STOCKS', 'UNKNOWN']' to '['STOCKS']'.\n"
        "- `archiveOffers`, `searchOffers`: `x-client-rate-limit.rate` changed from '70' to '50'.\n\n"
        "### Removed\n\n"
        "- Breaking: `models.Cause.UNKNOWN`: Public object was removed\n"
    )


@pytest.mark.parametrize(
    ("of_spec", "of_python", "reported"),
    [
        (("Fault.why", Bump.MINOR, "Added"), ("models.Fault.why", Bump.MAJOR, "Added"), False),
        (("Fault.why", Bump.MINOR, "Changed"), ("models.Fault.why", Bump.MAJOR, "Changed"), False),
        (("Fault.why", Bump.MINOR, "Changed"), ("models.Fault.why", Bump.MAJOR, "Removed"), True),
        (("Fault", Bump.MINOR, "Added"), ("models.Fault.why", Bump.MAJOR, "Added"), True),
        (("Fault", Bump.MAJOR, "Changed"), ("models.Fault.why", Bump.MAJOR, "Removed"), False),
        (("Fault", Bump.MAJOR, "Changed"), ("models.OtherFault.why", Bump.MINOR, "Removed"), True),
    ],
)
def test_which_changes_of_python_the_spec_reports(
    of_spec: tuple[str, Bump, str], of_python: tuple[str, Bump, str], *, reported: bool
) -> None:
    spec, python = (
        Change(bump=bump, heading=heading, text=subject, subjects=frozenset([subject]))  # type: ignore[arg-type]
        for subject, bump, heading in (of_spec, of_python)
    )
    assert (python in merge([spec], [python])) is reported
    assert spec in merge([spec], [python])


def test_other_requirements(clone: ProjectClone, ran: Ran) -> None:
    clone.change(SETTINGS, "aws = [", "queues = [")
    clone.change(SETTINGS, '"msgspec>=0.22,<1"', '"msgspec>=0.23,<1"')
    clone.change(SETTINGS, 'requires-python = ">=3.11"', 'requires-python = ">=3.12"')
    clone.change(SETTINGS, f'"{OFFERS}>=0.1,<0.2"', f'"{OFFERS}>=0.2,<0.3"')
    code, out, _ = ran(clone)
    assert code == 1
    assert out[2:7] == [
        "  breaking  the extra `aws` was removed",
        "  minor     new extra `queues`",
        "  minor     Python `>=3.12` is required instead of `>=3.11`",
        "  patch     `msgspec<1,>=0.23` is required instead of `msgspec<1,>=0.22`",
        f"  patch     `{OFFERS}<0.3,>=0.2` is required instead of `{OFFERS}<0.2,>=0.1`",
    ]
    advice = f"change that in {SETTINGS}, and raise the version of {SAMPLE}"
    assert f"note: {SAMPLE} requires {OFFERS}<0.3,>=0.2, which excludes version 0.1.0 of the work tree; {advice}" in out


def test_a_new_package(clone: ProjectClone, ran: Ran) -> None:
    clone.git("tag", "--delete", f"{OFFERS}-v0.1.0")
    assert ran(clone)[1][0] == f"{OFFERS} 0.1.0: not released yet: nothing to compare with"
    shutil.rmtree(clone.root / "generated" / "offers")
    (clone.root / "specs" / "offers.yaml").unlink()
    clone.commit()
    clone.git("tag", "before")
    clone.git("checkout", "--quiet", f"{SAMPLE}-v0.1.0")
    code, out, _ = ran(clone, "--since", "before")
    assert code == 0
    assert out[0] == f"{OFFERS} 0.1.0: new since before: nothing to compare with"


def test_a_removed_package(clone: ProjectClone, ran: Ran) -> None:
    clone.git("tag", "chart-v1.0.0")  # of something else
    shutil.rmtree(clone.root / "generated" / "offers")
    (clone.root / "specs" / "offers.yaml").unlink()
    for arguments in ((), ("--since", "HEAD")):
        code, out, _ = ran(clone, *arguments)
        assert code == 0  # it has no version any more that could be raised
        assert f"{OFFERS}: breaking: the package was removed; 0.1.0 was its last release" in out
        assert f"## Packages\n\n### Removed\n\n- Breaking: `{OFFERS}` is no longer released; 0.1.0 was the last.\n" in draft(clone)
    # Once something was released without it, it is not reported any more.
    clone.commit()
    clone.set_version(SAMPLE, "0.1.1")
    clone.commit()
    clone.tag([SAMPLE], "0.1.1")
    assert not [line for line in ran(clone)[1] if line.startswith(OFFERS)]


def test_another_name_to_import(clone: ProjectClone, ran: Ran) -> None:
    package = clone.root / "generated" / "offers"
    clone.change_spec("    import: offers\n", "    import: market\n")
    (package / "offers").rename(package / "market")
    package.rename(package.parent / "market")
    code, out, _ = ran(clone)
    assert code == 1
    assert [line for line in out if line.startswith("  breaking")] == ["  breaking  is imported as `market` instead of as `offers`"]


def test_with_another_state(clone: ProjectClone, ran: Ran) -> None:
    clone.change(RESULTS, "    budget: float = 900\n", "")
    clone.commit()
    assert ran(clone)[0] == 1
    assert ran(clone, "--since", f"{SAMPLE}-v0.1.0")[0] == 1
    code, out, _ = ran(clone, "--since", "HEAD")
    assert code == 0
    assert out[1] == f"{SAMPLE} 0.1.0: nothing has changed since HEAD"


def test_nothing_is_left_behind(clone: ProjectClone, ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone.change(MODELS, "    code: str\n", "    code: int\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before = sorted(path for path in clone.root.rglob("*") if ".git" not in path.parts and ".cache" not in path.parts)
    assert ran(clone)[0] == 1
    assert list(temporary.iterdir()) == []
    assert sorted(path for path in clone.root.rglob("*") if ".git" not in path.parts and ".cache" not in path.parts) == before
    assert not (clone.root / ".git" / "worktrees").exists()


def broken_tag(clone: ProjectClone) -> None:
    clone.git("tag", f"{OFFERS}-v0.2.0")


def broken_old_spec(clone: ProjectClone) -> None:
    path = clone.root / "specs" / "offers.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("openapi: [\n", encoding="utf-8")
    clone.commit()
    clone.git("tag", f"{OFFERS}-v0.2.0")
    path.write_text(text, encoding="utf-8")


def invalid_python(clone: ProjectClone) -> None:
    clone.change(RESULTS, "    budget: float = 900\n", "    budget: float =\n")


def stale(clone: ProjectClone) -> None:
    clone.change("specs/offers.yaml", "rate: 70", "rate: 50")


def no_repository(clone: ProjectClone) -> None:
    shutil.rmtree(clone.root / ".git")


@pytest.mark.parametrize(
    ("breakage", "arguments", "message"),
    [
        (None, ["--since", "nowhere"], r"'nowhere' is not a commit here; name a tag, branch or commit, or fetch it"),
        (None, ["--since=--all"], r"'--all' is not a commit here"),
        (None, ["--since", f"HEAD:{RESULTS}"], r"is not a commit here"),
        (no_repository, [], r"^.* is not in a git repository, which .* needs; clone the project with git"),
        (broken_tag, [], rf"{OFFERS}-v0\.2\.0: there is version 0\.1\.0 at this tag; move it"),
        (broken_old_spec, [], rf"{OFFERS}-v0\.2\.0: specs/offers\.yaml:2: #: invalid-yaml: "),
        (invalid_python, [], r"^overrides/sample/sample/results\.py: is not valid Python: "),
        (stale, [], r"generated/offers is not generated from specs/offers\.yaml as it is; run make"),
    ],
)
def test_bad_input(
    clone: ProjectClone,
    capsys: pytest.CaptureFixture[str],
    breakage: Callable[[ProjectClone], None] | None,
    arguments: list[str],
    message: str,
) -> None:
    if breakage:
        breakage(clone)
    try:
        code = main(arguments, root=clone.root)
    except SystemExit as ended:
        code = int(ended.code or 0)
    error = capsys.readouterr().err
    assert code == 2
    assert error.count("\n") == 1
    assert re.search(message, error), error
