"""What a mock reads of a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.mock.generic.described import Described, of_file

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
