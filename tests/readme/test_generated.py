"""Every Python example of the generated READMEs runs against a mock vendor, and no operation, error or document is missing there.

Only two things differ from what a reader runs: the server, and the credentials, which come from the environment.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.apis import client
from scripts.command import ROOT
from scripts.generate.text.markdown import urls
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from scripts.spec.document import read

_PACKAGES = sorted(path.name for path in (ROOT / "generated").iterdir() if (path / path.name).is_dir())
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_BASES = {"ApiError", "ResponseError", "StatusError"}  # of the others, and never raised themselves


def _readme(package: str) -> str:
    return (ROOT / "generated" / package / "README.md").read_text(encoding="utf-8")


def _programs(package: str) -> list[str]:
    return [text for language, text in _BLOCK.findall(_readme(package)) if language == "python"]


def _operations(package: str) -> list[str]:
    return sorted(path.stem for path in (ROOT / "generated" / package / package / "api").glob("*/[!_]*.py"))


@pytest.fixture(scope="module")
def vendors() -> Iterator[Mocks]:
    with running(Settings(speed=1000)) as mocks:
        yield mocks


def _environment(package: str, mocks: Mocks) -> dict[str, str]:
    """Return what an example takes from the environment."""
    given = {**mocks.served.credentials[package], "PYTHONPATH": str(ROOT / "generated" / package)}
    return {**given, "AMAZON_JWO_CATALOG_URL": mocks.served.urls[package]} if package == "amazon_jwo_catalog" else given


@pytest.mark.parametrize(
    ("package", "program"),
    [
        pytest.param(package, program, id=f"{package}-{index}")
        for package in _PACKAGES
        for index, program in enumerate(_programs(package))
    ],
)
def test_each_example_runs(package: str, program: str, tmp_path: Path, vendors: Mocks) -> None:
    text = re.sub(r"Client\((?!base_url)", f'Client(base_url="{vendors.served.urls[package]}", ', program)
    example = tmp_path / "example.py"
    example.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(example)],
        cwd=tmp_path,
        env=_environment(package, vendors),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


@pytest.mark.parametrize("package", _PACKAGES)
def test_each_operation_has_an_example_with_all_of_its_arguments(package: str) -> None:
    programs = _programs(package)
    called = {name for program in programs for name in re.findall(r"(?<!await )\bclient\.(\w+)\(", program)}
    assert sorted(called - {"send"}) == _operations(package)
    assert [program for program in programs if "..." in program] == []
    assert sum("AsyncClient(" in program for program in programs) == 1


@pytest.mark.parametrize("package", _PACKAGES)
def test_each_error_class_stands_in_the_table(package: str) -> None:
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \| \S", _readme(package), re.MULTILINE)
    assert sorted(rows) == sorted(set(client(package).errors.__all__) - _BASES)


@pytest.mark.parametrize("package", _PACKAGES)
def test_each_documented_url_and_the_changelog_are_linked(package: str) -> None:
    documents = read(ROOT / "specs" / f"{package}.yaml").data["info"]["x-client-package"]["documents"]
    readme = _readme(package)
    assert [url for text in documents for url in urls(text) if f"]({url})" not in readme and f"<{url}>" not in readme] == []
    assert "/blob/main/CHANGELOG.md)" in readme


def test_neither_templates_nor_generator_know_a_vendor() -> None:
    own = re.compile("amazon(?!-apigateway-authtype)|yandex|shipsidekick|just ?walk", re.IGNORECASE)
    places = [path for folder in ("generate", "templates", "runtime") for path in (ROOT / "scripts" / folder).rglob("*.*")]
    texts = {path: path.read_text(encoding="utf-8") for path in places if path.suffix in (".py", ".jinja", ".jinja2")}
    assert len(texts) > 40
    assert [path for path, text in texts.items() if own.search(text)] == []
