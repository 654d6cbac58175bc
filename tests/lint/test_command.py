"""The command `python -m scripts.lint`, and the specs that it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.apis import apis
from scripts.command import ROOT
from scripts.lint import validity
from scripts.lint.__main__ import lint, main
from scripts.spec.document import read
from scripts.tools import redocly
from tests.lint.test_rules import JOBS


def test_a_good_spec_is_clean() -> None:
    assert lint(JOBS) == ([], True)


def test_all_specs_are_checked_by_default(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["--no-style"]) == 0
    assert capsys.readouterr().out.startswith(f"{len(apis())} specs are clean by ")


def test_findings_are_sorted_lines_with_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = tmp_path / "a.yaml", tmp_path / "b.yaml"
    text = JOBS.read_text(encoding="utf-8").replace("example: j-1", "example: 1").replace("example: abc", "example: 2")
    one.write_text(text, encoding="utf-8")
    two.write_text("openapi: 3.1.0\ninfo: ]\n", encoding="utf-8")
    assert main(["--no-style", str(two), str(one)]) == 2
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.startswith(
        f"{one}:43: #/paths/~1jobs~1{{shop}}/post/responses/201/headers/X-Request-Id/example: example: 2 is not"
    )
    assert second.startswith(f"{one}:127: #/paths/~1jobs~1{{shop}}/get/parameters/0/example: example: 1 is not of type 'string'; ")
    assert third.startswith(f"{two}:2: #: invalid-yaml: ")


def test_two_specs_with_the_same_package_are_findings_beside_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = JOBS.read_text(encoding="utf-8")
    other = text.replace("import: jobs\n", "import: other\n").replace("jobs-client", "Jobs_Client")
    incomplete = text.replace("jobs-client", "third").replace("    version: 0.1.0\n", "")
    unnamed = text.replace("x-client-package:", "x-client-note:")
    paths = [tmp_path / f"{name}.yaml" for name in "abcd"]
    for path, content in zip(paths, (text, other, incomplete, unnamed), strict=True):
        path.write_text(content, encoding="utf-8")
    assert main(["--no-style", *map(str, paths)]) == 2
    found = [line.partition(": duplicate-package: ") for line in capsys.readouterr().out.splitlines()]
    assert [(place, advice) for place, is_one, advice in found if is_one] == [
        (f"{paths[1]}:6: #/info/x-client-package/distribution", f"'Jobs_Client' is also that of {paths[0]}:6; rename one"),
        (f"{paths[2]}:7: #/info/x-client-package/import", f"'jobs' is also that of {paths[0]}:7; rename one"),
    ]
    assert len(found) > 2  # it has no version


def test_a_missing_file_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-style", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml:1: #: unreadable: " in capsys.readouterr().out


def test_a_broken_spec_goes_to_no_later_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(JOBS.read_text(encoding="utf-8").replace("  title: Jobs\n", "").replace("kind: SMALL", "kind: TINY"), "utf-8")
    monkeypatch.setattr(redocly, "check", lambda paths: pytest.fail(f"{paths} went to Redocly"))
    assert main([str(path)]) == 2
    assert [finding.rule for finding in lint(path)[0]] == ["structure"]


def test_redocly_that_cannot_run_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(paths: object) -> None:
        raise redocly.RedoclyError(f"cannot read {len([paths])} list")

    monkeypatch.setattr(redocly, "check", fail)
    assert main([str(JOBS)]) == 2
    assert capsys.readouterr().err == "redocly: cannot read 1 list\n"


FOREIGN = """\
openapi: 3.0.3
info: {title: Foreign, version: '1'}
paths:
  x-any: [1]
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: array, items: {type: string}}}
    post:
      requestBody:
        content:
          application/json:
            schema:
              allOf:
                - {type: object, required: [x, undescribed], properties: {x: {type: string, enum: [a], default: 3}}}
                - $ref: '#/components/schemas/Tree'
            example: {x: 3}
      responses:
        x-any: [1]
        default:
          description: Anything.
          content: {application/json: {schema: {type: string, enum: [a], nullable: true, default: null}}}
components:
  schemas:
    Tree: {type: object, properties: {children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
"""


def test_validity_holds_no_rule_of_house_taste(tmp_path: Path) -> None:
    path = tmp_path / "foreign.yaml"
    path.write_text(FOREIGN, encoding="utf-8")
    assert validity.check(read(path)) == []


def test_a_response_without_description_is_found_in_openapi_3_0(tmp_path: Path) -> None:
    path = tmp_path / "foreign.yaml"
    path.write_text(FOREIGN.replace("          description: Anything.\n", ""), encoding="utf-8")
    assert [str(finding) for finding in validity.check(read(path))] == [
        f"{path}:19: #/paths/~1a~1{{id}}/post/responses/default: structure: the field 'description' is missing; add it"
    ]
