"""What `x-client-retry` says of responses: which may be retried, and what asks for another attempt."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.lint.__main__ import lint
from tests.lint.test_rules import GET, JOBS, RETRIED

ROW = f"{GET}/x-client-retry/responses/0"


@pytest.mark.parametrize(
    ("response", "rest", "is_harmful"),
    [
        ("status: 500, wait: 1", "idempotent: false", True),
        ("status: 500, wait: 1", "idempotent: true", False),
        ("status: 500, text: Throttled, wait: 1", "idempotent: false", False),
        ("status: 500, value: $response.body#/id, values: [busy], wait: 1", "idempotent: false", False),
        ("status: 429, wait: 1", "idempotent: false", False),
    ],
)
def test_what_must_not_be_executed_twice_is_retried_only_after_what_says_that_nothing_was(
    response: str, rest: str, is_harmful: bool, tmp_path: Path
) -> None:
    path, table = (
        tmp_path / "spec.yaml",
        f"      x-client-retry: {{responses: [{{{response}}}], attempts: 2, maxWait: 1, {rest}}}\n",
    )
    failed = "          description: It failed.\n"
    body = "          content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}\n"
    text = JOBS.read_text(encoding="utf-8").replace(RETRIED, f"{table}  /jobs:\n")
    path.write_text(text.replace(failed, failed + body), encoding="utf-8")
    found = [(each.pointer, each.advice[:27]) for each in lint(path)[0]]
    assert found == ([(f"{GET}/x-client-retry/responses/0/status", "500 may follow an execution")] if is_harmful else [])


@pytest.mark.parametrize(
    ("row", "rule", "pointer", "advice"),
    [
        ("value: $response.body#/state, values: [BUSY]", "retry", "/value", "'state'"),
        ("value: $response.body#/status, values: [BUSY]", "retry", "/values/0", "'BUSY' is not a value of it, which has 'WAITING'"),
        ("value: $response.body#/status, values: [DONE]", "retry", "/values/0", "'DONE' confirms or rejects items"),
        ("value: $response.body#/status", "extension-schema", "", "'values' is a dependency of 'value'"),
    ],
)
def test_what_asks_for_another_attempt_is_a_value_that_says_nothing_else(
    row: str, rule: str, pointer: str, advice: str, tmp_path: Path
) -> None:
    responses = f"responses: [{{status: 200, {row}, wait: 1}}]"
    table = f"      x-client-retry: {{{responses}, attempts: 2, maxWait: 1, idempotent: true}}\n"
    path = tmp_path / "spec.yaml"
    path.write_text(JOBS.read_text(encoding="utf-8").replace(RETRIED, f"{table}  /jobs:\n"), encoding="utf-8")
    (found,) = lint(path)[0]
    assert (found.rule, found.pointer) == (rule, f"{ROW}{pointer}")
    assert advice in found.advice
