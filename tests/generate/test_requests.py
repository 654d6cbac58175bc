"""What the generated code sends, and what it refuses to send."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.generate.packages import Network, Package

ID = "123e4567-e89b-12d3-a456-426614174000"


def styles(package: Package, **given: Any) -> Any:
    required = {
        "simple": ["a"],
        "label": "b",
        "labels": [1],
        "matrix": ["c"],
        "point": package.models.Point(x=1, y=2.5),
        "session": "s",
    }
    return package.operation("styles", "styles").request(**{**required, **given})


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"simple": ["a b", "c/d", "é"]}, "/styles/a%20b,c%2Fd,%C3%A9/.b/.1/;matrix=c/;point=x,1,y,2.5"),
        ({"label": "x.y"}, "/styles/a/.x.y/.1/;matrix=c/;point=x,1,y,2.5"),
        ({"labels": [1, 2]}, "/styles/a/.b/.1.2/;matrix=c/;point=x,1,y,2.5"),
        ({"matrix": ["p", "q,"]}, "/styles/a/.b/.1/;matrix=p;matrix=q%2C/;point=x,1,y,2.5"),
    ],
)
def test_a_path_parameter_is_written_in_its_style(workshop: Package, given: dict[str, Any], path: str) -> None:
    assert styles(workshop, **given).target == path


@pytest.mark.parametrize(
    ("name", "value", "query"),
    [
        ("form", ["a,b", "c"], "form=a%2Cb&form=c"),
        ("form", [], ""),
        ("form_flat", ["a", "b"], "formFlat=a,b"),
        ("form_object", {"x": 1, "y": 2}, "x=1&y=2"),
        ("form_object_flat", {"x": 1, "y": 2}, "formObjectFlat=x,1,y,2"),
        ("spaced", ["a", "b"], "spaced=a%20b"),
        ("piped", ["a", "b"], "piped=a%7Cb"),
        ("deep", {"text": "&", "point": {"x": 1, "y": 2}}, "deep%5Btext%5D=%26&deep%5Bpoint%5D%5Bx%5D=1&deep%5Bpoint%5D%5By%5D=2"),
        ("deep", {"ids": [7, 8]}, "deep%5Bids%5D%5B0%5D=7&deep%5Bids%5D%5B1%5D=8"),
        ("reserved", "a/b?c&d=e f", "reserved=a/b?c%26d=e%20f"),
        ("json", {"text": "é", "ids": []}, "json=%7B%22text%22%3A%22%C3%A9%22%2C%22ids%22%3A%5B%5D%7D"),
    ],
)
def test_a_query_parameter_is_written_in_its_style(workshop: Package, name: str, value: Any, query: str) -> None:
    assert styles(workshop, **{name: value}).target.partition("?")[2] == query


@pytest.mark.parametrize(
    ("name", "value", "header"),
    [
        ("x_list", [1, 2], ("X-List", "1,2")),
        ("x_point", {"x": 1, "y": 2.5}, ("X-Point", "x=1,y=2.5")),
        ("flavour", ["v", "w"], ("Cookie", "flavour=v; flavour=w; session=s")),
        ("crumbs", ["v", "w"], ("Cookie", "crumbs=v,w; session=s")),
    ],
)
def test_a_header_or_cookie_is_written_in_its_style(workshop: Package, name: str, value: Any, header: tuple[str, str]) -> None:
    assert header in styles(workshop, **{name: value}).headers


@pytest.mark.parametrize(
    ("given", "location", "path"),
    [
        ({"simple": ["a,b"]}, "path", "$.simple[0]"),
        ({"simple": []}, "path", "$.simple"),
        ({"labels": ["x"]}, "path", "$.labels[0]"),
        ({"labels": [1.0]}, "path", "$.labels[0]"),
        ({"point": {"x": 1}}, "path", "$.point.y"),
        ({"session": "a b"}, "cookie", "$.session"),
        ({"form": ["1", "1"]}, "query", "$.form[1]"),
        ({"form_flat": ["a", "b", "c", "d"]}, "query", "$.formFlat"),
        ({"form_flat": [""]}, "query", "$.formFlat[0]"),
        ({"deep": {"point": {"x": 1}}}, "query", "$.deep.point.y"),
        ({"reserved": "\ud800"}, "query", "$.reserved"),
        ({"x_list": [object()]}, "query", "$"),
        ({"point": {"x": float("nan"), "y": 1}}, "path", "$.point.x"),
        ({"form_object": {"x": float("inf"), "y": 1}}, "query", "$.formObject.x"),
        ({"deep": {"point": {"x": 1, "y": float("-inf")}}}, "query", "$.deep.point.y"),
    ],
)
def test_a_parameter_that_breaks_its_schema_is_refused(workshop: Package, given: dict[str, Any], location: str, path: str) -> None:
    with pytest.raises(workshop.errors.InvalidRequest) as refused:
        styles(workshop, **given)
    assert (refused.value.location, refused.value.path) == (location, path)
    assert ("give it as `int(1.0)`" in refused.value.rule) == (given == {"labels": [1.0]})


def test_names_of_parameters_are_made_python_names_and_stay_what_they_are_on_the_wire(workshop: Package) -> None:
    request = workshop.operation("work_pieces", "get_piece").request(
        piece_id=ID,
        class_=1,
        limit=100,
        x_trace="t",
        body_query="b",
        self_=True,
        from_="2024-02-29",
        filter_state=["new", "used"],
        a_b="dot",
        a_b_2="space",
        gr_e=1.5,
        id_query="q",
        id_header="h",
        level=1,
        color=workshop.models.ColorValue.RED,
    )
    assert request.target == (
        f"/pieces/{ID}/1?limit=100&body=b&self=true&from=2024-02-29&filter%5Bstate%5D=new&filter%5Bstate%5D=used"
        "&a.b=dot&a%20b=space&gr%C3%B6%C3%9Fe=1.5&id=q&level=1&color=red"
    )
    assert [header for header in request.headers if header[0] != "Accept"] == [("X-Trace", "t"), ("id", "h")]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"piece_id": ID.replace("-", "")}, "$.piece-id"),
        ({"piece_id": f"urn:uuid:{ID}"}, "$.piece-id"),
        ({"piece_id": f"{ID}\n"}, "$.piece-id"),
        ({"class_": 0}, "$.class"),
        ({"limit": 101}, "$.limit"),
        ({"from_": "2023-02-29"}, "$.from"),
        ({"from_": "1900-02-29"}, "$.from"),
        ({"from_": "2024-2-1"}, "$.from"),
        ({"level": 0.7}, "$.level"),
        ({"filter_state": ["new", "old"]}, "$.filter[state][1]"),
    ],
)
def test_formats_limits_and_enums_of_parameters_are_checked(workshop: Package, given: dict[str, Any], path: str) -> None:
    with pytest.raises(workshop.errors.InvalidRequest) as refused:
        workshop.operation("work_pieces", "get_piece").request(**{"piece_id": ID, "class_": 1, **given})
    assert refused.value.path == path


def test_a_parameter_of_the_operation_takes_the_place_of_one_of_the_path(workshop: Package) -> None:
    with pytest.raises(workshop.errors.InvalidRequest):
        workshop.operation("default", "delete_pieces_piece_id_class").request(piece_id=ID, class_=1, limit=11)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"shapes": [{"kind": "box", "side": 1}, {"kind": "circle", "radius": 1}]},
        {"other": {"x": 1, "y": 2}},
        {"other": {"name": "n"}},
        {"other": {"any": "text"}},
        {"other": None},
        {"id": 1},
        {"texts": "abc"},
        {"texts": ["abcd"]},
        {"texts": [1]},
        {"texts": []},
        {"enum": "a"},
        {"enum": "x-1"},
        {"factor": 0.07},
        {"factor": 19.99},
        {"mode": "auto"},
        {"mode": 1},
        {"mode": 2.5},
        {"mode": True},
        {"mode": None},
        {"mode": {"deep": [1]}},
        {"true": True},
        {"extended": {"name": "n"}},
        {"extended": {"name": "n", "shape": {"kind": "box", "side": 1}, "n": 3}},
        {"tree": [[], [[]]]},
        {"json": {"a": [1, None, {"b": "c"}]}},
        {"contact": {"mail": "m"}},
        {"amount": 1},
        {"amount": 2**31},
        {"amount": 2.5},
        {"links": [{"links": ["a", "b"]}, {"links": ["a"]}]},
    ],
)
def test_what_a_body_may_be_is_sent_as_it_is(workshop: Package, given: dict[str, Any]) -> None:
    body = {"shape": {"kind": "circle", "radius": 2}, "id": ID, **given}
    request = workshop.operation("unions", "unions").request(body=body)
    assert httpx2.Response(200, content=request.content).json() == body


@pytest.mark.parametrize(
    ("given", "path", "rule"),
    [
        ({"shape": {"kind": "circle"}}, "$.shape.radius", "missing required field"),
        ({"shape": {"kind": "blob"}}, "$.shape.kind", "expected one of 'circle', 'square', 'box'"),
        ({"shape": {}}, "$.shape.kind", "missing required field"),
        ({"shape": [1]}, "$.shape", "fits no alternative"),
        ({"shapes": [{"kind": "box", "side": 1}, {"kind": "box", "side": 1}]}, "$.shapes[1]", "also at [0]"),
        ({"other": {"any": 1}}, "$.other", "fits no alternative"),
        ({"id": "zz"}, "$.id", "format uuid"),
        ({"id": 0}, "$.id", ">= 1"),
        ({"texts": ["a", 1]}, "$.texts", "fits no alternative"),
        ({"texts": "long"}, "$.texts", "length <= 3"),
        ({"enum": "y"}, "$.enum", "fits no alternative"),
        ({"amount": "3"}, "$.amount", "fits no alternative"),
        ({"factor": 0.071}, "$.factor", "multiple of 0.01"),
        ({"factor": -0.07}, "$.factor", ">= 0.0"),
        ({"mode": 1.5}, "$.mode", "Expected one of"),
        ({"mode": False}, "$.mode", "Expected one of"),
        ({"mode": {"deep": [2]}}, "$.mode", "Expected one of"),
        ({"true": False}, "$.true", "Expected one of true"),
        ({"extended": [1]}, "$.extended", "Expected `object`"),
        ({"extended": {"n": 3}}, "$.extended.name", "missing required field"),
        ({"extended": {"name": "n", "n": -1}}, "$.extended.n", ">= 0"),
        ({"extended": {"name": "n", "n": "s"}}, "$.extended.n", "Expected `int`"),
        ({"tree": [[1]]}, "$.tree[0][0]", "Expected `array`"),
        ({"contact": {}}, "$.contact", "mail or phone"),
        ({"links": [{"links": ["a", "a"]}]}, "$.links[0].links[1]", "also at [0]"),
        ({"employee": {"name": "lower", "number": 1}}, "$.employee.name", "matching regex"),
        ({"employee": {"name": "LongerThanNine", "number": 1}}, "$.employee.name", "length <= 9"),
        ({"employee": {"name": "A"}}, "$.employee.number", "missing required field"),
        ({"employee": {"name": "A", "number": 1.0}}, "$.employee.number", "got `float`; give it as `int(1.0)`"),
        ({"piece": {"kind": "other", "made": "2024-01-01T00:00:00Z"}}, "$.piece.kind", "Invalid enum value"),
        ({"piece": {"kind": "piece", "made": "2024-01-01T00:00:00"}}, "$.piece.made", "format date-time"),
        ({"piece": {"kind": "piece", "made": "2024-13-01T00:00:00Z"}}, "$.piece.made", "format date-time"),
        ({"piece": {"kind": "piece", "made": "2024-01-01T00:00:00Z", "labels": {}}}, "$.piece.labels", "length >= 1"),
        (
            {"piece": {"kind": "piece", "made": "2024-01-01T00:00:00Z", "labels": {"a": "long"}}},
            "$.piece.labels[...]",
            "length <= 3",
        ),
    ],
)
def test_what_a_body_may_not_be_is_refused_at_its_place(workshop: Package, given: dict[str, Any], path: str, rule: str) -> None:
    body = {"shape": {"kind": "circle", "radius": 2}, "id": ID, **given}
    with pytest.raises(workshop.errors.InvalidRequest) as refused:
        workshop.operation("unions", "unions").request(body=body)
    assert (refused.value.location, refused.value.path) == ("body", path)
    assert rule in refused.value.rule
    assert (refused.value.value is None) == ("missing required field" in rule)


def test_an_object_has_as_many_properties_as_its_schema_requires(workshop: Package) -> None:
    with pytest.raises(workshop.errors.InvalidRequest, match="at least 2 properties"):
        workshop.operation("unions", "unions").request(body=workshop.models.OrderInput(shape={"kind": "circle", "radius": 2}))


def test_models_have_a_keyword_for_every_wire_name(workshop: Package) -> None:
    odd = workshop.models.Odd
    names = dict(zip(odd.__struct_encode_fields__, odd.__struct_fields__, strict=True))
    assert names["class"] == "class_"
    assert len({names["a-b"], names["a_b"], names["aB"]}) == 3
    body = odd(**{names[each]: "v" for each in ("class", "a-b", "a_b", "aB", "__x", "$ref", "")}, undescribed=None)
    request = workshop.operation("unions", "names").request(body=body)
    sent = httpx2.Response(200, content=request.content).json()
    assert sent == {**dict.fromkeys(["class", "a-b", "a_b", "aB", "__x", "$ref", ""], "v"), "undescribed": None}


@pytest.mark.parametrize(
    ("content_type", "body", "sent"),
    [
        (None, {"kind": "box", "side": 1}, b'{"kind":"box","side":1}'),
        ("application/json", [{"x": 1, "y": 2}], b'[{"x":1,"y":2}]'),
        (
            "application/x-www-form-urlencoded",
            {"name": "a b&", "tags": ["1", "2"], "at": {"x": 1, "y": 2}, "deep": {"text": "t"}},
            b"name=a%20b%26&tags=1&tags=2&at=%7B%22x%22%3A1%2C%22y%22%3A2%7D&deep%5Btext%5D=t",
        ),
        ("application/octet-stream", b"\x00\xff", b"\x00\xff"),
    ],
)
def test_a_body_is_written_in_each_of_its_content_types(
    workshop: Package, content_type: str | None, body: Any, sent: bytes
) -> None:
    request = workshop.operation("bodies", "bodies").request(body=body, content_type=content_type)
    assert request.content == sent
    assert ("Content-Type", content_type or "application/json") in request.headers


def test_a_multipart_form_is_written_with_its_files(workshop: Package) -> None:
    file = workshop.root.File
    body = workshop.models.UploadRequest(
        file=file(b"\x00PNG", 'a"b.png', "image/png"),
        more=[file(b"1"), file(b"2")],
        title="title",
        tags=["x", "é"],
        meta=workshop.models.Point(x=1, y=2.5),
    )
    request = workshop.operation("bodies", "upload").request(body=body)
    header = dict(request.headers)["Content-Type"]
    kind, _, boundary = header.partition("; boundary=")
    assert kind == "multipart/form-data"
    parts = request.content.split(f"--{boundary}".encode())
    assert parts[0] == b""
    assert parts[-1] == b"--\r\n"
    assert parts[1:-1] == [
        b'\r\nContent-Disposition: form-data; name="file"; filename="a%22b.png"\r\nContent-Type: image/png\r\n\r\n\x00PNG\r\n',
        *(
            b'\r\nContent-Disposition: form-data; name="more"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n'
            + content
            + b"\r\n"
            for content in (b"1", b"2")
        ),
        b'\r\nContent-Disposition: form-data; name="title"\r\n\r\ntitle\r\n',
        *(b'\r\nContent-Disposition: form-data; name="tags"\r\n\r\n' + tag.encode() + b"\r\n" for tag in ("x", "é")),
        b'\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/merge-patch+json\r\n\r\n{"x":1,"y":2.5}\r\n',
    ]
    assert workshop.operation("bodies", "upload").request(body=body) == request


def test_forms_are_checked_as_json_is(workshop: Package) -> None:
    with pytest.raises(workshop.errors.InvalidRequest, match="name"):
        workshop.operation("bodies", "bodies").request(body={"tags": ["1"]}, content_type="application/x-www-form-urlencoded")
    titled = workshop.models.UploadRequest(file=workshop.root.File(b""), title="longer")
    with pytest.raises(workshop.errors.InvalidRequest, match="length <= 5"):
        workshop.operation("bodies", "upload").request(body=titled)


@pytest.mark.parametrize(
    ("name", "arguments", "header", "query"),
    [
        ("HeaderAuth", ["k"], ("x-key", "k"), b""),
        ("QueryAuth", ["k&"], None, b"key=k%26"),
        ("CookieAuth", ["k"], ("cookie", "sid=k"), b""),
        ("Basic", ["u", "p"], ("authorization", "Basic dTpw"), b""),
        ("Bearer", ["t"], ("authorization", "Bearer t"), b""),
        ("OauthToken", ["t"], ("authorization", "Bearer t"), b""),
    ],
)
def test_each_security_scheme_has_a_class(
    workshop: Package, name: str, arguments: list[str], header: tuple[str, str] | None, query: bytes
) -> None:
    network = Network([])
    auth = getattr(workshop.root.auth, name)(*arguments)
    with workshop.root.Client(auth=auth, transport=network) as client:
        client.list_(body="x")
    assert header is None or network.request.headers[header[0]] == header[1]
    assert network.request.url.query == query
    assert "k" not in repr(auth).removeprefix(name)


def test_a_secret_in_the_query_leaves_the_other_parameters_as_they_are(workshop: Package) -> None:
    network = Network([])
    point = workshop.models.Point(x=1, y=2)
    with workshop.root.Client(auth=workshop.root.auth.QueryAuth("k"), transport=network) as client:
        client.styles(simple=["a"], label="b", labels=[1], matrix=["c"], point=point, session="s", form_flat=["a", "b"])
    assert network.request.url.query == b"formFlat=a,b&key=k"


def test_credentials_that_are_needed_together_are_sent_together(pets: Package) -> None:
    network = Network({"name": "n", "photoUrls": []})
    auth = pets.root.auth.Combined(pets.root.auth.ShopAuth("token"), pets.root.auth.ApiKey("key"))
    with pets.root.Client(base_url="https://pets.example", auth=auth, transport=network) as client:
        client.update_pet(body=pets.models.Pet(name="n", photo_urls=[]))
    assert (network.request.headers["authorization"], network.request.headers["api_key"]) == ("Bearer token", "key")


def test_a_document_with_relative_servers_only_needs_a_base_url(pets: Package) -> None:
    with pytest.raises(TypeError, match="base_url"):
        pets.root.Client()
