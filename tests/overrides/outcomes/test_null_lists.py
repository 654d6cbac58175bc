"""Null in place of a list of failures, which confirms all items only if the spec allows it there."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
import yaml

from tests.generate.packages import Package
from tests.overrides.ways import Way

BASE = "https://api.lists.example"
LIST = {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}}
NULL = {"type": "null"}


def _inside(failed: Any, *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"failed": failed}, "required": list(required), **more}


SCHEMAS: dict[str, dict[str, Any]] = {
    "array": {"failed": LIST},
    "reference": {"failed": {"$ref": "#/components/schemas/List"}},
    "all of": {"failed": {"allOf": [LIST]}},
    "nullable": {"failed": {**LIST, "type": ["array", "null"]}},
    "or null": {"failed": {"anyOf": [LIST, NULL]}},
    "reference or null": {"failed": {"oneOf": [{"$ref": "#/components/schemas/List"}, NULL]}},
    "reference to null": {"failed": {"$ref": "#/components/schemas/NullableList"}},
    "nullable as in 3.0": {"failed": {**LIST, "nullable": True}},
    "itself": {"failed": {"$ref": "#/components/schemas/Self"}},
    "inner": {"result": _inside(LIST, "failed")},
    "inner or null": {"result": {"anyOf": [_inside(LIST, "failed"), NULL]}},
    "inner, nullable": {"result": _inside({**LIST, "type": ["array", "null"]}, type=["object", "null"])},
}
"""Optional properties of the responses of operations."""


def _operation(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    path = "result/failed" if "result" in properties else "failed"
    body = {
        "type": "object",
        "required": ["ids"],
        "properties": {"ids": {"type": "array", "maxItems": 9, "items": {"type": "string"}}},
    }
    return {
        "operationId": name,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body, "example": {"ids": ["A"]}}}},
        "responses": {
            "200": {
                "description": "What was refused.",
                "content": {"application/json": {"schema": {"type": "object", "properties": properties}}},
            }
        },
        "x-client-chunking": {
            "array": "$request.body#/ids",
            "key": [""],
            "normalize": "none",
            "keep": "first",
            "rejections": {"items": f"$response.body#/{path}", "key": "/id"},
        },
    }


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("lists")
    paths = {f"/{number}": {"post": _operation(f"remove{number}", each)} for number, each in enumerate(SCHEMAS.values())}
    schemas = {
        "List": LIST,
        "NullableList": {"anyOf": [LIST, NULL]},
        "Self": {"anyOf": [{"$ref": "#/components/schemas/Self"}, LIST]},
    }
    document = {"openapi": "3.1.0", "info": {"title": "Null lists", "version": "1"}, "servers": [{"url": BASE}], "paths": paths}
    (folder / "lists.yaml").write_text(yaml.safe_dump({**document, "components": {"schemas": schemas}}), encoding="utf-8")
    return Package(folder / "lists.yaml", folder / "out")


NO_LIST = ("unknown", "the response breaks the spec at $.failed: Expected `array`, got `null`")
NO_INNER_LIST = ("unknown", "the response breaks the spec at $.result.failed: Expected `array`, got `null`")
NO_OBJECT = ("unknown", "the response breaks the spec at $.result: Expected `object`, got `null`")
CONFIRMED = ("confirmed", "")


@pytest.mark.parametrize(
    ("schema", "body", "expected"),
    [
        ("array", {"failed": None}, NO_LIST),
        ("array", {}, CONFIRMED),
        ("array", {"failed": []}, CONFIRMED),
        ("reference", {"failed": None}, NO_LIST),
        ("all of", {"failed": None}, NO_LIST),
        ("itself", {"failed": None}, NO_LIST),
        ("nullable", {"failed": None}, CONFIRMED),
        ("nullable", {}, CONFIRMED),
        ("or null", {"failed": None}, CONFIRMED),
        ("reference or null", {"failed": None}, CONFIRMED),
        ("reference to null", {"failed": None}, CONFIRMED),
        ("nullable as in 3.0", {"failed": None}, CONFIRMED),
        ("inner", {"result": None}, NO_OBJECT),
        ("inner", {}, CONFIRMED),
        ("inner", {"result": {"failed": None}}, NO_INNER_LIST),
        ("inner", {"result": {}}, ("unknown", "the response breaks the spec at $.result.failed: the field is required")),
        ("inner or null", {"result": None}, CONFIRMED),
        ("inner or null", {"result": {"failed": None}}, NO_INNER_LIST),
        ("inner, nullable", {"result": None}, CONFIRMED),
        ("inner, nullable", {"result": {"failed": None}}, CONFIRMED),
    ],
)
def test_null_confirms_only_where_the_spec_allows_it(
    schema: str, body: Any, expected: tuple[str, str], way: Way, generated: Package
) -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=body))
    bulk = way.bulk(generated.root, BASE, http_client=way.http(transport=transport))
    outcomes = way.read(bulk.run(f"remove{[*SCHEMAS].index(schema)}", ["A", "B"]))
    assert [(each.status, each.reason) for each in outcomes] == [expected] * 2
