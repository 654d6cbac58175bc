"""Whatever a text of a document is, the package compiles, can be imported and installed, and says what the document says."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import httpx2
import pytest
from markdown_it import MarkdownIt

from tests.generate.packages import Network, Package

Json = dict[str, Any]
TEXTS = [
    '""""',
    "ends in a backslash \\",
    '\\"',
    "'; import os; raise SystemExit #",
    'x"; raise SystemExit; Y = "[0',
    "a\nraise SystemExit\n#",
    "a\r\nb\u2028c\x0bd\x85e",
    "NUL \x00 DEL \x7f C1 \x9c",
    "half a character \ud83d",
    "\u202ereads in another order\u2069 than it is",
    "emoji \N{COOKIE} and \N{FULLWIDTH LATIN SMALL LETTER F}ull \N{LATIN SMALL LIGATURE FI}le",
    "{{ 1 / 0 }}{% raise %}{# #}",
    "--> <script>alert(1)</script> | `x` [a](b)",
    "]]] }}} %s {0} \\N{DEGREE SIGN} \\u0041 \\x",
    "long " * 100,
    "l" * 300,
    "class",
    "",
    " ",
]
REORDERING = {chr(each) for each in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}  # with them, code reads as what it is not
# Texts of properties, enums and parameters are names as well, and these are too long or hold what msgspec has no name for.
NO_NAME = set('"\\') | {chr(each) for each in range(0x20)}


def document(text: str) -> Json:
    """Return a document with a text wherever there may be one."""
    reference = {"$ref": "#/components/schemas/Named"}
    one, two = "#/components/schemas/One", "#/components/schemas/Two"
    content = {"application/json": {"schema": reference, "example": {"words": text}}}
    name = "".join(each for each in text if each not in NO_NAME and not "\ud800" <= each <= "\udfff")
    schema: Json = {
        "type": "object",
        "description": text,
        "title": text,
        "properties": {
            "words": {"type": "string", "description": text, "default": text, "example": text},
            f"field {name}": {"type": "string", "description": f"{text}\n\n{text}"},
            "choice": {"type": "string", "enum": [f"{text}1", f"{text}2", "other"], "description": text},
            "same": {"const": text},
            "either": {"oneOf": [{"const": text}, *({"type": "object", "properties": {each: {}}} for each in "ab")]},
            "tagged": {
                "oneOf": [{"$ref": one}, {"$ref": two}],
                "discriminator": {"propertyName": "tag", "mapping": {f"{text}1": one, f"{text}2": two}},
            },
        },
    }
    tagged = {"type": "object", "required": ["tag"], "properties": {"tag": {"type": "string"}}}
    operation = {
        "operationId": f"do {text}",
        "summary": text,
        "description": text,
        "tags": [text, "other"],
        "parameters": [
            {"name": f"query {text}", "in": "query", "description": text, "schema": {"type": "string", "default": text}},
            {"name": "p", "in": "path", "required": True, "description": text, "example": text, "schema": {"type": "string"}},
        ],
        "requestBody": {"description": text, "content": content},
        "responses": {
            "200": {"description": text, "content": content},
            "400": {"description": text, "content": content},
            "404": {"description": f"{text}\n{text}"},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Any {text}", "version": f"1{text}", "description": text, "summary": text},
        "servers": [{"url": "https://a.example", "description": text}],
        "tags": [{"name": text, "description": text}],
        "externalDocs": {"url": "https://a.example/docs", "description": text},
        "paths": {"/a/{p}": {"post": operation}},
        "components": {
            "schemas": {"Named": schema, "One": tagged, "Two": tagged},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "query", "name": f"key{name}", "description": text},
                "token": {"type": "http", "scheme": "bearer", "description": text},
            },
        },
    }


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:20]))
def test_a_package_of_any_text(text: str, tmp_path: Path) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(document(text)), encoding="utf-8")
    for each in [each for each in sys.modules if each.startswith("any_")]:
        del sys.modules[each]  # several titles may make one name
    package = Package(spec, tmp_path / "out")
    for path in package.folder.rglob("*.py"):
        if path.parent.name != "_runtime" or path.stem == "__init__":  # the others have no text of the document
            compile(source := path.read_text(encoding="utf-8"), path, "exec")
            assert REORDERING.isdisjoint(source), path.name
    settings_of_project = (package.folder / "pyproject.toml").read_text(encoding="utf-8")
    assert REORDERING.isdisjoint(settings_of_project)
    project = tomllib.loads(settings_of_project)["project"]
    assert not any(each < " " or each == "\x7f" for each in project["description"])
    MarkdownIt().parse((package.folder / "README.md").read_text(encoding="utf-8"))
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    network = Network({"words": text, "choice": f"{text}1", "same": text, "tagged": {"tag": f"{text}2"}})
    with package.root.Client(transport=network) as client:
        method = next(getattr(client, each) for each in dir(client) if each.startswith("do"))
        read = method(p="x", body=package.models.Named(words=text))
    assert (read.words, read.choice, read.same) == (text, f"{text}1", text)
    assert type(read.tagged).__name__ == "Two"
    assert isinstance(network.request, httpx2.Request)
