"""How a change of the `x-client-*` tables is rated and reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.api_diff.tables import table_changes
from scripts.spec.document import Document, Json
from tests.api_diff.cases import cases, reported

CASES = cases("tables.yaml")


@pytest.mark.parametrize("case", CASES)
def test_changes_are_reported_and_rated(case: str) -> None:
    before, now = (_document(CASES[case][state]) for state in ("old", "new"))
    assert reported(table_changes(before, now)) == CASES[case]["report"].splitlines()


def _document(operations: Json) -> Document:
    paths = {f"/{name}": {"get": {"operationId": name, **tables}} for name, tables in operations.items()}
    return Document(Path("x.yaml"), "", {"paths": paths, "components": {"securitySchemes": {"key": operations["a"]}}})
