"""Further APIs need nothing but their specs, and only the facts repeat a number of a spec: shown in copies of this folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from scripts.apis import apis
from scripts.command import ROOT
from scripts.generate.freshness import files_below
from scripts.generate.identity import identify
from scripts.lint.__main__ import main as lint
from scripts.spec.document import read
from tests.support.copies import copied

_SPECS = tuple(sorted((ROOT / "tests" / "support").glob("*.yaml")))
_PACKAGES = tuple(identify(read(path)).package for path in _SPECS)
_OURS = min(apis().values(), key=lambda each: each.spec.stat().st_size)
# The modules that test each API, even one without a mock vendor and facts; collecting the others takes longer than these tests.
# `make test-specs` has all of them, also tests/prism and tests/mutants, with more examples of each property than `make test`.
_FOR_EACH_API = (
    "tests/properties",
    "tests/readme",
    "tests/clients/test_auth.py",
    "tests/fuzz/test_auth.py",
    "tests/generate/test_mock_servers.py",
)
_NOT_THESE = ("--ignore", "tests/test_fifth_api.py")
_PARALLEL = ("-q", "-n", "2", "--dist", "loadfile")
_FIRST_TWO = (_PACKAGES[:2], pytest.param(_PACKAGES[2:], marks=pytest.mark.whole_suite))  # `make test-specs` takes the others, too
_SHOWN = 10_000  # characters of the output of what fails


def _first(number: int) -> list[Any]:
    """Return the packages as parameters, of which `make test` takes the first ones only, and `make test-specs` the others."""
    marks = [() if place < number else pytest.mark.whole_suite for place, _ in enumerate(_PACKAGES)]
    return [pytest.param(package, marks=each) for package, each in zip(_PACKAGES, marks, strict=True)]


def _run(folder: Path, module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a module in a copy."""
    # Without the settings of Python and of a worker of the calling tests, but with the compiled modules of what is installed.
    left_out = {name for name in os.environ if name.startswith(("PYTHON", "PYTEST_")) and name != "PYTHONPYCACHEPREFIX"}
    inherited = {name: value for name, value in os.environ.items() if name not in left_out}
    mypy_path = os.pathsep.join(f"generated/{package}" for package in _PACKAGES)
    environment = {**inherited, "MYPYPATH": mypy_path, **variables}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _assert_passes(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout[-_SHOWN:] + done.stderr[-_SHOWN:]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a copy with further APIs, which are generated together with one of ours."""
    others = [each.spec.relative_to(ROOT) for each in apis().values() if each != _OURS]
    with copied(tmp_path_factory.mktemp("further") / "project") as folder:
        for path in _SPECS:
            shutil.copy2(path, folder / "specs")
        for each in others:
            (folder / each).unlink()
        _assert_passes(_run(folder, "scripts.generate"))
        for each in others:
            shutil.copy2(ROOT / each, folder / each)
        not_these = shutil.ignore_patterns(_OURS.name, "__pycache__")
        shutil.copytree(ROOT / "generated", folder / "generated", ignore=not_these, dirs_exist_ok=True)
        yield folder


def test_their_specs_are_clean() -> None:
    assert lint(list(map(str, _SPECS))) == 0


def test_the_other_packages_stay_as_they_are(tree: Path) -> None:
    found, ours = ({path.relative_to(root): path.read_bytes() for path in files_below(root / "generated")} for root in (tree, ROOT))
    added = {path.parts[:2] for path in found.keys() - ours.keys()}
    assert added == {("generated", folder) for folder in (*_PACKAGES, "mock")}
    assert {path: content for path, content in found.items() if not {*_PACKAGES} & {*path.parts}} == ours


@pytest.mark.whole_suite
def test_all_packages_stay_as_they_are_when_they_are_generated_together(tree: Path) -> None:
    _assert_passes(_run(tree, "scripts.generate", "--check"))


@pytest.mark.parametrize("package", _first(1))
def test_their_own_tests_pass(package: str, tree: Path) -> None:
    done = _run(tree, "pytest", "-v", "-k", package, "--package", package, *_FOR_EACH_API, PROPERTY_EXAMPLES="1")
    _assert_passes(done)
    assert re.search(rf"{package}\S* PASSED", done.stdout)


@pytest.mark.parametrize("phase", ["fuzzing", pytest.param("coverage", marks=pytest.mark.whole_suite)])
@pytest.mark.parametrize("package", _first(1))
def test_their_mocks_follow_from_their_specs_and_nothing_is_found_by_fuzzing(package: str, phase: str, tree: Path) -> None:
    done = _run(tree, "scripts.fuzz", "--api", package, "--cases", "1", "--phases", phase, "--seconds", "500")
    _assert_passes(done)
    header, row, last = done.stdout.splitlines()
    assert (header.split()[0], row.split()[0]) == ("API", package)
    assert last == "seed 1; report: .cache/fuzz/report.html"


@pytest.mark.parametrize("package", _first(1))
def test_runs_in_bulk_keep_a_true_ledger_and_their_limits_while_responses_fail(package: str, tree: Path) -> None:
    if "x-client-chunking" not in (tree / f"generated/{package}/{package}/openapi.yaml").read_text(encoding="utf-8"):
        pytest.skip(f"the spec of {package} does not say how items are sent")
    done = _run(tree, "scripts.chaos", "--api", package, "--skus", "40", "--chaos", "0.2", "--kills", "0", "--seconds", "500")
    _assert_passes(done)
    assert "the ledger equals the truth, and no limit was exceeded" in done.stdout
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith(f"{package} ")]
    assert sum(int(row[4]) for row in rows if not row[1].endswith(":")) > 0, "its mock rejects some"


@pytest.mark.parametrize("packages", _FIRST_TWO, ids="+".join)
def test_the_types_of_their_packages_are_right(packages: Sequence[str], tree: Path) -> None:
    # `make test` has put there what the packages import, before this test begins, which is the last one here.
    cache = f"--cache-dir={ROOT / '.cache' / 'mypy'}"
    folders = [folder for package in packages for folder in (f"generated/{package}/{package}", f"generated/mock/{package}")]
    _assert_passes(_run(tree, "mypy", cache, *folders))


@pytest.mark.whole_suite
def test_all_tests_pass_with_them(tree: Path) -> None:
    _assert_passes(_run(tree, "pytest", *_PARALLEL, *_NOT_THESE, PROPERTY_EXAMPLES="100"))


@pytest.mark.whole_suite
def test_a_changed_limit_fails_facts_alone(tmp_path: Path) -> None:
    with copied(tmp_path / "project") as folder:
        spec = folder / "specs" / "yandex_market_offers.yaml"
        text = spec.read_text(encoding="utf-8")
        assert "maxItems: 200\n" in text
        spec.write_text(text.replace("maxItems: 200\n", "maxItems: 300\n"), encoding="utf-8")
        _assert_passes(_run(folder, "scripts.generate"))
        _assert_passes(_run(folder, "pytest", *_PARALLEL, *_NOT_THESE, "--ignore", "tests/facts"))
        assert _run(folder, "pytest", "-q", "tests/facts").returncode == 1
