"""What is staged of an input: each valid item once, bad rows with their reasons, and what replaces an item after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog_jobs import BadRow, Duplicate, InputError, Options, Row, Table
from catalog_jobs._store.packing import StagedChunk, numbers_in, unpacked
from catalog_jobs._store.tables import GROUPS, JOBS
from catalog_jobs._work import staging
from catalog_jobs._work.planning import Plan, plan_to_stage
from catalog_jobs.jobs import Submission
from scripts.torture.planned import SmallJobs
from tests.clients.access import JWO, YANDEX
from tests.clients.causes import ADD, ARCHIVE, UPLOAD
from tests.jobs.desk import ARGUMENTS, Desk
from tests.overrides.ways import product


def staged(desk: Desk, job: str) -> list[tuple[int, list[list[int]]]]:
    """Return the phase of each group, and the positions of each of its chunks."""
    query = select(GROUPS.c.phase, GROUPS.c.content).where(GROUPS.c.job == job).order_by(GROUPS.c.number)
    with desk.database.read() as connection:
        rows = connection.execute(query).all()
    return [(phase, [numbers_in(chunk.positions) for chunk in unpacked(content, list[StagedChunk])]) for phase, content in rows]


def test_items_are_staged_in_chunks_and_groups(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, [f"SKU-{number}" for number in range(12)], start=False)
    assert staged(desk, job) == [(0, [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]), (0, [[11, 12]])]
    found = desk.jobs.status(job)
    assert (found.state, found.rows, found.items, found.requests, found.left) == ("staged", 12, 12, 3, 12)


@pytest.mark.parametrize(
    ("api", "operation", "chunks", "sizes"),
    [
        (JWO, ARCHIVE, 40, [1] * 40),  # the ingestion of each is waited for
        (YANDEX, ADD, 14, [1] * 14),
        (YANDEX, ADD, 70, [1] * 32 + [2] * 8 + [3] * 6 + [4]),
    ],
)
def test_groups_are_so_small_that_many_chunks_are_sent_at_the_same_time(
    desk: Desk, api: str, operation: str, chunks: int, sizes: list[int]
) -> None:
    items, options = [f"SKU-{number}" for number in range(2 * chunks)], Options(base_url=desk.mocks.served.urls[api])
    with SmallJobs(desk.store, size=2, group=None) as jobs:
        job, _ = jobs.submit(api, operation, items, arguments=ARGUMENTS[operation], options=options, start=False)
    assert [len(found) for _, found in staged(desk, job.id)] == sizes


DEEP: object = reduce(lambda inner, _: [inner], range(5000), list[object]())
ROWS = [Row(f"SKU-{number}", number, (f"SKU-{number}", "Kettle")) for number in range(250)]


def test_an_unfinished_job_is_found_however_its_input_is_cut(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def submitted(size: int, group: int | None, batch: int, rows: Iterable[object]) -> Submission:
        monkeypatch.setattr(staging, "_BATCH", batch)
        options = Options(base_url=desk.mocks.served.urls[YANDEX])
        with SmallJobs(desk.store, size=size, group=group) as jobs:
            return jobs.submit(YANDEX, ADD, rows, arguments=ARGUMENTS[ADD], options=options, start=False)

    first = submitted(20, None, 100, ROWS)
    assert first.is_new
    assert submitted(15, 3, 70, ROWS) == (first.job, False)


def test_another_input_is_another_job(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_BATCH", 100)
    inputs: list[list[object]] = [
        [*ROWS],
        [*ROWS[:-1]],
        [*ROWS[:-1], Row("SKU-249", 249, ("SKU-249", "Mug"))],
        [*ROWS[:-1], Row("SKU-249", 250, ("SKU-249", "Kettle"))],
        [*ROWS[:-1], Row("SKU-249", 249, ("SKU-249", "Kettle"), "other.csv")],
        [*ROWS, BadRow(250, "sku", "is empty", ("", "Kettle"))],
        [*ROWS, Row("SKU-1", 250, ("SKU-1", "Kettle"))],
    ]
    ids = [desk.submit(YANDEX, ADD, rows, start=False) for rows in inputs]
    assert len({*ids}) == len(inputs)
    assert [desk.submit(YANDEX, ADD, rows, start=False) for rows in inputs] == ids


@pytest.mark.parametrize("item", [{(1, 2): 3}, object(), DEEP])
def test_an_item_that_cannot_be_json_is_rejected_alone(desk: Desk, item: object) -> None:
    job = desk.submit(YANDEX, ADD, [*"ab", item], start=False)
    found = desk.jobs.status(job)
    assert (found.items, found.bad_rows) == (2, 1)
    assert desk.submit(YANDEX, ADD, [*"ab", item], start=False) == job


@pytest.mark.parametrize(("api", "operation", "most"), [(JWO, ARCHIVE, 1), (YANDEX, ADD, 25)])
def test_a_group_of_a_large_job_has_a_few_thousand_items(api: str, operation: str, most: int) -> None:
    plan = plan_to_stage(api, operation, ARGUMENTS[operation], Options(base_url="http://127.0.0.1:1"))
    assert plan.group_size(100_000) == most
    plan.bulk.close()


def test_the_groups_of_a_phase_are_small_again_at_its_beginning(desk: Desk) -> None:
    before = list[int]()

    class Noting(Plan):
        def group_size(self, chunks: int) -> int:
            before.append(chunks)
            return 1

    class NotingJobs(SmallJobs):
        def _plan(self, *given: Any) -> Plan:
            found = super()._plan(*given)
            return Noting(found.bulk, found.operation)

    items = [product(name, item_name=str(place)) for place, name in enumerate("ABACD")]
    options = Options(base_url=desk.mocks.served.urls[JWO])
    with NotingJobs(desk.store, size=2) as jobs:
        jobs.submit(JWO, UPLOAD, items, options=options, start=False)
    assert before == [0, 0, 1]


def test_bad_rows_are_rejected_with_line_column_and_rule_in_the_order_of_the_input(desk: Desk) -> None:
    rows = [
        Row("A", 2, ("A", 1)),
        BadRow(3, "sku", "has no digits", ("x", None)),
        Row("", 4, ("", 2)),
        Row("B", 5, ("B", True)),
        BadRow(6, "", "has 3 columns, and not 2"),
        BadRow(7, "n", "is empty", ("C", ""), sku="C", store="S1"),
    ]
    job = desk.submit(YANDEX, ADD, rows, table=Table("skus.csv", ["sku", "n"]), start=False)
    found = [(each.line, each.cells, each.sku, each.status, each.column, each.reason) for each in desk.outcomes(job)]
    assert found == [
        (2, ("A", 1), "A", "pending", "", ""),
        (3, ("x", None), "", "rejected", "sku", "has no digits"),
        (4, ("", 2), "", "rejected", "", "is empty"),
        (5, ("B", True), "B", "pending", "", ""),
        (6, (), "", "rejected", "", "has 3 columns, and not 2"),
        (7, ("C", ""), "C", "rejected", "n", "is empty"),
    ]
    assert [each.line for each in desk.jobs.bad_rows(job)] == [3, 4, 6, 7]
    assert [*desk.outcomes(job)][-1].store == "S1"
    status = desk.jobs.status(job)
    assert (status.rows, status.items, status.bad_rows, status.counts.rejected, status.left) == (6, 2, 4, 4, 2)
    assert status.input == Table("skus.csv", ["sku", "n"])


def test_bad_rows_are_in_the_order_of_the_input_however_far_it_is_read_before_a_chunk_is_checked(desk: Desk) -> None:
    wrong = {4, 8, 11, 16}
    rows: list[Row | BadRow] = []
    for line in range(2, 30):
        if line % 5 == 0:
            rows.append(BadRow(line, "sku", "is empty", ("", line)))
        else:
            name = "x" * 3000 if line in wrong else "name"
            rows.append(Row(product(f"SKU-{line}", item_name=name), line, (f"SKU-{line}", line)))
    job = desk.submit(JWO, UPLOAD, rows, start=False)
    assert [each.line for each in desk.outcomes(job)] == [*range(2, 30)]
    assert [each.line for each in desk.jobs.bad_rows(job)] == sorted({*wrong, *range(5, 30, 5)})
    found = desk.jobs.status(job)
    assert (found.rows, found.bad_rows, found.items) == (28, 9, 19)


def test_cells_keep_their_types_where_those_of_all_rows_are_equal(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, [Row("A", 2, (1, "")), Row("B", 3, (True, "")), Row("C", 4, (1.0, ""))], start=False)
    assert [type(each.cells[0]) for each in desk.outcomes(job)] == [int, bool, float]


def test_rows_of_a_class_of_the_caller_are_rows(desk: Desk) -> None:
    class Mine(Row, frozen=True):
        pass

    job = desk.submit(YANDEX, ADD, [Mine("A", 2, ("A", 1)), Mine("B", 7, ("B", 2))], start=False)
    assert [(each.line, each.cells, each.sku) for each in desk.outcomes(job)] == [(2, ("A", 1), "A"), (7, ("B", 2), "B")]


def test_rows_of_several_files_have_the_names_of_theirs(desk: Desk) -> None:
    rows = [Row(f"SKU-{number}", 2, ("A",), "a.csv" if number < 7 else "b.csv") for number in range(10)]
    job = desk.submit(YANDEX, ADD, rows, start=False)
    assert [each.file for each in desk.outcomes(job)] == ["a.csv"] * 7 + ["b.csv"] * 3


def test_what_the_spec_forbids_is_named_by_its_field(desk: Desk) -> None:
    items = [product("A", item_name="x" * 3000), product("B"), {"item_sku": "C"}]
    job = desk.submit(JWO, UPLOAD, items, start=False)
    first, second, third = desk.outcomes(job)
    assert (first.status, second.status, third.status) == ("rejected", "pending", "rejected")
    assert first.column == "item_name"
    assert [each.sku for each in (first, second, third)] == ["A", "B", "C"]
    assert "external" in third.reason


def test_duplicates_are_counted_and_sent_once(desk: Desk) -> None:
    job = desk.submit(JWO, ARCHIVE, ["A", "B", "A", "C", "B", "A"], start=False)
    assert desk.jobs.status(job).counts.duplicates == 3
    assert [each.sku for each in desk.outcomes(job)] == ["A", "B", "C"]


@pytest.mark.parametrize(("most", "batch"), [(100_000, 1000), (3, 1000), (3, 3)])  # with 3, while a chunk is not staged yet
def test_duplicates_are_kept_with_their_lines_and_keys(desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int, batch: int) -> None:
    monkeypatch.setattr(staging, "_MOST_OPEN", most)
    monkeypatch.setattr(staging, "_BATCH", batch)
    skus = ["A", "B", "A", " A ", "C", "C", "D", "C", *"EFGAAAA"]
    rows = [Row(sku, line, (sku, str(line))) for line, sku in enumerate(skus, 2)]
    rows.insert(4, BadRow(99, "sku", "is wrong"))  # type: ignore[arg-type]  # a list of both
    job = desk.submit(JWO, ARCHIVE, rows, table=Table("skus.csv", ["sku", "n"]), start=False)
    found = [*desk.jobs.duplicates(job)]
    sent = [each.line for each in desk.outcomes(job)]
    assert sorted([*sent, *(each.line for each in found)]) == sorted(row.line for row in rows)
    assert len(found) == desk.jobs.status(job).counts.duplicates
    assert found[0] == Duplicate(4, ("A", "4"), sku="A")
    assert [each.line for each in found] == sorted(each.line for each in found)
    assert [each.sku for each in found][-4:] == ["A"] * 4


def test_what_is_replaced_in_its_own_chunk_is_a_duplicate_of_what_replaces_it(desk: Desk) -> None:
    rows = [Row(product("A", item_name=name), line, (name,)) for line, name in enumerate(("old", "new"), 2)]
    job = desk.submit(JWO, UPLOAD, rows, start=False)
    (only,) = desk.jobs.duplicates(job)
    assert (only.line, only.sku, only.cells) == (2, "A", ("old",))


def test_an_item_that_is_replaced_in_a_later_chunk_is_sent_in_an_earlier_phase(desk: Desk) -> None:
    items = [
        product("A", item_name="old"),
        *(product(f"B{each}") for each in range(5)),
        product("A", item_name="new"),
        product("C"),
    ]
    job = desk.submit(JWO, UPLOAD, items, start=False)
    assert staged(desk, job) == [(0, [[1, 2, 3, 4, 5]]), (1, [[6, 7, 8]])]


def test_one_that_is_replaced_in_its_own_chunk_is_not_sent(desk: Desk) -> None:
    items = [product("A", item_name="old"), product("B"), product("A", item_name="new")]
    job = desk.submit(JWO, UPLOAD, items, start=False)
    assert [each.line for each in desk.outcomes(job)] in ([2, 3], [3, 2])
    assert desk.jobs.status(job).counts.duplicates == 1


def test_an_input_that_fails_in_the_middle_is_refused_with_its_place_and_nothing_of_it_is_left(desk: Desk) -> None:
    def items() -> Iterator[str]:
        yield from map(str, range(20))
        raise ValueError("line 21: not UTF-8")

    with pytest.raises(InputError, match="the input cannot be read after row 20: line 21: not UTF-8"):
        desk.submit(YANDEX, ADD, items())
    with desk.database.read() as connection:
        for table in (JOBS, GROUPS):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0


@pytest.mark.parametrize("items", ["SKU-1", {"SKU-1": 1}, 7, [1, 2], [{"sku": "A"}]], ids=str)
def test_what_is_no_list_of_items_is_refused(desk: Desk, items: object) -> None:
    with pytest.raises(TypeError):
        desk.submit(YANDEX, ADD, items)  # type: ignore[arg-type]
    assert desk.jobs.list() == []


def test_progress_says_how_many_rows_were_read(desk: Desk) -> None:
    seen = list[int]()
    desk.submit(YANDEX, ADD, map(str, range(2500)), start=False, progress=seen.append)
    assert seen == sorted(seen)
    assert 0 < seen[-1] <= 2500
