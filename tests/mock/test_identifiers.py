"""A vendor without code of its own holds numbered products, whatever the schema of their identifiers is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx2
import pytest

from scripts.mock.engine.clock import VirtualClock
from scripts.mock.generic.described import Described, of_file
from scripts.mock.generic.identifiers import Identifiers
from scripts.mock.generic.values import Values
from scripts.mock.generic.vendor import generic
from scripts.mock.served import Served
from scripts.mock.serving import running
from scripts.mock.settings import Settings

SIZE = 300
SCHEMAS: dict[str, tuple[dict[str, Any], int]] = {
    "any text": ({"type": "string"}, SIZE),
    "integer": ({"type": "integer", "format": "int64", "minimum": 1}, SIZE),
    "integer from 0": ({"type": "integer", "minimum": 0, "maximum": 99}, 99),
    "large integer": ({"type": "integer", "exclusiveMinimum": 10**17}, SIZE),
    "negative integer": ({"type": "integer", "minimum": -9, "maximum": -1}, 9),
    "multiple": ({"type": "integer", "minimum": 1, "maximum": 100, "multipleOf": 25}, 4),
    "integer with an example": ({"type": "integer", "example": 4711}, SIZE),
    "integer or null": ({"type": ["integer", "null"]}, SIZE),
    "number": ({"type": "number", "minimum": 10}, SIZE),
    "integer of two schemas": ({"allOf": [{"type": "integer"}, {"minimum": 500, "maximum": 600}]}, 101),
    "integer enum": ({"type": "integer", "enum": [3, 5, 7, 9, 11]}, 5),
    "uuid": ({"type": "string", "format": "uuid"}, SIZE),
    "enum": ({"type": "string", "enum": ["north", "south", "east", "west"]}, 4),
    "const": ({"const": "all"}, 1),
    "pattern": ({"type": "string", "pattern": "^[A-Z]{2,8}-[0-9]{1,8}$"}, SIZE),
    "letters": ({"type": "string", "pattern": "^[A-F]{3}$"}, 216),
    "digits in the middle": ({"type": "string", "pattern": "^P[0-9]{5}-[ab]x$"}, SIZE),
    "hexadecimal": ({"type": "string", "pattern": "^[0-9a-f]{8}$"}, SIZE),
    "short": ({"type": "string", "maxLength": 2}, 99),
    "long": ({"type": "string", "minLength": 40, "maxLength": 40}, SIZE),
    "e-mail": ({"type": "string", "format": "email"}, SIZE),
    "date": ({"type": "string", "format": "date"}, SIZE),
    "text or integer": ({"anyOf": [{"type": "string", "pattern": "^[a-z]{5}$"}, {"type": "integer"}]}, SIZE),
}


def _operation(place: int, schema: dict[str, Any]) -> dict[str, Any]:
    parameter = {"name": f"id{place}", "in": "path", "required": True, "schema": schema}
    responses = {code: {"description": "What it is."} for code in ("204", "400", "404")}
    return {"delete": {"operationId": f"delete{place}", "parameters": [parameter], "responses": responses}}


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Described:
    paths = {f"/things{place}/{{id{place}}}": _operation(place, schema) for place, (schema, _) in enumerate(SCHEMAS.values())}
    path = tmp_path_factory.mktemp("spec") / "things.json"
    path.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "Things", "version": "1"}, "paths": paths}))
    return of_file(path)


@pytest.fixture(scope="module")
def served(described: Described) -> Iterator[Served]:
    with running(Settings(size=SIZE), kinds=[generic(described)], clock=VirtualClock()) as mocks:
        yield mocks.served


@pytest.fixture(scope="module")
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client() as found:
        yield found


def identifiers(described: Described, kind: str, size: int = SIZE) -> tuple[Identifiers, dict[str, Any]]:
    parameter = described.operations[f"delete{[*SCHEMAS].index(kind)}"].spec.parameter(f"id{[*SCHEMAS].index(kind)}", "path")
    assert parameter
    found = Identifiers(described.schemas, Values(described.schemas), parameter["schema"], seed=1, size=size)
    return found, parameter["schema"]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_each_number_has_a_valid_identifier_and_each_identifier_its_number(described: Described, kind: str) -> None:
    found, schema = identifiers(described, kind)
    assert found.size == SCHEMAS[kind][1]
    texts = [found.identifier(number) for number in range(1, found.size + 1)]
    assert [found.number(text) for text in texts] == [*range(1, found.size + 1)]
    assert [text for text in texts if not described.schemas.valid(schema, found.value(text))] == []
    assert {found.number(text) for text in ("", "-", "0000001x", "²", "1" * 5000)} == {None}


@pytest.mark.parametrize("kind", ["any text", "integer", "uuid", "letters", "pattern", "short"])
def test_the_identifiers_of_a_larger_vendor_begin_with_those_of_a_smaller_one(described: Described, kind: str) -> None:
    small, large = identifiers(described, kind, 9)[0], identifiers(described, kind, 900_000_000)[0]
    assert [small.identifier(each) for each in range(1, 10)] == [large.identifier(each) for each in range(1, 10)]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_vendor_has_what_it_says_it_has_and_nothing_else(served: Served, http: httpx2.Client, kind: str) -> None:
    place, (_, size) = [*SCHEMAS].index(kind), SCHEMAS[kind]
    url, known = f"{served.urls['things']}/things{place}", served.known["things"][f"path.id{place}"]
    assert len(known) >= min(5, size)
    for each in known:
        assert http.delete(f"{url}/{quote(str(each), safe='')}").status_code == 204, each
    unknown = {"integer": 10**9, "uuid": UUID(int=7), "number": 10**9, "any text": "nobody", "hexadecimal": "f" * 8}
    if kind in unknown:
        assert http.delete(f"{url}/{unknown[kind]}").status_code == 404
    (state,) = http.post(f"{served.admin}/things/held", json=[str(known[0])]).json()
    assert f"delete{place}" in [name for change in state["changes"] for name in change["operations"]]
