"""OpenAPI documents of any size, in which every operation is much like the next."""

from __future__ import annotations

from typing import Any

_OPERATIONS_IN_TAG = 10


def document(operations: int) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document; half of its operations read a page of things, half of them write one thing."""
    tags = [f"group{number}" for number in range(-(-operations // _OPERATIONS_IN_TAG))]
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {
        "Problem": _struct("What went wrong.", {"code": {"type": "string"}, "text": {"type": "string"}}, ["code"])
    }
    for number in range(operations):
        tag = tags[number // _OPERATIONS_IN_TAG]
        if number % 2 == 0:
            paths[f"/shops/{{shopId}}/things{number}"] = {"get": _listing(number, tag)}
        else:
            paths[f"/shops/{{shopId}}/things{number}"] = {"post": _writing(number, tag)}
        schemas |= _schemas(number)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Synthetic {operations}", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "tags": [{"name": tag, "description": f"The operations of {tag}."} for tag in tags],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _listing(number: int, tag: str) -> dict[str, Any]:
    listed = {"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "string"}}
    return {
        **_operation(number, tag, "list", f"Page{number}"),
        "parameters": [
            _shop(),
            {"name": "ids", "in": "query", "style": "form", "explode": False, "description": "Which things.", "schema": listed},
            {
                "name": "limit",
                "in": "query",
                "description": "At most so many.",
                "schema": {"type": "integer", "minimum": 1, "maximum": 100},
            },
            {"name": "kind", "in": "query", "description": "Of this kind.", "schema": _reference(f"Kind{number}")},
        ],
    }


def _writing(number: int, tag: str) -> dict[str, Any]:
    body = {"application/json": {"schema": _reference(f"Thing{number}")}}
    return {
        **_operation(number, tag, "write", f"Thing{number}"),
        "parameters": [_shop()],
        "requestBody": {"required": True, "description": "The thing to write.", "content": body},
    }


def _operation(number: int, tag: str, verb: str, response: str) -> dict[str, Any]:
    def response_of(description: str, name: str) -> dict[str, Any]:
        return {"description": description, "content": {"application/json": {"schema": _reference(name)}}}

    return {
        "operationId": f"{verb}Things{number}",
        "tags": [tag],
        "summary": f"The operation {number}",
        "description": f"Does with things of the number {number} what it is called.",
        "responses": {
            "200": response_of("Done.", response),
            "400": response_of("Refused.", "Problem"),
            "429": response_of("Too often.", "Problem"),
        },
    }


def _schemas(number: int) -> dict[str, Any]:
    kind = {"type": "string", "description": "Kind of a thing.", "enum": ["SMALL", "LARGE", "OTHER"], "x-client-enum": "open"}
    thing = {
        "id": {"type": "string", "description": "Identifier.", "maxLength": 40},
        "name": {"type": "string", "description": "Name.", "minLength": 1, "maxLength": 255},
        "price": {"type": ["number", "null"], "description": "Price, in the currency of the shop.", "minimum": 0},
        "tags": {"type": "array", "description": "Words.", "maxItems": 20, "items": {"type": "string"}},
    }
    if number % 2:
        return {f"Thing{number}": _struct("A thing.", thing, ["id", "name"])}
    page = {
        "things": {"type": "array", "description": "The things.", "items": _reference(f"Thing{number}")},
        "next": {"type": "string", "description": "Token of the next page."},
    }
    return {
        f"Kind{number}": kind,
        f"Thing{number}": _struct("A thing.", {**thing, "kind": _reference(f"Kind{number}")}, ["id", "name"]),
        f"Page{number}": _struct("Things.", page, ["things"]),
    }


def _struct(description: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "description": description, "required": required, "properties": properties}


def _shop() -> dict[str, Any]:
    return {
        "name": "shopId",
        "in": "path",
        "required": True,
        "description": "The shop.",
        "schema": {"type": "string", "minLength": 1},
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
