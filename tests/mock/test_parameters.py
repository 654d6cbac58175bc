"""A mock reads what a generated client has written, in each style of OpenAPI."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.datastructures import Headers

from scripts.mock.engine.call import Call
from scripts.mock.generic.described import Schemas, of_file
from scripts.mock.generic.multipart import fields
from scripts.mock.generic.parameters import InvalidError, Parameter
from scripts.mock.generic.requests import Requests
from scripts.runtime.contents import Content
from scripts.runtime.forms import multipart
from scripts.runtime.parameters import Parameter as Writer
from scripts.spec.document import Document

SCHEMAS = Schemas(Document(Path("styles.yaml"), "", {"openapi": "3.1.0"}))
VALUES: list[tuple[dict[str, Any], Any]] = [
    ({"type": "string"}, "5"),
    ({"type": ["integer", "string"], "maxLength": 0}, 5),
    ({"const": 1.5}, 1.5),
    ({"type": "boolean"}, True),
    ({"type": "array", "items": {"type": "integer"}}, [1, 2]),
    ({"type": "array", "prefixItems": [{"type": "boolean"}], "items": {"type": "string"}}, [True, "x"]),
    ({"type": "array", "items": {"type": "string"}}, ["[1", "2]"]),
    ({"type": "object", "properties": {"{a": {"type": "string"}}}, {"{a": "b}"}),
    ({"type": "object", "properties": {"size": {"type": "integer"}, "name": {"type": "string"}}}, {"size": 1, "name": "2"}),
]
LISTS = [[1, 2], [True, "x"]]  # all that OpenAPI has the delimited styles for
DEEP = {
    "type": "object",
    "properties": {"sizes": {"type": "array", "items": {"type": "integer"}}, "by": {"properties": {"name": {"type": "string"}}}},
}
STYLES = [("path", "simple"), ("path", "label"), ("path", "matrix"), ("header", "simple"), ("query", "form"), ("cookie", "form")]
CASES = [
    *((place, style, schema, value) for place, style in STYLES for schema, value in VALUES),
    *(
        ("query", style, schema, value)
        for style in ("spaceDelimited", "pipeDelimited")
        for schema, value in VALUES
        if value in LISTS
    ),
]


def read(described: dict[str, Any], written: Any) -> Any:
    """Return the value of the parameter `p` that is written in a request."""
    place = described["in"]
    call = Call(method="GET", path="/", query="", headers=Headers({}), body=b"", scope={})
    pairs = [(name, text) for name, _, text in (each.partition("=") for each in written)] if place == "query" else []
    match place:
        case "path":
            call.parameters = {"p": unquote(written)}
        case "header":
            call.headers = Headers({"p": written})
        case "cookie":
            call.headers = Headers({"Cookie": "; ".join(written)})
    return Parameter({"name": "p", **described}, SCHEMAS).value(call, pairs)


@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize(("location", "style", "schema", "value"), CASES, ids=[f"{each[0]}-{each[1]}-{each[3]}" for each in CASES])
def test_each_style_is_read_as_it_is_written(location: Any, style: str, schema: Any, value: Any, explode: bool) -> None:
    writer = Writer(name="p", argument="p", location=location, required=False, style=style, explode=explode)
    written = getattr(writer, f"in_{location}")(value)
    described = {"in": location, "schema": schema, "style": style, "explode": explode}
    assert read(described, written if isinstance(written, str) else [*written]) == value


def test_values_in_values_are_read_in_brackets_and_as_json() -> None:
    value = {"sizes": [3, 4], "by": {"name": "5"}}
    for style in ("deepObject", "nested"):
        writer = Writer(name="p", argument="p", location="query", required=False, style=style, explode=False)
        described = {"in": "query", "schema": DEEP, "style": style if style == "deepObject" else "form", "explode": False}
        assert read(described, [*writer.in_query(value)]) == value


def test_a_value_that_has_properties_too_is_refused() -> None:
    with pytest.raises(InvalidError, match="'by' has a value of its own"):
        read({"in": "query", "schema": DEEP, "style": "deepObject"}, ["p%5Bby%5D=1", "p%5Bby%5D%5Bname%5D=2"])


def test_without_a_value_it_was_not_sent() -> None:
    assert read({"in": "query", "schema": DEEP, "style": "deepObject"}, ["q=1"]) is None
    assert read({"in": "cookie", "schema": {"type": "string"}}, ["q=1"]) is None


FORM = """
openapi: 3.1.0
info: {title: Forms, version: "1"}
servers: [{url: "https://forms.example"}]
paths:
  /forms:
    post:
      operationId: fill
      requestBody:
        content:
          application/x-www-form-urlencoded:
            encoding: {sizes: {style: form, explode: false}}
            schema:
              type: object
              properties:
                names: {type: array, items: {type: string}}
                sizes: {type: array, items: {type: integer}}
                one: {type: boolean}
                any: {}
              additionalProperties: {type: [integer, array], items: {type: integer}}
      responses: {"204": {description: Done.}}
"""


def test_fields_of_a_form_are_read_as_parameters_of_a_query(tmp_path: Path) -> None:
    spec = tmp_path / "forms.yaml"
    spec.write_text(FORM, encoding="utf-8")
    described = of_file(spec)
    headers = Headers({"Content-Type": "application/x-www-form-urlencoded"})
    body = b"names=a+b&names=c&sizes=1,2&one=true&any=1&any=x&other=5&others=6&others=7"
    call = Call(method="POST", path="/forms", query="", headers=headers, body=body, scope={})
    sent = Requests(described.schemas).read(described.operations["fill"], call)
    named = {"names": ["a b", "c"], "sizes": [1, 2], "one": True, "any": ["1", "x"]}
    assert sent.body == {**named, "other": [5], "others": [6, 7]}


DOCUMENT = {"type": "string", "contentMediaType": "application/json"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, '{"a": 1}'),
        (DOCUMENT, '{"a": 1}'),
        ({"type": "array", "items": DOCUMENT}, ['{"a": 1}', "7"]),
        ({}, [1, {"a": None}]),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": 1}),
    ],
)
def test_fields_of_a_form_are_read_as_they_were_written(schema: dict[str, Any], value: Any) -> None:
    is_document = schema in (DOCUMENT, {"type": "array", "items": DOCUMENT})
    content = Content(media_type="m", media_types={"p": "application/json"}, documents=("p",) if is_document else ())
    content_type, written = multipart({"p": value}, content, {})
    assert isinstance(written, bytes)
    assert fields(SCHEMAS, {"schema": {"type": "object", "properties": {"p": schema}}}, content_type, written) == {"p": value}


@pytest.mark.parametrize("closed", [False, True])
def test_a_field_that_is_not_named_may_be_given_several_times_if_it_may_be_there(closed: bool) -> None:
    content_type, written = multipart({"p": ["a", "b"]}, Content(media_type="m"), {})
    assert isinstance(written, bytes)
    schema = {"type": "object", "properties": {"q": {}}} | ({"additionalProperties": False} if closed else {})
    found = fields(SCHEMAS, {"schema": schema}, content_type, written)
    assert found == {"p": ["a", "b"]}
    assert bool(SCHEMAS.complaint(schema, found)) is closed


def test_a_field_that_is_one_value_is_refused_if_it_is_given_several_times() -> None:
    content_type, written = multipart({"p": ["a", "b"]}, Content(media_type="m"), {})
    assert isinstance(written, bytes)
    with pytest.raises(InvalidError, match=r"body\.p: is given 2 times"):
        fields(SCHEMAS, {"schema": {"properties": {"p": {"type": "string"}}}}, content_type, written)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"p[]": ["a"], "p": 1}, {"p[]": ["a"], "p": 1}),
        ({"q[": "a", "p": 1}, {"q[": "a", "p": 1}),
        ({"p[0]": "a"}, None),
    ],
)
def test_only_a_name_that_begins_with_that_of_a_field_is_a_path(sent: dict[str, Any], found: dict[str, Any] | None) -> None:
    content_type, written = multipart(sent, Content(media_type="m"), {})
    assert isinstance(written, bytes)
    properties = {"p": {"type": "integer"}, "p[]": {"type": "array", "items": {"type": "string"}}}
    assert fields(SCHEMAS, {"schema": {"properties": properties}}, content_type, written) == found
