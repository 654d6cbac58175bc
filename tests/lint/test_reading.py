"""What is not a reference stays unchanged, and JSON keeps its positions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from scripts.lint import validity
from scripts.spec.document import read

DATA = {
    "openapi": "3.1.0",
    "info": {"title": "Smile \N{SLIGHTLY SMILING FACE} \\ud83d", "version": "1"},
    "paths": {},
    "components": {
        "schemas": {
            "Pointer": {
                "type": "object",
                "properties": {"$ref": {"type": "string", "maxLength": 9}, "example": {"$ref": "#/components/schemas/Pointer"}},
                "examples": [{"$ref": "nowhere"}],
            }
        }
    },
}


def test_a_property_named_ref_and_an_example_with_it_are_not_references(tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(DATA), encoding="utf-8")
    document = read(path)
    assert validity.check(document) == []
    assert document.resolved.data == DATA


def test_json_with_surrogates_and_tabs_has_lines(tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(DATA, indent="\t"), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    line = read(path).line("components", "schemas", "Pointer", "properties", "$ref", "maxLength")
    assert '"maxLength"' in lines[line - 1]


def test_a_document_whose_references_are_resolved_has_none_to_resolve() -> None:
    resolved = read(Path(__file__).with_name("jobs.yaml")).resolved
    assert resolved.resolved is resolved
    assert replace(resolved).resolved.data == resolved.data, "it would differ if it were resolved once more"
