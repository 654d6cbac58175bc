"""Every extension has its JSON Schema and its line in the README, and a 202 or 207 says how it is followed or read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from scripts.lint import extensions
from scripts.lint.__main__ import lint
from tests.lint.test_rules import GET, JOBS


@pytest.mark.parametrize(
    ("status", "statuses", "pointer", "words"),
    [
        (202, "[202]", None, ""),
        (202, "[201, 202]", "x-client-confirmation/statuses/0", "no response 201"),
        (202, None, "x-client-chunking", "only begins"),
        (207, "[207]", None, ""),
        (207, None, "x-client-chunking", "an outcome of its own"),
    ],
)
def test_a_success_that_does_not_say_what_was_done_is_followed_or_read_or_said_to_confirm(
    status: int, statuses: str | None, pointer: str | None, words: str, tmp_path: Path
) -> None:
    text = JOBS.read_text(encoding="utf-8")
    start, end = text.index("        conditions:\n"), text.index("        since:\n")
    said = f"        statuses: {statuses}\n" if statuses else ""
    text = (text[:start] + said + text[end:]).replace(
        "'200':\n          description: The job.", f"'{status}':\n          description: The job."
    )
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    findings, _ = lint(path)
    assert [finding.pointer for finding in findings] == ([f"{GET}/{pointer}"] if pointer else [])
    assert all(words in each.advice for each in findings)


@pytest.mark.parametrize("path", sorted(extensions.SCHEMAS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_json_schema_of_an_extension_is_valid(path: Path) -> None:
    Draft202012Validator.check_schema(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_each_extension_has_a_json_schema_and_a_line_in_the_readme() -> None:
    names = set(extensions.KINDS)
    assert {path.stem for path in extensions.SCHEMAS.glob("*.yaml")} == names
    readme = (extensions.SCHEMAS / "README.md").read_text(encoding="utf-8")
    assert {line.split("`")[1] for line in readme.splitlines() if line.startswith("| `")} == names


def test_a_map_of_items_by_their_keys_is_not_an_array(tmp_path: Path) -> None:
    text, old = JOBS.read_text(encoding="utf-8"), "type: array\n          maxItems: 100\n          items:"
    assert text.count(old) == 1
    text = text.replace(old, "type: object\n          additionalProperties:")
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    (found,) = [each.advice for each in lint(path)[0] if each.pointer == "#/paths/~1jobs~1{shop}/post/x-client-chunking/array"]
    assert found.startswith("'$request.body#/items' is not an array (a map of items by their keys is none), so that it cannot ")
