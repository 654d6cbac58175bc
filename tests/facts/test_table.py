"""A row that is malformed, dangling or untrue is reported, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.spec.document import Document, read
from tests.facts.table import Row, problem, read_table

SPEC = """
paths:
  /shelves/{shelfId}/books:
    parameters:
      - $ref: '#/components/parameters/ShelfId'
    put:
      operationId: putBooks
      requestBody:
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/Books'
      responses:
        '200':
          $ref: '#/components/responses/Done'
components:
  parameters:
    ShelfId:
      name: shelfId
      in: path
      schema:
        type: integer
  responses:
    Done:
      description: |
        All of the books
        are there.
      content:
        application/json:
          schema:
            $ref: '#/components/schemas/Books'
            description: What is on the shelf.
          examples:
            one:
              value:
                titles: [Emma]
  schemas:
    Books:
      type: object
      description: Books.
      properties:
        titles:
          type: array
          maxItems: 1
          uniqueItems: true
        broken:
          $ref: '#/components/schemas/Nothing'
"""


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return read(path)


def rows(tmp_path: Path, text: str) -> list[Row]:
    path = tmp_path / "table.yaml"
    path.write_text(text, encoding="utf-8")
    return read_table(path)


def row(tmp_path: Path, rest: str) -> Row:
    (only,) = rows(tmp_path, f"[{{fact: a fact, {rest}}}]")
    return only


HOLDS = [
    "operation: putBooks, at: /path, is: '/shelves/{shelfId}/books'",
    "operation: putBooks, at: /method, is: PUT",
    "operation: putBooks, at: /parameters/shelfId/schema/type, is: integer",
    "operation: putBooks, at: /body/properties/titles/maxItems, is: 1",
    "operation: putBooks, at: /requestBody/content/application~1json/schema/$ref, is: '#/components/schemas/Books'",
    "operation: putBooks, at: /responses/200/schema/properties, has: titles",
    "operation: putBooks, at: /responses/200/schema/description, is: What is on the shelf.",
    "operation: putBooks, at: /responses/200/examples/one/value, is: {titles: [Emma]}",
    "operation: putBooks, at: /responses/200/examples/one/value/titles, has: Emma",
    "operation: putBooks, at: /responses/200/description, has: books are there",
    "operation: putBooks, at: /responses/404, absent: true",
    "schema: Books, at: /type, is: object",
    "schema: Shelf, at: '', absent: true",
    "at: '/paths/~1shelves~1{shelfId}~1books/put/operationId', is: putBooks",
]


@pytest.mark.parametrize("rest", HOLDS)
def test_a_true_row_holds(tmp_path: Path, document: Document, rest: str) -> None:
    true = row(tmp_path, rest)
    assert true.fault is None
    assert problem(true, document) is None


UNTRUE = [
    ("schema: Books, at: /properties/titles/maxItems, is: 2", "is 1, not 2"),
    ("schema: Books, at: /properties/titles/maxItems, is: true", "is 1, not True"),
    ("schema: Books, at: /properties/titles/uniqueItems, is: 1", "is True, not 1"),
    ("schema: Books, at: /properties/titles/maxItems, has: 1", "is for a list, a text or an object"),
    ("schema: Books, at: /properties/titles, has: minItems", "without 'minItems'"),
    ("schema: Books, at: /description, has: Shelves", "without 'Shelves'"),
    ("schema: Books, at: /properties, absent: true", "has to be absent"),
    ("operation: putBooks, at: /responses/200/examples/one/value, is: {titles: []}", "not {'titles': []}"),
    ("operation: putBooks, at: /responses/200/examples/one/value/titles, has: Persuasion", "without 'Persuasion'"),
    ("operation: takeBooks, at: /path, is: /shelves", "no operation 'takeBooks'"),
    ("schema: Shelf, at: /type, is: object", "no 'Shelf' at #/components/schemas, only Books"),
    (
        "schema: Books, at: /properties/titels/maxItems, is: 1",
        "no 'titels' at #/components/schemas/Books/properties, only titles, broken",
    ),
    ("schema: Books, at: /properties/titels/minItems, absent: true", "no 'titels' at #/components/schemas/Books/properties"),
    ("schema: Books, at: /properties/broken/maxItems, absent: true", "leads to nothing"),
    ("operation: takeBooks, at: /path, absent: true", "no operation 'takeBooks'"),
    ("schema: Shelf, at: /minItems, absent: true", "no 'Shelf'"),
    ("schema: Books, at: /properties/broken/type, is: object", "'#/components/schemas/Nothing' leads to nothing"),
    ("operation: putBooks, at: /responses/200/examples/one/value/titles/1, is: Emma", "a list of 1"),
]


@pytest.mark.parametrize(("rest", "why"), UNTRUE)
def test_an_untrue_row_says_why(tmp_path: Path, document: Document, rest: str, why: str) -> None:
    untrue = row(tmp_path, rest)
    assert untrue.fault is None
    assert why in str(problem(untrue, document))


MALFORMED = [
    ("at: /type, is: 1, wants: 2", "unknown key wants"),
    ("at: /type, is: 1, has: 2", "exactly one of is, has, absent is needed, not is, has"),
    ("at: /type", "exactly one of is, has, absent is needed, not none"),
    ("at: /type, is: 1, is: 2", "is is given twice"),
    ("at: /type, absent: false", "absent can only be true"),
    ("at: type, is: 1", "is not a JSON pointer"),
    ("is: 1", "at has to be text"),
    ("at: /type, has: ''", "is empty or not a JSON value"),
    ("at: /type, is: 2022-04-01", "quote what is meant as text"),
    ("at: /type, is: [2022-04-01]", "quote what is meant as text"),
    ("operation: a, schema: b, at: /type, is: 1", "not both"),
    ("operation: null, at: /type, is: 1", "operation has to be text"),
]


@pytest.mark.parametrize(("rest", "why"), MALFORMED)
def test_a_malformed_row_is_refused(tmp_path: Path, rest: str, why: str) -> None:
    assert why in str(row(tmp_path, rest).fault)


def test_a_row_without_a_fact_is_refused(tmp_path: Path) -> None:
    (silent,) = rows(tmp_path, "[{at: /c, is: 1}]")
    assert "fact has to be text" in str(silent.fault)


@pytest.mark.parametrize(
    ("text", "why"), [("- [", "invalid YAML"), ("a: b", "is a list of rows"), ("- text", "a row is an object")]
)
def test_a_malformed_table_is_one_faulty_row(tmp_path: Path, text: str, why: str) -> None:
    (only,) = rows(tmp_path, text)
    assert why in str(only.fault)


def test_a_row_is_reported_with_its_line(tmp_path: Path) -> None:
    first, second = rows(tmp_path, "- fact: one\n- at: /c\n")
    assert str(first) == "table: one"
    assert str(second) == "table: line 2"
    assert first.finding("it is two") == "table.yaml:1: one: it is two"


def test_rows_that_differ_only_in_their_words_are_equal(tmp_path: Path) -> None:
    one, two, three = rows(tmp_path, "[{fact: a, at: /b, is: 1}, {at: /b, fact: c, is: 1}, {fact: a, at: /b, is: 2}]")
    assert one.same_check == two.same_check
    assert one.same_check != three.same_check
