"""What the generated code cannot express is named with its place, and nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.generate.__main__ import main
from scripts.spec.document import split

Json = dict[str, Any]
REFUSED = yaml.load(Path(__file__).with_name("refusals.yaml").read_bytes(), Loader=yaml.CSafeLoader)
# What a place in it is below.
BELOW = {"schemas": "#/components/schemas/S", "operation": "#/paths/~1a~1{p}/post", "path": "#/paths/~1a~1{p}", "document": "#"}
SENT = {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S"}}}}}
PARAMETER = {"name": "p", "in": "path", "required": True, "schema": {"type": "string"}}


def document(schemas: Json | None = None, operation: Json | None = None, path: Json | None = None, **others: Json) -> Json:
    """Return a document with some parts; the schema `S` is sent, unless an operation is given."""
    post = {"operationId": "a", "responses": {"204": {"description": "Done."}}, **(operation or (SENT if schemas else {}))}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a/{p}": {**(path or {}), "parameters": [PARAMETER], "post": post}},
        "components": {"schemas": schemas or {}},
        **others,
    }


@pytest.mark.parametrize(
    ("kind", "rule", "place", "part"),
    [pytest.param(kind, *case, id=name) for kind, cases in REFUSED.items() for name, case in cases.items()],
)
def test_it_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, rule: str, place: str, part: Json
) -> None:
    spec = tmp_path / "spec.yaml"
    text = yaml.dump(document(**(part if kind == "document" else {kind: part})), sort_keys=False)
    spec.write_text(text, encoding="utf-8")
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out"), "--strict"]) == 2
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 1, printed
    where, found, said, advice = printed[0].split(": ", 3)
    assert (found, said) == (f"{BELOW[kind]}{place}", rule)
    file, line = where.rsplit(":", 1)
    assert file == str(spec)
    last = split(found)[-1]
    assert last.isdigit() or f"{last}'" in f"{text.splitlines()[int(line) - 1].split(':')[0].strip(' -')}'"
    assert advice
    assert [path.name for path in tmp_path.iterdir()] == ["spec.yaml"]


def test_what_is_only_received_need_not_be_checked(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": {"not": {"type": "object"}}, "b": {"type": "array", "prefixItems": [{}]}}}
    received = {"responses": {"200": {"description": "D.", **SENT["requestBody"]}}}
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml.dump(document({"S": schema}, received)), encoding="utf-8")
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out")]) == 0


def test_what_is_left_out_because_json_says_the_same_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contents = {f"application/{each}": {"schema": {"type": "object"}} for each in ("xml", "json")}
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml.dump(document(operation={"requestBody": {"content": contents}})), encoding="utf-8")
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out")]) == 0
    assert "left-out-media-type: XML is not generated; the client uses application/json instead" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("section", "fault", "place"),
    [
        ("parameters", {"name": "q", "in": "qury", "schema": {"type": "string"}}, "/in"),
        ("requestBodies", {"content": 5}, "/content"),
    ],
)
def test_an_operation_that_needs_a_component_is_left_out_for_the_fault_of_the_component(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], section: str, fault: Json, place: str
) -> None:
    reference = {"$ref": f"#/components/{section}/X"}
    content = document(operation={"parameters": [reference]} if section == "parameters" else {"requestBody": reference})
    content["components"][section] = {"X": fault}
    content["paths"]["/b"] = {"get": {"operationId": "b", "responses": {"204": {"description": "D."}}}}
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml.dump(content, sort_keys=False), encoding="utf-8")
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 1, printed
    assert "POST /a/{p} (a) is left out: " in printed[0]
    assert f"#/components/{section}/X{place}: structure: " in printed[0]
    assert "ignored" not in printed[0]
