"""A success that can say that its request was refused is read by a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.lint.__main__ import lint

JOBS = Path(__file__).parent / "jobs.yaml"
PATH = "  /jobs:\n    get:\n"
STOP = f"""  /stops:
    post:
      operationId: stopJobs
      tags: [jobs]
      responses:
        '200':
          description: Done.
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/JobStatus'}}}}}}
{PATH}"""


@pytest.mark.parametrize(
    ("properties", "more", "found"),
    [
        ("success: {type: boolean}", "", ["'success'"]),
        ("is_ok: {type: string}", "", ["'is_ok'"]),
        ("errorCode: {type: integer}", "", ["'errorCode'"]),
        ("resultCode: {type: integer}, ok: {type: boolean}", "", ["'ok'", "'resultCode'"]),
        ("code: {type: string}", "", []),  # such as of a voucher
        ("status: {type: string, enum: [on, off]}", "", []),
        ("success: {type: boolean}", "x-client-confirmation: {conditions: [{value: $response.body#/success, values: [true]}]}", []),
        ("success: {type: boolean}", "x-client-confirmation: {statuses: [200]}", []),
        ("failed: {type: array, items: {type: string}}", "", ["'$response.body#/failed'"]),
        ("notStopped: {type: array, items: {type: string}}", "x-client-confirmation: {statuses: [200]}", []),
        ("notes: {type: array, items: {type: string}}, failed: {type: integer}", "", []),
    ],
)
def test_a_flag_or_a_code_of_a_success_has_to_be_read(properties: str, more: str, found: list[str], tmp_path: Path) -> None:
    schema = f"{{type: object, properties: {{{properties}}}}}"
    stop = STOP.replace("{$ref: '#/components/schemas/JobStatus'}", schema).replace(PATH, f"      {more}\n{PATH}")
    path = tmp_path / "spec.yaml"
    path.write_text(JOBS.read_text(encoding="utf-8").replace(PATH, stop), encoding="utf-8")
    findings = [each for each in lint(path)[0] if each.rule in ("success", "confirmation")]
    assert [each.advice.partition(" ")[0] for each in sorted(findings)] == found


@pytest.mark.parametrize(("word", "advice"), [("GONE", "'GONE' is not a value of it"), ("DONE", "'DONE' confirms an item, too")])
def test_a_value_that_rejects_is_one_that_does_not_confirm(word: str, advice: str, tmp_path: Path) -> None:
    text, path = JOBS.read_text(encoding="utf-8"), tmp_path / "spec.yaml"
    path.write_text(text.replace("values: [DONE]", f"values: [DONE]\n            failures: [{word}]"), encoding="utf-8")
    (found,) = lint(path)[0]
    assert (found.rule, found.pointer.rpartition("/conditions/")[2]) == ("confirmation", "0/failures/0")
    assert found.advice.startswith(advice)
