"""The pages that are made from specs, schemas, docstrings and commands: nothing of them is missing, and the words are right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe
import pytest
import typer
import typer.main
import yaml

import catalog_clients
import catalog_jobs
from scripts.apis import Api, apis, client, source_folders
from scripts.command import ROOT
from scripts.docs.commands import command_page
from scripts.docs.extensions import extensions_page
from scripts.docs.notes import known
from scripts.docs.python_api import loaded, python_page
from scripts.docs.schemas import fields, in_words
from scripts.docs.specs import api_page
from scripts.generate.text.markdown import inline
from scripts.spec.document import read
from scripts.spec.expressions import operations

_EXTENSIONS = ROOT / "specs" / "extensions"


def _notes(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (each["text"] for each in value.get("x-client-note", ()))
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _notes(each)


@pytest.mark.parametrize("name", apis())
def test_the_page_of_an_api_has_all_of_its_spec(name: str) -> None:
    page, document = api_page(apis()[name]), read(apis()[name].spec)
    for operation in operations(document):
        _, _, after = page.partition(f"{{#{operation.value['operationId'].lower()}}}")
        section = re.split(r"^##+ [^#]*\{#", after, maxsplit=1, flags=re.MULTILINE)[0]
        assert [each["name"] for each in operation.parameters if f"| `{each['name']}` | in the {each['in']}: " not in section] == []
        assert [status for status in operation.value["responses"] if f"\n| {status} | " not in section] == []
        assert ("At most" in section) == ("x-client-rate-limit" in operation.value)
        assert ("Retryable: " in section) == ("x-client-retry" in operation.value)
    assert [text for text in _notes(document.data) if inline(text) not in page] == []
    errors = {*client(name).errors.__all__} & {*re.findall(r"^\| [0-9X]+ \| `(\w+)` \|", page, re.MULTILINE)}
    assert errors >= {
        each for each in client(name).errors.__all__ if re.match(r"\d{3}:", getattr(client(name).errors, each).__doc__ or "")
    }


@pytest.mark.parametrize(("spec", "shown"), [("pets.yaml", "\n| 2XX | - | "), ("workshop.yaml", "` | any value | ")])
def test_a_default_that_is_the_success_and_a_schema_of_any_value_are_shown(spec: str, shown: str) -> None:
    path = ROOT / "tests" / "generate" / "specs" / spec
    assert shown in api_page(Api("any", path, path.parent))


def test_notes_are_listed_by_what_they_are_based_on_and_once() -> None:
    note = {"basis": "unknown", "text": "Nobody knows what | a _repeated_ request does."}
    spec = {
        "paths": {"/a": {"get": {"operationId": "findA", "x-client-note": [note]}}},
        "components": {"schemas": {"A": {"properties": {"b": {"x-client-note": [note]}}}}},
    }
    lines = list(known(spec))
    assert [each for each in lines if each.startswith("#")] == ["## What is known, and how {#known}", "### Unknown"]
    assert lines[-1] == r"- Nobody knows what \| a \_repeated\_ request does. (`findA`, `A.b`)"
    assert list(known({"info": {}})) == []


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 40}, "string, 1 to 40 characters"),
        ({"type": "string", "format": "uuid", "default": "a"}, "string (uuid), default: `a`"),
        ({"type": ["string", "null"], "maxLength": 1}, "string or null, at most 1 character"),
        ({"type": "integer", "minimum": 0, "maximum": 10_000}, "integer, at most 10,000"),
        ({"type": "integer", "minimum": 5, "maximum": 5}, "integer, 5"),
        ({"type": "number", "exclusiveMinimum": 0}, "number, above 0"),
        (
            {"type": "array", "items": {"type": "string"}, "minItems": 2, "uniqueItems": True},
            "array of string, at least 2 elements, each once",
        ),
        (
            {"type": ["array", "null"], "items": {"type": "string", "maxLength": 3}},
            "array of (string, at most 3 characters) or null",
        ),
        ({"enum": ["a", None], "x-client-enum": "open"}, "one of `a`, `null`, or others"),
        ({"enum": list(range(14))}, f"one of {', '.join(f'`{each}`' for each in range(12))} or 2 more"),
        ({"anyOf": [{"const": 1}, {"type": "null"}]}, "`1` or null"),
        ({"$ref": "#/name"}, "string, at least 1 character"),
        ({"$ref": "other.yaml"}, "see `other`"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "object whose values are integer"),
        ({}, "any value"),
    ],
)
def test_a_schema_in_words(schema: dict[str, Any], words: str) -> None:
    named = {"type": "string", "minLength": 1}
    assert in_words(schema, lambda each: named if each.get("$ref") == "#/name" else each) == words


def test_fields_of_objects_in_objects_and_arrays_have_paths_and_a_circle_ends() -> None:
    node = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/node"}}}
    listed = {"type": "array", "items": {"allOf": [{"properties": {"a": {"type": "string", "description": "An a."}}}]}}
    found = list(
        fields({"properties": {"list": listed, "node": {"$ref": "#/node"}}}, lambda each: node if "$ref" in each else each)
    )
    assert [(each.name, each.required, each.description) for each in found[:4]] == [
        ("list", False, ""),
        ("list[].a", False, "An a."),
        ("node", False, ""),
        ("node.next", True, ""),
    ]
    assert found[-1].name == "node.next.next.next.next"


def test_each_extension_has_a_section_with_all_of_its_fields() -> None:
    page = extensions_page(_EXTENSIONS)
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE))
    schemas = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in _EXTENSIONS.glob("*.yaml")}
    assert {*sections} == {*schemas}
    for name, schema in schemas.items():
        expected = {*schema.get("properties", ())} - {"x-client-note"}
        assert expected <= {*re.findall(r"^\| `([^`]+)` \|", sections[name], re.MULTILINE)}, name
    assert "| `refusals[].status` | integer, 400 to 499, required | HTTP status of the response. |" in sections["x-client-chunking"]
    assert "Its value: one of `open`, `closed`." in sections["x-client-enum"]


@pytest.fixture(scope="module")
def names() -> griffe.ModulesCollection:
    return loaded(source_folders())


@pytest.mark.parametrize("package", [catalog_clients, catalog_jobs])
def test_each_exported_name_is_described(package: Any, names: griffe.ModulesCollection) -> None:
    page = python_page("Names", names, [package.__name__])
    named = re.findall(r"^## `(\w+)`", page, re.MULTILINE)
    assert sorted(named) == sorted(set(package.__all__) - {"__version__"})
    assert not re.search(r"^#+ `_", page, re.MULTILINE)


def test_a_class_has_its_constructor_the_methods_of_its_bases_and_their_arguments(tmp_path: Path) -> None:
    package = tmp_path / "shelf"
    package.mkdir()
    (package / "__init__.py").write_text(
        '''"""Shelves."""
class _Base:
    def __init__(self, *, width: int = 3) -> None:
        """Make it.

        Args:
            width: in boards.
        """
    def close(self) -> None:
        """Close it."""
class ShelfError(ValueError):
    """It broke."""
class Shelf(_Base):
    """A shelf.

    Attributes:
        boards: how many.
    """
    _secret: int
    async def put(self, *books: str, **more: object) -> bool:
        """Put books.

        Raises:
            ShelfError: too many.
        """
''',
        encoding="utf-8",
    )
    page = python_page("Shelves", loaded([tmp_path]), ["shelf"])
    headings = re.findall(r"^#+ .*$", page, re.MULTILINE)
    assert headings == [
        "# Shelves",
        "## `Shelf` {#shelf-shelf}",
        "### `close` {#shelf-shelf-close}",
        "### `put` {#shelf-shelf-put}",
        "## `ShelfError` {#shelf-shelferror}",
    ]
    for text in (
        "```py\nShelf(*, width: int = 3)\n```",
        "Arguments:\n\n- `width`: in boards.",
        "Attributes:\n\n- `boards`: how many.",
        "```py\nasync def put(*books: str, **more: object) -> bool\n```",
        "Raises:\n\n- `ShelfError`: too many.",
        "A subclass of `ValueError`.",
    ):
        assert text in page
    assert "_secret" not in page
    assert "_Base" not in page


def test_a_command_has_a_section_with_its_usage_options_and_example() -> None:
    app = typer.Typer(rich_markup_mode=None)
    inner = typer.Typer(help="Many <books>.")

    @app.command(epilog="Example: shelf put\n--all", help="Put it.\n\n[table]\nkey = 1")
    def put(name: str, every: bool = typer.Option(False, "--all", help="All | none.")) -> None:  # noqa: FBT003
        del name, every

    @inner.command("list", hidden=True)
    def hidden() -> None: ...

    @inner.command("find")
    def find() -> None: ...

    app.add_typer(inner, name="books")
    page = command_page("Shelf", "See it.", typer.main.get_command(app), "shelf")
    assert re.findall(r"^#+ .*$", page, re.MULTILINE) == [
        "# Shelf",
        "## put {#shelf-put}",
        "## books {#shelf-books}",
        "### find {#shelf-books-find}",
    ]
    for text in (
        "```text\nshelf put [OPTIONS] ",
        "```text\n[table]\nkey = 1\n```",
        "| `--all` | All \\| none. |",
        "```text\nshelf put --all\n```",
        "Many &lt;books&gt;.",
    ):
        assert text in page
