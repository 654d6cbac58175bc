"""A row that is malformed, dangling or untrue is reported, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.spec.document import Document, read
from scripts.spec.finding import SpecError
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


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("spec") / "spec.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return read(path)


def rows(folder: Path, text: str) -> list[Row]:
    path = folder / "table.yaml"
    path.write_text(text, encoding="utf-8")
    return list(read_table(path))


HOLDS = [
    ("operation putBooks", "at: /path, is: '/shelves/{shelfId}/books'"),
    ("operation putBooks", "at: /method, is: PUT"),
    ("operation putBooks", "at: /parameters/shelfId/schema/type, is: integer"),
    ("operation putBooks", "at: /body/properties/titles/maxItems, is: 1"),
    ("operation putBooks", "at: /requestBody/content/application~1json/schema/$ref, is: '#/components/schemas/Books'"),
    ("operation putBooks", "at: /responses/200/schema/properties, has: titles"),
    ("operation putBooks", "at: /responses/200/schema/description, is: What is on the shelf."),
    ("operation putBooks", "at: /responses/200/examples/one/value, is: {titles: [Emma]}"),
    ("operation putBooks", "at: /responses/200/examples/one/value/titles, has: Emma"),
    ("operation putBooks", "at: /responses/200/description, has: books are there"),
    ("operation putBooks", "at: /responses/404, absent: true"),
    ("schema Books", "at: /type, is: object"),
    ("schema Shelf", "at: '', absent: true"),
    ("document", "at: '/paths/~1shelves~1{shelfId}~1books/put/operationId', is: putBooks"),
]


@pytest.mark.parametrize(("scope", "rest"), HOLDS)
def test_a_true_row_holds(tmp_path: Path, document: Document, scope: str, rest: str) -> None:
    (row,) = rows(tmp_path, f"{scope}: [{{fact: a fact, {rest}}}]")
    assert problem(row, document) is None


UNTRUE = [
    ("schema Books", "at: /properties/titles/maxItems, is: 2", "is 1, not 2"),
    ("schema Books", "at: /properties/titles/maxItems, is: true", "is 1, not True"),
    ("schema Books", "at: /properties/titles/uniqueItems, is: 1", "is True, not 1"),
    ("schema Books", "at: /properties/titles/maxItems, has: 1", "is for a list, a text or an object"),
    ("schema Books", "at: /properties/titles, has: minItems", "without 'minItems'"),
    ("schema Books", "at: /description, has: Shelves", "without 'Shelves'"),
    ("schema Books", "at: /properties, absent: true", "has to be absent"),
    ("operation putBooks", "at: /responses/200/examples/one/value, is: {titles: []}", "not {'titles': []}"),
    ("operation putBooks", "at: /responses/200/examples/one/value/titles, has: Persuasion", "without 'Persuasion'"),
    ("operation takeBooks", "at: /path, is: /shelves", "no operation 'takeBooks'"),
    ("schema Shelf", "at: /type, is: object", "no 'Shelf' at #/components/schemas, only Books"),
    (
        "schema Books",
        "at: /properties/titels/maxItems, is: 1",
        "no 'titels' at #/components/schemas/Books/properties, only titles, broken",
    ),
    ("schema Books", "at: /properties/titels/minItems, absent: true", "no 'titels' at #/components/schemas/Books/properties"),
    ("schema Books", "at: /properties/broken/maxItems, absent: true", "leads to nothing"),
    ("operation takeBooks", "at: /path, absent: true", "no operation 'takeBooks'"),
    ("schema Shelf", "at: /minItems, absent: true", "no 'Shelf'"),
    ("schema Books", "at: /properties/broken/type, is: object", "'#/components/schemas/Nothing' leads to nothing"),
    ("operation putBooks", "at: /responses/200/examples/one/value/titles/1, is: Emma", "a list of 1"),
    ("schemas Books", "at: /type, is: object", "'schemas Books' is neither"),
]


@pytest.mark.parametrize(("scope", "rest", "why"), UNTRUE)
def test_an_untrue_row_says_why(tmp_path: Path, document: Document, scope: str, rest: str, why: str) -> None:
    (row,) = rows(tmp_path, f"{scope}: [{{fact: a fact, {rest}}}]")
    assert why in str(problem(row, document))


MALFORMED = [
    ("{fact: a, at: /type, is: 1, wants: 2}", "unknown field `wants`"),
    ("{fact: a, at: /type, is: 1, has: 2}", "exactly one of is, has, absent is needed, not is and has"),
    ("{fact: a, at: /type}", "exactly one of is, has, absent is needed, not none"),
    ("{fact: a, at: /type, is: 1, is: 2}", "the key 'is' is here twice"),
    ("{fact: a, at: /type, absent: 1}", "Expected `bool`, got `int` - at `$.absent`"),
    ("{fact: a, at: type, is: 1}", "is not a JSON pointer"),
    ("{fact: a, is: 1}", "missing required field `at`"),
    ("{fact: a, at: null, is: 1}", "Expected `str`, got `null` - at `$.at`"),
    ("{fact: a, at: /type, has: ''}", "are not empty"),
    ("{fact: ' ', at: /type, is: 1}", "are not empty"),
    ("a text", "Expected `object`, got `str`"),
    ("[", "invalid-yaml"),
]


@pytest.mark.parametrize(("row", "why"), MALFORMED)
def test_a_malformed_row_is_refused_with_its_line(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(SpecError) as refused:
        rows(tmp_path, f"document:\n- {{fact: a, at: /a, is: 1}}\n- {row}\n")
    assert why in str(refused.value)
    assert "table.yaml:3: " in str(refused.value) or "invalid-yaml" in why


def test_rows_that_differ_only_in_their_words_are_equal(tmp_path: Path) -> None:
    table = "document: [{fact: a, at: /b, is: 1}, {at: /b, fact: c, is: 1}, {fact: a, at: /b, is: 2}, {fact: a, at: /b, has: 1}]"
    one, same, *others = (row.same_check for row in rows(tmp_path, table))
    assert one == same
    assert len({one, *others}) == 3
