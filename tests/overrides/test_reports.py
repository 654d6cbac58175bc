"""Reports of any form: what is certain is reported of each item, and nothing is confirmed that is not."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog_clients import Outcome, ReportError, Reports
from catalog_clients._engine.chunking import PendingItem
from catalog_clients._engine.report import classify_by_report
from catalog_clients.results import ChunkResult
from tests.clients.causes import ARCHIVE
from tests.overrides.playing import TABLES

TABLE = TABLES[ARCHIVE]
SUCCESS: str = TABLE.polling.report.success
DONE: str = TABLE.retry.done
ALONE = Reports()
NAME = "96893e97"
Row = dict[str, str]


def _sent(*items: str | tuple[str, str]) -> list[PendingItem]:
    pairs = [each if isinstance(each, tuple) else (each, "") for each in items]
    return [PendingItem(None, place, *pair) for place, pair in enumerate(pairs, 1)]


def _as_csv(rows: Sequence[Row]) -> str:
    table = StringIO()
    writer = csv.DictWriter(table, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue()


FORMS: dict[str, Any] = {
    "csv": _as_csv,
    "csv with BOM": lambda rows: "\ufeff" + _as_csv(rows),
    "csv with blank lines": lambda rows: _as_csv(rows).replace("\r\n", "\n\n"),
    "json": json.dumps,
    "json with BOM": lambda rows: "\ufeff " + json.dumps(rows),
    "json in an object": lambda rows: json.dumps({"ingestionId": "1", "count": len(rows), "items": rows}),
}
ALL_FORMS = pytest.mark.parametrize("form", FORMS)


def _classify(
    text: str | bytes, sent: Sequence[PendingItem], columns: Reports = ALONE, done: str | None = None
) -> tuple[list[Outcome], ChunkResult[Outcome]]:
    """Return the outcomes of items by a report: exactly one for each."""
    with TemporaryDirectory() as folder:
        path = Path(folder, NAME)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found = classify_by_report(path, sent, success=SUCCESS, done=done, columns=columns)
    assert [each.item for each in found.results] == [each.position for each in sent]
    assert all(not each.reason for each in found.results if each.status == "confirmed" and done is None)
    return found.results, found


def _outcomes(text: str | bytes, *items: str | tuple[str, str], **options: Any) -> dict[str, tuple[str, str]]:
    outcomes, _ = _classify(text, _sent(*items), **options)
    return {each.sku if not each.store else f"{each.sku}@{each.store}": (each.status, each.reason) for each in outcomes}


@pytest.mark.parametrize(
    ("sku", "status", "message"),
    [
        ("SKU", "Status", "Message"),
        ("item_sku", "processing_status", "failure_reason"),
        ("Item SKU", "ITEM STATUS", "Error"),
        ("skus", "itemStatus", "errorMessage"),
    ],
)
@ALL_FORMS
def test_columns_are_known_by_their_names(form: str, sku: str, status: str, message: str) -> None:
    rows = [{message: "no", "other": "A", status: flag, sku: name} for name, flag in [("A", SUCCESS), ("B", "FAILURE")]]
    assert _outcomes(FORMS[form](rows), "A", "B") == {"A": ("confirmed", ""), "B": ("rejected", "no")}


@ALL_FORMS
def test_a_column_of_skus_is_known_by_its_values_and_others_are_named_by_the_caller(form: str) -> None:
    rows = [{"when": "now", "thing": name, "flag": flag} for name, flag in [("X", SUCCESS), ("B", "FAILURE"), ("A", SUCCESS)]]
    expected = {"A": ("confirmed", ""), "B": ("rejected", "FAILURE")}
    assert _outcomes(FORMS[form](rows), "A", "B", columns=Reports(status="flag")) == expected
    named = Reports(sku="thing", status="flag", message="when")
    assert _outcomes(FORMS[form](rows), "A", "B", columns=named) == {"A": ("confirmed", ""), "B": ("rejected", "now")}


@ALL_FORMS
@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([{"a": "A", "b": "A", "status": SUCCESS}], ALONE),
        ([{"sku": "A", "a": SUCCESS, "b": SUCCESS}], ALONE),
        ([{"sku": "A", "validation": SUCCESS, "result": "FAILURE"}], ALONE),
        ([{"sku": "A", "itemSku": "A", "status": SUCCESS}], ALONE),
        ([{"sku": "A", "flag": "OK"}], ALONE),
        ([{"name": "UNEXPECTED", "status": SUCCESS}], ALONE),
        ([{"sku": "A", "status": SUCCESS}], Reports(sku="asin")),
        ([{"sku": "A", "status": SUCCESS}], Reports(status="state")),
        ([{"sku": "A"}], ALONE),
        ([{"status": SUCCESS}], ALONE),
    ],
)
def test_columns_that_are_not_certain_are_an_error_that_lists_them(form: str, rows: list[Row], columns: Reports) -> None:
    reported = rf"{NAME} cannot be read: which column has the (sku|status) is not certain; .*, as one of: {', '.join(rows[0])}$"
    with pytest.raises(ReportError, match=reported):
        _classify(FORMS[form](rows), _sent("A"), columns)


@ALL_FORMS
def test_what_an_earlier_attempt_may_have_done_is_confirmed_only_after_one_was_lost(form: str) -> None:
    rows = [
        {"sku": "A", "status": "FAILURE", "message": f"it is {DONE.upper()}"},
        {"sku": "B", "status": "FAILURE", "message": "no"},
    ]
    assert _outcomes(FORMS[form](rows), "A", "B") == {"A": ("rejected", f"it is {DONE.upper()}"), "B": ("rejected", "no")}
    reported = _outcomes(FORMS[form](rows), "A", "B", done=DONE)
    assert reported["A"] == ("confirmed", f"it is {DONE.upper()}, as an earlier attempt may have been executed")
    assert reported["B"] == ("rejected", "no")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"\xef\xbb\xbf",
        b"sku,status\n",
        b"[]",
        b"{}",
        b"[",
        b'[{"sku": "A", "status": "SUCCESS"}',
        b'[{"sku": "A", "status": "SUCCESS"}] x',
        b'{"sku": "A", "status": "SUCCESS"}\n{"sku": "B", "status": "SUCCESS"}',
        b'[["A", "SUCCESS"]]',
        b'[{"sku": "A", "status": "SUCCESS"}, null]',
        b'[{"sku": "A", "status": "SUCCESS"}, {"sku": "A"}]',
        b'{"a": [{"sku": "A", "status": "SUCCESS"}], "b": [{"sku": "A", "status": "FAILURE"}]}',
        b"[" * 100_000,
        b"sku,sku,status\nA,A,SUCCESS\n",
        b"sku,status,status\nA,FAILURE,SUCCESS\n",
        b"sku,status,note\nA,SUCCESS\n",
        b"sku,status\nA,SUCCESS,FAILURE\n",
        b"sku,status\nA,SUCCESS\nB\n",
        b"sku;status\nA;SUCCESS\n",
        b'sku,status\n"A,SUCCESS\n',
        b'sku,status\n"A"x,SUCCESS\n',
        b"<Error><Code>ExpiredToken</Code></Error>",
        b"\x1f\x8b\x08\x00",
        "sku,status\nA,SUCCESS\n".encode("utf-16"),
        b"sku,status\n\xff,SUCCESS\n",
        b"PK\x03\x04",
        b"A,FAILURE\nA,SUCCESS\n",
    ],
    ids=range(29),
)
def test_what_is_not_certainly_a_table_is_an_error_that_names_the_file(text: bytes) -> None:
    with pytest.raises(ReportError, match=NAME):
        _classify(text, _sent("A", "B"))


def test_a_sku_that_reads_as_the_word_of_success_does_not_confirm_itself() -> None:
    rows = [{"thing": SUCCESS, "flag": "FAILURE"}, {"thing": "A", "flag": "FAILURE"}]
    for form in FORMS.values():
        with pytest.raises(ReportError, match=NAME):
            _classify(form(rows), _sent(SUCCESS, "A"))


@pytest.mark.parametrize("value", [1, True, None, ["SUCCESS"], {"status": "SUCCESS"}])
def test_a_value_that_is_not_text_confirms_nothing(value: Any) -> None:
    text = json.dumps([{"sku": "A", "status": value}, {"sku": value, "status": SUCCESS}, {"sku": "B", "status": SUCCESS}])
    assert {sku: status for sku, (status, _) in _outcomes(text, "A", "B", "1").items()} == {
        "A": "rejected",
        "B": "confirmed",
        "1": "unknown",
    }


SKUS = ["A", "B", "a", " A", "0012", "12", "ü", 'x"y', "c,d", SUCCESS, "é\u2028"]
STORES = ["", "1", "2", "01"]
WORDS = st.sampled_from([SUCCESS, SUCCESS, SUCCESS, "FAILURE", "", "success", "SUCCESS ", "NOT SUCCESS"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from([*SKUS, "UNEXPECTED"]),
        st.sampled_from([*STORES, "3"]),
        WORDS,
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8).map("text {}".format),
    ),
    min_size=1,
)
HIDDEN = ("thing", "place", "status", "text")
NAMES = st.tuples(
    st.sampled_from(["sku", "item_sku", "Item SKU"]),
    st.sampled_from(["storeId", "store", "Store ID"]),
    st.sampled_from(["status", "Status", "item_status"]),
    st.sampled_from(["message", "reason", "text"]),
)


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.sampled_from(SKUS), st.sampled_from(STORES)), min_size=1, unique=True),
    ROWS,
    NAMES | st.just(HIDDEN),
    st.permutations(range(4)),
    st.sampled_from(sorted(FORMS)),
)
@example(
    [("A", "")],
    [("A", "", SUCCESS, "one\u2028two\x85three\x0bfour")],
    ("sku", "store", "status", "message"),
    [0, 1, 2, 3],
    "csv",
)
def test_an_item_is_confirmed_if_all_rows_about_it_and_its_store_are_successes_and_else_has_the_reason_of_one(
    items: list[tuple[str, str]], rows: list[tuple[str, ...]], names: tuple[str, ...], order: list[int], form: str
) -> None:
    report = [{names[place]: row[place] for place in order} for row in rows]
    try:
        outcomes, found = _classify(FORMS[form](report), _sent(*items))
    except ReportError:
        assert names == HIDDEN, "the names are certain"
        return
    reported = [
        (sku, "" if names == HIDDEN else store, word, word if names[-1] == "text" else text) for sku, store, word, text in rows
    ]
    for each in outcomes:
        about = {
            (word, reason)
            for sku, store, word, reason in reported
            if sku == each.sku and (not each.store or store in ("", each.store))
        }
        reasons = [reason for word, reason in about if word != SUCCESS]
        if not about:
            assert (each.status, each.reason) == ("unknown", "it is not in the report")
        else:
            assert (each.status, each.reason) == (("rejected", min(reasons)) if reasons else ("confirmed", ""))
    assert found.unexpected == len({sku for sku, *_ in reported} - {sku for sku, _ in items})
