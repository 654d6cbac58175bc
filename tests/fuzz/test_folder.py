"""The folder of the reports is one run's at a time, and other files in it are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.fuzz.folder import reserved
from scripts.fuzz.job import FILES
from scripts.fuzz.targets import TargetError


def test_only_files_of_this_run_go(tmp_path: Path) -> None:
    files = [tmp_path / api / name for api in ("one", "other") for name in (*FILES, "mine.txt")]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.touch()
    with reserved(tmp_path, ["one"]):
        assert {file for file in files if not file.exists()} == {tmp_path / "one" / name for name in FILES}


def test_another_run_is_refused_until_this_one_ends(tmp_path: Path) -> None:
    with reserved(tmp_path, []), pytest.raises(TargetError, match="another run writes its reports there"), reserved(tmp_path, []):
        pass
    with reserved(tmp_path, []):
        pass


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(TargetError, match="file/folder: cannot be written to: Not a directory; "),
        reserved(tmp_path / "file" / "folder", []),
    ):
        pass
