"""The README of any document: texts cannot break it, its examples are the documented requests, and it claims nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from markdown_it import MarkdownIt

from scripts.generate.output import generate_one
from scripts.generate.text.markdown import cell, code, first_sentence, inline, prose, wrapped
from tests.generate.packages import SPECS, Package

Json = dict[str, Any]
HOSTILE = [
    "a | b | c",
    "<script>alert(1)</script> <!-- x",
    "# heading",
    "- item",
    "1. item",
    "1) item",
    "> quote",
    "```\nfence\n```",
    "~~~\nfence",
    "    code",
    "[text](javascript:alert(1)) ![image](x.png)",
    "**bold** _em_ __strong__ ~~gone~~",
    "title\n=====",
    "one\n\n---\n\ntwo",
    "a `b | c` d ` e",
    "``` ` ``",
    "back\\slash \\| \\",
    "&lt;b&gt; &amp;",
    "--> out of a comment",
    "{{ jinja }} {% raw %}",
    "line\u2028separator \u0007 bell",
    "| a |\n|---|\n| b |",
    "https://example.com/a_b_c?x=1|2, and more",
    "word - " * 60,
    "word 1. " * 60,
    "",
]


def markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def blocks(text: str) -> list[tuple[str, str]]:
    return [(token.type, token.tag) for token in markdown().parse(text)]


def kinds_inside(text: str) -> set[str]:
    return {child.type for token in markdown().parse(text) for child in token.children or []}


def shown(text: str) -> str:
    """Return what a reader sees of a text."""
    inner = [child for token in markdown().parse(text) for child in token.children or []]
    return "".join(" " if child.type == "softbreak" else child.content for child in inner)


def read(spec: str) -> Json:
    content: Json = yaml.load((SPECS / spec).read_bytes(), Loader=yaml.CSafeLoader)
    return content


def with_text(text: str) -> Json:
    """Return a document with a text wherever a README shows one."""
    content: Json = json.loads(json.dumps(read("texts.yaml")).replace('"TEXT"', json.dumps(text)))
    content["info"]["title"] = f"Odd {text[:60]}"
    return content


def with_operations(*operations: Json) -> Json:
    """Return the document with the examples, with these operations instead of its own."""
    content = read("examples.yaml")
    responses = {"204": {"description": "D."}}
    content["paths"] = {f"/{index}": {"post": {"responses": responses, **each}} for index, each in enumerate(operations)}
    return content


def made(folder: Path, content: Json) -> tuple[Path, str]:
    """Generate a package, and return its folder and README."""
    spec = folder / "spec.json"
    spec.write_text(json.dumps(content), encoding="utf-8")
    generate_one(spec, folder / "out")
    return folder / "out", (folder / "out" / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The README of the document with a harmless text."""
    return made(tmp_path_factory.mktemp("plain"), with_text("Words"))[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_text_and_code(text: str) -> None:
    allowed = {"text", "text_special", "softbreak", "code_inline", "entity", "link_open", "link_close"}
    assert kinds_inside(f"So: {inline(text)}") <= allowed
    assert blocks(f"So: {inline(text)}") == blocks("So: x")
    span = code(text).replace("|", "\\|")
    row = f"| a | b | c |\n|---|---|---|\n| {cell(text)} | {span} | last |"
    assert blocks(row) == blocks("| a | b | c |\n|---|---|---|\n| x | `x` | last |")
    assert "<td>last</td>" in markdown().render(row)
    assert (
        shown(f"So: {inline(text)}") == " ".join(f"So: {re.sub('`([^`]+)`', lambda found: found[1], text)}".split()) or "`" in text
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_wrapped_text_is_one_paragraph(text: str) -> None:
    many = wrapped(f"So: {inline(' '.join([text] * 40))}")
    assert blocks(many) == blocks("So: x")
    assert max(map(len, many.splitlines())) < 400


def test_what_a_text_begins_with_is_distinguished_from_its_headings() -> None:
    assert prose("# Title\n\nWords of\nit.\n\nMore.") == "Words of it."
    assert prose("- a\n- b") == ""
    assert first_sentence("One, e.g. this. Two.") == "One, e.g. this."
    assert first_sentence("Version 1.2 of it. Two.") == "Version 1.2 of it."
    assert first_sentence("no end") == "no end"


@pytest.mark.parametrize("text", [each for each in HOSTILE if each])
def test_no_text_changes_what_a_readme_is_made_of(tmp_path: Path, plain: str, text: str) -> None:
    _, readme = made(tmp_path, with_text(text))

    def outline(page: str) -> list[tuple[str, str]]:
        without_introduction = re.sub(r"(?s)^(.*?-client\n\n).*?(A typed client)", r"\1\2", page)
        return blocks(without_introduction)

    assert outline(readme) == outline(plain)
    assert kinds_inside(readme) <= {"text", "text_special", "softbreak", "code_inline", "entity", "link_open", "link_close"}
    for program in re.findall(r"```python\n(.*?)\n```", readme, re.DOTALL):
        compile(program, "example", "exec")


def test_no_cell_of_a_table_is_cut_off(tmp_path: Path) -> None:
    _, readme = made(tmp_path, with_text("a `b | c` d | e"))
    cells = re.findall("<td>(.*?)</td>", markdown().render(readme))
    assert cells.count("a <code>b | c</code> d | e") == 2
    assert "<code>GET /a|b/{x`y}</code>" in cells


def test_examples_send_what_the_document_shows(package: Callable[[str], Package], monkeypatch: pytest.MonkeyPatch) -> None:
    rich = package("examples.yaml")
    sent: dict[str, bytes] = {}

    def respond(request: httpx2.Request) -> httpx2.Response:
        sent[request.url.raw_path.decode()] = request.content
        empty = request.url.path in ("/schema", "/text")
        return httpx2.Response(204) if empty else httpx2.Response(200, json={"name": "n", "kind": "small"})

    class Client(rich.root.Client):  # type: ignore[misc, name-defined]  # it was made just now
        def __init__(self, **given: Any) -> None:
            super().__init__(transport=httpx2.MockTransport(respond), **given)

    monkeypatch.setattr(rich.root, "Client", Client)
    readme = (rich.folder / "README.md").read_text(encoding="utf-8")
    for program in re.findall(r"```python\n(.*?)```", readme, re.DOTALL):
        if "AsyncClient" not in program:
            exec(compile(program, "example", "exec"), {})  # noqa: S102 - an example of the README
    body = read("examples.yaml")["paths"]["/all"]["post"]["requestBody"]["content"]["application/json"]
    whole = body["examples"]["whole"]["value"]
    assert sent.pop("/shelves/7?mode=small") == b""
    assert sent.pop("/text") == b"words"
    assert {path: json.loads(content) for path, content in sent.items()} == {
        "/all": whole,
        "/short": {"name": "b", "kind": "small"},
        "/words": whole,
        "/schema": {"size": 4},
    }
    assert "models.Kind.BIG_ONE" in readme
    assert "page=" not in readme


# Calls with what the examples of an operation show; optional parameters are left out if their examples are refused.
CALLS = """
client.post_0():
  parameters:
    - {name: q, in: query, schema: {type: string}, example: w}
    - {name: n, in: query, schema: {type: integer, minimum: 5}, example: 1}
client.post_0(size=3):
  requestBody:
    required: true
    content:
      application/x-www-form-urlencoded:
        schema: {type: object, required: [size], properties: {size: {type: integer}, tags: {type: array, items: {}}}}
        example: {size: 3}
client.with_streamed_response.post_0(page=2):
  parameters: [{name: page, in: query, required: true, schema: {type: integer}, example: 2}]
  responses: {'200': {description: A file., content: {application/pdf: {}}}}
with client.post_0(topic="orders") as stream:
  parameters: [{name: topic, in: query, required: true, schema: {type: string}, example: orders}]
  responses: {'200': {description: Events., content: {text/event-stream: {schema: {type: string}}}}}
"""


@pytest.mark.parametrize(("call", "operation"), yaml.safe_load(CALLS).items())
def test_a_call_shows_the_example_of_its_operation(tmp_path: Path, call: str, operation: Json) -> None:
    assert call in made(tmp_path, with_operations(operation))[1]


def test_a_document_without_examples_gets_one_call_that_says_so(tmp_path: Path) -> None:
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    _, readme = made(tmp_path, with_operations({"requestBody": body}))
    assert "client.post_0(name=..., kind=...)" in readme
    assert "| `post_0` | `POST /0` | `None` |" in readme
    assert "### Async" not in readme


NOT_SHOWN = """
- multipart/form-data:
    schema: {type: object, properties: {file: {type: string, format: binary}, at: {type: array, items: {type: string}}}}
    example: {file: bytes, at: [x]}
- application/octet-stream: {example: bytes}
- application/json: {schema: {type: number}, example: .nan}
- application/x-www-form-urlencoded: {schema: {type: array, items: {type: string}}, example: not a list}
- text/plain: {schema: {type: string}, examples: {a: {externalValue: 'https://a.example'}}}
"""


def test_examples_that_no_reader_would_write_are_left_out(tmp_path: Path) -> None:
    operations = [{"requestBody": {"required": True, "content": content}} for content in yaml.safe_load(NOT_SHOWN)]
    _, readme = made(tmp_path, with_operations(*operations))
    assert "client.post_0(body=...)" in readme
    assert "###" not in readme


KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
SIGNED = {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"}


@pytest.mark.parametrize(
    ("scheme", "raised"),
    [
        (KEY, False),
        ({**KEY, "x-client-credentials": {"environment": {"key": "A_KEY"}}}, True),
        (SIGNED, True),
    ],
    ids=["a key", "a key of the environment", "signed"],
)
def test_a_credentials_error_is_exported_and_listed_where_it_can_be_raised(tmp_path: Path, scheme: Json, raised: bool) -> None:
    content = with_operations({})
    content["components"]["securitySchemes"] = {"Scheme": scheme}
    out, readme = made(tmp_path, content)
    (errors,) = out.glob("*/errors.py")
    assert ('"CredentialsError",' in errors.read_text(encoding="utf-8")) is raised
    assert ("| not sent | `CredentialsError` |" in readme) is raised


def test_a_large_document_gets_a_short_readme(tmp_path: Path) -> None:
    _, readme = made(tmp_path, with_operations(*[{}] * 40))
    assert len(re.findall(r"^    client\.post_\d+\(\)$", readme, re.MULTILINE)) == 12
    assert len(re.findall(r"^\| `post_\d+` \|", readme, re.MULTILINE)) == 40


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("See https://a.example/b.", "See <https://a.example/b>."),
        ("https://{region}.a.example/b is no link", "https://{region}.a.example/b is no link"),
        ("https://a.example/{id}/b is no link", "https://a.example/{id}/b is no link"),
        ("https://a.example/b, {id}", "<https://a.example/b>, {id}"),
    ],
)
def test_a_template_of_a_url_is_no_link(text: str, written: str) -> None:
    assert inline(text) == written


def test_a_document_of_others_gets_no_metadata_of_ours(tmp_path: Path) -> None:
    content = with_text("Words")
    content["components"]["securitySchemes"]["Signed"] = SIGNED
    out, readme = made(tmp_path, content)
    project = tomllib.loads((out / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["urls"] == {"Vendor documentation": "https://docs.example/a%28b%29c"}
    assert not [each for each in project["classifiers"] if each.startswith("Development Status")]
    assert "catalog-clients" not in readme
    assert "catalog_clients" not in readme
    assert "CHANGELOG" not in readme
    assert 'pip install ".[aws]"  #' in readme
    assert "auth.Signed(os.environ" in readme
    assert project["optional-dependencies"].keys() == {"aws"}
    assert "<https://docs.example/a%28b%29c>" in readme
