"""The behaviour tables of a package say what the `x-client-*` extensions of its spec say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec import Struct, structs

from scripts.spec.document import Json, join, split
from tests.properties.contract import Operation
from tests.properties.package import Package
from tests.properties.schemas import target

_POINTERS = ("key", "store", "index", "reason", "by", "item", "items", "value", "kind")
_HEADER = "$response.header."
_OF_SCHEMAS = ("never_null",)  # fields that follow from the schemas of the response; tests/overrides/outcomes has their tests
_TABLES = ("chunking", "matching", "polling", "confirmation", "pagination", "rate-limit", "retry")


def test_the_tables_say_what_the_extensions_say(operation: Operation, package: Package) -> None:
    table = package.module.behaviour.OPERATIONS[operation.id]
    for name in _TABLES:
        found = as_json(getattr(table, name.replace("-", "_")))
        assert found == expected(operation, name), name
    assert as_json(table.rules) == [rule.because for rule in operation.rules]


def test_the_tables_are_frozen(operation: Operation, package: Package) -> None:
    tables = package.module.behaviour.OPERATIONS
    with pytest.raises(TypeError):
        tables[operation.id] = None
    for field in structs.fields(tables[operation.id]):
        with pytest.raises(AttributeError):
            setattr(tables[operation.id], field.name, None)


def as_json(value: Any) -> Json:
    """Write what a table has of an extension as JSON, without what is None, and each runtime expression as the spec writes it."""
    if hasattr(value, "message"):
        below = f"body{join(*value.path) if value.path else ''}" if value.part == "body" else f"{value.part}.{value.path[0]}"
        return f"${value.message}.{below}"
    if isinstance(value, Struct):
        fields = {name: each for name, each in structs.asdict(value).items() if each is not None and name not in _OF_SCHEMAS}
        return {name: as_json(each) for name, each in fields.items()}
    if isinstance(value, Mapping):
        return {key: as_json(each) for key, each in value.items()}
    return [as_json(each) for each in value] if isinstance(value, tuple) else value


def expected(operation: Operation, name: str) -> Json:
    """Return what `as_json` of a table has to be by its extension; None where the operation does not have the extension."""
    extension = operation.behaviour.get(f"x-client-{name}")
    if extension is None:
        return None
    found = _renamed(extension)
    found |= found.pop("corrections", {})
    found |= {"responses": [{"values": [], **each} for each in found["responses"]]} if "responses" in found else {}
    if name == "rate-limit":
        found["also"] = [{"also": [], **each.pop("corrections", {}), **each} for each in found.get("also", [])]
    if name == "chunking":
        found["size"] = _named(operation, extension["array"])["maxItems"] if "array" in extension else 1
        found |= {"refusals": [], "ignore": [], **found, "parameters": _places(extension.get("parameters", {}))}
        if "rejections" in found:
            found["rejections"] = _listed(extension["rejections"])
    if name == "matching":
        pages = operation.behaviour.get("x-client-pagination", {})
        found = {"items": pages.get("items"), "parameters": {}, "spellings": {}, "ignore": [], **found}
        found |= {each: extension[each] for each in ("parameters", "spellings") if each in extension}
    if name == "confirmation":
        conditions = [
            {"values": [], "failures": [], "ignore": [], "optional": False, **each} for each in found.get("conditions", [])
        ]
        found = {"statuses": [], "rejects": [], "retires": False, **found, "conditions": conditions}
    if name == "pagination":
        size = _named(operation, extension["size"]) if "size" in extension else {}
        first = {"first": 1} if "page" in extension else {"first": 0} if "offset" in extension else {}
        known = {ours: size[keyword] for ours, keyword in (("largest", "maximum"), ("default", "default")) if keyword in size}
        whole = {each: extension[each] for each in ("token", "link", "more", "pages", "total") if each in extension}
        found = {"last_page": "empty", **first, **found, **known, **whole}
    if name == "polling":
        found = {"confirms": True, "results_arguments": {}, "constants": {}, **found, **_status_request(operation, extension)}
        if "results_operation" in found:
            status = next(each for each in operation.api.operations if each.id == found["operation"])
            found["results_arguments"] = status.links[found["results_operation"]].get("parameters", {})
        if "results" in found:
            found["results"] = _listed(extension["results"])
        if "report" in found:
            found["report"] = {"failures": [], "expired": [], "columns": {}, **found["report"]}
    return found


def _status_request(operation: Operation, polling: Json) -> Json:
    """Return the part of a polling table that says how the status is requested: by a link, or at a URL that a response has."""
    if "location" not in polling:
        link = operation.links[polling["operation"]]
        return {"body": link.get("requestBody", {}), "arguments": link.get("parameters", {}), "path": ""}
    status = next(each for each in operation.api.operations if each.id == polling["operation"])
    own, names = ([each.name for each in one.parameters if each.location == "path"] for one in (operation, status))
    arguments = {name: f"$request.path.{name}" if name in own else polling["location"] for name in names}
    return {"body": {}, "arguments": arguments, "path": status.path, "location": polling["location"]}


def _places(parameters: Mapping[str, str]) -> Json:
    """Return the table of parameters that have a value of the item."""
    return {name: [*split(pointer)] for name, pointer in parameters.items()}


def _listed(outcomes: Json) -> Json:
    """Return the table of a list of outcomes of items."""
    status = {"status": [*split(outcomes["status"])]} if "status" in outcomes else {}
    return {"first": 0, "success": [], "failures": [], "informational": [], **_renamed(outcomes), **status}


def _renamed(value: Json, name: str = "") -> Json:
    """Write an extension with the names of Python, its pointers as lists, and its response headers by their names."""
    if isinstance(value, dict):
        return {_snake(key): _renamed(each, key) for key, each in value.items() if key != "x-client-note"}
    if isinstance(value, list):
        return [_renamed(each, name) for each in value]
    if isinstance(value, str) and not value.startswith("$") and name in _POINTERS:
        return list(split(value))
    return value.removeprefix(_HEADER).removesuffix("#") if isinstance(value, str) else value


def _snake(name: str) -> str:
    is_word = not name.isupper()  # in capitals it is a value of the vendor, such as EAN
    return "".join(f"_{each.lower()}" if each.isupper() and is_word else each for each in name)


def _named(operation: Operation, expression: str) -> Json:
    if expression.startswith("$request.query."):
        return target(operation.api, operation.parameter(expression.replace("$request.query.", "query ")).schema)
    schema = target(operation.api, operation.body or {})
    for name in split(expression.removeprefix("$request.body")):
        schema = target(operation.api, schema["properties"][name])
    return schema
