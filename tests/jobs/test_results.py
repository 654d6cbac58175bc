"""The tables, the list and the summary that a job leaves."""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from catalog_clients import Counts
from catalog_jobs.records import Cell, Duplicate, RowOutcome
from catalog_jobs.results import Exported, export
from catalog_jobs.results.tables import own_columns
from catalog_jobs.results.tally import OTHER, general_reason
from tests.jobs.exported_job import COLUMNS, a_job, a_row, many_rows


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def exported(folder: Path, rows: Iterable[RowOutcome], *, retires: bool = True, columns: tuple[str, ...] = COLUMNS) -> Exported:
    return export(a_job(retires=retires, columns=columns), rows, [], folder / "job")


def listed(done: Exported) -> list[str]:
    assert done.may_be_deleted
    return done.may_be_deleted.read_text(encoding="utf-8").splitlines()


def test_each_row_is_in_the_table_of_its_status_with_its_columns_and_its_line(tmp_path: Path) -> None:
    done = exported(
        tmp_path,
        [
            a_row(2),
            a_row(3, "rejected", reason="too long", column="name", sku="", attempt=0),
            a_row(4, "unknown", reason="lost", attempt=3, store="S1"),
            a_row(5, "pending", attempt=0),
        ],
    )
    assert [row["job_sku"] for row in table(done.confirmed)] == ["SKU-000002"]
    assert table(done.rejected) == [
        {
            "sku": "SKU-000003",
            "name": "Item 3",
            "job_line": "3",
            "job_sku": "",
            "job_store": "",
            "job_status": "rejected",
            "job_reason": "too long",
            "job_column": "name",
            "job_ingestion_id": "ing-1",
            "job_attempt": "0",
        }
    ]
    assert [(row["job_line"], row["job_status"], row["job_store"]) for row in table(done.unknown)] == [
        ("4", "unknown", "S1"),
        ("5", "pending", ""),
    ]


def test_a_job_without_rows_has_all_files(tmp_path: Path) -> None:
    done = exported(tmp_path, [])
    assert table(done.confirmed) == table(done.rejected) == table(done.unknown) == []
    assert listed(done) == []
    assert "No rows" in done.report.read_text(encoding="utf-8")


def test_several_files_have_a_column_for_them(tmp_path: Path) -> None:
    done = exported(tmp_path, [a_row(2, file="a.csv"), a_row(2, file="b.csv")])
    assert [row["job_file"] for row in table(done.confirmed)] == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("columns", "prefix"),
    [((), "job_"), (("status", "line"), "job_"), (("sku", " JOB_line"), "job2_"), (("job_reason", "job2_status"), "job3_")],
)
def test_columns_that_are_added_are_called_like_none_of_the_input(columns: tuple[str, ...], prefix: str) -> None:
    own = own_columns(columns, has_files=False)
    assert own["line"] == f"{prefix}line"
    assert all(name.startswith(prefix) for name in own.values())
    assert not {name.casefold() for name in own.values()} & {name.strip().casefold() for name in columns}


def test_a_rejected_table_can_be_the_input_of_the_next_job(tmp_path: Path) -> None:
    first = exported(tmp_path / "1", [a_row(2, "rejected", reason="no")])
    with first.rejected.open(encoding="utf-8", newline="") as file:
        header, cells = csv.reader(file)
    second = exported(tmp_path / "2", [a_row(2, "rejected", reason="again", cells=tuple(cells))], columns=tuple(header))
    (row,) = table(second.rejected)
    assert (row["sku"], row["job_reason"], row["job2_reason"]) == ("SKU-000002", "no", "again")


HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "a\r\nb",
    "c\rd",
    'say "no"',
    "a,b",
    "007",
    " x ",
    "",
    "é☃",
    "\N{LINE SEPARATOR}",
    "'x",
)


def test_cells_are_what_they_were(tmp_path: Path) -> None:
    columns = tuple(f"column {number}" for number in range(len(HOSTILE)))
    done = exported(tmp_path, [a_row(2, "rejected", cells=HOSTILE, reason="=cmd()")], columns=columns)
    (row,) = table(done.rejected)
    assert tuple(row[column] for column in columns) == HOSTILE
    assert row["job_reason"] == "'=cmd()"


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_cell_is_what_it_was_beside_usual_ones(tmp_path: Path, cell: str) -> None:
    done = exported(tmp_path, [a_row(2, cells=("usual", cell)), a_row(3)])
    assert [(row["sku"], row["name"], row["job_line"]) for row in table(done.confirmed)] == [
        ("usual", cell, "2"),
        ("SKU-000003", "Item 3", "3"),
    ]


def test_numbers_are_written_as_they_are(tmp_path: Path) -> None:
    cells: tuple[Cell, ...] = (12, 1.5, None, True)
    done = exported(tmp_path, [a_row(2, cells=cells)], columns=("a", "b", "c", "d"))
    (row,) = table(done.confirmed)
    assert [row[name] for name in "abcd"] == ["12", "1.5", "", "True"]


@pytest.mark.parametrize("cells", [(), ("x",), ("x", "y", "z", "more")])
def test_a_row_with_other_cells_than_the_header_keeps_its_columns(tmp_path: Path, cells: tuple[str, ...]) -> None:
    done = exported(tmp_path, [a_row(2), a_row(3, "rejected", cells=cells, reason="has too many cells")])
    with done.rejected.open(encoding="utf-8", newline="") as file:
        header, row = csv.reader(file)
    assert row[header.index("job_line")] == "3"
    assert [*row[:2], *row[len(header) :]] == [*cells, "", ""][: max(2, len(cells))]


def test_half_of_a_character_stops_no_export(tmp_path: Path) -> None:
    done = exported(
        tmp_path, [a_row(2, "rejected", cells=("\ud800", "b"), sku="\ud800", reason="\udfff is not a character"), a_row(3)]
    )
    assert table(done.rejected)[0]["sku"] == "\\ud800"
    assert export(a_job(), [a_row(3)], [], done.folder).totals.confirmed == 1


def test_the_list_has_what_is_confirmed(tmp_path: Path) -> None:
    done = exported(tmp_path, many_rows(5_000))
    assert listed(done) == [row.sku for row in many_rows(5_000) if row.status == "confirmed"]
    assert done.totals.may_be_deleted == len(listed(done)) == done.totals.confirmed


@pytest.mark.parametrize("other", ["rejected", "unknown", "pending"])
def test_a_sku_that_one_of_its_stores_has_not_confirmed_is_not_in_the_list(tmp_path: Path, other: str) -> None:
    rows = [a_row(line, sku=f"A{line}", store="S1") for line in range(2, 200)]
    rows += [a_row(300 + line, other if line == 7 else "confirmed", sku=f"A{line}", store="S2") for line in range(2, 200)]
    done = exported(tmp_path, rows)
    assert listed(done) == [f"A{line}" for line in range(2, 200) if line != 7]
    assert not [path.name for path in done.folder.iterdir() if "other" in path.name or "part" in path.name]


@pytest.mark.parametrize("lines", [(2, 3), (3, 2)])
def test_a_sku_that_a_row_of_the_same_store_has_not_confirmed_is_not_in_the_list(tmp_path: Path, lines: tuple[int, int]) -> None:
    rows = [a_row(lines[0], sku="A"), a_row(lines[1], "rejected", sku="A", reason="has a wrong field"), a_row(4, sku="B")]
    assert listed(exported(tmp_path, sorted(rows, key=lambda row: row.line))) == ["B"]


def test_a_sku_that_is_confirmed_twice_is_in_the_list_once(tmp_path: Path) -> None:
    done = exported(tmp_path, [a_row(2, sku="A"), a_row(3, sku="B"), a_row(4, sku="A")])
    assert (listed(done), done.totals.may_be_deleted) == (["A", "B"], 2)


def test_a_sku_that_fails_in_its_first_store_is_not_in_the_list(tmp_path: Path) -> None:
    rows = [a_row(2, "rejected", sku="A"), a_row(3, sku="A", store="S2"), a_row(4, sku="B", store="S2")]
    assert listed(exported(tmp_path, rows)) == ["B"]


@pytest.mark.parametrize("sku", ["a\nb", "a\n", "a\r", "\n", "a\N{NEXT LINE}b", "\ud800", ""])
def test_a_sku_that_a_line_cannot_hold_is_not_in_the_list(tmp_path: Path, sku: str) -> None:
    done = exported(tmp_path, [a_row(2, sku="first"), a_row(3, sku=sku), a_row(4, sku="last ")])
    assert done.may_be_deleted
    assert done.may_be_deleted.read_bytes() == b"first\nlast \n"


def test_what_does_not_retire_has_no_list(tmp_path: Path) -> None:
    done = exported(tmp_path, [a_row(2)], retires=False)
    assert done.may_be_deleted is None
    assert not list(done.folder.glob("*delete*"))
    assert "may-be-deleted" not in done.report.read_text(encoding="utf-8")


def test_duplicates_have_their_columns_and_the_line_of_what_is_sent_instead(tmp_path: Path) -> None:
    unsent = replace(a_row(2, "rejected", reason="n: is empty", attempt=0), line=5)  # with the SKU of the first one
    rows = [a_row(2), a_row(3, "rejected", reason="no"), a_row(4, "pending"), unsent]
    twice = [
        Duplicate(7, ("SKU-000002", "again"), sku="SKU-000002"),
        Duplicate(8, ("SKU-000004",), sku="SKU-000004"),
        Duplicate(9, ("x", "of nothing"), sku="x"),
        Duplicate(10, ("SKU-000003", "of 'none'"), sku="SKU-000003"),
    ]
    done = export(a_job(), rows, [], tmp_path, lambda: twice)
    assert done.duplicates
    assert [[*row.values()] for row in table(done.duplicates)] == [
        ["SKU-000002", "again", "7", "SKU-000002", "", "2"],
        ["SKU-000004", "", "8", "SKU-000004", "", "4"],
        ["x", "of nothing", "9", "x", "", ""],
        ["SKU-000003", "of 'none'", "10", "SKU-000003", "", "3"],
    ]
    assert [*table(done.duplicates)[0]][2:] == ["job_line", "job_sku", "job_store", "job_first_line"]
    assert "duplicates.csv" in done.report.read_text(encoding="utf-8")
    none = export(replace(a_job(), counts=Counts()), rows, [], tmp_path)
    assert none.duplicates is None
    assert not done.duplicates.exists()


def test_duplicates_of_several_files_name_the_file(tmp_path: Path) -> None:
    done = export(a_job(), [a_row(2, file="a.csv")], [], tmp_path, lambda: [Duplicate(2, (), "b.csv", "SKU-000002", "")])
    assert done.duplicates
    (row,) = table(done.duplicates)
    assert (row["job_file"], row["job_first_file"], row["job_first_line"]) == ("b.csv", "a.csv", "2")


def test_the_summary_has_the_totals_for_programs(tmp_path: Path) -> None:
    done = exported(tmp_path, many_rows(1_000))
    found = json.loads(done.summary.read_text(encoding="utf-8"))
    assert (found["job"], found["retires"], found["duplicates"]) == ("7f3a91c2", True, 7)
    assert found["totals"]["confirmed"] == len(table(done.confirmed))
    assert found["totals"]["rejected"] == len(table(done.rejected))
    assert found["columns"]["reason"] == "job_reason"
    assert found["reasons"][0] == {"status": "rejected", "reason": "400: … does not exist in the store", "rows": 143}


def test_a_reason_that_names_its_sku_is_one_reason() -> None:
    assert general_reason(a_row(2, reason="item 'SKU-000002': not found")) == "item '…': not found"
    assert general_reason(a_row(2, sku="5", reason="at most 50")) == "at most 50"
    assert general_reason(a_row(2, sku="", column="name", reason="is empty")) == "name: is empty"
    assert general_reason(a_row(2, reason="")) == "no reason given"


def test_reasons_that_all_differ_are_counted_together(tmp_path: Path) -> None:
    done = exported(tmp_path, (a_row(line, "rejected", reason=f"reason {line}") for line in range(2, 3_002)))
    reasons = json.loads(done.summary.read_text(encoding="utf-8"))["reasons"]
    assert reasons[0] == {"status": "rejected", "reason": OTHER, "rows": 2_000}


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss depends on the system")
def test_memory_does_not_grow_with_the_number_of_rows(tmp_path: Path) -> None:
    exported(tmp_path / "1", many_rows(10_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    exported(tmp_path / "2", many_rows(60_000))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000
