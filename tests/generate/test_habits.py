"""What tools and people write beside what the standard shows first is sent and read as they mean it."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx2
import msgspec
import pytest

from tests.generate.packages import Package, mypy

BASE = "https://acme.example/v1"


def call(package: Package, name: str, response: httpx2.Response | None = None, **arguments: Any) -> tuple[httpx2.Request, Any]:
    """Call an operation; return the request and the result."""
    requests: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return response or httpx2.Response(204)

    options = {"tenant": "acme"} if package.name == "habits" else {}
    with package.root.Client(**options, transport=httpx2.MockTransport(respond)) as client:
        result = getattr(client, name)(**arguments)
    return requests[0], result


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("read_mirror", "/mirror/a/b%20c%3Fd%23e%25;1"),
        ("read_proxy", "/proxy/a/b%20c%3Fd%23e%25;1"),
        ("read_raw", "/raw/a/b%20c%3Fd%23e%25;1"),
        ("read_number", "/number/a%2Fb%20c%3Fd%23e%25%3B1"),
    ],
)
def test_a_parameter_of_several_segments_keeps_its_slashes(habits: Package, name: str, target: str) -> None:
    request, _ = call(habits, name, path="a/b c?d#e%;1")
    assert str(request.url) == f"{BASE}{target}"


@pytest.mark.parametrize("path", ["", "..", "a/../b", "./a", "a/."])
def test_a_parameter_of_several_segments_does_not_lead_out_of_its_path(habits: Package, path: str) -> None:
    with pytest.raises(habits.errors.InvalidRequest, match="a path parameter cannot be"):
        call(habits, "read_file", path=path)


def test_statuses_in_small_letters_are_ranges(habits: Package) -> None:
    assert call(habits, "read_file", httpx2.Response(203, text="three"), path="a/b")[1] == "three"
    with pytest.raises(habits.errors.Status4XX):
        call(habits, "read_file", httpx2.Response(410), path="a")


def test_a_parameter_that_is_not_json_is_the_text_of_its_value(habits: Package) -> None:
    request, _ = call(habits, "search_texts", place="a/b", number=3, kind="old", where="<a>1</a>", x_list='1,"2;3"', mark="left")
    assert str(request.url) == f"{BASE}/texts/a%2Fb?number=3&kind=old&where=%3Ca%3E1%3C%2Fa%3E"
    assert (request.headers["X-List"], request.headers["Cookie"]) == ('1,"2;3"', "mark=left")
    with pytest.raises(habits.errors.InvalidRequest):
        call(habits, "search_texts", place="a", kind="other")


def test_an_operation_without_a_documented_success_succeeds_without_a_result(habits: Package) -> None:
    assert call(habits, "log_in", httpx2.Response(200, json={"a": 1}))[1] is None
    with pytest.raises(habits.errors.FoundStatus):
        call(habits, "log_in", httpx2.Response(302))


def test_a_status_that_has_no_body_has_no_result_although_one_is_documented(habits: Package) -> None:
    assert call(habits, "remove", httpx2.Response(204))[1] is None


def test_a_variable_without_default_has_to_be_given(habits: Package) -> None:
    with pytest.raises(ValueError, match=r"https://\{tenant\}.example/\{base\}: give tenant, or another URL as base_url"):
        habits.root.Client()
    habits.root.Client(server="server-2")
    readme = (habits.folder / "README.md").read_text(encoding="utf-8")
    assert 'it has to be given. The name of your "house".' in readme
    assert 'Client(tenant=os.environ["HABITS_TENANT"])' in readme


def test_a_type_checker_knows_what_has_to_be_given(habits: Package) -> None:
    using = habits.folder / "using.py"
    right = ['tenant="a"', 'tenant="a", base="b"', 'base_url="https://a.example"', 'server="server-2"']
    wrong = ["", 'base="b"', 'base_url="https://a.example", tenant="a"', 'server="default"']
    lines = ["from habits import AsyncClient, Client", *(f"{kind}({each})" for kind in ("Client", "AsyncClient") for each in right)]
    using.write_text("\n".join([*lines, *(f"Client({each})" for each in wrong)]), encoding="utf-8")
    found = mypy(using, habits.folder / "habits", folder=habits.folder)
    assert [int(line.split(":")[1]) for line in found] == [len(lines) + 1 + index for index in range(len(wrong))]


def test_fields_of_a_form_with_files_have_their_style(habits: Package) -> None:
    link = habits.models.AddLinkRequestLink(open=True, until=None)
    request, _ = call(habits, "add_link", file=habits.models.File(b"x"), link=link, tags=["a b", "c"], expand=["data.source", "d%"])
    parts = dict(re.findall(r'name="([^"]*)"\r\n\r\n([^\r]*)\r\n', request.content.decode()))
    assert parts == {"link[open]": "true", "tags": "a b,c", "expand[0]": "data.source", "expand[1]": "d%"}


def test_schemas_are_found_by_their_own_names(habits: Package) -> None:
    tree = {"kind": "oak", "height": 3, "owner": {"name": "a"}, "next": None, "branches": [{"height": 1, "branches": []}]}
    request, result = call(habits, "plant", httpx2.Response(200, json=tree), body=habits.models.Tree(height=1, next=None))
    assert (json.loads(request.content), result.branches[0].height) == ({"height": 1, "next": None}, 1)
    assert (result.owner.name, result.next, result.kind.value) == ("a", None, "oak")
    with pytest.raises(habits.errors.InvalidRequest, match="height"):
        call(habits, "plant", body=habits.models.Tree(branches=[habits.models.Tree(height="3")]))


def test_properties_that_an_object_has_under_a_condition_only_are_optional_fields(habits: Package) -> None:
    for tree in ({"acorns": 3, "since": 1999}, {"acorns": None, "seeds": "winged"}):
        request, result = call(habits, "plant", httpx2.Response(200, json=tree), **tree)
        assert (json.loads(request.content), msgspec.to_builtins(result)) == (tree, tree)


def test_a_type_that_others_derive_from_is_read_by_the_discriminator_of_its_base(habits: Package) -> None:
    cars = [{"kind": "car", "doors": 5}, {"kind": "cab", "doors": 5, "fare": 1.5}, {"kind": "boat"}]
    _, result = call(habits, "list_cars", httpx2.Response(200, json=cars))
    assert [type(each) for each in result] == [habits.models.Car, habits.models.Taxi, habits.models.Car]
    assert msgspec.to_builtins(result) == cars


def test_a_document_of_openapi_3_2_is_sent_and_read(newer: Package) -> None:
    request, found = call(newer, "search_books", httpx2.Response(200, json={"count": 2}), body={"title": "a"})
    assert (request.method, found.count) == ("QUERY", 2)
    where = newer.models.Where(title="a b", year=[1, 2])
    request, _ = call(newer, "list_books", where=where, mark="left")
    assert (str(request.url), request.headers["Cookie"]) == ("https://a.example/books?title=a%20b&year=1&year=2", "mark=left")
    assert call(newer, "get_animal", httpx2.Response(200, json={"kind": "Cat", "lives": 9}))[1].lives == 9
    assert call(newer, "get_animal", httpx2.Response(200, json={"kind": "Cow", "name": "c"}))[1].name == "c"
    readme = (newer.folder / "README.md").read_text(encoding="utf-8")
    assert all(name in readme for name in ("COPY /books", "GET /raw"))
