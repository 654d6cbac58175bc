"""Nothing of a document runs, nothing outside of the output is written, and nothing that the generator has not made is deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.generate.__main__ import main
from tests.generate.packages import SPECS, files

Json = dict[str, Any]
PETS = str(SPECS / "pets.yaml")
NAMES = {"distribution": "d", "import": "p", "version": "1.0.0", "documents": ["Title of a document"]}


def document(**parts: Any) -> Json:
    paths = {"/a": {"get": {"operationId": "a", "responses": {"204": {"description": "D."}}, **parts.pop("operation", {})}}}
    info = {"title": "T", "version": "1", **parts.pop("info", {})}
    return {"openapi": "3.1.0", "info": info, "paths": paths, **parts}


def run(folder: Path, content: Json, name: str = "spec.json") -> int:
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return main(["--spec", str(folder / name), "--out", str(folder / "out")])


NOT_NAMES = ["../../escaped", "/escaped", "a.b", "a\n", "a\nimport os", "", "class", 'a"', 1, None, ["a"]]
KEYS = ("import", "distribution", "version")


@pytest.mark.parametrize(
    ("key", "value"),
    [(key, value) for key in KEYS for value in NOT_NAMES if (key, value) != ("distribution", "class")],  # it may be called so
)
def test_a_package_is_written_nowhere_else(tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str, value: Any) -> None:
    (tmp_path / "inner").mkdir()
    assert run(tmp_path / "inner", document(info={"x-client-package": {**NAMES, key: value}})) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["inner", "spec.json"]


@pytest.mark.parametrize("name", ["os", "httpx2", "msgspec", "json"])
def test_a_package_hides_no_module(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run(tmp_path, document(info={"x-client-package": {**NAMES, "import": name}})) == 2
    assert "reserved-package" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        document(info={"x-client-package": "text"}),
        document(info={"x-client-package": {}}),
        document(operation={"x-client-rules": "text"}),
        document(operation={"x-client-retry": {"responses": 3}}),
        document(operation={"x-client-chunking": {"array": "$request.body#/a"}}),
        document(operation={"x-client-unknown": 1}),
        document(servers=[{"url": "https://a.example", "x-client-server": ["a"]}]),
        document(**{"x-client-request-id": {"a": 1}}),
        document(
            components={
                "securitySchemes": {"a": {"type": "http", "scheme": "bearer", "x-client-credentials": {"token": {"url": 1}}}}
            }
        ),
    ],
)
def test_an_extension_that_is_wrong_is_an_error_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: Json
) -> None:
    assert run(tmp_path, content) == 2
    printed = capsys.readouterr().err
    assert all(line.startswith(f"{tmp_path / 'spec.json'}:") for line in printed.splitlines())
    assert "/x-client-" in printed
    assert "generator-failed" not in printed


@pytest.mark.parametrize(
    "name", ["a\nraise SystemExit(9)\n#.json", 'a"""\nraise SystemExit(9)\n""".json', "-->.json", "\udcff.json"]
)
def test_the_name_of_the_file_is_no_code(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, document(), name) == 0
    for path in (tmp_path / "out").rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), path, "exec")
        assert "SystemExit" not in path.read_text(encoding="utf-8").partition("\n")[2]


@pytest.mark.parametrize(
    "name", ["openapi.yaml", "openapi.json", "LICENSE", "py.typed", "README.md", "_runtime/mine.py", "a/_runtime/b"]
)
def test_files_of_others_stay_whatever_they_are_called(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    mine = tmp_path / "out" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("# Generated from my own; do not edit.", encoding="utf-8")
    before = files(tmp_path)
    assert main(["--spec", PETS, "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith(f"{mine}: was not generated; ")
    assert files(tmp_path) == before


def test_a_generated_file_that_was_changed_since_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--spec", PETS, "--out", str(tmp_path / "out")]) == 0
    assert main(["--spec", PETS, "--out", str(tmp_path / "out")]) == 0
    mine = tmp_path / "out" / "pet_shop" / "openapi.yaml"
    mine.write_text("mine", encoding="utf-8")
    capsys.readouterr()
    assert main(["--spec", PETS, "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith(f"{mine}: was not generated; ")
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_link_to_a_folder_stays_whatever_it_leads_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "out").symlink_to("mine")
    assert main(["--spec", PETS, "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "mine" / "README.md").exists()
    for name, target in (("to a folder", "."), ("to nothing", "nothing")):
        link = tmp_path / "mine" / name
        link.symlink_to(target)
        capsys.readouterr()
        assert main(["--spec", PETS, "--out", str(tmp_path / "out")]) == 2
        assert capsys.readouterr().err.startswith(f"{link}: was not generated; ")
        link.unlink()


def test_a_pattern_that_does_not_come_to_an_end_ends_here(tmp_path: Path) -> None:
    endless = {"type": "string", "pattern": "^(a+)+$", "default": "a" * 60 + "b", "example": "a" * 60 + "b"}
    parameters = [{"name": "q", "in": "query", "required": True, "schema": endless}]
    assert run(tmp_path, document(operation={"parameters": parameters})) == 0
    assert "`a`" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_what_nobody_has_thought_of_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("never")

    monkeypatch.setattr("scripts.generate.output.generate_project", fail)
    assert run(tmp_path, document()) == 2
    assert capsys.readouterr().err.endswith(
        ": #: generator-failed: ZeroDivisionError: never; report this as a bug of the generator\n"
    )
