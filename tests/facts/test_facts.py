"""Each documented fact is in its spec: one row of a facts table, one case. See README.md in this folder for the format."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from scripts.apis import apis
from scripts.spec.document import Document, read
from tests.facts.table import Row, problem, read_table

ROWS = [row for path in sorted(Path(__file__).parent.glob("*.yaml")) for row in read_table(path)]


@cache
def spec(api: str) -> Document:
    """Read a spec once for all of its rows."""
    return read(apis()[api].spec)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_spec_has_the_fact(row: Row) -> None:
    if found := problem(row, spec(row.path.stem)):
        pytest.fail(f"{row.path.name}:{row.line}: {row.fact.fact}: {found}", pytrace=False)


@pytest.mark.parametrize("api", apis())
def test_the_spec_has_a_table_of_facts(api: str) -> None:
    if api not in {row.path.stem for row in ROWS}:
        pytest.skip(f"{api} has no facts: write them into tests/facts/{api}.yaml")


def test_no_two_rows_are_equal() -> None:
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for row in ROWS:
        alike[row.same_check].append(f"{row.path.name}:{row.line}")
    assert [rows for rows in alike.values() if len(rows) > 1] == []
