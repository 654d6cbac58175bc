"""What is done for many items at once has the same end as for each of them alone."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from io import StringIO
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catalog_clients import Counts, Outcome, Reports
from catalog_clients._engine.ledger.joint import JointOutcomes, Said
from catalog_clients._engine.ledger.ledger import Ledger
from catalog_clients._engine.ledger.records import ChunkResult, PendingItem
from catalog_clients._engine.reports.classifying import classify_by_report
from catalog_clients._engine.reports.rows import Form, read_rows
from catalog_clients._engine.run.state import RunState
from tests.overrides.reports.test_reports import DONE, SUCCESS, WORDS

TEXTS = ["A", "B", "c,d", 'x"y', "line\nend", "line\rend", "ü", "é\u2028", "", " "]
PLAIN = Form(encoding=None, separator=None, most_bytes=10**9, has_columns=lambda names: "sku" in names)


def _ended(keys: Sequence[tuple[str, str]], attempt: int = 2, ingestion: str = "i-1") -> list[PendingItem]:
    return [
        PendingItem(None, place, sku, store, 3, attempt=attempt, ingestion_id=ingestion)
        for place, (sku, store) in enumerate(keys, 1)
    ]


def _written(suffix: str, write: Callable[[Ledger], None]) -> bytes:
    with TemporaryDirectory() as folder:
        with Ledger(Path(folder, f"ledger{suffix}")) as ledger:
            write(ledger)
        return ledger.path.read_bytes()


def test_joint_outcomes_are_the_outcomes_of_their_items() -> None:
    items = _ended([("A", "1"), ("B", "2"), ("C", "")])
    said: list[Said] = [("confirmed", ""), ("rejected", "no"), ("unknown", "lost")]
    joint, each = JointOutcomes(items, said), [item.outcome(*says) for item, says in zip(items, said, strict=True)]
    assert ([*joint], len(joint), joint[1], joint[-1], joint[1:]) == (each, 3, each[1], each[2], each[1:])
    with pytest.raises(IndexError):
        joint[3]


def test_joint_outcomes_are_counted_and_added_to_others() -> None:
    items, state = _ended([("A", ""), ("B", "")]), RunState()
    found = ChunkResult[Outcome](results=JointOutcomes(items, [("confirmed", ""), ("rejected", "no")]))
    state.note(found)
    found.append(items[0].outcome("unknown"))
    found.add(ChunkResult(results=JointOutcomes(items, [("rejected", "")] * 2)))
    assert [each.status for each in found.results] == ["confirmed", "rejected", "unknown", "rejected", "rejected"]
    state.note(found)
    assert state.counts == Counts(confirmed=2, rejected=4, unknown=1)


SAID = st.sampled_from([("confirmed", ""), ("confirmed", ""), ("rejected", "no"), ("unknown", "no, not")])


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
@given(
    st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(["", "", "1", "x,y"]), SAID), min_size=1),
    st.sampled_from(["i-1", "", "i,1"]),
)
@settings(max_examples=30)
def test_a_ledger_has_the_same_lines_of_joint_outcomes_as_of_each(
    suffix: str, found: list[tuple[str, str, Said]], ingestion: str
) -> None:
    items, said = _ended([(sku, store) for sku, store, _ in found], ingestion=ingestion), [says for *_, says in found]
    joint = _written(suffix, lambda ledger: ledger.outcomes(JointOutcomes(items, said)))
    outcomes = [each.outcome(*says) for each, says in zip(items, said, strict=True)]
    assert joint == _written(suffix, lambda ledger: ledger.outcomes(outcomes))
    submitted = _written(suffix, lambda ledger: ledger.submitted(items, 3, ingestion))
    new = [replace(each, status="unknown", reason="sent once") for each in outcomes]
    assert submitted == _written(suffix, lambda ledger: ledger.outcomes(new)).replace(b"unknown", b"submitted")


CELL = st.sampled_from(["A", "B", "A", "B", "ü", "x\u2028y", " ", "", '"q"', '"a,b"', '"l\r\nm"'])
LINE = st.lists(CELL, min_size=3, max_size=3).map(",".join)
ODD = st.lists(CELL, max_size=4).map(",".join)
ENDS = st.sampled_from(["\r\n", "\r\n", "\r\n", "\n", "\n", "\r"])
TABLE = st.one_of(*(st.lists(st.tuples(line, ENDS), max_size=5) for line in (LINE, LINE, st.one_of(LINE, ODD))))


@given(TABLE, st.sampled_from([1, 1, 1, 1, 1, 1, 3000]), st.sampled_from(["", "\r\n"]))
@settings(max_examples=100)
@example([("A,B", "\r\n"), ("A,B,s1,A", "\r\n"), ("A,B,s1", "\n")], 1, "")
@example([(",,", "\r\n"), ("A,B,s1", "\r\n")], 1, "\r\n")
@example([('A,"B",C', "\r\n"), ("A,B,s1", "\r\n")], 1, "\r\n")
@example([("A,B,C", "\r"), ("A,B,s1", "\r\n")], 1, "\r\n")
def test_rows_are_those_that_csv_reads(lines: list[tuple[str, str]], times: int, dropped: str) -> None:
    text = "sku,status,note\r\n" + "".join(line + end for line, end in lines) * times
    text = text.rstrip(dropped) if dropped else text
    with TemporaryDirectory() as folder:
        path = Path(folder, "report")
        path.write_text(text, encoding="utf-8", newline="")
        found = [row for each in read_rows(path, PLAIN) for row in zip(*each.columns, strict=True)]
    table = csv.reader(StringIO(text, newline=""), strict=True)
    next(table)
    assert found == [tuple(row) for row in table if any(row)]


def test_a_value_that_csv_refuses_as_too_long_is_not_read_in_another_way(tmp_path: Path) -> None:
    lines = ["sku,status", *["A,B"] * 20, f"A,{'x' * (csv.field_size_limit() + 1)}", ""]
    (tmp_path / "report").write_text("\n".join(lines))
    with pytest.raises(csv.Error, match="field larger than field limit"):
        [*read_rows(tmp_path / "report", PLAIN)]


KEYS = [("A", ""), ("B", "1"), ("B", "2"), ("C", "1"), ("D", "2")]
ROW = st.sampled_from([(SUCCESS, ""), (SUCCESS, ""), (SUCCESS, ""), ("FAILURE", ""), ("FAILURE", f"is {DONE}"), ("PENDING", "")])


@given(
    st.lists(st.sampled_from(KEYS), min_size=1, unique=True),
    st.lists(ROW, min_size=1),
    st.tuples(*[st.booleans()] * 3),
    st.randoms(),
)
@settings(max_examples=80)
def test_the_order_of_a_report_does_not_count(
    keys: list[tuple[str, str]], says: list[tuple[str, str]], flags: tuple[bool, bool, bool], order: random.Random
) -> None:
    """The rows are about the items in their order, and then in another one."""
    has_stores, is_lost, has_more = flags
    rows = [
        f"{sku},{store if has_stores else ''},{status},{message}\r\n"
        for (sku, store), (status, message) in zip(keys, cycle(says), strict=False)
    ]
    rows += [f"OTHER,1,{SUCCESS},\r\n"] * has_more
    found = list[tuple[list[Outcome], int]]()
    with TemporaryDirectory() as folder:
        for each in (rows, order.sample(rows, len(rows))):
            path = Path(folder, "report")
            path.write_text(f"sku,{'store' if has_stores else 'note'},status,message\r\n{''.join(each)}", newline="")
            result = classify_by_report(path, _ended(keys), words=WORDS, options=Reports(), is_lost=is_lost)
            found.append(([*result.results], result.unexpected))
    assert found[0] == found[1]
    assert [each.item for each in found[0][0]] == [*range(1, len(keys) + 1)]


def test_reasons_of_rows_that_say_the_same_are_shown_without_what_nobody_may_read(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("sku,status,message\nA,FAILURE,secret\nB,FAILURE,secret\n")
    hide: Callable[[str], str] = lambda text: text.replace("secret", "***")  # noqa: E731
    found = classify_by_report(tmp_path / "report", _ended([("A", ""), ("B", "")]), words=WORDS, options=Reports(), hide=hide)
    assert [(each.status, each.reason) for each in found.results] == [("rejected", "***")] * 2


def test_rows_that_say_the_same_confirm_no_other_store(tmp_path: Path) -> None:
    (tmp_path / "report").write_text(f"sku,store,status\nA,1,{SUCCESS}\nB,1,{SUCCESS}\n")
    found = classify_by_report(tmp_path / "report", _ended([("A", "1"), ("B", "2")]), words=WORDS, options=Reports())
    assert [each.status for each in found.results] == ["confirmed", "unknown"]


def test_rows_that_all_say_it_was_done_before_confirm_what_may_have_been_sent_before(tmp_path: Path) -> None:
    (tmp_path / "report").write_text(f"sku,status,message\nA,FAILURE,is {DONE}\nB,FAILURE,is {DONE}\n")
    for is_lost, status in ((False, "rejected"), (True, "confirmed")):
        found = classify_by_report(
            tmp_path / "report", _ended([("A", ""), ("B", "")]), words=WORDS, options=Reports(), is_lost=is_lost
        )
        assert [each.status for each in found.results] == [status] * 2
