"""The README of any document: texts cannot break it, its examples are the documented requests, and it claims nothing else."""

from __future__ import annotations

import importlib
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import httpx2
import pytest
from markdown_it import MarkdownIt

from scripts.generate.output import generate_one
from scripts.generate.text.markdown import cell, code, first_sentence, inline, prose, wrapped

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


def document(text: str) -> Json:
    """Return a document with a text wherever a README shows one."""
    said = {"description": text or "D."}
    response = {**said, "content": {"application/json": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}}
    operations = {
        "/a": {"get": {"operationId": "one", "summary": text, "description": text, "responses": {"200": response, "404": said}}},
        "/a|b/{x`y}": {
            "get": {
                "operationId": "two",
                "summary": text,
                "parameters": [
                    {"name": "x`y", "in": "path", "required": True, "schema": {"type": "string"}, "example": text or "x"}
                ],
                "responses": {"2XX": response, "default": said},
            },
        },
        "/c": {
            "post": {
                "operationId": "three",
                "requestBody": {"required": True, "content": {"application/json": {"schema": {}}}},
                "responses": {"200": response},
            }
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Odd {text[:60]}", "summary": text, "description": text, "version": "1"},
        "servers": [{"url": "https://a.example/x|y", **said}, {"url": "https://b.example", **said}],
        "externalDocs": {"url": "https://docs.example/a(b)c"},
        "components": {
            "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X", **said}, "m": {"type": "mutualTLS"}}
        },
        "paths": operations,
    }


def made(folder: Path, content: Json, name: str = "spec.json") -> tuple[Path, str]:
    """Generate a package, and return its folder and README."""
    spec = folder / name
    spec.write_text(json.dumps(content), encoding="utf-8")
    generate_one(spec, folder / "out")
    return folder / "out", (folder / "out" / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The README of the document with a harmless text."""
    return made(tmp_path_factory.mktemp("plain"), document("Words"))[1]


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
    _, readme = made(tmp_path, document(text))

    def outline(page: str) -> list[tuple[str, str]]:
        without_introduction = re.sub(r"(?s)^(.*?-client\n\n).*?(A typed client)", r"\1\2", page)
        return blocks(without_introduction)

    assert outline(readme) == outline(plain)
    assert kinds_inside(readme) <= {"text", "text_special", "softbreak", "code_inline", "entity", "link_open", "link_close"}
    for program in re.findall(r"```python\n(.*?)\n```", readme, re.DOTALL):
        compile(program, "example", "exec")


def test_no_cell_of_a_table_is_cut_off(tmp_path: Path) -> None:
    _, readme = made(tmp_path, document("a `b | c` d | e"))
    cells = re.findall("<td>(.*?)</td>", markdown().render(readme))
    assert cells.count("a <code>b | c</code> d | e") == 2
    assert "<code>GET /a|b/{x`y}</code>" in cells


def _rich_paths() -> Json:
    whole = {
        "name": 'O\'Neil "q" \\ {x} Client(auth=1)',
        "kind": "big one",
        "class": [{"name": "in", "kind": "small"}],
        "when": "2024-02-29T12:00:00Z",
        "map": {"a b": 1.5},
        "any": [None, True, {"x": 1}],
    }
    body = {"schema": {"$ref": "#/components/schemas/Thing"}}
    response = {"200": {"description": "D.", "content": {"application/json": body}}}

    def sent(**examples: Any) -> Json:
        given = {name: {"value": value} for name, value in examples.items()}
        return {
            "requestBody": {"required": True, "content": {"application/json": {**body, "examples": given}}},
            "responses": response,
        }

    shelf = {"name": "shelf", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 7}
    mode = {"name": "mode", "in": "query", "schema": {"$ref": "#/components/schemas/Kind"}, "example": "small"}
    page = {"name": "page", "in": "query", "schema": {"type": "integer", "example": 3}}
    return {
        "/all": {"post": {"operationId": "whole", **sent(whole=whole)}},
        "/short": {
            "post": {"operationId": "shortest", **sent(long={**whole, "kind": "small"}, short={"name": "b", "kind": "small"})}
        },
        "/words": {"post": {"operationId": "noPlaceholder", **sent(tool={"name": "string", "kind": "small"}, own=whole)}},
        "/wrong": {"post": {"operationId": "refused", **sent(wrong={"name": 1, "kind": "?"}, lacking={"name": "a"})}},
        "/unknown": {"post": {"operationId": "undocumented", **sent(odd={"name": "a", "kind": "small", "more": 1})}},
        "/shelves/{shelf}": {"get": {"operationId": "shelf", "parameters": [shelf, mode, page], "responses": response}},
        "/schema": {
            "post": {
                "operationId": "ofSchema",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Box"}}},
                },
                "responses": {"204": {"description": "D."}},
            }
        },
        "/text": {
            "put": {
                "operationId": "text",
                "requestBody": {"content": {"text/plain": {"schema": {"type": "string"}, "example": "words"}}},
                "responses": {"204": {"description": "D."}},
            }
        },
    }


def rich() -> Json:
    """Return a document with examples of many kinds."""
    thing = {
        "type": "object",
        "required": ["name", "kind"],
        "properties": {
            "name": {"type": "string"},
            "kind": {"$ref": "#/components/schemas/Kind"},
            "class": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
            "when": {"type": "string", "format": "date-time"},
            "map": {"type": "object", "additionalProperties": {"type": "number"}},
            "any": {},
        },
    }
    box = {"type": "object", "properties": {"size": {"type": "integer"}}, "example": {"size": 4}}
    kind = {"type": "string", "enum": ["small", "big one"]}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Rich readme", "version": "1"},
        "servers": [{"url": "https://rich.example"}],
        "paths": _rich_paths(),
        "components": {"schemas": {"Thing": thing, "Kind": kind, "Box": box}},
    }


def test_examples_send_what_the_document_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = rich()
    out, readme = made(tmp_path, content)
    monkeypatch.syspath_prepend(str(out))
    package = importlib.import_module("rich_readme")
    requests: list[tuple[str, str, Any]] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        requests.append((request.method, request.url.raw_path.decode(), request.content))
        empty = request.url.path in ("/schema", "/text")
        return httpx2.Response(204) if empty else httpx2.Response(200, json={"name": "n", "kind": "small"})

    class Client(package.Client):  # type: ignore[misc, name-defined]  # it was made just now
        def __init__(self, **given: Any) -> None:
            super().__init__(transport=httpx2.MockTransport(respond), **given)

    monkeypatch.setattr(package, "Client", Client)
    programs = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    for program in programs:
        if "AsyncClient" not in program:
            exec(compile(program, "example", "exec"), {})  # noqa: S102 - an example of the README
    for name in [name for name in sys.modules if name.split(".")[0] == "rich_readme"]:
        del sys.modules[name]
    sent = {path: json.loads(body) if body and path != "/text" else body for _, path, body in requests}
    documented = {
        path: [each["value"] for each in media["examples"].values()]
        for path, methods in content["paths"].items()
        for operation in methods.values()
        for media in operation.get("requestBody", {}).get("content", {}).values()
        if "examples" in media
    }
    assert sent["/all"] == documented["/all"][0]
    assert sent["/short"] == {"name": "b", "kind": "small"}
    assert sent["/words"] == documented["/words"][1]
    assert sent["/schema"] == {"size": 4}
    assert sent["/text"] == b"words"
    assert sent.keys() == {"/all", "/short", "/words", "/shelves/7?mode=small", "/schema", "/text"}
    assert "models.Kind.BIG_ONE" in readme
    assert "page=" not in readme


def test_examples_that_no_reader_would_write_are_left_out(tmp_path: Path) -> None:
    content = rich()
    form: Json = {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}, "at": {"type": "array", "items": {"type": "string"}}},
    }
    bodies = {
        "multipart/form-data": {"schema": form, "example": {"file": "bytes", "at": ["x"]}},
        "application/octet-stream": {"example": "bytes"},
        "application/json": {"schema": {"type": "number"}, "example": float("nan")},
        "application/x-www-form-urlencoded": {"schema": form["properties"]["at"], "example": "not a list"},
        "text/plain": {"schema": {"type": "string"}, "examples": {"a": {"externalValue": "https://a.example"}}},
    }
    response = {"204": {"description": "D."}}
    content["paths"] = {
        f"/{index}": {
            "post": {
                "operationId": f"op{index}",
                "requestBody": {"required": True, "content": {kind: media}},
                "responses": response,
            }
        }
        for index, (kind, media) in enumerate(bodies.items())
    }
    _, readme = made(tmp_path, content)
    assert "client.op0(body=...)" in readme
    assert "###" not in readme


def test_optional_parameters_that_are_refused_are_left_out(tmp_path: Path) -> None:
    content = rich()
    word, number = {"schema": {"type": "string"}, "example": "w"}, {"schema": {"type": "integer", "minimum": 5}, "example": 1}
    parameters = [{"name": "q", "in": "query", **word}, {"name": "n", "in": "query", **number}]
    content["paths"] = {
        "/a": {"get": {"operationId": "find", "parameters": parameters, "responses": {"204": {"description": "D."}}}}
    }
    _, readme = made(tmp_path, content)
    assert "client.find()" in readme


def test_a_form_is_an_example_too(tmp_path: Path) -> None:
    content = rich()
    schema = {
        "type": "object",
        "required": ["size"],
        "properties": {"size": {"type": "integer"}, "tags": {"type": "array", "items": {}}},
    }
    media = {"application/x-www-form-urlencoded": {"schema": schema, "example": {"size": 3}}}
    body = {"required": True, "content": media}
    content["paths"] = {"/a": {"post": {"operationId": "fill", "requestBody": body, "responses": {"204": {"description": "D."}}}}}
    _, readme = made(tmp_path, content)
    assert "client.fill(size=3)" in readme


def test_a_document_without_examples_gets_one_call_that_says_so(tmp_path: Path) -> None:
    content = rich()
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    content["paths"] = {"/a": {"post": {"requestBody": body, "responses": {"204": {"description": "D."}}}}}
    _, readme = made(tmp_path, content)
    assert "client.post_a(name=..., kind=...)" in readme
    assert "| `post_a` | `POST /a` | `None` |" in readme
    assert "### Async" not in readme


def test_a_large_document_gets_a_short_readme(tmp_path: Path) -> None:
    content = rich()
    response = {"200": {"description": "D."}}
    content["paths"] = {f"/{number}": {"get": {"operationId": f"get{number}", "responses": response}} for number in range(40)}
    _, readme = made(tmp_path, content)
    assert len(re.findall(r"^    client\.get_?\d+\(\)$", readme, re.MULTILINE)) == 12
    assert len(re.findall(r"^\| `get_?\d+` \|", readme, re.MULTILINE)) == 40


def test_a_document_of_others_gets_no_metadata_of_ours(tmp_path: Path) -> None:
    content = document("Words")
    content["components"]["securitySchemes"]["Signed"] = {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "awsSigv4",
    }
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
