"""Documents that say usual things in unusual ways: each package satisfies a type checker, and reads and writes the JSON."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.command import ROOT
from scripts.generate.output import generate_one

Json = dict[str, Any]
TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def record(*required: str, **properties: Any) -> Json:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


DOCUMENTS: dict[str, tuple[str, Json]] = {
    "booleans": ("3.1.0", {"A": True, "B": record(a=True), "C": {"type": "array", "items": True}}),
    "hardly anything": (
        "3.1.0",
        {
            "A": {},
            "B": {"type": "object"},
            "C": {"type": "object", "additionalProperties": False},
            "D": {"type": "object", "required": ["x"]},
            "E": {"type": "null"},
            "F": {"description": "only"},
            "G": {"enum": [None]},
        },
    ),
    "enums": (
        "3.1.0",
        {
            "A": {"type": "number", "enum": [1.0, 2]},
            "B": {"enum": [1, "1"]},
            "C": {"type": "boolean", "enum": [True]},
            "D": {"type": ["integer", "null"], "enum": [1, None]},
            "E": {"type": ["string", "integer"], "enum": ["a", 1]},
            "F": {"type": "array", "items": TEXT, "enum": [["a"], ["b"]]},
            "G": {"type": "integer", "enum": [-1, 0, 1]},
            "H": {
                "type": "string",
                "enum": ["True", "None", "__init__", "mro", "name", "value", "_x", "a b", "a-b", "", "é", 'q"\\'],
            },
        },
    ),
    "constants": (
        "3.1.0",
        {
            "A": {"const": 1.5},
            "B": {"const": None},
            "C": {"const": {"a": [1]}},
            "D": {"const": -5},
            "E": record(a={"const": "x"}, b={"const": True}, c={"const": 3}),
        },
    ),
    "aliases": (
        "3.1.0",
        {
            "A": ref("B"),
            "B": ref("C"),
            "C": TEXT,
            "D": {"type": "array", "items": ref("D"), "maxItems": 3},
            "E": {"type": "object", "additionalProperties": ref("E"), "minProperties": 1},
            "F": {"anyOf": [TEXT, {"type": "array", "items": ref("G")}]},
            "G": {"anyOf": [NUMBER, {"type": "object", "additionalProperties": ref("F")}]},
            "H": {"anyOf": [ref("F"), ref("G")]},
        },
    ),
    "circles": (
        "3.1.0",
        {
            "L": {"type": "array", "items": ref("H")},
            "M": {"type": "object", "additionalProperties": ref("H")},
            "U": {"anyOf": [ref("H"), TEXT]},
            "N": {"anyOf": [ref("H"), {"type": "null"}]},
            "LL": {"type": "array", "items": ref("L")},
            "G": {"allOf": [ref("H")]},
            "H": record(l=ref("L"), m=ref("M"), u=ref("U"), n=ref("N"), ll=ref("LL"), g=ref("G")),
        },
    ),
    "typed others": (
        "3.1.0",
        {
            "A": {**record(a=TEXT, me=ref("A")), "additionalProperties": ref("A")},
            "B": {**record("a", a=NUMBER), "additionalProperties": {"type": "array", "items": TEXT}, "minProperties": 1},
            "C": {**record(a=NUMBER), "additionalProperties": {**record(b=TEXT), "additionalProperties": NUMBER}},
            "D": {**record(a=TEXT), "unevaluatedProperties": NUMBER},
        },
    ),
    "unions": (
        "3.1.0",
        {
            "A": {"anyOf": [record(a=TEXT), record(b=TEXT), {"type": "array", "items": TEXT}, {"enum": ["x"]}, {"type": "null"}]},
            "B": {"oneOf": [{"type": "number"}, {"type": "integer"}]},
            "C": {"oneOf": [{"type": "integer", "enum": [1]}, {"type": "number"}]},
            "D": {"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "uuid", "pattern": "^1"}]},
            "E": {"anyOf": [{"const": "auto"}, {"type": "boolean"}]},
            "F": {"anyOf": [ref("A"), ref("D"), NUMBER]},
            "G": {"type": ["object", "array", "string", "null"], "properties": {"a": TEXT}, "items": NUMBER, "minLength": 2},
            "H": {"anyOf": [{"type": "number", "multipleOf": 0.1}, TEXT]},
            "I": {**record(x=TEXT), "anyOf": [record("y", y=NUMBER), record("z", z=NUMBER)]},
            "J": {"anyOf": [{}, TEXT]},
            "K": {"anyOf": [{"type": "array", "items": {"anyOf": [record(a=TEXT), record(b=TEXT)]}}, TEXT]},
        },
    ),
    "all of": (
        "3.1.0",
        {
            "A": {"allOf": [record(a=TEXT)]},
            "B": {"allOf": [ref("A")], "description": "d"},
            "C": {"allOf": [ref("A"), ref("D")]},
            "D": record("a", a={"type": "string", "minLength": 2}, b={"type": ["integer", "null"]}),
            "E": {"allOf": [TEXT, {"maxLength": 3}, {"pattern": "^a"}, {"pattern": "b$"}]},
            "F": {"allOf": [{"type": "array", "items": record(a=TEXT)}, {"items": {"required": ["a"]}}]},
            "G": {"allOf": [{"oneOf": [ref("A"), ref("D")]}, {"properties": {"extra": TEXT}}]},
            "H": {"$ref": "#/components/schemas/D", "required": ["b"]},
            "I": {"allOf": [True, {}]},
        },
    ),
    "directions": (
        "3.1.0",
        {
            "A": record("id", "pw", id={**TEXT, "readOnly": True}, pw={**TEXT, "writeOnly": True}, b=ref("B"), c=ref("C")),
            "B": record("a", a=ref("A")),
            "C": {"type": "object", "readOnly": True, "properties": {"x": TEXT}},
            "D": {"type": "array", "items": ref("A")},
            "E": {"oneOf": [ref("A"), ref("B")], "discriminator": {"propertyName": "kind"}},
        },
    ),
    "families": (
        "3.1.0",
        {
            "Base": {**record("t", t=TEXT), "discriminator": {"propertyName": "t", "mapping": {"k": "Kid"}}},
            "Kid": {"allOf": [ref("Base"), record(a=TEXT)]},
            "Grandchild": {"allOf": [ref("Kid"), record(b=TEXT)]},
            "Holder": record(
                x=ref("Base"), y={"type": "array", "items": ref("Base")}, z={"anyOf": [ref("Base"), {"type": "null"}]}
            ),
            "Mixed": {"anyOf": [ref("Base"), TEXT]},
            "Tagged": {"oneOf": [ref("One"), ref("Two"), record(c=TEXT)], "discriminator": {"propertyName": "t"}},
            "One": record(t=TEXT, a=NUMBER),
            "Two": record(t=TEXT, b=NUMBER),
        },
    ),
    "names": (
        "3.1.0",
        {
            name: record(**{name: TEXT})
            for name in (
                *(
                    "int",
                    "str",
                    "list",
                    "dict",
                    "object",
                    "type",
                    "Client",
                    "errors",
                    "Model",
                    "Struct",
                    "msgspec",
                    "httpx2",
                    "Any",
                    "class",
                ),
                *(
                    "None",
                    "True",
                    "field",
                    "UNSET",
                    "Literal",
                    "_private",
                    "__dunder__",
                    "a.b",
                    "a-b",
                    "AB",
                    "ab",
                    "TYPE_CHECKING",
                    "AnyOf",
                ),
                *("Checked", "ClassVar", "File", "Date", "annotations", "typing", "Exception", "1st"),
            )
        },
    ),
    "openapi 3.0": (
        "3.0.3",
        {
            "A": {"type": "string", "nullable": True},
            "B": {**record(a=TEXT), "nullable": True},
            "C": ref("A"),
            "D": {"allOf": [ref("B")], "nullable": True},
            "E": {"type": "string", "nullable": True, "enum": ["a"]},
            "F": {"anyOf": [ref("B"), TEXT], "nullable": True},
            "G": {"type": "integer", "exclusiveMaximum": True, "maximum": 3},
            "H": {"type": "array", "nullable": True, "items": {"type": "string", "nullable": True, "maxLength": 2}},
            "I": {"type": "object", "additionalProperties": {"type": "integer", "nullable": True}},
            "J": {"type": "string", "format": "binary"},
        },
    ),
    "texts": (
        "3.0.3",
        {
            "A": {
                **record(
                    a={"description": 'y\\"""', "enum": ['a"b', "c\\d", "e'f\n", "\u2028", "{{x}}", "{% y %}"]}, **{"{{z}}": TEXT}
                ),
                "description": 'x"""\\',
            }
        },
    ),
}

SENT: list[tuple[str, str, Any, bool]] = [
    ("hardly anything", "D", {"x": 1}, True),
    ("hardly anything", "D", {"y": 1}, False),
    ("enums", "A", 2, True),
    ("enums", "A", 1.5, False),
    ("enums", "B", "1", True),
    ("enums", "B", True, False),
    ("enums", "D", None, True),
    ("enums", "D", 2, False),
    ("enums", "F", ["b"], True),
    ("enums", "F", ["c"], False),
    ("constants", "A", 1.5, True),
    ("constants", "C", {"a": [2]}, False),
    ("constants", "D", -5, True),
    ("constants", "D", 5, False),
    ("constants", "E", {"a": "x", "b": True, "c": 3}, True),
    ("constants", "E", {"b": False}, False),
    ("aliases", "D", [[], [[]], []], True),
    ("aliases", "D", [[[[], [], [], []]]], False),
    ("aliases", "E", {"a": {"b": {}}}, False),
    ("aliases", "F", [1, {"a": ["b"]}], False),
    ("aliases", "F", [1, {"a": [2]}], True),
    ("circles", "L", [{"l": [{}], "ll": [[{}]], "u": "s", "n": None}], True),
    ("circles", "L", [{"l": [{"u": 1}]}], False),
    ("circles", "G", {"g": {"g": {}}}, True),
    ("typed others", "A", {"a": "x", "me": {}, "b": {"c": {}}}, True),
    ("typed others", "A", {"b": {"c": 1}}, False),
    ("typed others", "B", {"a": 1, "b": ["c"]}, True),
    ("typed others", "B", {"b": ["c"]}, False),
    ("typed others", "C", {"b": {"b": "x", "c": 1}}, True),
    ("typed others", "C", {"b": {"b": "x", "c": "y"}}, False),
    ("typed others", "D", {"a": "x", "b": "y"}, False),
    ("unions", "A", {"b": "x"}, True),
    ("unions", "A", "y", False),
    ("unions", "C", 1, True),
    ("unions", "C", 1.5, True),
    ("unions", "C", "1", False),
    ("unions", "D", "2024-02-29", True),
    ("unions", "D", "12345678-1234-1234-1234-123456789abc", True),
    ("unions", "D", "22345678-1234-1234-1234-123456789abc", False),
    ("unions", "E", "auto", True),
    ("unions", "E", "other", False),
    ("unions", "F", ["a"], True),
    ("unions", "F", 1.5, False),
    ("unions", "G", "ab", True),
    ("unions", "G", "a", False),
    ("unions", "G", {"a": 1}, False),
    ("unions", "H", 0.3, True),
    ("unions", "H", 0.35, False),
    ("unions", "I", {"x": "a", "z": 1}, True),
    ("unions", "I", {"x": "a"}, False),
    ("unions", "K", [{"a": "x"}, {"b": "y"}], True),
    ("all of", "C", {"a": "xy", "b": None}, True),
    ("all of", "C", {"a": "x"}, False),
    ("all of", "E", "axb", True),
    ("all of", "E", "axc", False),
    ("all of", "E", "axxb", False),
    ("all of", "F", [{"a": "x"}], True),
    ("all of", "F", [{}], False),
    ("all of", "G", {"a": "xy", "extra": "z"}, True),
    ("all of", "G", {"a": "xy", "extra": 1}, False),
    ("all of", "H", {"a": "xy"}, False),
    ("all of", "H", {"a": "xy", "b": 1}, True),
    ("directions", "A", {"pw": "x", "b": {"a": {"pw": "y"}}}, True),
    ("directions", "A", {"b": {"a": {"pw": "y"}}}, False),
    ("families", "Holder", {"x": {"t": "k", "a": "x"}, "z": None}, True),
    ("families", "Holder", {"x": {"t": "k", "a": 1}}, False),
    ("families", "Tagged", {"t": "One", "a": 1}, True),
    ("openapi 3.0", "D", None, True),
    ("openapi 3.0", "E", None, True),
    ("openapi 3.0", "F", None, True),
    ("openapi 3.0", "G", 2, True),
    ("openapi 3.0", "G", 3, False),
    ("openapi 3.0", "H", ["ab", None], True),
    ("openapi 3.0", "H", ["abc"], False),
    ("openapi 3.0", "I", {"a": None}, True),
]


def package_of(name: str) -> str:
    return f"odd_{name.replace(' ', '_').replace('.', '')}"


def document(name: str) -> Json:
    version, schemas = DOCUMENTS[name]
    paths: Json = {}
    for schema in schemas:
        content = {"content": {"application/json": {"schema": ref(schema)}}}
        responses = {"200": {"description": 'An """response\\', **content}}
        both = {"operationId": f"both {schema}", "requestBody": content, "responses": responses}
        sent = {"operationId": f"sent {schema}", "requestBody": content, "responses": {"204": {"description": "D."}}}
        paths[f"/{schema}"] = {"post": both, "put": sent, "get": {"responses": responses, "tags": ['a "tag"', "b"]}}
    return {
        "openapi": version,
        "info": {"title": package_of(name), "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with a distribution for each document; their packages can be imported."""
    made = tmp_path_factory.mktemp("odd")
    for name in DOCUMENTS:
        spec = made / f"{package_of(name)}.json"
        spec.write_text(json.dumps(document(name)), encoding="utf-8")
        generate_one(spec, made / spec.stem)
        sys.path.insert(0, str(made / spec.stem))
    yield made
    sys.path[:] = [path for path in sys.path if not path.startswith(str(made))]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("name", "schema", "value", "valid"), SENT)
@pytest.mark.parametrize("direction", ["both", "sent"])
def test_what_is_valid_is_sent_and_read_and_what_is_not_is_refused(
    name: str, schema: str, value: Any, direction: str, *, valid: bool
) -> None:
    package = package_of(name)
    operation = importlib.import_module(f"{package}.api.default.{direction}_{schema.lower()}")
    errors = importlib.import_module(f"{package}.errors")
    if not valid:
        with pytest.raises(errors.InvalidRequest):
            operation.request(body=value)
        return
    if value is not None:
        request = operation.request(body=value)
        assert json.loads(request.content) == value
    if direction == "both" and name != "directions":
        read = operation.parse(httpx2.Response(200, content=json.dumps(value)))
        assert read is None or json.loads(operation.request(body=read).content) == value


def test_a_type_checker_accepts_them_all(folder: Path) -> None:
    packages = [str(folder / package_of(name) / package_of(name)) for name in DOCUMENTS]
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".cache" / "mypy-generated")]
    command = [sys.executable, "-m", "mypy", "--strict", *config, *packages]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("title", ["json", "HTTPX2", "商品", "3D", "class"])
def test_a_package_hides_no_other_and_has_a_name_in_ascii(tmp_path: Path, title: str) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({**document("booleans"), "info": {"title": title, "version": "1"}}), encoding="utf-8")
    generate_one(spec, tmp_path / "out")
    (package,) = [path.name for path in (tmp_path / "out").iterdir() if path.is_dir()]
    assert package.isascii()
    subprocess.run([sys.executable, "-c", f"import {package}.client"], cwd=tmp_path / "out", check=True)


def test_a_dense_web_of_schemas_takes_no_more_than_a_moment(tmp_path: Path) -> None:
    names = [f"S{index}" for index in range(60)]
    schemas = {
        name: record(
            tags={"type": "array", "items": TEXT, "uniqueItems": True},
            **{other: {"anyOf": [ref(other), TEXT]} for other in names[max(0, index - 8) : index + 8]},
        )
        for index, name in enumerate(names)
    }
    content = {"content": {"application/json": {"schema": ref("S0")}}}
    operation = {"requestBody": content, "responses": {"200": {"description": "D.", **content}}}
    spec = tmp_path / "spec.json"
    whole = {"openapi": "3.1.0", "info": {"title": "Web", "version": "1"}, "paths": {"/": {"post": operation}}}
    spec.write_text(json.dumps({**whole, "components": {"schemas": schemas}}), encoding="utf-8")
    command = [sys.executable, "-m", "scripts.generate", "--spec", str(spec), "--out", str(tmp_path / "out")]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60, capture_output=True)
