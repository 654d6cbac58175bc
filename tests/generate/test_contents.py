"""Bodies of requests and responses by their media types: what is documented, and what arrives."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx2
import pytest

from tests.generate.packages import Package
from tests.readme.examples import undefined

JSON = b'{"word": "hi"}'


def client(package: Package, content: bytes = b"", media_type: str = "", *, status: int = 200, **options: Any) -> Any:
    """Return a client that always gets the same response, and keeps its requests in `sent`."""
    sent: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        request.read()
        sent.append(request)
        return httpx2.Response(status, headers={"content-type": media_type} if media_type else {}, content=content)

    found = package.client.Client(transport=httpx2.MockTransport(respond), **options)
    found.sent = sent
    return found


@pytest.mark.parametrize(
    ("method", "media_type", "content", "result"),
    [
        ("any_bytes", "text/plain;charset=UTF-8", b"Hello", b"Hello"),
        ("any_bytes", "application/octet-stream", b"\x89PNG", b"\x89PNG"),
        ("pdf", "application/pdf", b"%PDF\xff", b"%PDF\xff"),
        ("image", "image/png", b"\x89PNG", b"\x89PNG"),
        ("file_as_json", "application/pdf", b"%PDF\xff", b"%PDF\xff"),
        ("file_as_text", "image/png", b"\x89PNG", b"\x89PNG"),
        ("file_as_text", "text/plain; charset=iso-8859-1", b"\xe9", b"\xe9"),
        ("xml", "application/xml", b"<a/>", b"<a/>"),
        ("svg", "image/svg+xml", b"<svg/>", b"<svg/>"),
        ("picture", "image/svg+xml", b"<svg/>", b"<svg/>"),
        ("text", "text/plain", "é".encode(), "é"),
        ("text", "text/plain; charset=iso-8859-1", b"\xe9", "é"),
        ("text", "text/plain; charset=nonsense", "é".encode(), "é"),
        ("text", "text/plain", codecs.BOM_UTF8 + "é".encode(), "é"),
        ("text", "text/plain", codecs.BOM_UTF16_LE + "é".encode("utf-16-le"), "é"),
        ("table", "text/csv", b"word\nhi\n", "word\nhi\n"),
        ("other_text", "application/yaml; charset=iso-8859-1", b"a: \xe9", "a: é"),
        ("number", "text/plain", b"7", 7),
        ("number", "text/plain", b"2.0", 2),
    ],
)
def test_what_is_no_json_is_bytes_or_text(contents: Package, method: str, media_type: str, content: bytes, result: Any) -> None:
    assert getattr(client(contents, content, media_type), method)() == result


@pytest.mark.parametrize(
    ("method", "media_type", "content"),
    [
        ("any_model", "application/json", JSON),
        ("any_model", "application/json", codecs.BOM_UTF8 + JSON),
        ("any_model", "application/json; charset=utf-16", JSON.decode().encode("utf-16")),
        ("any_model", "application/json; charset=iso-8859-1", '{"word": "hi", "é": 1}'.encode("iso-8859-1")),
        ("ranged", "application/vnd.a+json", JSON),
        ("ranged", "application/json", JSON),
        ("versions", "application/json", JSON),
        ("versions", "application/json;version=1; charset=utf-8", JSON),
        ("several", "application/json; charset=utf-8", JSON),
        ("several", "application/problem+json", JSON),
    ],
)
def test_json_is_json_whatever_its_media_type_is_called(contents: Package, method: str, media_type: str, content: bytes) -> None:
    response = getattr(client(contents, content, media_type).with_raw_response, method)()
    assert response.parse() == contents.models.Piece(word="hi")
    assert not response.breaches


def test_a_parameter_distinguishes_media_types(contents: Package) -> None:
    found = client(contents, b'{"count": 2}', "application/json;charset=utf-8; version=2").versions()
    assert found == contents.models.Count(count=2)


@pytest.mark.parametrize(
    ("media_type", "content", "result"),
    [("text/plain", b"t", "t"), ("application/zip", b"PK", b"PK"), ("text/html", b"t", "t"), ("image/png", b"\x89", b"\x89")],
)
def test_the_media_type_that_arrives_chooses(contents: Package, media_type: str, content: bytes, result: Any) -> None:
    assert client(contents, content, media_type).several() == result


def test_a_range_of_media_types_is_not_what_it_does_not_contain(contents: Package) -> None:
    assert client(contents, JSON, "application/json").two_json() == contents.models.Piece(word="hi")
    assert client(contents, b'{"count": 1}', "application/hal+json").two_json() == contents.models.Count(count=1)
    assert client(contents, b"t", "text/css").two_json() == "t"


@pytest.mark.parametrize("media_type", ["text/plain", "text/html; charset=utf-8", "application/octet-stream"])
def test_a_media_type_that_is_not_documented_is_a_breach(contents: Package, media_type: str) -> None:
    response = client(contents, JSON, media_type).with_raw_response.ranged()
    assert response.parse() == contents.models.Piece(word="hi")
    bare = media_type.partition(";")[0]
    assert [str(each) for each in response.breaches] == [f"$: the content type is {bare}, not application/*+json"]
    with pytest.raises(contents.errors.InvalidResponse, match="the content type is"):
        client(contents, JSON, media_type, strict=True).ranged()


def test_what_cannot_be_read_says_that_it_is_of_another_media_type_too(contents: Package) -> None:
    with pytest.raises(contents.errors.InvalidResponse) as invalid:
        client(contents, b"<html>", "text/html").ranged()
    assert [each.rule for each in invalid.value.breaches][1:] == ["the content type is text/html, not application/*+json"]


@pytest.mark.parametrize("content", ["hi", "7", '{"a"'])
def test_a_text_that_comes_instead_of_json_is_read_where_a_text_may_be(contents: Package, content: str) -> None:
    response = client(contents, content.encode(), "text/html; charset=utf-8").with_raw_response.json_text()
    assert response.parse() == content
    assert [str(each) for each in response.breaches] == ["$: the content type is text/html, not application/json"]
    with pytest.raises(contents.errors.InvalidResponse):
        client(contents, b"hi", "application/zip").json_text()


def test_a_body_without_a_media_type_is_what_is_documented(contents: Package) -> None:
    response = client(contents, JSON).with_raw_response.ranged()
    assert (response.parse(), response.breaches) == (contents.models.Piece(word="hi"), ())


def test_text_that_cannot_be_decoded_is_a_breach(contents: Package) -> None:
    response = client(contents, b"a\xff", "text/plain").with_raw_response.text()
    assert response.parse() == "a�"
    assert "the text is not utf-8" in str(response.breaches[0])


@pytest.mark.parametrize(
    ("method", "arguments", "media_type", "sent"),
    [
        ("put_any", {"body": b"\x89PNG"}, "application/octet-stream", b"\x89PNG"),
        ("put_table", {"body": b"a,\xe9\n"}, "text/csv", b"a,\xe9\n"),
        ("put_pdf", {"body": b"%PDF"}, "application/pdf", b"%PDF"),
        ("put_xml", {"body": b"<a/>"}, "text/xml", b"<a/>"),
        ("same_json", {"word": "hi"}, "application/json", b'{"word":"hi"}'),
        ("several", {"body": {"word": "hi"}}, "application/json", b'{"word":"hi"}'),
        ("several", {"body": b"x", "content_type": "application/octet-stream"}, "application/octet-stream", b"x"),
        ("several", {"body": b"x"}, "application/octet-stream", b"x"),
        ("several", {"body": BytesIO(b"x")}, "application/octet-stream", b"x"),
        ("put_lines", {"body": [{"word": "a"}, {"word": "b"}]}, "application/x-ndjson", b'{"word":"a"}\n{"word":"b"}\n'),
        ("put_sequence", {"body": [{"word": "a"}, {"word": "b"}]}, "application/json-seq", b'\x1e{"word":"a"}\n\x1e{"word":"b"}\n'),
        ("put_open_lines", {"body": [{"word": "a", "b": 1}]}, "application/x-ndjson", b'{"word":"a","b":1}\n'),
        ("put_picture", {"body": b"x", "content_type": "image/png"}, "image/png", b"x"),
        ("put_any_picture", {"body": b"x", "content_type": "image/png"}, "image/png", b"x"),
        ("put_any_picture", {"body": {"word": "a"}}, "application/json", b'{"word":"a"}'),
        ("raw_form", {"body": "a=b&c"}, "application/x-www-form-urlencoded", b"a=b&c"),
        ("unnamed_form", {"body": "0=a"}, "application/x-www-form-urlencoded", b"0=a"),
        ("form", {"text": None}, "application/x-www-form-urlencoded", b""),
        ("form", {"text": "", "list": ["a", None, "b"]}, "application/x-www-form-urlencoded", b"text=&list=a&list=b"),
        ("form", {"untyped": ["a", {"b": [1]}]}, "application/x-www-form-urlencoded", b"untyped=a&untyped=%7B%22b%22%3A%5B1%5D%7D"),
        ("form", {"body": "text=c"}, "application/x-www-form-urlencoded", b"text=c"),
        (
            "form",
            {"piece": {"word": "a"}, "deep": {"word": "b", "size": 1}, "nested": [[1], None, [2]]},
            "application/x-www-form-urlencoded",
            b"piece=%7B%22word%22%3A%22a%22%7D&deep%5Bword%5D=b&deep%5Bsize%5D=1&nested=%5B1%5D&nested=%5B2%5D",
        ),
    ],
)
def test_a_body_is_sent_as_its_media_type(
    contents: Package, method: str, arguments: dict[str, Any], media_type: str, sent: bytes
) -> None:
    used = client(contents, status=204)
    if method == "several":
        used = client(contents, JSON, "application/json")
    getattr(used, method)(**arguments)
    (request,) = used.sent
    assert (request.headers["content-type"], request.content) == (media_type, sent)


def test_what_breaks_the_spec_is_not_sent_as_lines(contents: Package) -> None:
    with pytest.raises(contents.errors.InvalidRequest):
        client(contents).put_lines(body=[{"size": 1}])


def test_additional_properties_of_models_are_sent_as_lines(contents: Package) -> None:
    used = client(contents, status=204)
    used.put_open_lines(body=[contents.models.OpenPiece(word="a", additional_properties={"b": 1})])
    assert json.loads(used.sent[0].content) == {"word": "a", "b": 1}


@pytest.mark.parametrize("content_type", [None, "image/*", "text/plain", "image/png\r\nA: b"])
def test_a_body_of_a_range_of_media_types_has_one_of_them(contents: Package, content_type: str | None) -> None:
    with pytest.raises(contents.errors.InvalidRequest, match=r"content type .* is not one of \['image/\*'\]"):
        client(contents).put_picture(body=b"x", content_type=content_type)


def test_a_field_is_json_where_its_media_type_is(contents: Package) -> None:
    used = client(contents, status=204)
    used.fields_of_json(text='a"b', texts=["c"])
    parts = re.findall(r'name="(\w+)"\r\nContent-Type: application/json\r\n\r\n([^\r]*)\r\n', used.sent[0].content.decode())
    assert dict(parts) == {"text": r'"a\"b"', "texts": '["c"]'}


@pytest.mark.parametrize(("method", "status"), [("perhaps_nothing", 204), ("anything", 200)])
def test_an_empty_body_is_none_where_the_status_or_the_spec_allows_it(contents: Package, method: str, status: int) -> None:
    response = getattr(client(contents, status=status).with_raw_response, method)()
    assert response.parse() is None
    assert [str(each) for each in response.breaches] == ["$: the body is empty"]
    with pytest.raises(contents.errors.InvalidResponse, match="the body is empty"):
        getattr(client(contents, status=status, strict=True), method)()
    with pytest.raises(contents.errors.InvalidResponse, match="empty body"):
        client(contents, status=200).perhaps_nothing()


def test_a_body_of_null_is_none(contents: Package) -> None:
    used = client(contents, status=204)
    used.null_form()
    assert used.sent[0].content == b""


def test_another_multipart_body_is_sent_as_it_is_given(contents: Package) -> None:
    used = client(contents, status=204)
    used.related(body=b"--b--", extra_headers={"Content-Type": "multipart/related; boundary=b"})
    assert (used.sent[0].headers["content-type"], used.sent[0].content) == ("multipart/related; boundary=b", b"--b--")


def test_the_readme_says_how_streams_and_files_are_used(contents: Package) -> None:
    page = (contents.folder / "README.md").read_text(encoding="utf-8")
    section = page.partition("## Files and streams\n")[2].partition("\n## ")[0]
    programs = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    used = ("with client.events(", "with client.with_streamed_response.any_bytes(", "File(")
    assert [word in program for word, program in zip(used, programs, strict=True)] == [True] * 3
    for word in ("async with await client.events", "aiter_bytes()", "`events()`"):
        assert word in section


@pytest.mark.parametrize("spec", ["contents.yaml", "pets.yaml", "habits.yaml", "calls.yaml", "credentials.yaml"])
def test_the_programs_in_the_readme_define_all_names_that_they_use(package: Callable[[str], Package], spec: str) -> None:
    page = (package(spec).folder / "README.md").read_text(encoding="utf-8")
    assert undefined(re.findall(r"```python\n(.*?)```", page, re.DOTALL)) == []


def test_a_package_without_streams_and_files_says_nothing_of_them(zoo: Package) -> None:
    assert "## Files and streams" not in (zoo.folder / "README.md").read_text(encoding="utf-8")
    assert not hasattr(zoo.client.Client, "with_streamed_response")
