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


def found(operation: Mapping[str, object], statuses: list[str], folder: Path, **more: object) -> list[str]:
    """Return the advice where an operation has some responses, and the document has more."""
    operation = {**operation, "responses": {each: {"description": "It is so."} for each in statuses}}
    data = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/things": {"post": operation}}, **more}
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


KEY: dict[str, list[str]] = {"Key": []}
NONE = dict[str, list[str]]()


@pytest.mark.parametrize("status", ["401", "403", "4XX", "default"])
def test_a_documented_refusal_of_credentials_is_clean(status: str, tmp_path: Path) -> None:
    assert found({"security": [KEY]}, ["200", status], tmp_path) == []


@pytest.mark.parametrize("security", [[], [NONE], [KEY, NONE]], ids=["none", "nobody", "anybody"])
def test_an_operation_that_needs_no_credentials_refuses_none(security: list[object], tmp_path: Path) -> None:
    assert found({"security": security}, ["200"], tmp_path, security=[KEY]) == []


@pytest.mark.parametrize("is_whole", [True, False], ids=["document", "operation"])
def test_credentials_without_a_documented_refusal_are_named(is_whole: bool, tmp_path: Path) -> None:
    operation, more = ({}, {"security": [KEY]}) if is_whole else ({"security": [KEY]}, {})
    assert found(operation, ["200", "400", "404"], tmp_path, **more) == [
        "the operation needs credentials, and no response to wrong ones is documented; document 401 or 403, or 4XX or default"
    ]
