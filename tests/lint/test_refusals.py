"""An operation that can be sent something invalid documents how it refuses that."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from scripts.lint import refusals
from scripts.spec.document import read

SIZE = {"parameters": [{"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 50}}]}
WORDS = {"parameters": [{"name": "words", "in": "query", "schema": {"type": "string"}}]}
STATE = {"type": "string", "enum": ["A"]}
STATES = {"parameters": [{"name": "states", "in": "query", "schema": {"type": "array", "items": STATE}}]}
BODY = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}


def found(operation: Mapping[str, object], statuses: list[str], folder: Path) -> list[str]:
    """Return the advice where an operation has some responses."""
    operation = {**operation, "responses": {each: {"description": "It is so."} for each in statuses}}
    data = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/things": {"post": operation}}}
    path = folder / "spec.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    findings = refusals.check(read(path))
    assert [each.pointer for each in findings] == ["#/paths/~1things/post/responses"] * len(findings)
    return [each.advice for each in findings]


@pytest.mark.parametrize("status", ["400", "422", "4XX", "default", "404"])
@pytest.mark.parametrize("operation", [SIZE, STATES, BODY], ids=["bounds", "items", "body"])
def test_a_documented_refusal_is_clean(operation: Mapping[str, object], status: str, tmp_path: Path) -> None:
    assert found(operation, ["200", "401", status], tmp_path) == []


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (SIZE, "the parameter 'size' has bounds"),
        (STATES, "the parameter 'states' has bounds"),
        (BODY, "the request has a body"),
    ],
)
def test_without_one_the_reason_is_said(operation: Mapping[str, object], reason: str, tmp_path: Path) -> None:
    assert found(operation, ["200", "401", "429", "5XX"], tmp_path) == [
        f"{reason}, and no response to an invalid request is documented; document 400 or 422, or 4XX or default"
    ]


def test_a_request_that_cannot_be_invalid_needs_none(tmp_path: Path) -> None:
    assert found(WORDS, ["200"], tmp_path) == []
