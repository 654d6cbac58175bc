"""Each documented fact is in its spec: one row of a facts table, one fact. See README.md in this folder for the format."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from scripts.apis import apis
from scripts.spec.document import read
from tests.facts.table import problem, read_table

ROWS = {path.stem: [*read_table(path)] for path in sorted(Path(__file__).parent.glob("*.yaml"))}


@pytest.mark.parametrize("api", sorted({*apis(), *ROWS}))
def test_the_spec_has_the_facts(api: str) -> None:
    if api not in ROWS:
        pytest.skip(f"{api} has no facts: write them into tests/facts/{api}.yaml")
    spec = read(apis()[api].spec)
    found = [f"{api}.yaml:{row.line}: {row.fact.fact}: {why}" for row in ROWS[api] if (why := problem(row, spec))]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_no_two_rows_are_equal() -> None:
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for row in (row for rows in ROWS.values() for row in rows):
        alike[row.same_check].append(f"{row.path.name}:{row.line}")
    assert [rows for rows in alike.values() if len(rows) > 1] == []
