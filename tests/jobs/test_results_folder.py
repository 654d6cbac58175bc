"""Where the files of a job are put: whole, and never in the place of another job's."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from catalog_jobs.errors import DatabaseError, ExportError
from catalog_jobs.records import Options, RowOutcome, State
from catalog_jobs.results import export, mark_folder
from tests.jobs.exported_job import a_job, a_row

FILES = {"confirmed.csv", "rejected.csv", "unknown.csv", "duplicates.csv", "may-be-deleted.txt", "summary.json", "report.html"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_is_made_and_has_nothing_else(tmp_path: Path) -> None:
    done = export(a_job(), [a_row(2)], [], tmp_path / "some" / "folder")
    assert names(done.folder) == FILES


def test_a_later_export_of_the_job_replaces_the_earlier_one(tmp_path: Path) -> None:
    export(a_job(), [a_row(2, "unknown")], [], tmp_path)
    export(a_job(), [a_row(2)], [], tmp_path)
    assert names(tmp_path) == FILES
    assert json.loads((tmp_path / "summary.json").read_bytes())["totals"]["confirmed"] == 1
    assert (tmp_path / "may-be-deleted.txt").read_text(encoding="utf-8") == "SKU-000002\n"


def test_files_without_all_outcomes_are_marked_until_they_are_complete(tmp_path: Path) -> None:
    rows = [a_row(2), a_row(3, "pending")]
    done = export(replace(a_job(state="running"), submitted=1), rows, [], tmp_path)
    assert names(tmp_path) == {*FILES, "INCOMPLETE.txt"}
    text = (tmp_path / "INCOMPLETE.txt").read_text(encoding="utf-8")
    assert text.startswith("These files are incomplete: 1 of 2 rows have no outcome yet.\nThey are in unknown.csv, as pending. ")
    assert f"The job is interrupted. Resume it:\n\n    catalog jobs resume 7f3a91c2 --output {tmp_path}\n" in text
    assert f"catalog jobs resume 7f3a91c2 --output {tmp_path}" in done.report.read_text(encoding="utf-8")
    summary = json.loads(done.summary.read_bytes())
    assert (summary["state"], summary["is_complete"]) == ("interrupted", False)
    assert done.reasons == []
    done = export(a_job(), [a_row(2), a_row(3, "rejected", reason="no")], [], tmp_path)
    assert names(tmp_path) == FILES
    assert json.loads(done.summary.read_bytes())["is_complete"]
    assert [(each.reason, each.rows) for each in done.reasons] == [("no", 1)]


def test_files_of_another_job_are_not_replaced(tmp_path: Path) -> None:
    export(a_job(), [a_row(2)], [], tmp_path)
    before = contents(tmp_path)
    with pytest.raises(ExportError, match=r"has a confirmed.csv that is not of job ffffffff; name another folder"):
        export(msgspec.structs.replace(a_job(), id="ffffffff"), [], [], tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "text"), [("rejected.csv", "mine"), ("summary.json", "[1]"), ("summary.json", "{"), ("summary.json", "{}")]
)
def test_files_of_something_else_are_not_replaced(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ExportError, match=f"has a {name} that is not of job 7f3a91c2"):
        export(a_job(), [], [], tmp_path)
    assert contents(tmp_path) == {name: text.encode()}


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "skus.csv").write_text("sku\n", encoding="utf-8")
    export(a_job(), [], [], tmp_path)
    assert names(tmp_path) == FILES | {"skus.csv"}


def failing() -> Iterator[RowOutcome]:
    yield from (a_row(line) for line in range(2, 5_002))
    raise DatabaseError("the database is gone")


def test_outcomes_that_cannot_be_read_change_nothing(tmp_path: Path) -> None:
    export(a_job(), [a_row(2)], [], tmp_path)
    before = contents(tmp_path)
    with pytest.raises(DatabaseError, match="gone"):
        export(a_job(), failing(), [], tmp_path)
    assert contents(tmp_path) == before


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(a_job(), [a_row(2)], [], tmp_path)
    before = contents(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"^the files of job 7f3a91c2 cannot be written: .*: No space left on device$"):
        export(a_job(), [a_row(2), a_row(3)], [], tmp_path)
    assert contents(tmp_path) == before


def test_a_place_that_is_no_folder_is_named(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("", encoding="utf-8")
    with pytest.raises(ExportError, match=f"cannot be written: {place}: File exists"):
        export(a_job(), [], [], place)


class Killed(BaseException):
    """Stands for a process that ends at once."""


@pytest.mark.parametrize("renamed", range(7))
def test_a_process_that_is_killed_leaves_whole_files_and_the_next_export_repairs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renamed: int
) -> None:
    left = iter(range(renamed))
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise Killed
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace)
        patched.setattr("shutil.rmtree", lambda *_, **__: None)  # nothing is tidied up after a kill
        with pytest.raises(Killed):
            export(a_job(), [a_row(2)], [], tmp_path)
    found = names(tmp_path) & FILES
    assert len(found) == max(0, renamed - 1)
    assert "summary.json" not in found
    assert ("INCOMPLETE.txt" in names(tmp_path)) == (renamed > 0), "it is there before the first file, and until the last"
    assert all((tmp_path / name).read_bytes().endswith(b"\n") for name in found)
    export(a_job(), [a_row(2)], [], tmp_path)
    assert names(tmp_path) == FILES


def test_two_exports_of_a_job_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    def rows() -> Iterator[RowOutcome]:
        yield a_row(2)
        other.start()
        other.join(0.2)  # which does not end before this export
        yield a_row(3)

    ended = list[set[str]]()
    other = threading.Thread(target=lambda: ended.append(names(export(a_job(), [a_row(2)], [], tmp_path).folder)))
    export(a_job(), rows(), [], tmp_path)
    other.join(60)
    assert ended == [names(tmp_path)] == [FILES]


def test_a_summary_is_never_beside_files_of_another_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(a_job(), [a_row(2, "unknown")], [], tmp_path)
    rename = Path.replace
    summaries = list[bool]()

    def replace(self: Path, target: Path) -> Path:
        summaries.append((tmp_path / "summary.json").exists())
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    export(a_job(), [a_row(2)], [], tmp_path)
    assert summaries == [True, *[False] * len(FILES)]


def test_what_is_left_of_a_killed_export_is_not_replaced_by_another_job(tmp_path: Path) -> None:
    (tmp_path / ".job-7f3a91c2-x").mkdir()
    (tmp_path / "confirmed.csv").write_text("sku\n", encoding="utf-8")
    with pytest.raises(ExportError, match="not of job ffffffff"):
        export(msgspec.structs.replace(a_job(), id="ffffffff"), [], [], tmp_path)
    export(a_job(), [], [], tmp_path)
    assert names(tmp_path) == FILES


@pytest.mark.parametrize("state", ["running", "finished"])
def test_a_folder_says_that_its_files_are_not_written_until_they_are(tmp_path: Path, state: State) -> None:
    job = replace(a_job(state=state), options=Options(output=str(tmp_path)))
    mark_folder(job, tmp_path)
    assert names(tmp_path) == {"INCOMPLETE.txt"}
    text = (tmp_path / "INCOMPLETE.txt").read_text(encoding="utf-8")
    assert text.startswith("The files of job 7f3a91c2 are not written yet, or not all of them.")
    assert f"    catalog jobs {'export' if state == 'finished' else 'resume'} 7f3a91c2\n" in text
    with pytest.raises(ExportError, match=r"has a INCOMPLETE.txt that is not of job ffffffff"):
        export(msgspec.structs.replace(job, id="ffffffff"), [], [], tmp_path)
    export(a_job(), [a_row(2)], [], tmp_path)
    assert names(tmp_path) == FILES
    mark_folder(job, tmp_path)
    assert names(tmp_path) == {*FILES, "INCOMPLETE.txt"}
    with pytest.raises(ExportError, match=r"has a INCOMPLETE.txt that is not of job ffffffff"):
        mark_folder(msgspec.structs.replace(job, id="ffffffff"), tmp_path)
