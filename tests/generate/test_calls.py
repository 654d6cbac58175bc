"""Ways to call an operation: with a body or its fields, with a timeout and headers, for the result or the raw response."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.command import ROOT
from scripts.generate.output import generate_one

_TEXT = {"type": "string"}
_OBJECT = {
    "type": "object",
    "required": ["fullName"],
    "properties": {
        "fullName": {**_TEXT, "description": "The whole name."},
        "tags": {"type": "array", "items": _TEXT},
        "id": {"type": "integer"},
        "note": {"type": ["string", "null"]},
    },
}


def _operation(name: str, body: dict[str, Any], *parameters: str, required: bool = True) -> dict[str, Any]:
    return {
        "operationId": name,
        "parameters": [{"name": each, "in": "query", "schema": _TEXT} for each in parameters],
        "requestBody": {"required": required, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {"description": "D.", "content": {"application/json": {"schema": {"type": "integer"}}}},
            "404": {"description": "Nobody\nis there."},
        },
    }


def _schema(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Call centre", "version": "1"},
    "servers": [{"url": "https://call.example"}],
    "paths": {
        "/person": {"post": _operation("person", _schema("Person"), "id", "timeout"), "put": _operation("list", {"type": "array"})},
        "/name": {"post": _operation("name", _schema("Person"), "fullName")},
        "/note": {"post": _operation("note", _schema("Note"), required=False)},
    },
    "components": {"schemas": {"Person": _OBJECT, "Note": {"type": "object", "properties": {"text": _TEXT}}}},
}


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A package with bodies of several kinds."""
    folder = tmp_path_factory.mktemp("centre")
    (folder / "calls.json").write_text(json.dumps(_DOCUMENT), encoding="utf-8")
    generate_one(folder / "calls.json", folder / "out")
    sys.path.insert(0, str(folder / "out"))
    try:
        return importlib.import_module("call_centre")
    finally:
        sys.path.remove(str(folder / "out"))


class _Network:
    """A transport that keeps the last request."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.request: Any = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.request = request
        return httpx2.Response(self.status, json=7)

    @property
    def sent(self) -> Any:
        return json.loads(self.request.content)


@pytest.mark.parametrize("way", ["sync", "async", "request"])
def test_the_fields_of_a_body_are_sent_as_the_body_is(centre: Any, way: str) -> None:
    network = _Network()
    fields = {"full_name": "Ada", "tags": ("a", "b"), "note": None}
    transport = httpx2.MockTransport(network)
    with centre.Client(transport=transport) as client:
        if way == "sync":
            assert client.person(**fields) == 7
        elif way == "async":
            assert asyncio.run(centre.AsyncClient(transport=transport).person(**fields)) == 7
        else:
            client.send(importlib.import_module("call_centre.api.default.person").request(**fields))
        assert network.sent == {"fullName": "Ada", "tags": ["a", "b"], "note": None}
        client.person(body=centre.models.Person(full_name="Ada", id=1))
        assert network.sent == {"fullName": "Ada", "id": 1}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "the body is required: give it as `body`, or by its fields"),
        ({"tags": []}, r"body \$\.fullName: Object missing required field `fullName`"),
        ({"full_name": 3}, r"body \$\.fullName: Expected `str`, got `int`"),
        ({"full_name": "Ada", "body": {"fullName": "Ada"}}, r"the body is given twice: as `body`, and by its fields \(full_name\)"),
    ],
)
def test_a_body_that_is_given_wrongly_is_refused(centre: Any, given: dict[str, Any], message: str) -> None:
    with centre.Client(transport=httpx2.MockTransport(_Network())) as client:
        with pytest.raises(centre.errors.InvalidRequest, match=message):
            client.person(**given)
        with pytest.raises(TypeError, match="fullname"):
            client.person(fullname="Ada")


def test_an_optional_body_is_not_sent_unless_a_field_is_given(centre: Any) -> None:
    network = _Network()
    with centre.Client(transport=httpx2.MockTransport(network)) as client:
        client.note()
        assert network.request.content == b""
        client.note(text="t")
        assert network.sent == {"text": "t"}


def test_a_field_with_the_name_of_a_parameter_can_only_be_given_in_a_body(centre: Any) -> None:
    optional, required, array = (inspect.signature(getattr(centre.Client, name)).parameters for name in ("person", "name", "list_"))
    assert list(optional) == ["self", "id", "timeout_query", "full_name", "tags", "note", "body", "timeout", "extra_headers"]
    assert list(required) == ["self", "body", "full_name", "timeout", "extra_headers"]
    assert list(array) == ["self", "body", "timeout", "extra_headers"]


@pytest.mark.parametrize("way", ["sync", "async"])
def test_a_timeout_and_headers_hold_for_one_request(centre: Any, way: str) -> None:
    network = _Network()
    transport = httpx2.MockTransport(network)
    client = centre.Client(transport=transport, timeout=4) if way == "sync" else centre.AsyncClient(transport=transport, timeout=4)

    def called(**given: Any) -> Any:
        result = client.note(text="t", **given)
        assert (result if way == "sync" else asyncio.run(result)) == 7
        return network.request

    request = called(timeout=1.5, extra_headers={"x-trace": "1", "ACCEPT": "text/html", "User-Agent": "me"})
    assert set(request.extensions["timeout"].values()) == {1.5}
    assert (request.headers["X-Trace"], request.headers["User-Agent"]) == ("1", "me")
    assert request.headers.get_list("Accept") == ["text/html"]
    assert set(called(timeout=httpx2.Timeout(None)).extensions["timeout"].values()) == {None}
    request = called()
    assert set(request.extensions["timeout"].values()) == {4}
    assert "X-Trace" not in request.headers


@pytest.mark.parametrize("way", ["sync", "async"])
def test_a_raw_response_is_returned_whatever_its_status(centre: Any, way: str) -> None:
    network = _Network(404)
    transport = httpx2.MockTransport(network)
    client = centre.Client(transport=transport) if way == "sync" else centre.AsyncClient(transport=transport)

    def called() -> Any:
        found = client.with_raw_response.note(text="t", extra_headers={"X-Trace": "1"})
        return found if way == "sync" else asyncio.run(found)

    response = called()
    assert isinstance(response, centre.Response)
    assert (response.raw.status_code, network.request.headers["X-Trace"]) == (404, "1")
    with pytest.raises(centre.errors.NotFound):
        response.parse()
    network.status = 200
    assert called().parse() == 7
    assert repr(called()) == "Response(note: 200)"


def test_docstrings_have_one_entry_for_each_argument_and_error(centre: Any) -> None:
    text = inspect.getdoc(centre.Client.person)
    assert text is not None
    assert "    full_name: The whole name.\n" in text
    assert "    NotFound: 404: Nobody is there.\n" in text
    assert all(len(line) <= 124 for line in text.splitlines())
    assert "Args:\n    server: " in str(inspect.getdoc(centre.Client.__init__))


_PROGRAM = """
from call_centre import AsyncClient, Client, Response, models

client = Client()
a: int = client.person(full_name="Ada", tags=["a"], id="1")
b: int = client.person(body=models.Person(full_name="Ada"), timeout=3)
c: Response[int] = client.with_raw_response.person(full_name="Ada")
client.note()

async def main() -> None:
    d: int = await AsyncClient().person(full_name="Ada", extra_headers={"a": "b"})
    e: Response[int] = await AsyncClient().with_raw_response.person(body=models.Person(full_name="Ada"))
    AsyncClient().with_raw_response.person(tags=[])  # wrong: a required field is missing

client.person()  # wrong: neither
client.person(tags=[])  # wrong: a required field is missing
client.person(full_name="Ada", body=models.Person(full_name="Ada"))  # wrong: both
client.person(fullname="Ada")  # wrong: no such field
client.person(full_name="Ada", timeout="3")  # wrong: not a number
client.with_raw_response.person(tags=[])  # wrong: a required field is missing
client.with_raw_response.persons(full_name="Ada")  # wrong: no such operation
"""


def test_a_type_checker_finds_wrong_calls(centre: Any, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM, encoding="utf-8")
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".cache" / "mypy-generated")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *config, str(program)],
        cwd=Path(centre.__file__).parent.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = [number for number, line in enumerate(_PROGRAM.splitlines(), start=1) if "  # wrong" in line]
    assert [int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line] == wrong, done.stdout
