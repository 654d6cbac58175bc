"""What a document keeps of Swagger 2, of YAML 1.1 and of other tools is sent and read as it is meant, with a note."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.generate.output import generate_one
from scripts.spec.document import Json
from tests.generate.packages import SPECS, Package
from tests.generate.test_addresses import sent
from tests.generate.test_refusals import document
from tests.generate.test_tolerance import FINE, generated

BASE = "https://a.example/1.10"


@pytest.mark.parametrize(
    ("name", "arguments", "target"),
    [
        ("find_boxes", {"id": 1, "kind": ["a", "b"], "edition": "1.10"}, "/boxes/1?kind=a,b&edition=1.10"),
        ("clear", {"depth": 1, "width": 2, "height": 3}, "/shelves?height=3&depth=1&width=2"),
        ("climb", {"branch": "a/b"}, "/tree/a/b"),
        ("pick", {"leaf": "a/b", "age": "12"}, "/leaves/a/b/12"),
        ("search", {"q": "a", "more": "b"}, "/search?q=a&more=b"),
        ("find_words", {"field_var_a_z": {"var.a": ["x", "y"], "var.b": ["z"]}}, "/words?var.a=x&var.a=y&var.b=z"),
    ],
)
def test_it_is_sent_as_it_is_meant(older: Package, name: str, arguments: dict[str, Any], target: str) -> None:
    if name == "find_boxes":
        operation = older.operation("default", name)
        assert operation.request(**arguments).target == target
        assert inspect.signature(operation.request).parameters["kind"].default is inspect.Parameter.empty
    else:
        assert sent(older, name, arguments) == f"{BASE}{target}"


def test_a_scheme_of_a_server_can_be_chosen(older: Package) -> None:
    assert sent(older, "climb", {"branch": "a"}, protocol="http", place="b") == "http://b.example/1.10/tree/a"
    with pytest.raises(ValueError, match="none of https, http"):
        older.root.Client(protocol="ftp")


def test_numbers_among_texts_are_what_the_file_has(older: Package) -> None:
    assert [each.value for each in older.models.FindBoxesEdition] == ["1.10", "2.0", "010"]


def test_a_response_with_a_schema_of_its_own_is_read(older: Package) -> None:
    headers = {"content-type": "application/vnd.older+json"}
    (box,) = older.operation("default", "find_boxes").parse(
        httpx2.Response(200, headers=headers, json=[{"kind": "a", "size": None}])
    )
    assert box == older.models.Box(kind="a", size=None)


def test_a_discriminator_that_is_only_a_name_decides(older: Package) -> None:
    operation = older.operation("default", "list_places")
    square = operation.parse(httpx2.Response(200, json={"kind": "square", "side": 3}))
    assert square == older.models.Square(kind="square", side=3)


def test_a_body_of_which_nothing_is_said_can_be_given(older: Package) -> None:
    assert older.operation("default", "replace_box").request(id=1, body=b"abc").content == b"abc"
    form = older.operation("default", "fill_box").request(id=1, lid=older.models.File(b"x"))
    assert b'name="lid"; filename=' in form.content


def test_properties_that_raml_names_by_a_pattern_are_all_those_that_match_it(older: Package) -> None:
    words = {"by": {"en": {"kind": "a", "size": 1}, "de": {"kind": "b", "size": None}}, "count": 2}
    found = older.operation("default", "find_words").parse(httpx2.Response(200, json=words))
    assert found.by["en"] == older.models.Box(kind="a", size=1)
    assert found.additional_properties == {"count": 2}


def test_what_the_editor_of_readme_writes_is_sent_as_from_there(older: Package) -> None:
    assert older.operation("default", "set_words").request(body=["a"]).content == b'["a"]'
    assert older.operation("default", "mark_words").request(marks={"a": [1]}).content == b'{"marks":{"a":[1]}}'
    assert inspect.signature(older.operation("default", "set_words").request).parameters["body"].default is inspect.Parameter.empty


def test_schemes_of_swagger_2_have_classes_and_are_required(older: Package) -> None:
    auth = older.root.auth
    assert all(hasattr(auth, each) for each in ("Token", "User", "Login", "Hidden"))
    assert auth.VARIABLES == {"token": "OLDER_TOKEN"}


def test_all_of_it_is_noted(tmp_path: Path) -> None:
    notes = generate_one(SPECS / "older.yaml", tmp_path / "out").notes
    said = {each.advice for each in notes}
    assert {
        "'Path' is read as 'path'",
        "a parameter of the path is always required; it is read so",
        "'on' is not of type \"boolean\"; it is read as True",
        "the type of a parameter or header is in its 'schema'; it is read so",
        'False is not of type "array"; correct it, as it is ignored',
        "1.1 is not of type string; it is read as '1.10'",
        "the header Authorization is ignored; it is given as auth",
        "'file' is read as a string of the format binary",
        "the schema of a response is in its 'content'; it is read as application/vnd.older+json",
        "{+branch} in the path is the parameter 'branch'; a slash in its value is sent as it is",
        "the query parameter 'more' is not defined; it is taken to be a string",
        'None is not of type "array"; it is read as an empty list',
        "'Bearer' is read as http bearer",
        "'OAuth2' is read as oauth2",
        "the field 'openIdConnectUrl' is missing; add it",
        "'/^[a-z]{2}$/' is a pattern of RAML; it is read as all that match it",
        "the property 'RAW_BODY' stands for the body; it is read so",
        "a string of the format 'json' is sent as JSON; it is read as any value",
        "'Square' is read as '#/components/schemas/Square'",
        "'kind' is not of type \"array\"; it is read as a list of one",
        "'example' and 'examples' cannot stand beside what else is here; one of them is ignored",
    } <= said


def test_an_empty_list_in_the_place_of_an_object_is_an_empty_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content: Json = document({"S": []}, {"responses": {"200": {"$ref": "#/components/responses/R"}, "404": [], "default": []}})
    body: Json = {"content": {"application/json": []}}
    content["paths"]["/a/{p}"]["put"] = {**FINE, "responses": [], "requestBody": body, "callbacks": []}
    content["components"] |= {"responses": {"R": []}, "headers": []}
    content["security"] = [[]]
    code, report, printed = generated(tmp_path, content, capsys)
    assert (code, report["operations"], report["left_out"]) == (0, 2, []), printed


def test_swagger_2_is_refused_with_the_command_that_converts_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, printed = generated(tmp_path, {"swagger": "2.0", "info": {"title": "T", "version": "1"}, "paths": {}}, capsys)
    assert code == 2
    assert "npx swagger2openapi --patch --outfile openapi.json spec.yaml" in printed
