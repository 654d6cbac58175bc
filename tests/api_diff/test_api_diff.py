"""The command, on clones of the project that were released."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.api_diff.__main__ import main
from scripts.api_diff.advice import missing_bumps
from scripts.api_diff.changes import Change
from scripts.api_diff.comparison import Comparison, Report, compare
from scripts.packages.distributions import Distribution
from scripts.packages.versions import Bump
from tests.release.clones import JWO, NAMES, WRITTEN, YANDEX, Clone

MODELS = "generated/yandex_market_offers/yandex_market_offers/models.py"
Ran = Callable[..., tuple[int, list[str], str]]
RETRIES = "overrides/catalog_clients/catalog_clients/options.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return Clone.made(tmp_path_factory.mktemp("project") / "clone")


@pytest.fixture
def unreleased(made: Clone, tmp_path: Path) -> Clone:
    return made.copied(tmp_path / "clone")


@pytest.fixture
def clone(unreleased: Clone) -> Clone:
    unreleased.release()
    return unreleased


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Ran:
    """Run the command; gives its exit code, what it printed, and what it said on stderr."""

    def run(clone: Clone, *arguments: str) -> tuple[int, list[str], str]:
        code = main(arguments, root=clone.root)
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return run


def draft(clone: Clone) -> str:
    return (clone.root / ".cache" / "api-diff" / "CHANGELOG.md").read_text(encoding="utf-8")


def test_without_a_release_there_is_nothing_to_compare_with(unreleased: Clone, ran: Ran) -> None:
    unreleased.git("tag", "v1.0.0")
    unreleased.git("tag", "something-else-v3.0.0")
    code, out, err = ran(unreleased)
    assert (code, err) == (0, "")
    assert out[:-1] == [f"{name} 0.1.0: not released yet: nothing to compare with" for name in NAMES]
    assert out[-1] == "draft of the changelog: .cache/api-diff/CHANGELOG.md"
    assert draft(unreleased) == "Nothing was released before.\n"
    assert missing_bumps(unreleased.root) == []


def test_where_nothing_has_changed(clone: Clone, ran: Ran) -> None:
    (clone.root / "overrides" / "catalog_clients" / "catalog_clients" / "__pycache__").mkdir()
    (clone.root / ".gitignore").write_text("__pycache__\n", encoding="utf-8")
    (clone.root / "overrides" / "catalog_clients" / "catalog_clients" / "__pycache__" / "x.pyc").write_bytes(b"x")
    code, out, _ = ran(clone)
    assert code == 0
    assert out[:-1] == [f"{name} 0.1.0: nothing has changed since {name}-v0.1.0" for name in NAMES]
    assert {each.needed_bump for each in compare(clone.root).comparisons} == {Bump.NONE}
    assert missing_bumps(clone.root) == []


@pytest.mark.parametrize(("version", "code"), [("0.1.0", 1), ("0.1.1", 1), ("0.2.0", 0), ("1.0.0", 0)])
def test_what_breaks_needs_a_bump(clone: Clone, ran: Ran, version: str, code: int) -> None:
    clone.change(MODELS, "    code: str\n", "    code: int\n")
    if version != "0.1.0":
        clone.set_version("yandex_market_offers", version)
    found, out, _ = ran(clone)
    assert found == code
    assert "  breaking  `models.ApiErrorDTO.code`: `int` instead of `str`" in out
    place = "info.x-client-package.version in specs/yandex_market_offers.yaml"
    said = f"has to become 0.2.0 or higher, as something breaks; raise {place}"
    assert missing_bumps(clone.root) == ([f"{YANDEX} {version}: {said}"] if code else [])
    assert (f"  {said}" in out) is bool(code)
    assert draft(clone) == (
        f"## {YANDEX} {version if code == 0 else '0.2.0'}\n\n### Changed\n\n"
        "- Breaking: `models.ApiErrorDTO.code`: `int` instead of `str`\n"
    )


@pytest.mark.parametrize(("version", "code"), [("1.4.2", 1), ("1.5.0", 1), ("2.0.0", 0)])
def test_from_version_1_on_the_first_number_counts(unreleased: Clone, ran: Ran, version: str, code: int) -> None:
    unreleased.set_version("catalog_clients", "1.4.2")
    unreleased.commit()
    unreleased.release("1.4.2", [WRITTEN])
    unreleased.change(RETRIES, "    budget: float = 900\n", "")
    unreleased.set_version("catalog_clients", version, before="1.4.2")
    found, out, _ = ran(unreleased)
    assert found == code
    assert "  breaking  `Retries.budget`: the field is gone" in out


def test_what_is_added_is_told_and_does_not_fail(clone: Clone, ran: Ran) -> None:
    clone.change(RETRIES, "    budget: float = 900\n", "    budget: float = 900\n    calm: bool = False\n")
    code, out, _ = ran(clone)
    assert code == 0
    place = "the version in overrides/catalog_clients/catalog_clients/_version.py"
    said = f"has to become 0.1.1 or higher, as something is added or works otherwise; raise {place}"
    assert out[4:-1] == [
        f"{WRITTEN} 0.1.0: changed since {WRITTEN}-v0.1.0",
        "  minor     `Retries.calm`: new field",
        f"  {said}",
    ]
    assert missing_bumps(clone.root) == [f"{WRITTEN} 0.1.0: {said}"]
    clone.set_version("catalog_clients", "0.1.1")
    assert ran(clone)[1][6] == "  0.1.1 is enough"
    assert missing_bumps(clone.root) == []


def test_anything_else_that_is_shipped_needs_a_patch(clone: Clone, ran: Ran) -> None:
    clone.change("overrides/catalog_clients/README.md", "# ", "# The ")
    (clone.root / "overrides" / "catalog_clients" / "catalog_clients" / "new.py").write_text("X = 1\n", encoding="utf-8")
    code, out, _ = ran(clone)
    assert code == 0
    assert out[5] == "  patch     texts or inner workings: README.md, catalog_clients/new.py"
    assert "has to become 0.1.1 or higher, as what is shipped has changed" in out[6]
    assert draft(clone) == f"## {WRITTEN} 0.1.1\n\n### Changed\n\n- Texts and inner workings only.\n"
    changed = compare(clone.root).comparisons[-1]
    assert (changed.is_changed, changed.needed_bump, changed.is_sufficient) == (True, Bump.PATCH, False)


def test_another_version_alone_is_no_change(clone: Clone) -> None:
    clone.set_version("yandex_market_offers", "0.1.1")
    found = compare(clone.root).comparisons[3]
    assert (found.is_changed, found.needed_bump, found.is_sufficient) == (False, Bump.NONE, True)


def test_a_version_below_the_released_one(clone: Clone) -> None:
    clone.set_version("catalog_clients", "0.0.9")
    (told,) = missing_bumps(clone.root)
    assert "the version is lower than the released one" in told
    assert main([], root=clone.root) == 1


def test_the_highest_release_is_the_one_to_compare_with(clone: Clone, ran: Ran) -> None:
    for version, before in (("0.9.0", "0.1.0"), ("0.10.0", "0.9.0"), ("0.2.0", "0.10.0")):
        clone.set_version("catalog_clients", version, before=before)
        clone.commit()
        clone.release(version, [WRITTEN])
    clone.set_version("catalog_clients", "0.10.0", before="0.2.0")
    assert ran(clone)[1][4] == f"{WRITTEN} 0.10.0: nothing has changed since {WRITTEN}-v0.10.0"


def test_a_change_of_the_spec_is_told_in_its_words_and_not_once_more_in_those_of_python(clone: Clone, ran: Ran) -> None:
    clone.change_spec("yandex_market_offers", "      rate: 10000\n", "      rate: 5000\n")
    clone.change("generated/yandex_market_offers/yandex_market_offers/behaviour.py", "rate=10000", "rate=5000")
    clone.change_spec("yandex_market_offers", "        code:\n          type: string", "        code:\n          type: integer")
    clone.change(MODELS, "    code: str\n", "    code: int\n")
    clone.change_spec("yandex_market_offers", "        - UNKNOWN\n", "")
    clone.change(MODELS, '    UNKNOWN = "UNKNOWN"\n', "")
    clone.set_version("yandex_market_offers", "0.2.0")
    assert ran(clone)[0] == 0
    assert draft(clone) == (
        f"## {YANDEX} 0.2.0\n\n### Changed\n\n"
        "- Breaking: `addOffersToArchive`, `deleteOffersFromArchive`: `ApiErrorDTO.code` is `integer` instead of `string`\n"
        "- limit of `addOffersToArchive`, `deleteOffersFromArchive`: 5,000 instead of 10,000 offers a minute\n\n"
        "### Removed\n\n"
        "- Breaking: `addOffersToArchive`: the value `UNKNOWN` of `result.notArchivedOffers.error` is gone\n"
    )


def test_what_a_package_needs(clone: Clone, ran: Ran) -> None:
    clone.change("overrides/catalog_clients/pyproject.toml", "aws = [", "queues = [")
    clone.change("overrides/catalog_clients/pyproject.toml", '"msgspec>=0.22,<1"', '"msgspec>=0.23,<1"')
    clone.change("overrides/catalog_clients/pyproject.toml", 'requires-python = ">=3.11"', 'requires-python = ">=3.12"')
    clone.change("overrides/catalog_clients/pyproject.toml", f'"{YANDEX}>=0.1,<0.2"', f'"{YANDEX}>=0.2,<0.3"')
    code, out, _ = ran(clone)
    assert code == 1
    assert out[5:10] == [
        "  breaking  the extra `aws` is gone",
        "  minor     new extra `queues`",
        "  minor     Python `>=3.12` is needed instead of `>=3.11`",
        "  patch     `msgspec<1,>=0.23` is needed instead of `msgspec<1,>=0.22`",
        f"  patch     `{YANDEX}<0.3,>=0.2` is needed instead of `{YANDEX}<0.2,>=0.1`",
    ]
    advice = f"change that in overrides/catalog_clients/pyproject.toml, and raise the version of {WRITTEN}"
    assert f"note: {WRITTEN} needs {YANDEX}<0.3,>=0.2, which leaves out the 0.1.0 of the work tree; {advice}" in out


def test_a_package_that_is_new(clone: Clone, ran: Ran) -> None:
    clone.git("tag", "--delete", f"{JWO}-v0.1.0")
    assert ran(clone)[1][1] == f"{JWO} 0.1.0: not released yet: nothing to compare with"
    shutil.rmtree(clone.root / "generated" / "amazon_jwo_catalog")
    (clone.root / "specs" / "amazon_jwo_catalog.yaml").rename(clone.root / "kept.yaml")
    clone.commit()
    clone.git("tag", "before")
    clone.git("checkout", "--quiet", f"{YANDEX}-v0.1.0")
    code, out, _ = ran(clone, "--since", "before")
    assert code == 0
    assert out[1] == f"{JWO} 0.1.0: new since before: nothing to compare with"


def test_a_package_that_is_gone(clone: Clone, ran: Ran) -> None:
    clone.git("tag", "chart-v1.0.0")  # of something else
    shutil.rmtree(clone.root / "generated" / "amazon_jwo_catalog")
    (clone.root / "specs" / "amazon_jwo_catalog.yaml").unlink()
    for arguments in ((), ("--since", "HEAD")):
        code, out, _ = ran(clone, *arguments)
        assert code == 0  # it has no version any more that could be raised
        assert f"{JWO}: breaking: it is no longer here; 0.1.0 stays its last release" in out
        assert f"## Packages\n\n### Removed\n\n- Breaking: `{JWO}` is no longer released; 0.1.0 was the last.\n" in draft(clone)
    # Once something was released without it, that is no news any more.
    clone.commit()
    clone.set_version("catalog_clients", "0.1.1")
    clone.commit()
    clone.release("0.1.1", [WRITTEN])
    assert not [line for line in ran(clone)[1] if JWO in line and line.startswith(JWO)]


def test_another_name_to_import(clone: Clone, ran: Ran) -> None:
    package = clone.root / "generated" / "yandex_market_offers"
    clone.change_spec("yandex_market_offers", "    import: yandex_market_offers\n", "    import: market\n")
    for path in package.rglob("*.py"):
        path.write_text(path.read_text(encoding="utf-8").replace("yandex_market_offers", "market"), encoding="utf-8")
    (package / "yandex_market_offers").rename(package / "market")
    package.rename(package.parent / "market")
    code, out, _ = ran(clone)
    assert code == 1
    assert [line for line in out if line.startswith("  breaking")] == [
        "  breaking  is imported as `market` instead of as `yandex_market_offers`"
    ]


def test_with_another_state(clone: Clone, ran: Ran) -> None:
    clone.change(RETRIES, "    budget: float = 900\n", "")
    clone.commit()
    assert ran(clone)[0] == 1
    assert ran(clone, "--since", f"{WRITTEN}-v0.1.0")[0] == 1
    code, out, _ = ran(clone, "--since", "HEAD")
    assert code == 0
    assert out[4] == f"{WRITTEN} 0.1.0: nothing has changed since HEAD"


def test_nothing_is_left_behind(clone: Clone, ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone.change(MODELS, "    code: str\n", "    code: int\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before = sorted(path for path in clone.root.rglob("*") if ".git" not in path.parts and ".cache" not in path.parts)
    assert ran(clone)[0] == 1
    assert list(temporary.iterdir()) == []
    assert sorted(path for path in clone.root.rglob("*") if ".git" not in path.parts and ".cache" not in path.parts) == before
    assert not (clone.root / ".git" / "worktrees").exists()


def broken_tag(clone: Clone) -> None:
    clone.git("tag", f"{YANDEX}-v0.2.0")


def broken_old_spec(clone: Clone) -> None:
    path = clone.root / "specs" / "yandex_market_offers.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("openapi: [\n", encoding="utf-8")
    clone.commit()
    clone.git("tag", f"{YANDEX}-v0.2.0")
    path.write_text(text, encoding="utf-8")


def no_python(clone: Clone) -> None:
    clone.change(RETRIES, "    budget: float = 900\n", "    budget: float =\n")


def stale(clone: Clone) -> None:
    clone.change("specs/yandex_market_offers.yaml", "rate: 10000", "rate: 5000")


def no_repository(clone: Clone) -> None:
    shutil.rmtree(clone.root / ".git")


@pytest.mark.parametrize(
    ("breakage", "arguments", "said"),
    [
        (None, ["--since", "nowhere"], r"'nowhere' names no commit here; name a tag, branch or commit, or fetch it"),
        (None, ["--since", "--all"], r"expected one argument"),
        (None, ["--since=--all"], r"'--all' names no commit here"),
        (None, ["--since", f"HEAD:{RETRIES}"], r"names no commit here"),
        (None, ["more"], r"unrecognized arguments: more"),
        (no_repository, [], r"git rev-parse in .*: not a git repository"),
        (broken_tag, [], rf"{YANDEX}-v0\.2\.0: there is version 0\.1\.0 at this tag; move it"),
        (broken_old_spec, [], rf"{YANDEX}-v0\.2\.0: specs/yandex_market_offers\.yaml:2: #: invalid-yaml: "),
        (no_python, [], r"^overrides/catalog_clients/catalog_clients/options\.py: is no valid Python: "),
        (stale, [], r"generated/yandex_market_offers is not generated from specs/yandex_market_offers\.yaml as it is; run make"),
    ],
)
def test_bad_input(
    clone: Clone,
    capsys: pytest.CaptureFixture[str],
    breakage: Callable[[Clone], None] | None,
    arguments: list[str],
    said: str,
) -> None:
    if breakage:
        breakage(clone)
    try:
        code = main(arguments, root=clone.root)
    except SystemExit as ended:
        code = int(ended.code or 0)
    told = capsys.readouterr().err
    assert code == 2
    assert told.count("\n") == 1
    assert re.search(said, told), told


def test_what_help_says_of_versions_below_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert "While x is 0, y takes its place" in told
    assert ">=0.1,<0.2" in told


@pytest.mark.parametrize(
    ("released", "version", "bump", "needed", "sufficient"),
    [
        ("0.1.0", "0.1.1", Bump.MAJOR, "0.2.0", False),
        ("0.1.0", "0.2.0", Bump.MAJOR, "0.2.0", True),
        ("1.0.0", "2.0.0", Bump.MAJOR, "2.0.0", True),
        ("1.0.0", "1.0.1", Bump.MINOR, "1.1.0", False),
        ("1.0.0", "1.0.1", Bump.PATCH, "1.0.1", True),
    ],
)
def test_what_a_comparison_tells(released: str, version: str, bump: Bump, needed: str, *, sufficient: bool) -> None:
    distribution = Distribution(name="x", version=version, package="x", folder=Path("x"), spec=None)
    change = Change(bump=bump, heading="Changed", text="x")
    found = Comparison(distribution=distribution, since="x", released=released, changes=(change,), files=("x",))
    assert (found.needed_bump, found.needed_version, found.is_sufficient) == (bump, needed, sufficient)
    assert found.is_breaking_without_bump is (bump is Bump.MAJOR and not sufficient)
    assert replace(found, released=None).is_sufficient
    assert Report(comparisons=(found,)).removed == ()
