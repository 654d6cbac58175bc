"""Documents of several files: what is beside the document is read, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from scripts.generate.__main__ import main
from scripts.spec.bundle import bundled
from scripts.spec.document import read
from tests.generate.packages import Package

FILES = {
    "api.yaml": """
openapi: 3.0.3
info: {title: Many Files, version: "1"}
paths:
  /pets: {$ref: './paths/pets.yaml'}
  /a:
    get:
      operationId: a
      parameters: [{$ref: 'common.yaml#/components/parameters/limit'}]
      responses:
        "200": {description: One., content: {application/json: {schema: {$ref: 'schemas/X.yaml#/X'}}}}
        "404": {$ref: 'common.yaml#/components/responses/Err'}
components: {schemas: {Local: {type: object, properties: {y: {$ref: 'schemas/X.yaml#/Y'}}}}}
""",
    "paths/pets.yaml": """
get:
  operationId: pets
  responses:
    "200": {description: Pets., content: {application/json: {schema: {type: array, items: {$ref: '../schemas/Pet.json'}}}}}
""",
    "schemas/Pet.json": json.dumps(
        {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "integer"},
                "mother": {"$ref": "./Pet.json"},
                "x": {"$ref": "X.yaml#/X"},
                "local": {"$ref": "../api.yaml#/components/schemas/Local"},
                "no": {"type": "string", "enum": ["no", "2020-01-01"]},
            },
        }
    ),
    "schemas/X.yaml": "X: {type: object, properties: {y: {$ref: '#/Y'}}}\nY: {type: string, enum: [a, b]}\n",
    "common.yaml": """
components:
  parameters: {limit: {name: limit, in: query, schema: {type: integer}}}
  responses: {Err: {description: Bad., content: {application/json: {schema: {$ref: '#/components/schemas/X'}}}}}
  schemas: {X: {type: object, properties: {code: {type: integer}}}}
""",
}


def written(folder: Path, **changed: str) -> Path:
    for name, text in {**FILES, **changed}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "api.yaml"


def test_all_files_make_one_package(tmp_path: Path) -> None:
    spec = written(tmp_path / "in")
    package = Package(spec, tmp_path / "out")
    pet = {"id": 1, "mother": {"id": 2}, "x": {"y": "a"}, "local": {"y": "b"}, "no": "no"}
    (found,) = package.operation("default", "pets").parse(httpx2.Response(200, json=[pet]))
    assert (type(found.mother), found.x.y.name, found.local.y.name) == (package.models.Pet, "A", "B")
    with pytest.raises(package.errors.NotFound) as error:
        package.operation("default", "a").parse(httpx2.Response(404, json={"code": 3}))
    assert error.value.data == package.models.X2(code=3)
    assert package.operation("default", "a").request(limit=1).target == "/a?limit=1"
    whole = tmp_path / "out" / "many_files" / "openapi.yaml"
    assert bundled(read(whole)) is read(whole)
    assert main(["--spec", str(whole), "--out", str(tmp_path / "again"), "--strict"]) == 0
    assert main(["--spec", str(spec), "--out", str(tmp_path / "strict"), "--strict"]) == 0


def test_names_are_the_same_each_time(tmp_path: Path) -> None:
    one, other = (bundled(read(written(tmp_path / each))) for each in ("one", "other"))
    assert one.whole == other.whole
    assert list(one.data["components"]["schemas"]) == ["Local", "Y", "X", "X2", "Pet"]
    assert yaml.safe_load(one.whole) == one.data


def test_paths_and_components_may_be_listed_in_other_files(tmp_path: Path) -> None:
    spec = written(
        tmp_path,
        **{
            "api.yaml": "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {$ref: paths/_all.yaml}\n"
            "components: {schemas: {$ref: schemas/_all.yaml}}\n",
            "paths/_all.yaml": "/pets: {$ref: pets.yaml}\n",
            "schemas/_all.yaml": "Mine: {type: object, properties: {x: {$ref: X.yaml#/X}}}\n",
        },
    )
    data = bundled(read(spec)).data
    assert data["paths"]["/pets"]["get"]["operationId"] == "pets"
    assert data["components"]["schemas"]["Mine"]["properties"]["x"] == {"$ref": "#/components/schemas/X"}


@pytest.mark.parametrize("keyword", ["$anchor", "$dynamicAnchor"])
def test_a_schema_of_another_file_is_found_by_its_name(tmp_path: Path, keyword: str) -> None:
    named = f"X: {{type: object, properties: {{y: {{$ref: '#why'}}}}}}\nY: [{{type: string, {keyword}: why}}]\n"
    spec = written(tmp_path, **{"schemas/X.yaml": named, "schemas/Pet.json": '{"$ref": "X.yaml#why"}'})
    schemas = bundled(read(spec)).data["components"]["schemas"]
    assert schemas["Pet"] == schemas["X"]["properties"]["y"] == {"$ref": "#/components/schemas/0"}
    assert schemas["0"]["type"] == "string"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("../secret.yaml#/S", "is outside of the document's folder"),
        ("link.yaml#/S", "is outside of the document's folder"),
        ("/etc/hostname", "is outside of the document's folder"),
        ("https://other.example/s.yaml#/S", "nothing is downloaded"),
        ("missing.yaml#/S", "is not a file"),
        ("common.yaml#/nowhere", "is not in common.yaml"),
    ],
)
def test_nothing_outside_of_the_folder_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str, said: str) -> None:
    (tmp_path / "secret.yaml").write_text("S: {type: object, properties: {hidden: {type: string}}}\n", encoding="utf-8")
    spec = written(
        tmp_path / "in", **{"schemas/X.yaml": f"X: {{type: object, properties: {{y: {{$ref: '{_from_schemas(target)}'}}}}}}\n"}
    )
    (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().err
    assert f"{tmp_path / 'in' / 'schemas' / 'X.yaml'}:1: #/X/properties/y/$ref: external-reference: " in printed
    assert said in printed
    assert "hidden" not in (tmp_path / "out" / "many_files" / "models.py").read_text(encoding="utf-8")


def _from_schemas(target: str) -> str:
    return target if target.startswith(("/", "https:")) else f"../{target}"


def test_what_leads_back_to_itself_ends(tmp_path: Path) -> None:
    back = "get: {responses: {'204': {description: D.}}, callbacks: {c: {'{$url}': {$ref: pets.yaml}}}}\n"
    spec = written(tmp_path, **{"paths/pets.yaml": back, "schemas/X.yaml": "X: {$ref: '#/X'}\nY: {$ref: 'a%00b.yaml'}\n"})
    found = bundled(read(spec))
    assert "leads back to itself" in found.unread["pets.yaml"]
    assert found.data["paths"]["/pets"]["get"]["responses"] == {"204": {"description": "D."}}


def test_what_refers_to_a_file_that_cannot_be_read_is_left_out_with_the_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = written(tmp_path / "in", **{"common.yaml": "a: 1\na: 2\n"})
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().err
    assert "'common.yaml#/components/parameters/limit' cannot be read: line 2: duplicate-key: the key 'a' is here twice" in printed
    assert "GET /a (a) is left out" in printed


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        ("{$ref: missing.yaml}", "external-reference"),
        ("{$ref: '#/components/pathItems/none', summary: S.}", "unknown-reference"),
        ("{$ref: '#/paths/~1c'}", "unknown-reference"),
        ("text", "structure"),
    ],
)
def test_a_path_of_which_no_operation_is_known_is_left_out_as_a_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], item: str, rule: str
) -> None:
    spec = written(tmp_path / "in", **{"api.yaml": FILES["api.yaml"].replace("paths:\n", f"paths:\n  /b: {item}\n")})
    file = tmp_path / "report.json"
    assert main(["--spec", str(spec), "--out", str(tmp_path / "out"), "--report", str(file)]) == 1
    printed = capsys.readouterr()
    assert "2 operations, 1 left out" in printed.out
    assert "#/paths/~1b: left-out-operation: all of /b is left out: " in printed.err
    report = json.loads(file.read_text(encoding="utf-8"))
    (left,) = report["left_out"]
    assert (left["operation"], left["method"], left["path"], left["pointer"]) == (None, None, "/b", "#/paths/~1b")
    assert (left["reason"]["rule"], report["notes"]) == (rule, [])
    assert "- `all of /b`: line 5: " in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_a_path_has_its_own_parameters_and_those_of_the_file_that_it_refers_to(tmp_path: Path) -> None:
    own = "[{$ref: 'common.yaml#/components/parameters/limit'}, {name: q, in: query, schema: {type: integer}}]"
    shared = "[{name: id, in: path, required: true, schema: {type: integer}}, {name: q, in: query, schema: {type: string}}]"
    spec = written(
        tmp_path,
        **{
            "api.yaml": FILES["api.yaml"]
            .replace("Many Files", "Own Parameters")
            .replace("paths:\n", f"paths:\n  /b/{{id}}: {{$ref: paths/b.yaml, parameters: {own}}}\n"),
            "paths/b.yaml": f"parameters: {shared}\nget: {{operationId: b, responses: {{'204': {{description: D.}}}}}}\n",
        },
    )
    package = Package(spec, tmp_path / "out")
    request = package.operation("default", "b").request
    assert request(id=1, limit=2, q=3).target == "/b/1?q=3&limit=2"
    for wrong in ({"id": "x"}, {"id": 1, "q": "x"}):
        with pytest.raises(package.errors.InvalidRequest):
            request(**wrong)


def test_components_that_name_files_are_what_is_in_them_and_lists_are_written_out(tmp_path: Path) -> None:
    spec = written(
        tmp_path,
        **{
            "api.yaml": "openapi: 3.0.3\ninfo: {title: T, version: '1'}\ntags: {$ref: tags.yaml}\n"
            "paths: {/a: {get: {operationId: a, parameters: {$ref: paths/some.yaml}, responses: {$ref: paths/found.yaml}}}}\n"
            "components: {schemas: {Animal: {$ref: schemas/Pet.json}}}\n",
            "tags.yaml": "- {name: a}\n",
            "paths/some.yaml": "- {name: q, in: query, schema: {$ref: '../schemas/X.yaml#/Y'}}\n",
            "paths/found.yaml": "'200': {description: D., content: {application/json: {schema: {$ref: ../schemas/Pet.json}}}}\n",
        },
    )
    data = bundled(read(spec)).data
    operation = data["paths"]["/a"]["get"]
    assert (data["tags"], [each["name"] for each in operation["parameters"]]) == ([{"name": "a"}], ["q"])
    assert data["components"]["schemas"]["Y"]["enum"] == ["a", "b"]
    assert data["components"]["schemas"]["Animal"]["properties"]["mother"] == {"$ref": "#/components/schemas/Animal"}
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Animal"}


def test_mappings_of_discriminators_lead_to_other_files(tmp_path: Path) -> None:
    union: Any = {"oneOf": [{"$ref": "one.yaml"}], "discriminator": {"propertyName": "k", "mapping": {"1": "one.yaml"}}}
    content = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}, "components": {"schemas": {"U": union}}}
    (tmp_path / "api.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "one.yaml").write_text("type: object\n", encoding="utf-8")
    found = bundled(read(tmp_path / "api.json")).data["components"]["schemas"]["U"]
    assert found["oneOf"][0]["$ref"] == found["discriminator"]["mapping"]["1"] == "#/components/schemas/one"
