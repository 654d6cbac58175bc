"""What a mock reads of a document."""

from __future__ import annotations

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
