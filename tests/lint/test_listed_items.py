"""What is said of a response that lists each item with its status is true of the document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.lint import extensions
from scripts.spec.document import read

WORDS = {"success": ["MADE"], "failures": ["LOST", "LATE"]}
MAP = {
    "items": "$response.body#/map",
    "beside": {"map": lambda rows: {"type": "object", "additionalProperties": rows["items"]}, "any": lambda _: {"type": "object"}},
}
NUMBER = "$response.body#/number"
BESIDE = {
    "items": "$response.body#/rows",
    "beside": {"number": lambda _: {"type": "integer"}, "errors": lambda _: {"type": "array", "items": {}}},
}
STATUSES = {
    "open": {"type": "string", "enum": ["MADE", "LOST", "LATE", "WAITING"], "x-client-enum": "open"},
    "text": {"type": "string"},
    "flag": {"type": "boolean"},
    "code": {"type": "integer"},
    "any": {},
    "either": {"anyOf": [{"type": "integer"}, {"type": "null"}, {"const": "MADE"}]},
}


def findings(tmp_path: Path, *, row: Any = STATUSES, beside: Any = None, **table: Any) -> list[tuple[str, str]]:
    """Return where below the table, and why, a document with it is wrong.

    Args:
        tmp_path: gets the document.
        row: more properties of a listed item.
        beside: the response is an object with the list and these properties; by default it is the list.
        table: fields of the table.
    """
    kept = {"type": "array", "maxItems": 9, "items": {"type": "object", "properties": {"id": {"type": "string"}}}}
    element = {"type": "object", "properties": {"id": {"type": "string"}, "why": {"type": "string"}, **row}}
    chunking = {
        "array": "$request.body",
        "key": ["/id"],
        "normalize": "none",
        "keep": "last",
        "rejections": {
            name: each
            for name, each in {"items": "$response.body", "key": "/id", "reason": "/why", **table}.items()
            if each is not None
        },
    }
    body: Any = {"type": "array", "items": element}
    if beside is not None:
        body = {"type": "object", "properties": {"rows": body, **{name: kind(body) for name, kind in beside.items()}}}
    operation = {
        "operationId": "keep",
        "requestBody": {"content": {"application/json": {"schema": kept}}},
        "responses": {"207": {"description": "", "content": {"application/json": {"schema": body}}}},
        "x-client-chunking": chunking,
    }
    document = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {"/a": {"post": operation}}}
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    found = extensions.check(read(path))
    return [(each.pointer.partition("x-client-chunking/rejections")[2], each.advice) for each in found]


@pytest.mark.parametrize(
    ("status", "success", "failures"),
    [
        ("open", ["MADE"], ["LOST"]),
        ("text", ["made", "true"], ["lost"]),
        ("flag", [True], [False]),
        ("code", [200, 201], [400]),
        ("any", [1, "1"], [True]),
        ("either", ["MADE"], [3]),
    ],
)
def test_words_that_the_status_can_be_are_clean(status: str, success: list[Any], failures: list[Any], tmp_path: Path) -> None:
    assert findings(tmp_path, status=f"/{status}", success=success, failures=failures) == []


@pytest.mark.parametrize(
    ("table", "pointer", "words"),
    [
        ({"status": "/state", **WORDS}, "/status", "'state' of '/state' does not exist"),
        ({"status": "/open", **WORDS, "success": ["MADE", "KEPT"]}, "/success/1", "the status, which has 'MADE', 'LOST', "),
        ({"status": "/open", **WORDS, "failures": ["lost"]}, "/failures/0", "'lost' is not a value of the status"),
        ({"status": "/flag", "success": [True], "failures": ["false"]}, "/failures/0", "'false' is not a value of the status"),
        ({"status": "/flag", "success": [1], "failures": [False]}, "/success/0", "1 is not a value of the status"),
        ({"status": "/code", "success": [200], "failures": [True]}, "/failures/0", "True is not a value of the status"),
        ({"status": "/either", "success": ["LOST"], "failures": [3]}, "/success/0", "'LOST' is not a value of the status"),
        ({"status": "/open", **WORDS, "failures": ["LOST", "MADE"]}, "/failures/1", "'MADE' confirms an item, too"),
        ({"status": "/open", "success": ["MADE"]}, "", "'failures' is a dependency of 'status'"),
        ({"status": "/open", "failures": ["LOST"]}, "", "'success' is a dependency of 'status'"),
        ({"success": ["MADE"]}, "", "'status' is a dependency of 'success'"),
        ({"failures": ["LOST"]}, "", "'status' is a dependency of 'failures'"),
        ({"key": None}, "", "nothing says what item an element of the list is of"),
        ({**MAP}, "/key", "the list is a map by the keys of the items"),
        ({**MAP, "key": None, "index": "/id"}, "/index", "the list is a map by the keys of the items"),
        ({**MAP, "key": None, "items": "$response.body#/any"}, "/items", "is neither an array nor a map by the keys of the items"),
        ({**MAP, "key": None, "reason": "/what"}, "/reason", "'what' of '/what' does not exist"),
        ({**BESIDE, "refused": "$response.body#/lost"}, "/refused", "'lost' of '/lost' does not exist"),
        ({**BESIDE, "refused": "$response.body#/errors"}, "/refused", "'$response.body#/errors' is not a whole number"),
        ({**BESIDE, "informational": ["$response.body#/notes"]}, "/informational/0", "'notes' of '/notes' does not exist"),
        ({**BESIDE, "informational": ["$response.body#/rows"]}, "/informational/0", "says which items are refused, or how many"),
        ({**BESIDE, "refused": NUMBER, "informational": [NUMBER]}, "/informational/0", "says which items are refused, or how many"),
    ],
)
def test_a_contradiction_is_the_only_finding(table: dict[str, Any], pointer: str, words: str, tmp_path: Path) -> None:
    ((found, advice),) = findings(tmp_path, **table)
    assert (found, words in advice) == (pointer, True), advice


@pytest.mark.parametrize(("index", "is_clean"), [("text", True), ("code", True), ("any", True), ("flag", False), ("list", False)])
def test_an_index_is_a_number_or_a_path(index: str, is_clean: bool, tmp_path: Path) -> None:
    found = findings(tmp_path, row={**STATUSES, "list": {"type": "array"}}, key=None, index=f"/{index}")
    advice = f"'/{index}' is neither a whole number nor text; name the index of an item, or a path with it"
    assert found == ([] if is_clean else [("/index", advice)])


OPEN = {"enum": ["created", "failed"], "type": "string", "x-client-enum": "open"}


@pytest.mark.parametrize(
    "row", [{"state": OPEN}, {"success": {"type": "boolean"}}, {"state": {"type": "string", "enum": ["No", "OK"]}}]
)
@pytest.mark.parametrize("beside", [None, {"count": lambda _: {"type": "integer"}}, {"ids": lambda _: {"type": "array"}}])
def test_a_listed_item_that_can_have_succeeded_is_not_just_refused(row: Any, beside: Any, tmp_path: Path) -> None:
    items = {"items": "$response.body#/rows"} if beside else {}
    ((found, advice),) = findings(tmp_path, row=row, beside=beside, **items)
    assert (found, f"{min(row)!r} can say that an item has succeeded" in advice) == ("", True), advice


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"code": {"type": "string", "enum": ["UNKNOWN", "DUPLICATE", "NOT_CREATED"]}},
        {"retryable": {"type": "boolean"}},
        {"success": {"type": "boolean", "enum": [False]}},
        {"status": {"type": "integer"}},
        {"status": {"type": "string"}},
    ],
)
def test_a_listed_item_that_says_nothing_of_success_may_be_refused(row: Any, tmp_path: Path) -> None:
    assert findings(tmp_path, row=row) == []


def test_the_successful_items_may_have_a_list_like_that_of_the_refused_ones(tmp_path: Path) -> None:
    assert findings(tmp_path, row={"state": OPEN}, beside={"kept": lambda body: body}, items="$response.body#/rows") == []
