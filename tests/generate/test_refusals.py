"""What the generated code cannot express is named with its place, and nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.generate.__main__ import main
from scripts.spec.document import split

Json = dict[str, Any]
S = {"$ref": "#/components/schemas/S"}
SCHEMA = "#/components/schemas/S"
CALL = "#/paths/~1a~1{p}/post"
P = {"name": "p", "in": "path", "required": True, "schema": {"type": "string"}}
UNION = {"anyOf": [{"type": "string"}, {"type": "integer"}]}


def document(operation: Json, *, schemas: Json | None = None, item: Json | None = None, root: Json | None = None) -> Json:
    whole = {"operationId": "a", "parameters": [P], "responses": {"204": {"description": "Done."}}, **operation}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a/{p}": {**(item or {}), "post": whole}},
        "components": {"schemas": schemas or {}},
        **(root or {}),
    }


def sent(schema: Json, **others: Json) -> Json:
    return document({"requestBody": {"content": {"application/json": {"schema": S}}}}, schemas={"S": schema, **others})


def body(media_type: str, content: Json) -> Json:
    return document({"requestBody": {"content": {media_type: content}}})


def received(media_type: str) -> Json:
    return document({"responses": {"200": {"description": "D.", "content": {media_type: {"schema": {"type": "object"}}}}}})


def given(parameter: Json) -> Json:
    return document({"parameters": [P, {"name": "q", "in": "query", **parameter}]})


def mapped(schema: Json, **others: Json) -> Json:
    return sent({**schema, "discriminator": {"propertyName": "k", "mapping": {"c": "C"}}}, **others)


K = {"type": "object", "properties": {"k": {"type": "string"}}}
NESTED = {"type": "array", "items": {"type": "array", "items": {}}}
REFUSED = {
    "not": (sent({"type": "object", "properties": {"a": {"not": K}}}), "unsupported-keyword", f"{SCHEMA}/properties/a/not"),
    "if": (sent({"type": "string", "if": {"minLength": 1}}), "unsupported-keyword", f"{SCHEMA}/if"),
    "patternProperties": (
        sent({"type": "object", "patternProperties": {"^a": {}}}),
        "unsupported-keyword",
        f"{SCHEMA}/patternProperties",
    ),
    "prefixItems": (sent({"type": "array", "prefixItems": [{}]}), "unsupported-keyword", f"{SCHEMA}/prefixItems"),
    "dependentRequired": (sent({**K, "dependentRequired": {"a": ["b"]}}), "unsupported-keyword", f"{SCHEMA}/dependentRequired"),
    "contains": (
        sent({"type": "array", "items": {"type": "array", "contains": {}}}),
        "unsupported-keyword",
        f"{SCHEMA}/items/contains",
    ),
    "types": (sent({"allOf": [{"type": "string"}, {"type": "integer"}]}), "unsupported-all-of", f"{SCHEMA}/allOf/1"),
    "factors": (sent({"allOf": [{"multipleOf": 2}, {"multipleOf": 3}]}), "unsupported-all-of", f"{SCHEMA}/allOf/1"),
    "constants": (sent({"allOf": [{"const": "a"}, {"const": "b"}]}), "unsupported-all-of", f"{SCHEMA}/allOf/1"),
    "unions of allOf": (sent({"allOf": [UNION, {"anyOf": [{"type": "boolean"}]}]}), "unsupported-all-of", f"{SCHEMA}/allOf/1"),
    "allOf itself": (sent({"allOf": [S, K]}), "unsupported-all-of", f"{SCHEMA}/allOf/0"),
    "two unions": (sent({"anyOf": [{"type": "string"}], "oneOf": [{"type": "string"}]}), "unsupported-union", f"{SCHEMA}/anyOf"),
    "union of itself": (sent({"anyOf": [{"type": "string"}, S]}), "endless-union", SCHEMA),
    "false": (sent({"type": "object", "properties": {"a": False}}), "unsupported-false-schema", f"{SCHEMA}/properties/a"),
    "constant of another type": (sent({"type": "integer", "const": "a"}), "contradiction", SCHEMA),
    "enum of another type": (sent({"type": "integer", "enum": ["a", "b"]}), "contradiction", f"{SCHEMA}/enum"),
    "mapping to no member": (
        mapped({"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}, A=K, B=K),
        "unsupported-discriminator",
        f"{SCHEMA}/discriminator/mapping/c",
    ),
    "mapping of a base": (mapped(K, A={"allOf": [S, K]}), "unsupported-discriminator", f"{SCHEMA}/discriminator/mapping/c"),
    "quote in a name": (
        sent({"type": "object", "properties": {'a"b': {"type": "string"}}}),
        "unsupported-property-name",
        f'{SCHEMA}/properties/a"b',
    ),
    "beyond 64 bits": (sent({"type": "integer", "maximum": 2**64}), "generated-schemas", SCHEMA),
    "XML": (body("application/xml", {"schema": K}), "unsupported-media-type", f"{CALL}/requestBody/content/application~1xml"),
    "received XML": (received("text/xml"), "unsupported-media-type", f"{CALL}/responses/200/content/text~1xml"),
    "multipart": (body("multipart/mixed", {"schema": K}), "unsupported-media-type", f"{CALL}/requestBody/content/multipart~1mixed"),
    "headers of parts": (
        body("multipart/form-data", {"schema": K, "encoding": {"k": {"headers": {"X-A": {"schema": {}}}}}}),
        "unsupported-encoding",
        f"{CALL}/requestBody/content/multipart~1form-data/encoding/k/headers",
    ),
    "nested values of a form": (
        body(
            "application/x-www-form-urlencoded",
            {"schema": {"type": "object", "properties": {"a": NESTED}}, "encoding": {"a": {"style": "spaceDelimited"}}},
        ),
        "unsupported-encoding",
        f"{CALL}/requestBody/content/application~1x-www-form-urlencoded/encoding/a",
    ),
    "callbacks": (document({"callbacks": {"c": {"{$url}": {}}}}), "unsupported-callbacks", f"{CALL}/callbacks"),
    "webhooks": (document({}, root={"webhooks": {"w": {"post": {}}}}), "unsupported-webhooks", "#/webhooks"),
    "server of an operation": (document({"servers": [{"url": "https://b.example"}]}), "unsupported-servers", f"{CALL}/servers"),
    "server of a path": (document({}, item={"servers": [{"url": "/b"}]}), "unsupported-servers", "#/paths/~1a~1{p}/servers"),
    "nested values": (given({"schema": NESTED}), "unsupported-parameter", f"{CALL}/parameters/1/schema"),
    "content of a parameter": (
        given({"content": {"text/csv": {}}}),
        "unsupported-parameter-content",
        f"{CALL}/parameters/1/content",
    ),
    "no operations": (document({}, root={"paths": {}}), "no-operations", "#/paths"),
    "reference to another file": (sent({"$ref": "other.yaml#/S"}), "external-reference", f"{SCHEMA}/$ref"),
}


@pytest.mark.parametrize(("data", "rule", "pointer"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: Json, rule: str, pointer: str
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml.dump(data, sort_keys=False, Dumper=NoAliases), encoding="utf-8")
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out")]) == 2
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 1, printed
    place, found, said, advice = printed[0].split(": ", 3)
    assert (found, said) == (pointer, rule)
    file, line = place.rsplit(":", 1)
    assert file == str(spec)
    last = split(pointer)[-1]
    assert (
        last.isdigit() or f"{last}'" in f"{spec.read_text(encoding='utf-8').splitlines()[int(line) - 1].split(':')[0].strip(' -')}'"
    )
    assert advice
    assert [path.name for path in tmp_path.iterdir()] == ["spec.yaml"]


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return data is not None


def test_what_is_only_received_need_not_be_checked(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": {"not": K}, "b": {"type": "array", "prefixItems": [{}]}}}
    content = {"application/json": {"schema": S}}
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        yaml.dump(document({"responses": {"200": {"description": "D.", "content": content}}}, schemas={"S": schema})),
        encoding="utf-8",
    )
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out")]) == 0


def test_what_is_left_out_because_json_says_the_same_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = document({"requestBody": {"content": {"application/xml": {"schema": K}, "application/json": {"schema": K}}}})
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml.dump(data), encoding="utf-8")
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out")]) == 0
    assert "left-out-media-type: XML is not generated; the client uses application/json instead" in capsys.readouterr().err
