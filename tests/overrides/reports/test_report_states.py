"""A column with the state of an item means something else after an archiving than after an upload: a contradiction is unknown."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest

from catalog_clients import JustWalkOut, Reports
from tests.overrides.reports.test_reports import SUCCESS


@pytest.fixture(scope="module")
def catalog() -> JustWalkOut:
    """A facade that sends nothing."""
    return JustWalkOut(base_url="http://127.0.0.1:1", auth=httpx2.BasicAuth("user", "word"))


def _read(catalog: JustWalkOut, path: Path, text: str, *, archives: bool, message: str | None = None) -> tuple[str, str]:
    path.write_text(text)
    (outcome,) = catalog.read_report(path, ["A"], stores=["S1"] if archives else None, reports=Reports(message=message))
    return outcome.status, outcome.reason


@pytest.mark.parametrize("archives", [False, True])
@pytest.mark.parametrize(
    ("column", "is_there", "is_gone"),
    [
        ("active", "true", "false"),
        ("isActive", "Yes", "No"),
        ("item_enabled", "1", "0"),
        ("visible", "Y", "N"),
        ("visibleInStore", "true", "false"),
        ("active_flag", "ACTIVE", "inactive"),
        ("is_deleted", "false", "true"),
        ("archived", "0", "1"),
        ("productArchived", "no", "yes"),
        ("hidden", "visible", "hidden"),
        ("lifecycle", "still active", "ARCHIVED"),
        ("operation", "UPLOAD", "ARCHIVE"),
        ("action", "create", "Delete"),
    ],
)
def test_only_the_state_that_an_operation_brings_about_is_confirmed(
    column: str, is_there: str, is_gone: str, archives: bool, catalog: JustWalkOut, tmp_path: Path
) -> None:
    good, bad = (is_gone, is_there) if archives else (is_there, is_gone)
    table = f"sku,status,{column}\nA,{SUCCESS},"
    assert _read(catalog, tmp_path / "report", f"{table}{good}\n", archives=archives) == ("confirmed", "")
    status, reason = _read(catalog, tmp_path / "report", f"{table}{bad}\n", archives=archives)
    assert (status, f"{SUCCESS} beside {bad!r} as {column}" in reason) == ("unknown", True)
    assert _read(catalog, tmp_path / "report", f"{table}{bad}\n", archives=archives, message="") == ("confirmed", "")


@pytest.mark.parametrize("archives", [False, True])
@pytest.mark.parametrize("value", ["since 2025", "5", "perhaps"])
def test_a_state_that_is_not_certain_confirms_nothing(value: str, archives: bool, catalog: JustWalkOut, tmp_path: Path) -> None:
    text = f"sku,status,enabled\nA,{SUCCESS},{value}\n"
    assert _read(catalog, tmp_path / "report", text, archives=archives)[0] == "unknown"


@pytest.mark.parametrize("archives", [False, True])
@pytest.mark.parametrize("column", ["active", "is_archived"])
def test_a_state_of_json_is_read_and_none_says_nothing(column: str, archives: bool, catalog: JustWalkOut, tmp_path: Path) -> None:
    found = [
        _read(catalog, tmp_path / "report", json.dumps([{"sku": "A", "status": SUCCESS, column: value}]), archives=archives)[0]
        for value in (column == "active", column != "active", None)
    ]
    assert found == (["unknown", "confirmed", "confirmed"] if archives else ["confirmed", "unknown", "confirmed"])


@pytest.mark.parametrize("column", ["active", "archived"])
def test_a_state_is_not_the_status_of_the_work(column: str, catalog: JustWalkOut, tmp_path: Path) -> None:
    (tmp_path / "report").write_text(f"sku,{column}\nA,true\n")
    with pytest.raises(Exception, match=f"its columns are not certain.*{column}"):
        [*catalog.read_report(tmp_path / "report", ["A"], stores=["S1"])]


@pytest.mark.parametrize("archives", [False, True])
@pytest.mark.parametrize(
    ("name", "upload", "archive"),
    [
        ("operation", "UPLOAD", "ARCHIVE"),
        ("operationType", "CATALOG_UPLOAD", "archive items"),
        ("type", "create", "delete"),
        ("Action", "Publish", "Remove"),
    ],
)
@pytest.mark.parametrize("form", ["list", "title", "last line"])
def test_a_report_of_the_other_operation_confirms_nothing(
    name: str, upload: str, archive: str, archives: bool, form: str, catalog: JustWalkOut, tmp_path: Path
) -> None:
    def text(value: str) -> str:
        table = f"sku,status\nA,{SUCCESS}\n"
        if form == "list":
            return json.dumps({name: value, "items": [{"sku": "A", "status": SUCCESS}]})
        return f"{name}: {value}\n{table}" if form == "title" else f"{table}{name}: {value}\n"

    good, bad = (archive, upload) if archives else (upload, archive)
    assert _read(catalog, tmp_path / "report", text(good), archives=archives) == ("confirmed", "")
    with pytest.raises(Exception, match=f"beside its (list|rows), it has .*{bad}"):
        _read(catalog, tmp_path / "report", text(bad), archives=archives)


@pytest.mark.parametrize("archives", [False, True])
@pytest.mark.parametrize(
    "beside",
    [
        {"jobId": "upload"},
        {"source": "upload"},
        {"state": "active"},
        {"type": "CATALOG"},
        {"report": "archived"},
        {"version": 3},
        {"note": " none "},
    ],
    ids=str,
)
def test_what_else_describes_a_report_does_no_harm(
    beside: dict[str, object], archives: bool, catalog: JustWalkOut, tmp_path: Path
) -> None:
    text = json.dumps({**beside, "items": [{"sku": "A", "status": SUCCESS}]})
    assert _read(catalog, tmp_path / "report", text, archives=archives) == ("confirmed", "")
