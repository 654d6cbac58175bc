"""A header that corrects a limit and would have no effect is found; those that have one are clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.lint.__main__ import lint
from tests.lint.lines import line_of
from tests.lint.test_rules import CREATE, JOBS

LIMIT = "          limit: $response.header.x-limit\n"


def found(names: list[str], folder: Path) -> list[tuple[str, str, int, str]]:
    """Return what lint finds where some corrections are named, and where it should be."""
    written = "".join(f"          {name}: $response.header.x-limit\n" for name in names)
    path = folder / "spec.yaml"
    path.write_text(JOBS.read_text(encoding="utf-8").replace(LIMIT, written), encoding="utf-8")
    return [(each.rule, each.pointer, each.line, each.advice) for each in lint(path)[0]]


@pytest.mark.parametrize("names", [["remaining"], ["remaining", "until"], ["limit", "remaining"], ["ratePerSecond"]])
def test_corrections_that_have_an_effect_are_clean(names: list[str], tmp_path: Path) -> None:
    assert found(names, tmp_path) == []


def test_the_end_of_a_period_without_what_is_left_has_no_effect(tmp_path: Path) -> None:
    ((rule, pointer, line, advice),) = found(["limit", "until"], tmp_path)
    assert (rule, pointer) == ("rate-limit", f"{CREATE}/x-client-rate-limit/corrections/until")
    assert line == line_of(pointer, JOBS.read_text(encoding="utf-8").replace(LIMIT, f"{LIMIT}          until: x\n"))
    assert advice == "it has no effect without remaining; name the header with what is left, too, or remove this"


@pytest.mark.parametrize("part", [";r", ';"per minute";r', ';"per minute"', ";", ";R", ";'a';r", ';"";r'])
def test_a_part_of_a_structured_header_has_a_key_and_maybe_an_item(part: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(JOBS.read_text(encoding="utf-8").replace("header.x-limit\n", f"header.x-limit{part}\n"), encoding="utf-8")
    found = [each.pointer for each in lint(path)[0]]
    assert found == ([] if part in (";r", ';"per minute";r') else [f"{CREATE}/x-client-rate-limit/corrections/limit"])
