"""What a document has in the place, or by the name, that Swagger 2, other tools and people have for it is sent and read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.generate.output import generate_one
from tests.generate.packages import SPECS, Package

BASE = "https://a.example/v2"


def call(package: Package, name: str, response: httpx2.Response, **arguments: Any) -> tuple[httpx2.Request, Any]:
    """Call an operation; return the request and the result."""
    requests: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return response

    with package.root.Client(transport=httpx2.MockTransport(respond)) as client:
        result = getattr(client, name)(**arguments)
    return requests[0], result


@pytest.mark.parametrize("place", ["schema", "type", "reference", "name", "keywords", "itself"])
def test_a_body_has_its_schema_wherever_that_is(misplaced: Package, place: str) -> None:
    request, stone = call(misplaced, f"of_{place}", httpx2.Response(200, json={"weight": 3}), weight=2)
    assert (request.headers["Content-Type"], json.loads(request.content)) == ("application/json", {"weight": 2})
    assert stone == misplaced.models.Stone(weight=3)


def test_what_has_no_content_has_no_result(misplaced: Package) -> None:
    assert call(misplaced, "of_nothing", httpx2.Response(200))[1] is None
    for status, error in ((404, misplaced.errors.NotFound), (409, misplaced.errors.Conflict)):
        with pytest.raises(error) as caught:
            call(misplaced, "of_nothing", httpx2.Response(status))
        assert (caught.value.data, caught.value.breaches) == (None, ())


def test_parameters_are_sent_as_they_are_meant(misplaced: Package) -> None:
    arguments = {"place": "a b", "page": 1, "tags": ["a", "b"], "ids": [1, 2], "where": [3], "size": 4}
    request, _ = call(misplaced, "find_lists", httpx2.Response(204), **arguments)
    assert str(request.url) == f"{BASE}/lists/a%20b?page=1&tags=a%7Cb&ids=1%202&where=%5B3%5D&size=4"
    with pytest.raises(misplaced.errors.BadRequest) as caught:
        call(misplaced, "find_lists", httpx2.Response(400, json={"weight": 3}), place="a")
    assert caught.value.data == misplaced.models.Stone(weight=3)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_one_flow_that_is_wrong_costs_no_other(tmp_path: Path, version: str) -> None:
    text = (SPECS / "misplaced.yaml").read_text(encoding="utf-8").replace("openapi: 3.0.3", f"openapi: {version}")
    (tmp_path / "spec.yaml").write_text(text, encoding="utf-8")
    generate_one(tmp_path / "spec.yaml", tmp_path / "out")
    assert "class Login(_tokens.RenewedToken)" in (tmp_path / "out" / "misplaced" / "auth.py").read_text(encoding="utf-8")


def test_values_of_a_map_have_their_type_although_it_is_misspelt(misplaced: Package) -> None:
    _, sizes = call(misplaced, "sizes", httpx2.Response(200, json={"a": 1, "b": None, "c": "d"}))
    assert sizes == {"a": 1, "b": None}


def test_all_of_it_is_noted_and_what_cannot_be_sent_is_left_out(tmp_path: Path) -> None:
    api = generate_one(SPECS / "misplaced.yaml", tmp_path / "out")
    styles = "'form', 'spaceDelimited', 'pipeDelimited', 'deepObject'; correct it"
    left_out = {each.operation_id: each.reason.advice for each in api.left_out}
    assert left_out == {"tabs": f"'tsv' is none of {styles}", "styles": f"'simple' is none of {styles}"}
    assert {
        "the path '/lists/{{place}}' has braces twice; it is read as '/lists/{place}'",
        "'parameters' is not allowed here; what it has is read as components",
        "'host' is not allowed here; it is read as the server https://a.example/v2",
        "the flow 'client_credentials' is read as 'clientCredentials'",
        "'deviceAuthorization' is not allowed here; it is ignored",
        "'collectionFormat' is not allowed here; 'pipes' is read as a style",
        "a parameter has one media type; it is sent as application/json",
        "the schema of a request-body is in its 'content'; it is read as application/json",
        "media types are in the 'content' of a body; 'application/json': read so",
        "a schema stands for a media type; it is read as that of application/json",
        "a schema stands for the media types; it is read as that of application/json",
        "'void' says that there is no body; it is read so",
        "the schema of a media type is in its 'schema'; it is read so",
        "the list is not of type \"string\"; it is read as ['integer', 'null']",
    } <= {each.advice for each in api.notes}
