"""Refusals of a mock of any API name what is wrong, in the form that the document gives to its errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.command import ROOT
from scripts.mock.generic.described import of_file
from scripts.mock.generic.errors import Errors
from scripts.mock.generic.values import Values

DESCRIBED = of_file(ROOT / "tests" / "mock" / "bakery.yaml")
TEXT: dict[str, Any] = {"type": "string"}
CAUSE = 'body.items[3].sku: "AAAAAAAAAA" is longer than 9 characters'
PLACE = "body.items[3].sku"


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": [*properties], "properties": properties}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (_object(error=TEXT), {"error": CAUSE}),
        (_object(error=TEXT, error_description=TEXT), {"error": "mock-0", "error_description": CAUSE}),
        (_object(errors={"type": "array", "items": TEXT}), {"errors": [CAUSE]}),
        (_object(code={"enum": ["BAD"]}, message={**TEXT, "maxLength": 30}), {"code": "BAD", "message": f"{CAUSE[:27]}..."}),
        (
            _object(errors={"type": "array", "minItems": 1, "items": _object(field=TEXT, code=TEXT)}),
            {"errors": [{"field": PLACE, "code": "mock-0"}]},
        ),
        ({"type": "array", "items": _object(text=TEXT)}, [{"text": CAUSE}]),
        ({"type": "array", "items": _object(code={"type": "integer"})}, []),
        ({"type": "array", "items": {"type": "string", "pattern": "^E[0-9]$"}, "minItems": 1}, ["E0"]),
        (_object(ok={"type": "boolean"}), {"ok": True}),
    ],
)
def test_the_cause_is_where_an_error_has_its_words(schema: dict[str, Any], body: Any, tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    refused = {"description": "Bad.", "content": {"application/json": {"schema": schema}}}
    responses = {"200": {"description": "Fine."}, "400": refused}
    paths = {"/a": {"get": {"operationId": "a", "responses": responses}}}
    path.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths}), encoding="utf-8")
    described = of_file(path)
    response = Errors(described, Values(described.schemas)).response(described.operations["a"], 400, CAUSE)
    assert json.loads(response.body) == body
    assert described.schemas.valid(schema, body)


@pytest.mark.parametrize(
    ("schema", "value", "complaint"),
    [
        ({"maxLength": 40}, "B" * 41, ': "BBBB'),
        ({"maxLength": 40}, "B" * 1000, "... is longer than 40 characters"),
        ({"maxItems": 200}, [{"a": "b"}] * 201, ": the list has more than 200 items"),
        ({"items": {"maxProperties": 1}}, [{}, {"a": 1, "b": 2}], "[1]: the object has more than 1 property"),
        ({"enum": ["a"]}, "b", ': "b" is not one of "a"'),
        ({"type": "string"}, None, ': null is not of type "string"'),
        ({"required": ["name"]}, {"a": "b"}, ': "name" is a required property'),
    ],
)
def test_a_complaint_shows_the_rule_and_no_more_of_a_value_than_is_read(schema: Any, value: Any, complaint: str) -> None:
    found = DESCRIBED.schemas.complaint(schema, value)
    assert complaint in found
    assert len(found) < 120
