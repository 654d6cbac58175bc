"""Several limits of an operation that repeat or contradict each other are found; those that do not are clean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.lint.__main__ import lint
from tests.lint.test_corrections import LIMIT
from tests.lint.test_rules import CREATE, JOBS

TABLE = "x-client-rate-limit"
DAILY = {"rate": 1000, "period": 86400, "burst": 1000, "cost": 1, "scope": ["credential"]}
AT_ONCE = {**DAILY, "rate": 50, "period": 1, "burst": 50, "concurrency": 4}


def found(also: list[dict[str, Any]], other: dict[str, Any] | None, folder: Path) -> list[tuple[str, str, str]]:
    """Return what lint finds where an operation has further limits, and another one has some limit."""
    text = JOBS.read_text(encoding="utf-8")
    assert text.count(LIMIT) == 1
    text = text.replace(LIMIT, f"{LIMIT}        also: {yaml.safe_dump(also, default_flow_style=True, width=10_000).strip()}\n")
    if other:
        text = text.replace(
            "      operationId: getJob\n      tags:", f"      operationId: getJob\n      {TABLE}: {other}\n      tags:"
        )
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    return [(each.rule, each.pointer, each.advice) for each in lint(path)[0]]


@pytest.mark.parametrize(
    ("also", "other"),
    [
        ([DAILY, AT_ONCE], None),
        ([{**DAILY, "period": 1}], None),  # of requests, beside items
        ([DAILY, {**DAILY, "scope": ["operation"]}], None),
        ([DAILY], {**DAILY, "rate": 10, "period": 1, "burst": 10, "cost": 2, "scope": ["operation"]}),
        (
            [DAILY],
            {**DAILY, "rate": 10, "period": 1, "burst": 10, "cost": 2, "also": [{**DAILY, "cost": 3}]},
        ),  # than the items, and 1
    ],
)
def test_different_limits_are_clean(also: list[dict[str, Any]], other: dict[str, Any] | None, tmp_path: Path) -> None:
    assert found(also, other, tmp_path) == []


@pytest.mark.parametrize(
    ("also", "below", "advice"),
    [
        (
            [DAILY, {**DAILY, "rate": 500}],
            "also/1",
            "also/0 has the same scope, cost and period, so that only the lower of them counts",
        ),
        ([{**DAILY, "untilFormat": "epoch-seconds"}], "also/0/untilFormat", "no effect without until"),
        ([{**DAILY, "cost": "$request.body#/item"}], "also/0/cost", "item"),
        (
            [{**DAILY, "corrections": {"remaining": "$response.header.X-Limit"}}],
            "also/0/corrections/remaining",
            "'$response.header.X-Limit' corrects the first limit, too",
        ),
        ([{**DAILY, "corrections": {"limit": "$response.header.x-day"}}], "also/0/corrections/limit", "'x-day'"),
        (
            [{**DAILY, "corrections": {"until": "$response.header.x-day"}}],
            "also/0/corrections/until",
            "no effect without remaining",
        ),
    ],
)
def test_what_is_wrong_with_a_further_limit_is_found_at_it(
    also: list[dict[str, Any]], below: str, advice: str, tmp_path: Path
) -> None:
    rule, pointer, text = found(also, None, tmp_path)[0]
    assert (rule, pointer) == ("rate-limit", f"{CREATE}/{TABLE}/{below}")
    assert advice in text


@pytest.mark.parametrize(
    ("wrong", "below", "words"),
    [
        ({**DAILY, "also": [AT_ONCE]}, "also/0", "should not be valid"),
        ({"rate": 1}, "also/0", "is a required property"),
        ({**DAILY, "burts": 1}, "also/0", "there is no 'burts' here (did you mean 'burst'?)"),
    ],
)
def test_a_further_limit_has_the_form_of_the_first_and_none_of_its_own(
    wrong: dict[str, Any], below: str, words: str, tmp_path: Path
) -> None:
    findings = found([wrong], None, tmp_path)
    assert {(rule, pointer) for rule, pointer, _ in findings} == {("extension-schema", f"{CREATE}/{TABLE}/{below}")}
    assert words in findings[0][2]


def test_operations_that_share_a_limit_give_it_the_same_numbers(tmp_path: Path) -> None:
    ((rule, pointer, advice),) = found([DAILY], {**DAILY, "period": 1}, tmp_path)
    assert (rule, pointer) == ("rate-limit", f"{CREATE}/{TABLE}/scope")
    assert advice.startswith("by its scope it is one limit with the first limit of getJob, which has another rate; ")
