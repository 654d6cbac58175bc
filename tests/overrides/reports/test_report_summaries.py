"""A report that states other numbers of failures or successes than its rows have confirms nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalog_clients import Reports
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.reports.classifying import classify_by_report
from tests.overrides.reports.test_reports import SUCCESS, WORDS

ROWS = [("A", SUCCESS), ("B", SUCCESS), ("C", "FAILED")]
_CERTAIN, _DOUBTED = ["confirmed", "confirmed", "rejected"], ["unknown", "unknown", "rejected"]


def _read(path: Path, text: str, skus: str = "ABC") -> tuple[list[str], str]:
    """Return the statuses of items, and the reason of the first one."""
    path.write_text(text)
    sent = [PendingItem(None, place, sku) for place, sku in enumerate(skus, 1)]
    found = classify_by_report(path, sent, words=WORDS, options=Reports())
    return [each.status for each in found.results], found.results[0].reason


def _json(rows: list[tuple[str, str]], beside: dict[str, Any]) -> str:
    return json.dumps({**beside, "items": [{"sku": sku, "status": status} for sku, status in rows]})


def _table(above: str, below: str) -> str:
    return f"{above}sku,status\nA,{SUCCESS}\nB,{SUCCESS}\nC,FAILED\n{below}"


@pytest.mark.parametrize(
    "beside",
    [
        {"failed": 2},
        {"failed": "2"},
        {"failed": 2.0},
        {"errorCount": 2},
        {"records_failed": 2},
        {"notArchived": 2},
        {"warnings": 2},
        {"summary": {"failed": 2}},
        {"meta": {"counts": {"failures": {"total": 2}}}},
        {"summary": "1 succeeded, 2 failed"},
        {"message": "2 of 3 items failed"},
        {"succeeded": 1},
        {"counts": {SUCCESS: 1}},
        {"Fehlerhaft": 2},
        {"résumé": {"erreurs": "2"}},
        {"Erfolgreich": 1},
    ],
    ids=str,
)
def test_json_that_states_other_numbers_than_its_list_has_confirms_nothing(beside: dict[str, Any], tmp_path: Path) -> None:
    found, reason = _read(tmp_path / "report", _json(ROWS, beside))
    assert (found, reason.startswith("the report states ")) == (_DOUBTED, True)


@pytest.mark.parametrize(
    "beside",
    [
        {"failed": 1, "succeeded": 2},
        {"failed": "1"},
        {"failed": 0},
        {"stats": {"failedRows": 1, "successRows": 2, "total": 3}},
        {"summary": "2 succeeded, 1 failed"},
        {"total": 3, "processed": 3},
        {"failureRate": 0.33, "durationSeconds": 17},
    ],
    ids=str,
)
def test_json_that_states_the_numbers_of_its_list_is_certain(beside: dict[str, Any], tmp_path: Path) -> None:
    assert _read(tmp_path / "report", _json(ROWS, beside))[0] == _CERTAIN


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Failed: 2\n", ""),
        ("# failed = 2\n", ""),
        ("Total,3,Failed,2\n", ""),
        ("Summary: 1 succeeded; 2 failed\n", ""),
        ("Completed with errors: 2\n", ""),
        ("", "failed,2\n"),
        ("", "TOTAL,2 failed\n"),
        ("", "Total failed:,2\n"),
        ("", "2 items failed\n"),
        ("", "\nSuccess count,1\n"),
        ("Fehlerhaft: 2\n", ""),
        ("", "Fehlerhaft: 2\n"),
        ("", "Fehlerhaft,2\n"),
        ("2 übersprungen\n", ""),
        ("", "Erreurs : 2\n"),
        ("", "Ошибок: 2\n"),
        ("失敗: 2\n", ""),
        ("", "erfolgreich: 1\n"),
    ],
)
def test_a_table_with_a_line_of_other_numbers_confirms_nothing(above: str, below: str, tmp_path: Path) -> None:
    found, reason = _read(tmp_path / "report", _table(above, below))
    assert (found, reason.startswith("the report states ")) == (_DOUBTED, True)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Failed: 1, Succeeded: 2\n", ""),
        ("1 failed; 2 succeeded\n", ""),
        ("Error report of 2026-11-30\n", ""),
        ("Time: 10:12:55, errors: 1\n", ""),
        ("0 errors\n", ""),
        ("Fehlerhaft: 1\n", ""),
        ("", "Erfolgreich: 2\n"),
        ("Version: 2\n", ""),
        ("", "Seite: 2\n"),
        ("", "TOTAL,3\n"),
        ("", "failed,1\n"),
        ("", "D,FAILED\n"),
        ("", "D,17\n"),
    ],
)
def test_a_line_of_the_same_numbers_or_about_something_else_is_certain(above: str, below: str, tmp_path: Path) -> None:
    assert _read(tmp_path / "report", _table(above, below))[0] == _CERTAIN


def test_failures_of_items_without_a_row_are_not_those_of_others(tmp_path: Path) -> None:
    text = _json([("A", SUCCESS)], {"failed": 2})
    assert _read(tmp_path / "report", text) == (["confirmed", "unknown", "unknown"], "")
    assert _read(tmp_path / "report", text, "AB")[0] == ["unknown", "unknown"]
    assert _read(tmp_path / "report", text, "A")[0] == ["unknown"]


@pytest.mark.parametrize("sku", ["", "*", "-", "ALL", "A*"])
def test_a_failure_that_names_no_item_may_be_that_of_any(sku: str, tmp_path: Path) -> None:
    found, reason = _read(tmp_path / "report", _table("", f"{sku},FAILED\n"))
    assert (found, reason) == (_DOUBTED, f"the report has {' = '.join(filter(None, [sku, 'FAILED']))!r} without the SKU of an item")


@pytest.mark.parametrize(
    "beside", [{"success": False}, {"job": {"status": "FAILED"}}, {"summary": {"error": "disk full"}}, {"meta": {"failed": True}}]
)
def test_a_failure_at_any_depth_beside_the_list_confirms_nothing(beside: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(Exception, match="beside its list, it has"):
        _read(tmp_path / "report", _json(ROWS, beside))
    assert _read(tmp_path / "report", _json(ROWS, {"job": {"status": "DONE", "error": None, "failed": False}}))[0] == _CERTAIN


@pytest.mark.parametrize("state", ["PARTIAL", "partially completed", "DONE with errors"])
def test_work_that_has_failed_in_part_has_rows_that_say_so(state: str, tmp_path: Path) -> None:
    text = f"sku,status\nA,{SUCCESS}\nB,{SUCCESS}\n"
    assert _read(tmp_path / "report", f"State: {state}\n{text}", "AB")[0] == ["unknown", "unknown"]
    assert _read(tmp_path / "report", f"State: {state}\n{text}C,FAILED\n")[0] == _CERTAIN


@pytest.mark.parametrize(
    "lines",
    [
        "Total,Success,Failed\n5,3,2\n",
        "Success,Failed\n3,2\n",
        "Failed\n2\n",
        "5,3,2\n",
        "Gesamt,Erfolgreich,Fehlerhaft\n5,3,2\n",
        "Gesamt,5\nErfolgreich,3\nFehlerhaft,2\n",
        "Erfolgreich: 3, Fehlerhaft: 2\n",
        "5 SKUs; 3 erfolgreich; 2 fehlerhaft\n",
        "# Ogółem: 5; udane: 3; błędne: 2\n",
    ],
)
@pytest.mark.parametrize("columns", [2, 3])
def test_numbers_that_divide_the_items_in_another_way_confirm_nothing_in_any_language(
    lines: str, columns: int, tmp_path: Path
) -> None:
    more = "," * (columns - 2)
    rows = "".join(f"{sku},{SUCCESS}{more}\n" for sku in "ABCDE")
    table = f"sku,status{',message' * (columns - 2)}\n{rows}"
    for text in (f"{lines}\n{table}", f"{table}\n{lines}", f"{table}{lines}"):
        found, reason = _read(tmp_path / "report", text, "ABCDE")
        assert (found, reason.startswith("the report states ")) == (["unknown"] * 5, True)


@pytest.mark.parametrize(
    "lines",
    [
        "Total,Success,Failed\n5,5,0\n",
        "Gesamt,Erfolgreich,Fehlerhaft\n5,5,0\n",
        "Bericht 1 von 4\n",
        "Filiale: 5, Seite: 1\n",
        "Stand: 2026-11-30 10:12\n",
    ],
)
def test_other_numbers_beside_a_table_leave_it_certain(lines: str, tmp_path: Path) -> None:
    rows = "".join(f"{sku},{SUCCESS}\n" for sku in "ABCDE")
    assert _read(tmp_path / "report", f"{lines}\nsku,status\n{rows}", "ABCDE")[0] == ["confirmed"] * 5
