"""Each documented fact stands in its spec: one row of a facts table, one case. See README.md in this folder for the format."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from scripts.spec.document import Document, read
from scripts.spec.finding import SpecError
from tests.facts.table import SEEDS, Row, problem, read_table

HERE = Path(__file__).parent
SPECS = HERE.parents[1] / "specs"
ROWS = [row for table in sorted(HERE.glob("*.yaml")) for row in read_table(table)]
FEWEST_ROWS = 150


@cache
def spec(api: str) -> Document:
    """Read a spec once for all of its rows."""
    return read(SPECS / f"{api}.yaml")


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_spec_says_the_fact(row: Row) -> None:
    told = row.fault
    if told is None:
        try:
            told = problem(row, spec(row.api))
        except SpecError as error:
            told = f"the spec cannot be read: {error}"
    if told is not None:
        pytest.fail(row.told(told), pytrace=False)


def test_there_are_enough_rows() -> None:
    assert len(ROWS) >= FEWEST_ROWS


@pytest.mark.parametrize("seed", SEEDS)
def test_each_document_has_rows(seed: str) -> None:
    assert any(row.entry.get("seed") == seed for row in ROWS)


def test_each_spec_has_a_table_and_each_table_a_spec() -> None:
    assert {row.api for row in ROWS} == {path.stem for path in SPECS.glob("*.yaml")}


def test_no_two_rows_are_equal() -> None:
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for row in ROWS:
        alike[row.same_check].append(f"{row.path.name}:{row.line}")
    assert [places for places in alike.values() if len(places) > 1] == []
