from __future__ import annotations

from pathlib import Path

import pytest

from scripts.spec.finding import Finding
from scripts.tools import redocly

GOOD = """\
openapi: 3.1.0
info:
  title: Things
  version: '1'
  license:
    name: Apache-2.0
    identifier: Apache-2.0
servers:
  - url: https://things.invalid
security: []
paths:
  /things:
    get:
      operationId: listThings
      summary: List the things
      responses:
        '200':
          description: The things.
        '400':
          description: What is wrong with the request.
"""
SILENT = GOOD.replace("      operationId: listThings\n", "")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_errors_and_warnings_of_every_document_are_reported_with_file_line_pointer_rule_and_advice(tmp_path: Path) -> None:
    misspelt = write(tmp_path, "misspelt.yaml", GOOD.replace("license:", "licence:"))
    good = write(tmp_path, "good.yaml", GOOD)
    silent = write(tmp_path, "silent.yaml", SILENT)
    whole = write(tmp_path, "whole.yaml", GOOD[: GOOD.index("paths:")])
    wrong = "".join(f"  wrong{index}: true\n" for index in range(150))
    many = write(tmp_path, "many.yaml", GOOD.replace("servers:\n", f"{wrong}servers:\n"))

    findings = redocly.check([misspelt, good, silent, whole, many])

    see = "see https://redocly.com/docs/cli/rules/oas"
    operation = "#/paths/~1things/get"
    assert sorted(each for each in findings if each.path not in (whole, many)) == [
        Finding(misspelt, 2, "#/info", "redocly/info-license", f"Info object should contain `license` field; {see}/info-license"),
        Finding(
            misspelt, 5, "#/info/licence", "redocly/struct", "Property `licence` is not expected here; did you mean `license`?"
        ),
        Finding(
            silent,
            13,
            f"{operation}/operationId",
            "redocly/operation-operationId",
            f"Operation object should contain `operationId` field; {see}/operation-operationId",
        ),
    ]
    assert [each.pointer for each in findings if each.path == whole] == ["#"]
    assert len([each for each in findings if each.path == many]) == 150, "more than the hundred that Redocly prints by default"


def test_a_document_that_redocly_cannot_lint_is_an_error_even_where_another_one_has_findings(tmp_path: Path) -> None:
    silent = write(tmp_path, "silent.yaml", SILENT)
    strange = write(tmp_path, "strange.yaml", "openapi: 3.9.0\ninfo: {}\npaths: {}\n")

    with pytest.raises(redocly.RedoclyError, match=r"linted 1 of 2 documents .* Unsupported OpenAPI version: 3\.9\.0"):
        redocly.check([silent, strange])


def test_redocly_is_needed_only_where_there_is_a_document_and_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redocly, "ROOT", tmp_path)
    monkeypatch.setattr(redocly, "_INSTALLED", tmp_path / "cli.js")

    assert redocly.check([]) == []
    with pytest.raises(redocly.RedoclyError, match=r"not at cli\.js; run 'make setup'"):
        redocly.check([write(tmp_path, "good.yaml", GOOD)])
