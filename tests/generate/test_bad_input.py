"""Bad input gives one clear line and exit code 2, and what was generated before stays as it was."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from scripts.generate.__main__ import main
from tests.generate.packages import SPECS, Package, files

GOOD = (SPECS / "pets.yaml").read_text(encoding="utf-8")
BROKEN = {
    "unknown reference": ("a.yaml", GOOD.replace("schemas/Tag'", "schemas/Tak'"), 105, "unknown-reference"),
    "duplicate operationId": (
        "a.yaml",
        GOOD.replace("operationId: deletePet", "operationId: updatePet"),
        40,
        "duplicate-operation-id",
    ),
    "invalid YAML": ("a.yaml", GOOD.replace("openapi: 3.0.1", "openapi: [3.0.1"), 2, "invalid-yaml"),
    "invalid JSON": ("a.json", '{"openapi": "3.0.1",\n "info": }', 2, "invalid-json"),
    "empty": ("a.yaml", "", 1, "no-object"),
    "empty JSON": ("a.json", "", 1, "invalid-json"),
    "a list": ("a.yaml", "- 1\n", 1, "no-object"),
    "Swagger 2": ("a.yaml", "info: {title: T, version: '1'}\nswagger: '2.0'\npaths: {}\n", 2, "unsupported-version"),
    "OpenAPI 4.0": ("a.yaml", GOOD.replace("3.0.1", "4.0.0"), 1, "unsupported-version"),
    "no version": ("a.yaml", "info: {}\n", 1, "unsupported-version"),
    "no UTF-8": ("a.yaml", b"openapi: 3.0.1\ninfo: \xff\n", 2, "encoding"),
}


@pytest.fixture
def before(tmp_path: Path, zoo: Package) -> dict[str, bytes]:
    shutil.copytree(zoo.folder, tmp_path / "out")
    return files(tmp_path / "out")


@pytest.mark.parametrize(("name", "content", "line", "rule"), BROKEN.values(), ids=BROKEN)
def test_a_document_that_cannot_be_used_is_one_line_and_changes_nothing(
    tmp_path: Path,
    before: dict[str, bytes],
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: str | bytes,
    line: int,
    rule: str,
) -> None:
    spec, out = tmp_path / name, tmp_path / "out"
    spec.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["--spec", str(spec), "--out", str(out), "--strict"]) == 2
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 1
    assert printed[0].startswith(f"{spec}:{line}: #")
    assert f": {rule}: " in printed[0]
    assert files(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "out"])


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_document_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["--spec", str(tmp_path / name), "--out", str(tmp_path / "out")]) == 2
    assert f"{tmp_path / name}:1: #: unreadable: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("target", ["file", "file/out", "/proc/out", "folder"])
def test_a_target_that_cannot_be_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "pyproject.toml").write_text("[project]", encoding="utf-8")
    before = files(tmp_path)
    assert main(["--spec", str(SPECS / "pets.yaml"), "--out", str(tmp_path / target)]) == 2
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 1
    assert printed[0].startswith(f"{tmp_path / target}")
    assert files(tmp_path) == before


@pytest.mark.parametrize("report", ["spec.yaml", "out/report.json", "link/report.json", "folder", "nowhere/report.json"])
def test_a_report_replaces_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str], report: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("out")
    spec = tmp_path / "spec.yaml"
    spec.write_text(GOOD, encoding="utf-8")
    arguments = ["--spec", str(spec), "--out", str(tmp_path / "out"), "--report", str(tmp_path / report)]
    try:
        code = main(arguments)
    except SystemExit as error:
        code = int(str(error.code))
    assert code == 2
    assert capsys.readouterr().err
    assert spec.read_text(encoding="utf-8") == GOOD
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link", "spec.yaml"]


def test_a_target_in_a_folder_that_is_read_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:  # which the system would not do to root
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert main(["--spec", str(SPECS / "pets.yaml"), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'out'}: Permission denied; name a folder that can be written to\n"


def test_folders_above_the_target_are_made(tmp_path: Path) -> None:
    assert main(["--spec", str(SPECS / "pets.yaml"), "--out", str(tmp_path / "a" / "b")]) == 0
    assert (tmp_path / "a" / "b" / "pet_shop" / "client.py").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("place", ["mine.txt", "zoo/mine.py"])
@pytest.mark.usefixtures("before")
def test_a_file_of_somebody_else_is_never_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    mine = tmp_path / "out" / place
    mine.write_text("mine", encoding="utf-8")
    kept = files(tmp_path / "out")
    assert main(["--spec", str(SPECS / "zoo.json"), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith(f"{mine}: was not generated; ")
    assert files(tmp_path / "out") == kept


@pytest.mark.usefixtures("before")
def test_an_earlier_output_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["--spec", str(SPECS / "pets.yaml"), "--out", str(out)]) == 0
    assert not (out / "zoo").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("failure", "code", "printed"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(28, "No space left on device"), 2, "No space left on device; the old content was kept"),
    ],
)
def test_a_failure_between_the_two_renames_puts_the_old_output_back(
    tmp_path: Path,
    before: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failure: BaseException,
    code: int,
    printed: str,
) -> None:
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "distribution":
            raise failure
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    assert main(["--spec", str(SPECS / "pets.yaml"), "--out", str(tmp_path / "out")]) == code
    assert printed in capsys.readouterr().err
    assert files(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_leaves_the_old_output_and_nothing_else(
    tmp_path: Path,
    before: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: signal.Signals,
) -> None:
    out = tmp_path / "out"

    def signalled(*_: object, **__: object) -> None:
        assert len([*tmp_path.iterdir()]) == 2, "its folder is beside the target"
        signal.raise_signal(number)

    monkeypatch.setattr("scripts.generate.package.format_code", signalled)
    assert main(["--spec", str(SPECS / "pets.yaml"), "--out", str(out)]) == 130
    assert capsys.readouterr().err == "interrupted; nothing was changed\n"
    assert files(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
