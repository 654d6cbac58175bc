"""What a report may be beyond the usual: columns, values and forms of which not all is certain confirm nothing."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from pathlib import Path
from typing import Any

import pytest

from catalog_clients import ReportError, Reports
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.reports.classifying import classify_by_report, says
from tests.overrides.reports.test_reports import DONE, SUCCESS, WORDS

TABLE = f"sku,status\nA,{SUCCESS}\n"


def _read(folder: Path, content: str | bytes, *items: str | tuple[str, str], **options: Any) -> list[tuple[str, str]]:
    """Return status and reason of items by a report."""
    path = folder / "report"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    pairs = [each if isinstance(each, tuple) else (each, "") for each in items]
    sent = [PendingItem(None, place, *pair) for place, pair in enumerate(pairs, 1)]
    return [(each.status, each.reason) for each in classify_by_report(path, sent, words=WORDS, options=Reports(**options)).results]


def _statuses(*given: Any, **options: Any) -> list[str]:
    return [status for status, _ in _read(*given, **options)]


@pytest.mark.parametrize(
    "column",
    [
        "errorMsg",
        "error_code",
        "Error Description",
        "failureCause",
        "exception",
        "warnings",
        "comment",
        "Notes",
        "diagnostics",
        "Fehler",
        "\u043e\u0448\u0438\u0431\u043a\u0430",
        "statusCode",
        "code",
        "issues",
    ],
)
def test_success_beside_whatever_is_called_an_error_confirms_nothing(tmp_path: Path, column: str) -> None:
    text = f"sku,status,{column}\nA,{SUCCESS},no such item\nB,{SUCCESS},\n"
    assert _statuses(tmp_path, text, "A", "B") == ["unknown", "confirmed"]
    assert _statuses(tmp_path, text, "A", "B", message="") == ["confirmed", "confirmed"]


@pytest.mark.parametrize(
    "column",
    [
        "state",
        "outcome",
        "success",
        "isAccepted",
        "rejected",
        "result_flag",
        "is_valid",
        "skipped",
        "ok",
        "verdict",
        "Done?",
    ],
)
def test_a_column_that_could_say_the_same_as_the_status_has_to_be_named_or_not(tmp_path: Path, column: str) -> None:
    text = f"sku,status,{column}\nA,{SUCCESS},FAILED\n"
    with pytest.raises(ReportError, match=r"Reports\(.*status="):
        _read(tmp_path, text, "A")
    assert _statuses(tmp_path, text, "A", status="status") == ["confirmed"]


@pytest.mark.parametrize("value", ["FAILED", "Error 17", "NOT_FOUND", "it was not archived", "access denied"])
def test_success_beside_a_failure_in_a_column_of_which_nothing_is_known_confirms_nothing(tmp_path: Path, value: str) -> None:
    text = f"sku,status,extra,line\nA,{SUCCESS},{value},1\nB,{SUCCESS},a notable thing,2\n"
    reason = f"{SUCCESS} beside {value!r} as extra; see `Reports(message='')` if that is not an error"
    assert _read(tmp_path, text, "A", "B") == [("unknown", reason), ("confirmed", "")]
    assert _statuses(tmp_path, text, "A", "B", message="") == ["confirmed", "confirmed"]
    assert _read(tmp_path, text.replace(SUCCESS, "FAILED"), "A")[0] == ("rejected", "FAILED")
    rows = json.dumps([{"sku": "A", "status": SUCCESS, "extra": [value]}, {"sku": "B", "status": SUCCESS, "extra": None}])
    assert _statuses(tmp_path, rows, "A", "B") == ["unknown", "confirmed"]


@pytest.mark.parametrize(
    ("column", "bad", "good"),
    [
        ("pending", "true", "false"),
        ("dryRun", "yes", "no"),
        ("simulated", "1", "0"),
        ("rolledBack", "Y", "N"),
        ("noOp", "true", ""),
        ("partially", "true", "false"),
        ("changed", "false", "true"),
        ("rows_affected", "0", "1"),
        ("progress", "50%", "100%"),
        ("percentage", "99.5", "100"),
        ("exitCode", "1", "0"),
        ("httpCode", "500", "200"),
        ("missing_stores", "2", "0"),
        ("extra", "PARTIAL", "all"),
        ("extra", "rolled back", "kept"),
        ("extra", "dry-run", "run"),
        ("Bemerkung", "nicht gefunden", ""),
        ("observaciones", "no encontrado", ""),
    ],
)
def test_success_beside_what_says_by_its_name_that_not_all_is_done_confirms_nothing(
    column: str, bad: str, good: str, tmp_path: Path
) -> None:
    text = f"sku,status,{column}\nA,{SUCCESS},{bad}\nB,{SUCCESS},{good}\n"
    assert _statuses(tmp_path, text, "A", "B") == ["unknown", "confirmed"]
    assert _statuses(tmp_path, text, "A", "B", message="") == ["confirmed", "confirmed"]


@pytest.mark.parametrize(
    ("column", "bad", "good"),
    [
        ("changed", False, True),
        ("dryRun", True, False),
        ("progress", 50.5, 100),
        ("excludedStores", ["S2"], []),
        ("error", "no", False),
    ],
)
def test_values_of_json_say_the_same(column: str, bad: Any, good: Any, tmp_path: Path) -> None:
    rows = [{"sku": sku, "status": SUCCESS, column: value} for sku, value in (("A", bad), ("B", good))]
    assert _statuses(tmp_path, json.dumps(rows), "A", "B") == ["unknown", "confirmed"]


@pytest.mark.parametrize(
    ("name", "status"),
    [("items", "confirmed"), ("results", "confirmed"), *[(each, "unknown") for each in ("failed", "notArchived", "pendingItems")]],
)
def test_a_success_in_a_list_that_has_a_name_of_failures_confirms_nothing(name: str, status: str, tmp_path: Path) -> None:
    text = json.dumps({name: [{"sku": "A", "status": SUCCESS}, {"sku": "B", "status": "FAILED"}]})
    assert _statuses(tmp_path, text, "A", "B") == [status, "rejected"]


@pytest.mark.parametrize(
    "text",
    [
        f"DRY RUN: nothing was changed\nsku,status\nA,{SUCCESS}\n",
        f"sku,status\nA,{SUCCESS}\nThe job has failed\n",
        f"sku,status\nA,{SUCCESS}\nall changes, as the import was cancelled,were rolled back\n",
        *[
            json.dumps({name: value, "items": [{"sku": "A", "status": SUCCESS}]})
            for name, value in {
                "dryRun": True,
                "mode": "VALIDATE_ONLY",
                "message": "all changes were rolled back",
                "warning": "see the log",
                "jobStatus": "INPROGRESS",
                "hasMore": True,
                "progress": "50%",
            }.items()
        ],
    ],
)
def test_what_says_beside_the_rows_that_not_all_was_done_confirms_nothing(text: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"beside its (rows|list), it has"):
        _read(tmp_path, text, "A")


@pytest.mark.parametrize("column", ["item_name", "Product", "title", "brand"])
def test_a_name_of_an_item_may_have_any_words(tmp_path: Path, column: str) -> None:
    assert _statuses(tmp_path, f"sku,status,{column}\nA,{SUCCESS},The Unknown Error\n", "A") == ["confirmed"]


@pytest.mark.parametrize("column", ["processed_at", "archivedAt", "Applied On", "completion date", "statusTime", "accepted-by"])
def test_when_something_was_done_is_not_its_status(tmp_path: Path, column: str) -> None:
    text = f"sku,status,{column}\nA,{SUCCESS},2026-11-29\nB,{SUCCESS},failed\n"
    assert _statuses(tmp_path, text, "A", "B") == ["confirmed", "unknown"]


@pytest.mark.parametrize("sku", ["total_skus", "num_sku", "Number of SKUs", "parentSku", "replaced_sku", "previousSku"])
def test_a_number_of_skus_or_another_sku_is_not_the_sku(tmp_path: Path, sku: str) -> None:
    with pytest.raises(ReportError, match="not certain"):
        _read(tmp_path, f"{sku},status\n3,{SUCCESS}\n", "3")
    assert _statuses(tmp_path, f"{sku},sku,status\n3,A,{SUCCESS}\n", "3", "A") == ["unknown", "confirmed"]


@pytest.mark.parametrize("status", ["previous_status", "old_result", "storeStatus", "http status", "expectedStatus"])
def test_a_status_of_another_time_or_thing_is_not_the_status(tmp_path: Path, status: str) -> None:
    with pytest.raises(ReportError, match="not certain"):
        _read(tmp_path, f"sku,{status}\nA,{SUCCESS}\n", "A")


@pytest.mark.parametrize("columns", ["store,store_id", "store_code,name", "stores,name", "location,name", "shop_id,name"])
def test_where_it_is_not_certain_which_column_has_the_store_no_store_is_confirmed(tmp_path: Path, columns: str) -> None:
    text = f"sku,{columns},status\nA,S1,S2,{SUCCESS}\nA,S1,S2,{SUCCESS}\n"
    found = _read(tmp_path, text, ("A", "S1"), ("A", "S2"))
    assert {status for status, _ in found} == {"unknown"}
    assert "Reports(store=...)" in found[0][1]
    assert _statuses(tmp_path, text, ("A", "S1"), ("A", "S2"), store=columns.split(",", maxsplit=1)[0]) == ["confirmed", "unknown"]
    assert _statuses(tmp_path, text, "A") == ["confirmed"]  # an item of no store


def test_a_row_of_a_store_is_not_about_the_item_of_an_empty_store(tmp_path: Path) -> None:
    text = f"sku,store,status\nA,S1,{SUCCESS}\nB,S1,{SUCCESS}\n"
    assert _statuses(tmp_path, text, ("A", ""), ("A", "S1"), "B") == ["unknown", "confirmed", "confirmed"]


@pytest.mark.parametrize("error", [["no such item"], [{"code": 1}], {"message": "no such item"}, True, 1.5])
def test_success_beside_an_error_of_any_json_type_confirms_nothing(tmp_path: Path, error: Any) -> None:
    text = json.dumps([{"sku": "A", "status": SUCCESS, "errors": error}])
    assert _read(tmp_path, text, "A")[0] == (
        "unknown",
        f"{SUCCESS} beside {json.dumps(error)!r} as errors; see `Reports(message='')` if that is not an error",
    )


@pytest.mark.parametrize("error", [[], {}, None, False, ""])
def test_an_empty_error_of_any_json_type_is_none(tmp_path: Path, error: Any) -> None:
    assert _statuses(tmp_path, json.dumps([{"sku": "A", "status": SUCCESS, "errors": error}]), "A") == ["confirmed"]


@pytest.mark.parametrize("value", [1.1, True, ["1.1"], {"1.1": 1}])
def test_what_is_no_text_is_not_the_sku_of_its_text(tmp_path: Path, value: Any) -> None:
    text = json.dumps([{"sku": value, "status": SUCCESS}])
    assert _statuses(tmp_path, text, json.dumps(value), str(value)) == ["unknown", "unknown"]


def test_names_of_columns_that_are_repeated_are_no_item(tmp_path: Path) -> None:
    sent = [PendingItem(None, place, sku) for place, sku in enumerate("AB", 1)]
    path = tmp_path / "report"
    path.write_text(f"{TABLE}sku,status\nB,FAILED\n")
    found = classify_by_report(path, sent, words=WORDS, options=Reports())
    assert ([each.status for each in found.results], found.unexpected) == (["confirmed", "rejected"], 0)


def test_a_second_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="second table, with the columns status, sku"):
        _read(tmp_path, f"{TABLE}status,sku\nFAILED,{SUCCESS}\n", "A", SUCCESS)


def test_rows_of_which_none_is_certain_say_why(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="row 1 has 3 values, and there are 2 columns"):
        _read(tmp_path, f"sku,status\nA,{SUCCESS},\nB,{SUCCESS},\n", "A")


def _zipped(*names: str, method: int = zipfile.ZIP_DEFLATED, is_large: bool = False) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for each in names:
            with archive.open(each, "w", force_zip64=is_large) as member:
                member.write(b"" if each.endswith("/") else TABLE.encode())
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _zipped("a.csv"),
        _zipped("folder/", "folder/a.csv"),
        _zipped("a.csv", method=zipfile.ZIP_LZMA),
        _zipped("a.csv", is_large=True),
        bz2.compress(TABLE.encode()),
        lzma.compress(TABLE.encode()),
        TABLE.encode("utf-32"),
    ],
    ids=["zip", "zip with a folder", "zip with LZMA", "zip of 64 bits", "bzip2", "xz", "UTF-32"],
)
def test_other_usual_forms_are_read(tmp_path: Path, content: bytes) -> None:
    assert _statuses(tmp_path, content, "A", "B") == ["confirmed", "unknown"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_zipped("a.csv", "b.csv"), "a ZIP archive of 2 files"),
        (_zipped(), "a ZIP archive without a file"),
        (_zipped("a.csv")[:-30], "not a zip file"),
        (_zipped("a.csv")[:40] + b"\xff\xff" + _zipped("a.csv")[42:], "cannot be read"),
        (gzip.compress(b"")[:10] + b"\x07" * 20, "decompressing"),
        (bz2.compress(TABLE.encode())[:-4], "end-of-stream"),
        (lzma.compress(TABLE.encode())[:-4], "end-of-stream"),
        (lzma.compress(TABLE.encode())[:20] + b"\xff" * 40, "cannot be read: Corrupt input data"),
        (lzma.compress(TABLE.encode(), lzma.FORMAT_ALONE), "it is compressed with LZMA: convert it to text"),
        (b"\x28\xb5\x2f\xfd" + TABLE.encode(), "it is compressed with Zstandard: convert it to text"),
        (b"PAR1" + TABLE.encode() + b"PAR1", "it is a Parquet file: convert it to text"),
    ],
    ids=range(11),
)
def test_a_compressed_report_that_is_damaged_or_several_is_an_error(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(ReportError, match=reason):
        _read(tmp_path, content, "A")


def test_a_nul_in_a_text_does_not_change_its_encoding(tmp_path: Path) -> None:
    assert _statuses(tmp_path, f"{TABLE}B\0,{SUCCESS}\n", "A", "B", "B\0") == ["confirmed", "unknown", "confirmed"]


@pytest.mark.parametrize("reason", [f"it isn\u2019t {DONE}", f"neither {DONE} nor new", f"unless {DONE}", f"whether {DONE} or not"])
def test_more_words_that_change_the_meaning_of_already_archived(reason: str) -> None:
    assert says(f"it was {DONE}", DONE)
    assert not says(reason, DONE)


@pytest.mark.parametrize(
    ("option", "error"),
    [
        ({"encoding": "rot13"}, LookupError),
        ({"encoding": "base64"}, LookupError),
        ({"encoding": 1}, TypeError),
        ({"most_bytes": "1000"}, ValueError),
        ({"most_bytes": 0}, ValueError),
        ({"most_bytes": None}, ValueError),
        ({"separator": ""}, ValueError),
        ({"separator": "||"}, ValueError),
        ({"separator": "\n"}, ValueError),
        ({"sku": 5}, TypeError),
        ({"message": b""}, TypeError),
        ({"origins": (each for each in ["https://reports.example.com"])}, TypeError),
        ({"origins": {"https://reports.example.com"}}, TypeError),
        ({"origins": ["reports.example.com"]}, ValueError),
        ({"origins": ["https://reports.example.com/folder"]}, ValueError),
        ({"origins": ["https://user@reports.example.com"]}, ValueError),
        ({"origins": ["https://reports.example.com", " https://*"]}, ValueError),
        ({"origins": ["*"]}, ValueError),
        ({"origins": [""]}, ValueError),
    ],
)
def test_an_option_that_could_only_fail_later_is_refused(option: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Reports(**option)


@pytest.mark.parametrize(
    "beside",
    [
        {"errors": {"B": "no such item"}},
        {"errors": "aborted"},
        {"failed": True},
        {"status": "FAILED"},
        {"report_state": "Cancelled by the user"},
        {"ingestion_id": "ing-2"},
    ],
)
def test_a_list_beside_which_a_failure_is_reported_is_not_certain(tmp_path: Path, beside: dict[str, Any]) -> None:
    content = json.dumps({**beside, "rows": [{"sku": "A", "status": SUCCESS}]})
    with pytest.raises(ReportError, match=f"beside its list, it has '{next(iter(beside))}'"):
        _read_of(tmp_path, content)


@pytest.mark.parametrize(
    "beside",
    [{}, {"failed": 0, "errors": {}}, {"status": "DONE"}, {"ingestionId": "ing-1"}, {"summary": {"total": 1, "errors": 0}}],
)
def test_a_list_beside_which_no_failure_is_reported_is_read(tmp_path: Path, beside: dict[str, Any]) -> None:
    content = json.dumps({**beside, "rows": [{"sku": "A", "status": SUCCESS}]})
    assert _read_of(tmp_path, content) == ["confirmed"]


@pytest.mark.parametrize("beside", [{"left": {"A": "still on planogram"}}, {"more": {"skus": [["B", " A "]]}}, {"except": "A"}])
def test_an_item_that_is_also_beside_the_list_is_not_certain(tmp_path: Path, beside: dict[str, Any]) -> None:
    rows = [{"sku": each, "status": SUCCESS} for each in ("A", "C")]
    found = _read(tmp_path, json.dumps({**beside, "rows": rows}), "A", "C")
    assert found == [
        ("unknown", "the report is not certain about it: it is also beside the list of the report"),
        ("confirmed", ""),
    ]


def _read_of(folder: Path, content: str) -> list[str]:
    """Return the status of an item by the report of the ingestion `ing-1`."""
    path, items = folder / "report", [PendingItem(None, 1, "A")]
    path.write_text(content, encoding="utf-8")
    found = classify_by_report(path, items, words=WORDS, options=Reports(), key={"ingestionId": "ing-1"})
    return [each.status for each in found.results]


@pytest.mark.parametrize(
    ("column", "value", "status"),
    [
        ("ingestionId", "ing-1", "confirmed"),
        ("ingestionId", "", "confirmed"),
        ("Ingestion ID", "ing-2", "unknown"),
        ("ingestion_id", "ing-10", "unknown"),
        ("id", "ing-2", "confirmed"),
    ],
)
def test_a_row_of_another_ingestion_confirms_nothing(tmp_path: Path, column: str, value: str, status: str) -> None:
    assert _read_of(tmp_path, f"sku,status,{column}\nA,{SUCCESS},{value}\n") == [status]
    assert _read_of(tmp_path, json.dumps([{column: value, "sku": "A", "status": SUCCESS}])) == [status]
