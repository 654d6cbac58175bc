"""What a mock reads of a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.command import ROOT
from scripts.mock.generic.described import Described, of_file
from scripts.mock.generic.values import Values

ZOO = """
openapi: 3.0.3
info: {title: Zoo, version: '1'}
paths:
  /pets:
    get:
      operationId: listPets
      responses: {'200': {description: A pet., content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
components:
  schemas:
    Pet:
      required: [kind]
      properties: {kind: {type: string}}
      discriminator: {propertyName: kind}
      oneOf: [{$ref: '#/components/schemas/Cat'}]
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {lives: {type: integer}}}]}
"""


@pytest.fixture
def zoo(tmp_path: Path) -> Described:
    path = tmp_path / "zoo.yaml"
    path.write_text(ZOO, encoding="utf-8")
    return of_file(path)


def test_a_union_of_what_derives_from_it_has_an_end(zoo: Described) -> None:
    pet = {"$ref": "#/components/schemas/Pet"}
    assert zoo.schemas.child(pet, "lives")["type"] == "integer"
    assert zoo.schemas.child(pet, "wings") == {}
    assert zoo.schemas.kinds(pet) == {"object"}


ORDERS = ROOT / "scripts" / "fuzz_documents" / "documents" / "orders.yaml"


@pytest.mark.parametrize(
    ("order", "is_valid"),
    [({"kind": "Parcel", "grams": 1.5}, True), ({"kind": "Pickup"}, True), ({"kind": "Parcel", "grams": -1}, False), ({}, False)],
)
def test_a_discriminator_says_which_alternative_is_meant(order: dict[str, Any], is_valid: bool) -> None:
    described = of_file(ORDERS)
    schema = {"$ref": "#/components/schemas/Order"}
    assert described.schemas.valid(schema, order) is is_valid
    assert described.schemas.valid(schema, Values(described.schemas).make(schema))


PATHS = ["/files/{path}", "/files/{path}/meta", "/files/{id}/parts", "/files/new"]


@pytest.mark.parametrize(
    ("path", "operation", "values"),
    [
        ("/files/new", "o3", {}),
        ("/files/a%2Fb/parts", "o2", {"id": "a/b"}),
        ("/files/a/b%20c", "o0", {"path": "a/b c"}),
        ("/files/a/b/meta", "o1", {"path": "a/b"}),
        ("/items/1", None, {}),
    ],
)
def test_a_parameter_of_several_segments_has_slashes(
    tmp_path: Path, path: str, operation: str | None, values: dict[str, str]
) -> None:
    text = {"in": "path", "required": True, "schema": {"type": "string"}}
    parameters = {"path": {"name": "path", **text, "allowReserved": True}, "id": {"name": "id", **text}}
    done = {"responses": {"204": {"description": "Done."}}}
    paths = {
        each: {"get": {"operationId": f"o{index}", "parameters": [parameters[name] for name in parameters if name in each], **done}}
        for index, each in enumerate(PATHS)
    }
    spec = tmp_path / "files.json"
    spec.write_text(json.dumps({"openapi": "3.2.0", "info": {"title": "Files", "version": "1"}, "paths": paths}), encoding="utf-8")
    found, texts = of_file(spec).at(path)
    assert ([each.id for each in found.values()], texts) == ([operation] if operation else [], values)


ODD = """
openapi: 3.0.3
info: {title: Odd}
paths:
  /files/{+path}:
    get: {responses: {'200': {description: A file., content: {json: {schema: {type: string}}}}}}
  /items/{id:int}?beta=true:
    get: {operationId: readItem, responses: {'200': {description: An item.}}}
    put: {operationId: putItem, parameters: [{$ref: '#/nowhere'}], responses: {}}
"""


def test_a_document_is_read_as_the_generator_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(ODD, encoding="utf-8")
    odd = of_file(path)
    operations, texts = odd.at("/files/a/b%20c")
    assert ([*operations], texts) == (["GET"], {"path": "a/b c"})
    assert [*operations["GET"].spec.value["responses"]["200"]["content"]] == ["application/json"]
    operations, texts = odd.at("/items/7")
    assert ([each.id for each in operations.values()], texts) == (["readItem"], {"id": "7"})
    assert odd.at("/items/7/8") == ({}, {})
    assert {"unknown-reference", "unsupported-media-type"} <= {each.rule for each in odd.notes}
