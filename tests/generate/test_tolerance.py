"""What is wrong in one place of a document leaves everything else as it is: it is noted, or one operation is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.generate.__main__ import main
from scripts.generate.parse.repair.document import repaired
from scripts.spec.document import read
from scripts.spec.positions import compose_json
from tests.generate.test_refusals import PARAMETER, REFUSED, SENT, document

Json = dict[str, Any]
FINE = {"operationId": "fine", "responses": {"204": {"description": "Done."}}}


def generated(tmp_path: Path, content: Json, capsys: pytest.CaptureFixture[str]) -> tuple[int, Json, str]:
    """Generate from a document; return exit code, report and what was printed."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml.dump(content, sort_keys=False), encoding="utf-8")
    code = main(["--spec", str(spec), "--out", str(tmp_path / "out"), "--report", str(tmp_path / "report.json")])
    printed = capsys.readouterr().err
    return code, json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) if code < 2 else {}, printed


def with_fine(content: Json) -> Json:
    """Return a document with one more operation, in which nothing is wrong."""
    return {**content, "paths": {**content.get("paths", {}), "/fine": {"get": FINE}}}


@pytest.mark.parametrize(
    ("kind", "rule", "part"),
    [
        pytest.param(kind, case[0], case[2], id=name)
        for kind, cases in REFUSED.items()
        for name, case in cases.items()
        if name != "no operations"
    ],
)
def test_what_is_refused_strictly_costs_no_other_operation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, rule: str, part: Json
) -> None:
    content = document(**(part if kind == "document" else {kind: part}))
    code, report, printed = generated(tmp_path, with_fine(content), capsys)
    assert code in (0, 1)
    assert (tmp_path / "out" / "t" / "api" / "default" / "fine.py").exists()
    assert (tmp_path / "out" / "t" / "api" / "default" / "a.py").exists() == (code == 0)
    found = report["notes"] if code == 0 else [each["reason"] for each in report["left_out"]]
    assert {each["rule"] for each in found} == {rule}
    assert [each["operation"] for each in report["left_out"]] == (["a"] if code else [])
    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "## Left out and ignored" in readme
    for each in found:
        assert f": {each['pointer']}: {each['rule']}: {each['text']}" in printed
        assert f"line {each['line']}: " in readme


def of_property(schema: Json | str | None) -> Json:
    """Return a document that sends an object with a property."""
    return document({"S": {"type": "object", "properties": {"a": schema}}})


CIRCLE = {"S": {"$ref": "#/components/schemas/X"}, "X": {"$ref": "#/components/schemas/S"}}
EXAMPLE = {"requestBody": {"content": {"application/json": {"examples": {"e": {"$ref": "#/components/examples/X"}}}}}}
HEADER = {"name": "X-Y", "in": "header", "schema": {"type": "string"}}
WITHOUT_REQUIRED = {key: value for key, value in PARAMETER.items() if key != "required"}
BOUNDS = {"multipleOf": 0.1, "minimum": 1, "exclusiveMinimum": 3, "maximum": 9, "exclusiveMaximum": 99}
NAMES: list[Any] = ["b", {"c": []}]
UNKNOWN = {"$ref": "#/components/responses/X"}
DIGEST = {"type": "http", "scheme": "digest"}
CLOSED: Json = {"type": "object", "properties": {"a": True}, "additionalProperties": False}
HARMLESS: dict[str, tuple[str, Json]] = {
    "unknown field": ("structure", document({"S": {}}, {"requestBody": {**SENT["requestBody"], "colour": "red"}})),
    "no version": ("structure", {**document(), "info": {"title": "T"}}),
    "newer keyword of another type": (
        "structure",
        {**document({"S": {"type": "object", "patternProperties": ""}}), "openapi": "3.0.3"},
    ),
    "number for text": ("structure", {**document(), "info": {"title": "T", "version": 2}}),
    "no info": ("structure", {key: value for key, value in document().items() if key != "info"}),
    "no responses": ("structure", document(operation={"responses": {}})),
    "keys without a value": ("structure", document(operation={"parameters": None, "tags": None, "description": None})),
    "property without a value": ("structure", of_property(None)),
    "parameter without a schema": ("structure", document(operation={"parameters": [{"name": "b", "in": "query"}]})),
    "path without a slash": ("structure", {**document(), "paths": {"a": {"post": FINE}}}),
    "method in capitals": ("structure", {**document(), "paths": {"/a": {"POST": FINE}}}),
    "greedy path parameter": ("path-parameter", {**document(), "paths": {"/a/{p+}": {"parameters": [PARAMETER], "post": FINE}}}),
    "path parameter after a colon": ("path-parameter", {**document(), "paths": {"/:p": {"parameters": [PARAMETER], "get": FINE}}}),
    "greedy path parameter of Go": (
        "path-parameter",
        {**document(), "paths": {"/a/{p...}": {"parameters": [PARAMETER], "post": FINE}}},
    ),
    "URL as a path": ("structure", {**document(), "paths": {**document()["paths"], "https://a.example/b": {"post": FINE}}}),
    "path parameter among blanks": (
        "path-parameter",
        {**document(), "paths": {"/{ p }": {"parameters": [PARAMETER], "get": FINE}}},
    ),
    "several media types in one": (
        "unsupported-media-type",
        document(operation={"requestBody": {"content": {"text/plain, text/csv": {}}}}),
    ),
    "body among the parameters": ("structure", document(operation={"parameters": [{"name": "b", "in": "body", "schema": {}}]})),
    "form among the parameters": (
        "structure",
        document(operation={"parameters": [{"name": each, "in": "formData", "type": "string"} for each in NAMES]}),
    ),
    "integers with a point": ("contradiction", of_property({"type": "integer", "enum": [1.0, 2.0]})),
    "no success": ("no-success", document(operation={"responses": {"404": {"description": "None."}}})),
    "content of a response that has none": (
        "response-without-body",
        document(operation={"responses": {"204": {"description": "D.", "content": {"text/plain": {}}}}}),
    ),
    "reference for a list of components": (
        "structure",
        {
            **document(),
            "components": {"securitySchemes": {"$ref": "#/components/responses/X"}, "responses": {"X": {"description": ""}}},
        },
    ),
    "name of no header": ("unsupported-parameter", document(operation={"parameters": [{**HEADER, "name": "X Y"}]})),
    "name of no cookie": ("unsupported-parameter", document(operation={"parameters": [{**HEADER, "in": "cookie", "name": "a="}]})),
    "misspelt type": ("structure", of_property({"type": "int"})),
    "format for a type": ("structure", of_property({"type": "date"})),
    "definitions beside components": (
        "structure",
        {**of_property({"$ref": "#/definitions/S/items"}), "definitions": {"S": {"type": "array", "items": {"type": "string"}}}},
    ),
    "components that are a list": ("structure", {**document(), "components": [], "definitions": {"S": {}}}),
    "title that is a list": ("structure", {**document(), "info": []}),
    "names of schemas that are no names": ("structure", document({"S": {"$id": 5, "$anchor": {}, "then": 5}})),
    "faults beside what is understood": (
        "structure",
        {**document({"S": {"type": ["string"], "enum": None, "const": "a", "minLength": ""}}), "openapi": "3.0.3"},
    ),
    "unknown type": ("structure", of_property({"type": "colour"})),
    "empty required": ("structure", {**document({"S": {"type": "object", "required": []}}), "openapi": "3.0.3"}),
    "required twice": ("structure", document({"S": {"type": "object", "required": ["a", "a"], "properties": {"a": {}}}})),
    "no description": ("structure", {**document(operation={"responses": {"204": {}}}), "openapi": "3.0.3"}),
    "optional path parameter": ("structure", document(operation={"parameters": [{**PARAMETER, "required": False}]})),
    "path parameter that may be missing": ("structure", document(path={}, operation={"parameters": [{**WITHOUT_REQUIRED}]})),
    "body without content": ("structure", document(operation={"requestBody": {"description": "D."}})),
    "responses without a value": ("structure", document(operation={"responses": {"204": None, "default": None}})),
    "name of a type for a schema": ("structure", of_property("String")),
    "boolean that is a text": ("structure", of_property({"type": "object", "additionalProperties": "true"})),
    "one for a list": ("structure", of_property({"oneOf": {"type": "string"}})),
    "boolean of YAML 1.1": ("structure", {**document(operation={"deprecated": "no"})}),
    "example beside examples": (
        "structure",
        {**document(operation={"parameters": [{**HEADER, "example": "", "examples": {}}]}), "openapi": "3.0.3"},
    ),
    "schema by its name": ("wrong-reference", document({"S": {"$ref": "X"}, "X": {"type": "string"}})),
    "bounds of one side": (
        "structure",
        {**document({"S": {"type": "number", **BOUNDS}}), "tags": {"name": "a"}, "openapi": "3.0.3"},
    ),
    "media type with a line break": (
        "unsupported-media-type",
        document(operation={"requestBody": {"content": {"text/plain\r\nX: 1": {}, "text/plain": {}}}}),
    ),
    "header that credentials have": (
        "unsupported-parameter",
        document(operation={"parameters": [{**HEADER, "name": "Authorization"}]}),
    ),
    "credentials without a class": ("unsupported-credentials", {**document(), "components": {"securitySchemes": {"a": DIGEST}}}),
    "credentials that are not defined": ("unsupported-credentials", document(operation={"security": [{"a": []}, {"a": []}]})),
    "schema that is a response": ("wrong-reference", of_property({"$ref": "#/paths/~1a~1{p}/post/responses/204"})),
    "unknown schema": ("unknown-reference", of_property({"$ref": "#/components/schemas/X"})),
    "unknown error": ("unknown-reference", document(operation={"responses": {"404": UNKNOWN, "204": {"description": "Done."}}})),
    "circle of references": ("circular-reference", document(CIRCLE)),
    "unknown example": ("unknown-reference", document({"S": {}}, EXAMPLE)),
    "default of another type": ("default", of_property({"type": "integer", "default": ""})),
    "tag twice": ("duplicate-tag", {**document(), "tags": [{"name": "a"}, {"name": "a"}]}),
    "undefined path parameter": ("path-parameter", {**document(), "paths": {"/a/{p}": {"post": FINE}}}),
    "unused path parameter": ("path-parameter", document(operation={"parameters": [{**PARAMETER, "name": "q"}]})),
    "pattern of another language": ("unsupported-limit", document({"S": {"type": "string", "pattern": "\\p{Lu}"}})),
    "no pattern": ("unsupported-limit", document({"S": {"type": "string", "pattern": "("}})),
    "pattern that ends within an escape": ("unsupported-limit", document({"S": {"type": "string", "pattern": "a\\"}})),
    "pattern beyond Unicode": ("unsupported-limit", document({"S": {"type": "string", "pattern": "\\u{FFFFFF}"}})),
    "null among values of another type": ("contradiction", of_property({"type": "string", "enum": ["a", None]})),
    "null as a constant of another type": ("contradiction", of_property({"type": "string", "const": None})),
    "constant beyond 64 bits": ("contradiction", of_property({"type": "integer", "const": 2**70})),
    "constant of another type beside properties": ("contradiction", document({"S": {**CLOSED, "const": "a"}})),
    "values of another type beside properties": ("contradiction", of_property({**CLOSED, "enum": ["a"]})),
    "values beyond 64 bits": ("contradiction", of_property({"enum": [1, {"a": [2**64]}]})),
    "format of another length": ("unsupported-limit", document({"S": {"type": "string", "format": "uuid", "maxLength": 24}})),
    "minimum above maximum": ("unsupported-limit", document({"S": {"type": "number", "minimum": 9, "maximum": -9}})),
    "version without patch": ("unsupported-version", {**document(), "openapi": "3.1"}),
    "webhook that is wrong": ("unsupported-webhooks", {**document(), "webhooks": {"w": {"post": 3}}}),
}


@pytest.mark.parametrize(("rule", "content"), HARMLESS.values(), ids=HARMLESS)
def test_what_changes_nothing_that_is_sent_or_read_is_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rule: str, content: Json
) -> None:
    code, report, printed = generated(tmp_path, content, capsys)
    assert (code, report["left_out"]) == (0, []), printed
    assert {each["rule"] for each in report["notes"]} == {rule}
    if rule == "unsupported-credentials":
        return  # which is not wrong
    assert main(["--spec", str(tmp_path / "spec.yaml"), "--out", str(tmp_path / "strict"), "--strict"]) == 2
    assert not (tmp_path / "strict").exists()


LEFT_OUT: dict[str, Json] = {
    "parameter without a place": {"parameters": [{"name": "b", "schema": {"type": "string"}}]},
    "unknown parameter": {"parameters": [{"$ref": "#/components/parameters/X"}]},
    "unknown response": {"responses": {"200": {"$ref": "#/components/responses/X"}}},
    "unknown body": {"requestBody": {"$ref": "other.yaml#/Body"}},
    "a schema for a parameter": {"parameters": [{"$ref": "#/components/schemas/S"}]},
    "a response for a parameter": {"parameters": [{"$ref": "#/components/responses/R"}]},
    "a name that no header can have": {"parameters": [{**HEADER, "name": "X-\u00e9", "required": True}]},
    "a style of another place": {"parameters": [{"name": "b", "in": "header", "style": "form", "schema": {"type": "array"}}]},
}


@pytest.mark.parametrize("operation", LEFT_OUT.values(), ids=LEFT_OUT)
def test_an_operation_of_which_something_is_not_known_is_left_out_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], operation: Json
) -> None:
    content = with_fine(document({"S": {"type": "object"}}, operation))
    content["components"]["responses"] = {"R": {"description": "D."}}
    code, report, printed = generated(tmp_path, content, capsys)
    assert code == 1, printed
    (left,) = report["left_out"]
    assert (left["operation"], left["method"], left["path"], left["pointer"]) == ("a", "POST", "/a/{p}", "#/paths/~1a~1{p}/post")
    assert "left-out-operation: POST /a/{p} (a) is left out: " in printed
    assert report["operations"] == 1


def test_a_name_of_the_document_is_not_read_as_a_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schemas = {"S": {"type": "object", "properties": {"type": "string", "additionalProperties": "integer"}}}
    code, report, _ = generated(tmp_path, with_fine(document(schemas)), capsys)
    assert (code, {each["rule"] for each in report["notes"]}) == (0, {"structure"})
    assert "type: str | UnsetType" in (tmp_path / "out" / "t" / "models.py").read_text(encoding="utf-8")
    responses = {"204": {"description": "Done.", "content": {"discriminator": "kind"}}}
    code, report, printed = generated(tmp_path, {**with_fine(document(None, {"responses": responses})), "openapi": "3.0.3"}, capsys)
    assert (code, [each["operation"] for each in report["left_out"]]) == (1, ["a"])
    assert "content/discriminator: structure: 'kind' is not of type \"object\"" in printed


def test_all_that_is_wrong_in_an_operation_is_named_in_one_round(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [{"name": "b", "in": "querry", "schema": {"type": "string"}}, {"$ref": "#/components/parameters/X"}, {"name": "c"}]
    content = document(operation={"parameters": [*wrong, {"name": "d", "in": "form"}]})
    code, _, printed = generated(tmp_path, with_fine(content), capsys)
    assert code == 1
    for said in ("'querry' is none of 'query', 'header', 'path', 'cookie'", "parameters/X", "'in' is missing", "'form' is none of"):
        assert said in printed


@pytest.mark.parametrize(
    ("section", "component"),
    [
        ("schemas", {"type": "object", "properties": None}),
        ("schemas", {"type": "object", "required": True}),
        ("securitySchemes", {}),
        ("securitySchemes", {"type": "http"}),
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_what_is_wrong_in_a_component_of_any_name_is_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], version: str, section: str, component: Json
) -> None:
    components = {section: {name: {**component} for name in ("My Own", "List<Pet>", "")}}  # copies, as YAML has aliases
    content = with_fine({**document(), "openapi": version, "components": components})
    code, report, _ = generated(tmp_path, content, capsys)
    assert (code, {each["rule"] for each in report["notes"]}) == (0, {"structure"})
    assert {each["pointer"].split("/")[3] for each in report["notes"]} == {"My Own", "List<Pet>", ""}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_document_is_read_in_each_encoding_that_its_first_bytes_name(tmp_path: Path, encoding: str, suffix: str) -> None:
    content = {**document(), "info": {"title": "T", "version": "1", "description": "An \u00e9\r\nand more"}}
    text = json.dumps(content, indent=1, ensure_ascii=False).replace("\n", "\r\n")
    (tmp_path / f"spec.{suffix}").write_bytes((f"\ufeff{text}" if "16" in encoding else text).encode(encoding))
    assert main(["--spec", str(tmp_path / f"spec.{suffix}"), "--out", str(tmp_path / "out"), "--strict"]) == 0
    kept = (tmp_path / "out" / "t" / f"openapi.{suffix}").read_bytes().decode()
    assert "An \u00e9" in kept
    assert "\r" not in kept


def test_json_is_read_whatever_the_file_is_called(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    content = document({"S": {"type": "object", "description": "SMILE \ud800", "properties": {"a": {"type": "string"}}}})
    spec.write_text(json.dumps(content).replace("SMILE", r"\ud83d\ude00\/"), encoding="utf-8")
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out")]) == 0
    assert "😀/ �" in (tmp_path / "out" / "t" / "models.py").read_text(encoding="utf-8")


def test_a_finding_is_one_line_and_tells_a_terminal_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, printed = generated(tmp_path, {**document(), "x\x1b[2J\nnote: y\u202e": 1, "a\nb": 1}, capsys)
    assert [line[:6] for line in printed.splitlines()] == ["note: "] * 2
    assert all(line.isprintable() for line in printed.splitlines())
    assert "#/a\\nb: structure: 'a\\nb' is not allowed here" in printed


def test_a_tuple_of_an_older_draft_and_definitions_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = document({"S": {"type": "array", "items": [{"$ref": "#/definitions/S"}], "additionalItems": False}})
    content["definitions"] = {"S": {"type": "object", "properties": {"a": {"type": "integer"}}}}
    generated(tmp_path, content, capsys)
    models = (tmp_path / "out" / "t" / "models.py").read_text(encoding="utf-8")
    assert "class S2(Model" in models
    assert "list[S2], Meta(max_length=1)" in models


def test_a_path_that_is_there_with_a_slash_and_without_is_left_out_once_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = {**document(), "paths": {"a": {"get": {**FINE, "operationId": "other"}}, "/a": {"get": FINE}}}
    code, report, _ = generated(tmp_path, content, capsys)
    assert (code, [each["operation"] for each in report["left_out"]]) == (1, ["other"])


def test_a_schema_among_the_parameters_of_a_path_leaves_out_its_operations_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = document({"S": {"type": "object"}})
    content["paths"] = {"/b": {"parameters": [{"$ref": "#/components/schemas/S"}], "get": {**FINE, "operationId": "b"}}}
    code, report, _ = generated(tmp_path, with_fine(content), capsys)
    assert (code, [each["operation"] for each in report["left_out"]]) == (1, ["b"])


def test_extensions_among_paths_and_statuses_say_nothing_that_is_generated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    operation = {**FINE, "responses": {"204": {"description": "Done."}, "x-size": 3}}
    paths = {"x-size": 3, "x-more": {"get": FINE}, "/a": {"x-size": 3, "get": operation}}
    code, report, printed = generated(tmp_path, {**document(), "paths": paths}, capsys)
    assert (code, report["operations"], report["notes"]) == (0, 1, []), printed


@pytest.mark.parametrize(
    ("method", "operation"), [("query", FINE), ("m-search", {"operationId": "b"}), ("ws", {"requestBody": {}})]
)
def test_a_method_of_another_version_is_left_out_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], method: str, operation: dict[str, Any]
) -> None:
    content = {**document(), "paths": {"/a": {"get": FINE, method: operation}}}
    code, report, printed = generated(tmp_path, content, capsys)
    assert (code, report["operations"], [each["pointer"] for each in report["left_out"]]) == (1, 1, [f"#/paths/~1a/{method}"])
    assert f"left-out-operation: {method.upper()} /a" in printed


@pytest.mark.parametrize("beside", [True, False])
def test_the_operation_for_any_method_of_an_amazon_gateway_is_left_out_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, beside: bool
) -> None:
    item = {"x-amazon-apigateway-any-method": {**FINE, "operationId": "any"}, **({"get": FINE} if beside else {})}
    code, report, printed = generated(tmp_path, with_fine({**document(), "paths": {"/a": item}}), capsys)
    assert (code, report["operations"]) == (1, 1 + beside)
    assert [(each["operation"], each["pointer"]) for each in report["left_out"]] == [
        ("any", "#/paths/~1a/x-amazon-apigateway-any-method")
    ]
    assert "no client is generated for any method" in printed


def test_operations_with_one_id_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = document()
    content["paths"]["/b"] = {"get": {**FINE, "operationId": "a"}}
    code, report, _ = generated(tmp_path, content, capsys)
    assert (code, report["operations"], [each["rule"] for each in report["notes"]]) == (0, 2, ["duplicate-operation-id"])
    assert (tmp_path / "out" / "t" / "api" / "default" / "a2.py").exists()


def test_a_document_of_which_nothing_is_left_is_refused_with_the_reasons(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, printed = generated(tmp_path, document(operation=LEFT_OUT["unknown parameter"]), capsys)
    assert code == 2
    assert ": unknown-reference: '#/components/parameters/X' does not exist" in printed
    assert not (tmp_path / "out").exists()


def test_the_lines_of_a_document_are_read_once_however_often_it_is_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed = list[str]()

    def counted(text: str) -> yaml.Node | None:
        composed.append(text)
        return compose_json(text)

    monkeypatch.setattr("scripts.spec.document.compose_json", counted)
    content = {**with_fine(document()), "tags": [{"name": "A"}, {"name": "A"}], "webhooks": {"a": {}}}
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(content, indent=1), encoding="utf-8")
    lines = spec.read_text(encoding="utf-8").splitlines()
    notes = repaired(read(spec)).notes
    assert [(each.rule, lines[each.line - 1].strip()) for each in notes] == [
        ("unsupported-webhooks", '"webhooks": {'),
        ("duplicate-tag", "{"),
    ]
    assert len(composed) == 1
