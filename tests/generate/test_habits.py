"""What tools and people write beside what the standard shows first is sent and read as they mean it."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx2
import msgspec
import pytest

from scripts.generate.text.names import method_name
from tests.generate.packages import Package

BASE = "https://acme.example/v1"
JSON_PATCH = "application/json-patch+json"


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
        ("read_scope", "/scope/a/b%20c%3Fd%23e%25;1"),
        ("read_branch", "/branch/a/b%20c%3Fd%23e%25;1"),
        ("read_number", "/number/a%2Fb%20c%3Fd%23e%25%3B1"),
        ("read_code", "/code/a%2Fb%20c%3Fd%23e%25%3B1/x"),
        ("read_room", "/room/a%2Fb%20c%3Fd%23e%25%3B1"),
        ("read_flask", "/flask/a/b%20c%3Fd%23e%25;1"),
        ("read_served", "/served/a%2Fb%20c%3Fd%23e%25%3B1"),
    ],
)
def test_a_parameter_of_several_segments_keeps_its_slashes(habits: Package, name: str, target: str) -> None:
    request, _ = call(habits, name, path="a/b c?d#e%;1")
    assert str(request.url) == f"{BASE}{target}"


@pytest.mark.parametrize(("name", "target"), [("read_all", "/all/a/b%20c"), ("read_static", "/fastify/a/b%20c")])
def test_a_wildcard_is_a_parameter_of_several_segments(habits: Package, name: str, target: str) -> None:
    assert str(call(habits, name, wildcard="a/b c")[0].url) == f"{BASE}{target}"


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


def test_a_path_that_is_a_url_is_on_its_own_server(habits: Package) -> None:
    request, _ = call(habits, "read_elsewhere", path="a")
    assert str(request.url) == "https://other.example/elsewhere/a"


def test_json_in_a_header_is_in_ascii(habits: Package) -> None:
    request, _ = call(habits, "find_json", x_filter={"a": 'é"😀\x7f'})
    written = request.headers["X-Filter"]
    assert (written, json.loads(written)) == (r'{"a":"\u00e9\"\ud83d\ude00\u007f"}', {"a": 'é"😀\x7f'})


def test_several_media_types_with_commas_between_them_are_as_many(habits: Package) -> None:
    request, result = call(habits, "send_several", httpx2.Response(200, json=7), body=["a"])
    assert (request.headers["Content-Type"], json.loads(request.content), result) == ("application/json", ["a"], 7)
    csv = 'text/csv;header="a,b"'
    request, _ = call(habits, "send_several", httpx2.Response(200, json=7), body="1,2\n", content_type=csv)
    assert (request.headers["Content-Type"], request.content) == (csv, b"1,2\n")


def test_a_short_name_of_a_media_type_stands_for_it(habits: Package) -> None:
    request, result = call(habits, "send_short", httpx2.Response(200, json=7), body=["a"])
    assert (request.headers["Content-Type"], json.loads(request.content), result) == ("application/json", ["a"], 7)
    request, _ = call(habits, "send_short", httpx2.Response(200, json=7), body="1,2\n", content_type="text/CSV")
    assert (request.headers["Content-Type"], request.content) == ("text/CSV", b"1,2\n")


def test_text_in_the_place_of_a_nested_value_is_not_quoted(habits: Package) -> None:
    request, _ = call(habits, "find_nested", where="a b", place="é", x_note="n", mark="m")
    assert str(request.url) == f"{BASE}/nested?where=a%20b&place=%C3%A9"
    assert (request.headers["X-Note"], request.headers["Cookie"]) == ("n", "mark=m")
    request, _ = call(habits, "find_nested", place=[[1, 2]], x_note=[{"a": "é"}], mark=[{"a": 1}])
    assert str(request.url) == f"{BASE}/nested?place=%5B%5B1%2C2%5D%5D"
    assert (request.headers["X-Note"], request.headers["Cookie"]) == (r'[{"a":"\u00e9"}]', "mark=%5B%7B%22a%22%3A1%7D%5D")
    refused: list[dict[str, Any]] = [{"x_note": "é"}, {"mark": "a;b"}, {"where": "\ud800"}]
    for wrong in refused:
        with pytest.raises(habits.errors.InvalidRequest):
            call(habits, "find_nested", **wrong)


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ({"owner": "a b"}, "owner=a%20b"),
        ({"owner": {"name": "a"}}, "owner=%7B%22name%22%3A%22a%22%7D"),
        ({"tags": ["a", {"b": 1}]}, "tags=a&tags=%7B%22b%22%3A1%7D"),
        ({"more": {"a": [1]}}, "more=%7B%22a%22%3A%5B1%5D%7D"),
        ({"more": ["a", {"b": 1}]}, "more=a&more=%7B%22b%22%3A1%7D"),
        ({"more": "a"}, "more=a"),
    ],
)
def test_an_object_in_a_form_is_json_and_text_in_its_place_is_not(habits: Package, body: Any, content: str) -> None:
    assert call(habits, "send_nested", body=body)[0].content.decode() == content


def test_a_list_of_a_form_is_one_part_only_if_it_is_documented_as_json(habits: Package) -> None:
    request, _ = call(habits, "add_nested", numbers=[1, 2], rows=["a,b", "c"], all=[1, 2])
    parts = re.findall(r'name="(\w+)"\r\nContent-Type: ([^\r]*)\r\n\r\n([^\r]*)\r\n', request.content.decode())
    numbers, rows = ([("numbers", "text/plain", each) for each in "12"], [("rows", "text/csv", each) for each in ("a,b", "c")])
    assert parts == [*numbers, *rows, ("all", "application/json", "[1,2]")]


@pytest.mark.parametrize(
    ("name", "body", "chosen", "media_type"),
    [
        ("patch_it", {"a": None}, {}, "application/merge-patch+json"),
        ("replace_it", {"name": "a"}, {}, "application/json"),
        (
            "patch_it",
            [{"op": "remove", "path": "/a"}],
            {"content_type": "application/json-patch+json"},
            "application/json-patch+json",
        ),
        ("replace_it", {"name": "a"}, {"content_type": JSON_PATCH}, JSON_PATCH),
    ],
)
def test_an_object_is_not_sent_as_json_patch_unless_it_is_asked_for(
    habits: Package, name: str, body: Any, chosen: dict[str, Any], media_type: str
) -> None:
    request, _ = call(habits, name, body=body, **chosen)
    assert (request.headers["Content-Type"], json.loads(request.content)) == (media_type, body)


def test_a_form_of_anything_is_an_object(habits: Package) -> None:
    assert b'name="a"' in call(habits, "send_anything", body={"a": "b"})[0].content
    for body in ("a", [1], 3):
        with pytest.raises(habits.errors.InvalidRequest, match="the body is an object"):
            call(habits, "send_anything", body=body)


def test_parameters_of_swagger_2_in_the_body_are_the_body(habits: Package) -> None:
    request, _ = call(habits, "put_older", count=1, size=3)
    assert (str(request.url), json.loads(request.content)) == (f"{BASE}/older?count=1", {"size": 3})
    request, _ = call(habits, "post_older", picture=habits.models.File(b"x"), title="t")
    parts = dict(re.findall(r'name="([^";]*)".*\r\n\r\n([^\r]*)\r\n', request.content.decode().replace("\r\nContent-Type", "")))
    assert parts == {"picture": "x", "title": "t"}
    request, _ = call(habits, "patch_older", tags=["a", "b c"])
    assert (request.headers["Content-Type"], request.content) == ("application/x-www-form-urlencoded", b"tags=a%7Cb%20c")


def test_parameters_in_a_form_beside_a_form_are_fields_of_it(habits: Package) -> None:
    request, _ = call(habits, "send_two_forms", picture=habits.models.File(b"x"), count=3, tags=["a", "b"])
    fields = re.findall(r'name="(\w+)".*(?:\r\nContent-Type.*)?\r\n\r\n(.*)\r\n', request.content.decode())
    assert fields == [("picture", "x"), ("count", "3"), ("tags", "a"), ("tags", "b")]
    with pytest.raises(habits.errors.InvalidRequest, match="missing required field `count`"):
        call(habits, "send_two_forms", picture=habits.models.File(b"x"))
    assert call(habits, "send_another_body", body=3)[0].content == b"3"
    readme = (habits.folder / "README.md").read_text(encoding="utf-8")
    assert "parameters that are a body, too, are ignored" in " ".join(readme.split())


def test_comparisons_at_the_end_of_a_name_are_words_in_its_argument(habits: Package) -> None:
    given: dict[str, Any] = {"start": 1, "start_lt": 2, "start_lte": 3, "start_gt": 4, "start_gte": 5, "start_ne": 6}
    request, _ = call(habits, "list_started", **given)
    names = ["start", "start<", "start<=", "start>", "start>=", "start!="]
    assert [*request.url.params.items()] == [*zip(names, "123456", strict=True)]


def test_a_style_may_be_a_collection_format_of_swagger_2(habits: Package) -> None:
    values: dict[str, Any] = {name: ["x", "y"] for name in "abcde"}
    request, _ = call(habits, "list_collections", **values)
    assert str(request.url) == f"{BASE}/collections?a=x,y&b=x,y&c=x&c=y&d=x%7Cy&e=x%20y"


def test_a_list_whose_name_ends_in_brackets_has_no_numbers_in_them(habits: Package) -> None:
    request, _ = call(habits, "find_by_brackets", brand=["a", "b"], size=[{"min": 1}, {"max": 2}], one="c")
    brackets = "brand[]=a&brand[]=b&size[][min]=1&size[][max]=2&one[]=c"
    assert str(request.url) == f"{BASE}/brackets?{brackets.replace('[', '%5B').replace(']', '%5D')}"


def test_a_style_of_another_place_says_nothing_of_a_single_value(habits: Package) -> None:
    request, _ = call(habits, "read_style", id=3, q="a b", r=True, x_one="c")
    assert (str(request.url), request.headers["X-One"]) == (f"{BASE}/styles/3?q=a%20b&r=true", "c")


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
    cars = [{"kind": "car", "doors": 5}, {"kind": "cab", "doors": 5, "fare": 1.5}, {"kind": "boat", "sails": 2}]
    _, result = call(habits, "list_cars", httpx2.Response(200, json=cars))
    assert [type(each) for each in result] == [habits.models.Car, habits.models.Taxi, habits.models.Car]
    assert [(each.kind, each.doors) for each in result[:2]] == [("car", 5), ("cab", 5)]
    assert (result[1].fare, result[2].kind, result[2].additional_properties) == (1.5, "boat", {"sails": 2})


def test_a_document_of_openapi_3_2_is_sent_and_read(newer: Package) -> None:
    request, found = call(newer, "search_books", httpx2.Response(200, json={"count": 2}), body={"title": "a"})
    assert (request.method, found.count) == ("QUERY", 2)
    where = newer.models.Where(title="a b", year=[1, 2])
    request, _ = call(newer, "list_books", where=where, mark="left")
    assert (str(request.url), request.headers["Cookie"]) == ("https://a.example/books?title=a%20b&year=1&year=2", "mark=left")
    assert call(newer, "get_animal", httpx2.Response(200, json={"kind": "Cat", "lives": 9}))[1].lives == 9
    assert call(newer, "get_animal", httpx2.Response(200, json={"kind": "Cow", "name": "c"}))[1].name == "c"
    readme = (newer.folder / "README.md").read_text(encoding="utf-8")
    assert all(name in readme for name in ("COPY /books", "GET /raw", "PUT /raw"))
    assert "no style of this location" not in readme  # `style: cookie` is one


def test_a_field_of_which_only_a_binary_media_type_is_known_is_a_file(newer: Package) -> None:
    file = newer.models.File(b"\xff", "a.jpg")
    request, _ = call(newer, "add_pictures", body={"front": file, "others": [file, file], "note": "n"})
    parts = re.findall(rb'name="(\w+)"(?:; filename="a.jpg")?\r\nContent-Type: ([^\r]*)\r\n\r\n([^\r]*)\r\n', request.content)
    other = (b"others", b"image/jpeg", b"\xff")
    assert parts == [(b"front", b"image/png", b"\xff"), other, other, (b"note", b"text/plain", b"n")]
    with pytest.raises(newer.errors.InvalidRequest, match=r"\$\.front"):
        call(newer, "add_pictures", body={"front": b"\xff"})
    request, _ = call(newer, "set_pictures", body={"front": [1]})
    assert json.loads(request.content) == {"front": [1]}


def test_a_list_in_a_list_of_a_form_is_one_part(newer: Package) -> None:
    request, _ = call(newer, "add_pictures", body={"grid": [[1, 2], [3]]})
    parts = re.findall(rb'name="grid"\r\nContent-Type: application/json\r\n\r\n([^\r]*)\r\n', request.content)
    assert parts == [b"[1,2]", b"[3]"]


@pytest.mark.parametrize("rank", [1, "first"])
def test_a_number_among_texts_is_one_where_the_type_allows_both(newer: Package, rank: int | str) -> None:
    assert json.loads(call(newer, "set_pictures", body={"rank": rank})[0].content) == {"rank": rank}


def test_what_a_document_says_of_itself_by_its_own_url_is_found(newer: Package) -> None:
    request, _ = call(newer, "add_animals", body=[{"lives": 9}, {"lives": 7}])
    assert request.content == b'{"lives":9}\n{"lives":7}\n'
    readme = (newer.folder / "README.md").read_text(encoding="utf-8")
    assert "is not defined" not in readme
    assert "is a URL" not in readme


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("list_shelves", {"width": 3}, "Shelf"),
        ("list_houses", {"floors": 2}, "HousesValuesItem"),
        ("list_others", {"a": 1}, "dict"),
    ],
)
def test_a_generic_schema_has_what_the_schema_that_uses_it_has_in_its_place(
    newer: Package, name: str, value: Any, kind: str
) -> None:
    page = {"values": [value], "next": {"values": [value, value]}}
    _, found = call(newer, name, httpx2.Response(200, json=page))
    assert msgspec.to_builtins(found) == page
    assert {type(each).__name__ for each in (*found.values, *found.next.values)} == {kind}
    assert type(found).__name__ in ("Shelves", "Houses", "Page")


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_no_operation_hides_what_a_client_has(habits: Package, kind: str) -> None:
    client = getattr(habits.root, kind)(base_url=BASE)
    own = [name for name in {*vars(client), *dir(type(client).__base__)} if not name.startswith("_")]
    assert {"strict", "close" if kind == "Client" else "aclose"} <= {*own}
    assert [name for name in own if method_name(name) == name] == []
