"""Reports of any form: what is certain is reported of each item, and nothing is confirmed that is not."""

from __future__ import annotations

import csv
import gzip
import json
import tracemalloc
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog_clients import Outcome, ReportError, Reports
from catalog_clients._engine.ledger.records import ChunkResult, PendingItem
from catalog_clients._engine.reports import columns
from catalog_clients._engine.reports.classifying import Words, classify_by_report
from tests.clients.causes import ARCHIVE
from tests.overrides.playing import TABLES

TABLE = TABLES[ARCHIVE]
SUCCESS: str = TABLE.polling.report.success
DONE: str = TABLE.retry.done
WORDS = Words(SUCCESS, TABLE.polling.report.failures, DONE)
ALONE = Reports()
NAME = "96893e97"
Row = dict[str, str]


def _sent(*items: str | tuple[str, str]) -> list[PendingItem]:
    pairs = [each if isinstance(each, tuple) else (each, "") for each in items]
    return [PendingItem(None, place, *pair) for place, pair in enumerate(pairs, 1)]


def _as_csv(rows: Sequence[Row], separator: str = ",") -> str:
    table = StringIO()
    writer = csv.DictWriter(table, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue()


FORMS: dict[str, Any] = {
    "csv": _as_csv,
    "csv with BOM": lambda rows: "\ufeff" + _as_csv(rows),
    "csv with blank lines": lambda rows: _as_csv(rows).replace("\r\n", "\n\n"),
    "csv with semicolons": lambda rows: _as_csv(rows, ";"),
    "csv with tabs": lambda rows: _as_csv(rows, "\t"),
    "csv with a title": lambda rows: f"Report of today\n{_as_csv(rows)}",
    "csv in UTF-16": lambda rows: _as_csv(rows).encode("utf-16"),
    "csv in UTF-16 without BOM": lambda rows: _as_csv(rows).encode("utf-16-le"),
    "csv, compressed": lambda rows: gzip.compress(_as_csv(rows).encode()),
    "json": json.dumps,
    "json lines": lambda rows: "\n".join(map(json.dumps, rows)),
    "json lines, compressed": lambda rows: gzip.compress("\n".join(map(json.dumps, rows)).encode()),
    "json with BOM": lambda rows: "\ufeff " + json.dumps(rows),
    "json in an object": lambda rows: json.dumps({"ingestionId": "1", "count": len(rows), "items": rows}),
}
ALL_FORMS = pytest.mark.parametrize("form", FORMS)


def _classify(
    text: str | bytes, sent: Sequence[PendingItem], columns: Reports = ALONE, *, words: Words = WORDS, is_lost: bool = False
) -> tuple[Sequence[Outcome], ChunkResult[Outcome]]:
    """Return the outcomes of items by a report: exactly one for each."""
    with TemporaryDirectory() as folder:
        path = Path(folder, NAME)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found = classify_by_report(path, sent, words=words, options=columns, is_lost=is_lost)
    assert [each.item for each in found.results] == [each.position for each in sent]
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
    rows = [
        {message: text, "other": "A", status: flag, sku: name} for name, flag, text in [("A", SUCCESS, ""), ("B", "FAILURE", "no")]
    ]
    assert _outcomes(FORMS[form](rows), "A", "B") == {"A": ("confirmed", ""), "B": ("rejected", "no")}


@ALL_FORMS
def test_columns_can_be_named(form: str) -> None:
    rows = [{"when": "now", "thing": name, "flag": flag} for name, flag in [("X", SUCCESS), ("B", "FAILURE"), ("A", SUCCESS)]]
    named = Reports(sku="thing", status="flag")
    assert _outcomes(FORMS[form](rows), "A", "B", columns=named) == {"A": ("confirmed", ""), "B": ("rejected", "FAILURE")}


@pytest.mark.parametrize("form", ["csv", "json", "json lines"])
@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ({"a": "A", "b": "A", "status": SUCCESS}, ALONE),
        ({"line": "A", "quantity": "A", "status": SUCCESS}, ALONE),
        ({"sku": "A", "status": SUCCESS, "itemStatus": SUCCESS}, ALONE),
        ({"sku": "A", "status": SUCCESS, "result": "FAILURE"}, ALONE),
        ({"sku": "A", "itemSku": "A", "status": SUCCESS}, ALONE),
        ({"sku": "A", "flag": "OK"}, ALONE),
        ({"sku": "A", "status": SUCCESS}, Reports(sku="asin")),
        ({"sku": "A", "status": SUCCESS}, Reports(status="state")),
        ({"sku": "A", "other": SUCCESS}, ALONE),
    ],
)
def test_columns_that_are_not_certain_are_an_error_that_names_them(form: str, row: Row, columns: Reports) -> None:
    with pytest.raises(ReportError, match=f"{NAME} cannot be read: .*not certain.*{next(iter(row))}"):
        _classify(FORMS[form]([row]), _sent("A"), columns)


@ALL_FORMS
def test_already_archived_confirms_only_what_may_have_been_sent_before(form: str) -> None:
    done = f"it is {DONE.upper()}"
    rows = [{"sku": "A", "status": "FAILURE", "message": done}, {"sku": "B", "status": "FAILURE", "message": "no"}]
    rejected = {"A": ("rejected", done), "B": ("rejected", "no")}
    assert _outcomes(FORMS[form](rows), "A", "B") == rejected
    confirmed = {**rejected, "A": ("confirmed", f"{done}, as it was sent before")}
    assert _outcomes(FORMS[form](rows), "A", "B", is_lost=True) == confirmed
    earlier = _sent("A", "B")
    earlier[0].was_sent = earlier[1].was_sent = True
    assert [each.status for each in _classify(FORMS[form](rows), earlier)[0]] == ["confirmed", "rejected"]


@pytest.mark.parametrize(
    "message", [f"not {DONE}", f"{DONE}ly", f"it was never {DONE}", f"un{DONE}", f"partially {DONE}", f"{DONE}, but restored since"]
)
def test_words_around_already_archived_that_change_its_meaning_confirm_nothing(message: str) -> None:
    text = _as_csv([{"sku": "A", "status": "FAILURE", "message": message}])
    assert _outcomes(text, "A", is_lost=True) == {"A": ("rejected", message)}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (f" {SUCCESS} ", "confirmed"),
        (SUCCESS.lower(), "confirmed"),
        ("failure", "rejected"),
        (" FAILED", "rejected"),
        ("", "unknown"),
        ("PENDING", "unknown"),
        (f"NOT {SUCCESS}", "unknown"),
        (f"{SUCCESS}_WITH_WARNINGS", "unknown"),
    ],
)
def test_a_word_that_is_neither_success_nor_failure_leaves_its_item_unknown(word: str, status: str) -> None:
    assert _outcomes(_as_csv([{"sku": "A", "status": word}]), "A")["A"][0] == status


@pytest.mark.parametrize("column", ["error", "message", "failureReason", "details"])
def test_success_beside_a_message_confirms_nothing_unless_it_is_no_error(column: str) -> None:
    text = _as_csv([{"sku": "A", "status": SUCCESS, column: "not found"}, {"sku": "B", "status": SUCCESS, column: " "}])
    found = _outcomes(text, "A", "B")
    assert found["A"] == ("unknown", f"{SUCCESS} beside 'not found' as {column}; see `Reports(message='')` if that is not an error")
    assert found["B"] == ("confirmed", "")
    assert _outcomes(text, "A", columns=Reports(message=""))["A"] == ("confirmed", "")


def test_a_column_that_only_some_rows_have_counts() -> None:
    text = json.dumps([{"sku": "A", "status": SUCCESS}, {"sku": "A", "status": SUCCESS, "error": "gone"}])
    assert _outcomes(text, "A")["A"][0] == "unknown"


def test_a_row_with_too_few_or_too_many_values_leaves_only_its_items_unknown() -> None:
    text = f"sku,status,note\nA,{SUCCESS},\nB,{SUCCESS}\n\nC,{SUCCESS},x,y\nTotal,3\n"
    found = _outcomes(text, "A", "B", "C", "D")
    assert {sku: status for sku, (status, _) in found.items()} == {"A": "confirmed", "B": "unknown", "C": "unknown", "D": "unknown"}
    assert found["B"][1] == "the report is not certain about it: row 2 has 2 values, and there are 3 columns"
    assert found["D"][1] == "it is not in the report"


@pytest.mark.parametrize(
    ("written", "statuses"),
    [
        (["sku-1", " Sku-2", "SKU-3"], ["confirmed", "rejected", "confirmed"]),
        (["SKU-1", "SKU-2", "SKU-3"], ["confirmed", "rejected", "confirmed"]),
        (["sku-3", "sku-1", "sku-1"], ["rejected", "unknown", "confirmed"]),
    ],
)
def test_a_sku_in_another_letter_case_is_found_where_the_table_says_so(written: list[str], statuses: list[str]) -> None:
    rows = [{"sku": sku, "status": status} for sku, status in zip(written, (SUCCESS, "FAILURE", SUCCESS), strict=True)]
    words, sent = WORDS._replace(failures=("FAILURE",), ignored=("letter-case",)), _sent("SKU-1", "SKU-2", "SKU-3")
    found, _ = _classify(_as_csv(rows), sent, words=words)
    assert [each.status for each in found] == statuses
    alike, _ = _classify(_as_csv(rows), _sent("SKU-1", "sku-1", "SKU-3"), words=words)
    assert [each.status for each in alike][:2] == ["unknown", "unknown"]


def test_white_space_around_a_sku_is_ignored_where_that_is_certain() -> None:
    text = _as_csv([{"sku": " A ", "status": SUCCESS}, {"sku": "B ", "status": SUCCESS}])
    assert {sku: status for sku, (status, _) in _outcomes(text, "A", "B", " B").items()} == {
        "A": "confirmed",
        "B": "unknown",
        " B": "unknown",
    }


@pytest.mark.parametrize(
    ("store", "statuses"),
    [
        ("1", ["confirmed", "unknown"]),
        (1, ["confirmed", "unknown"]),
        (None, ["unknown", "unknown"]),
        ({"id": "1"}, ["unknown", "unknown"]),
        ("", ["unknown", "unknown"]),
    ],
)
def test_a_row_of_one_store_confirms_no_other(store: Any, statuses: list[str]) -> None:
    text = json.dumps([{"sku": "A", "store": store, "status": SUCCESS}])
    outcomes, _ = _classify(text, _sent(("A", "1"), ("A", "2")))
    assert [each.status for each in outcomes] == statuses


def test_rows_without_a_store_confirm_if_there_is_one_for_each() -> None:
    text = _as_csv([{"sku": "A", "status": SUCCESS}] * 2)
    assert [each.status for each in _classify(text, _sent(("A", "1"), ("A", "2")))[0]] == ["confirmed"] * 2


def test_the_encoding_and_the_separator_can_be_given() -> None:
    text = f"sku#status\nÜ#{SUCCESS}\n"
    with pytest.raises(ReportError, match=r"Reports\(encoding='cp1252'\)"):
        _classify(text.encode("cp1252"), _sent("Ü"))
    assert _outcomes(text.encode("cp1252"), "Ü", columns=Reports(encoding="cp1252", separator="#")) == {"Ü": ("confirmed", "")}


@pytest.mark.parametrize(
    ("option", "error"),
    [({"encoding": "utf-99"}, LookupError), ({"origins": "https://*.s3.amazonaws.com"}, TypeError), ({"origins": [1]}, TypeError)],
)
def test_an_invalid_option_is_refused(option: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Reports(**option)


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
        b'[{"sku": "A", "status": "SUCCESS"} {"sku": "B", "status": "SUCCESS"}]',
        b'{"sku": "A", "status": "SUCCESS"}\n{"sku": "B", ',
        b'[["A", "SUCCESS"]]',
        b'[{"sku": "A", "status": "SUCCESS"}, null]',
        b'[{"sku": "A", "status": "SUCCESS"}, {"sku": "A"}]',
        b'[{"sku": "A", "status": "FAILURE", "status": "SUCCESS"}]',
        b'{"a": [{"sku": "A", "status": "SUCCESS"}], "b": [{"sku": "A", "status": "FAILURE"}]}',
        b"[" * 100_000,
        b"sku,sku,status\nA,A,SUCCESS\n",
        b"sku,status,status\nA,FAILURE,SUCCESS\n",
        b"sku,status\nA,SUCCESS,FAILURE\n",
        b'sku,status\n"A,SUCCESS\n',
        b'sku,status\n"A"x,SUCCESS\n',
        b"<Error><Code>ExpiredToken</Code></Error>",
        b"\x1f\x8b\x08\x00",
        gzip.compress(b"sku,status\nA,SUCCESS\n")[:-9],
        b"sku,status\n\xff,SUCCESS\n",
        b"PK\x03\x04",
        b"A,FAILURE\nA,SUCCESS\n",
    ],
    ids=range(28),
)
def test_what_is_not_certainly_a_table_is_an_error_that_names_the_file(text: bytes) -> None:
    with pytest.raises(ReportError, match=NAME):
        _classify(text, _sent("A", "B"))


def test_a_report_that_is_larger_when_it_is_decompressed_is_refused() -> None:
    packed = gzip.compress(b"sku,status\n" + b"A,SUCCESS\n" * 1_000_000)
    with pytest.raises(ReportError, match="more than 1000000 bytes"):
        _classify(packed, _sent("A"), Reports(most_bytes=1_000_000))


@pytest.mark.parametrize(("form", "most"), [("csv", 250_000), ("json", 2_500_000), ("json lines", 2_500_000)])
def test_a_report_is_read_as_a_stream(form: str, most: int) -> None:
    text = FORMS[form]([{"sku": f"SKU-{number}", "status": SUCCESS, "name": "x" * 100} for number in range(4_000)])
    tracemalloc.start()
    try:
        outcomes, found = _classify(text, _sent("SKU-7", "SKU-3999"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [each.status for each in outcomes] == ["confirmed"] * 2
    assert found.unexpected == 3998
    assert peak < 2 * len(text) + most  # the test's own text and what is unexpected, and not each row of the report


@pytest.mark.parametrize("value", [1, True, None, ["SUCCESS"], {"status": "SUCCESS"}])
def test_a_value_that_is_not_text_confirms_nothing(value: Any) -> None:
    text = json.dumps([{"sku": "A", "status": value}, {"sku": value, "status": SUCCESS}, {"sku": "B", "status": SUCCESS}])
    found = {sku: status for sku, (status, _) in _outcomes(text, "A", "B", "C").items()}
    assert found == {"A": "unknown", "B": "confirmed", "C": "unknown"}


SKUS = ["A", "B", "a", "0012", "12", "ü", 'x"y', "c,d", SUCCESS, "é\u2028"]
STORES = ["", "1", "2", "01"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from([*SKUS, "UNEXPECTED"]),
        st.sampled_from([*STORES, "3"]),
        st.sampled_from([SUCCESS, SUCCESS, SUCCESS, SUCCESS, "FAILURE", "", "NOT SUCCESS", "PENDING"]),
        st.sampled_from(["", "", "", "one\u2028two\x85three\x0bfour", "no"]),
    ),
    min_size=1,
)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(SKUS), st.sampled_from(STORES)), min_size=1, unique=True),
    ROWS,
    st.permutations(["sku", "storeId", "status", "message"]),
    st.sampled_from(sorted(FORMS)),
)
@example([("A", "")], [("A", "", SUCCESS, "")], ["sku", "storeId", "status", "message"], "csv")
def test_only_rows_that_are_certain_confirm_or_reject(
    items: list[tuple[str, str]], rows: list[tuple[str, ...]], order: list[str], form: str
) -> None:
    names = ("sku", "storeId", "status", "message")
    report = [{name: row[names.index(name)] for name in order} for row in rows]
    outcomes, found = _classify(FORMS[form](report), _sent(*items))
    for each in outcomes:
        about = [
            (word, text) for sku, store, word, text in rows if sku == each.sku and (not each.store or store in ("", each.store))
        ]
        if each.status == "confirmed":
            assert about
            assert set(about) == {(SUCCESS, "")}
        elif each.status == "rejected":
            assert each.reason in {text or word for word, text in about if word == "FAILURE"}
        elif not about:
            assert each.reason == "it is not in the report"
        assert each.status == "rejected" or "FAILURE" not in dict(about) or each.store
    assert found.unexpected == len({sku for sku, *_ in rows} - {sku for sku, _ in items})


def test_what_a_late_row_says_is_added_to_what_an_early_one_of_the_same_item_has_said() -> None:
    skus = [f"S{number}" for number in range(1500)]
    rows = [{"sku": sku, "status": "FAILURE" if sku == "S0" else SUCCESS} for sku in skus]
    found = _outcomes(_as_csv([*rows, {"sku": "S0", "status": SUCCESS}]), *skus)
    assert found.pop("S0") == ("rejected", "FAILURE")
    assert {*found.values()} == {("confirmed", "")}


def test_a_row_without_the_name_of_a_sku_column_is_known_as_no_header_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "find_columns", None)
    assert not columns.has_columns(["SKU-1", SUCCESS, "the status"], Reports())
    monkeypatch.undo()
    assert columns.has_columns(["status", "Item SKU"], Reports())
    assert columns.has_columns(["status", "thing"], Reports(sku="thing"))
    assert not columns.has_columns(["thing", "Item SKU"], Reports())
